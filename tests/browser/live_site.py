"""The application behind a real port, with a mail server that takes everything. For browser tests, journeys and screenshots."""

from asyncio import Server
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

import wsgi
from config.clock import FrozenClock
from config.database import db
from config.delivery import deliver
from config.services import Services
from config.settings import Settings
from tests.factories import NOW


class Mailbox:
    """What the mail server took, the oldest first; aiosmtpd calls it."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name that aiosmtpd looks for
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


class MailServer(Controller):
    """A mail server on whatever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd annotates only a part of itself


@dataclass
class LiveSite:
    """A site that runs: where it is, what it runs on, and the mail that left it."""

    url: str
    app: Flask
    clock: FrozenClock
    mailbox: Mailbox = field(default_factory=Mailbox)

    @property
    def services(self) -> Services:
        services: Services = self.app.extensions["services"]
        return services

    @contextmanager
    def database(self) -> Iterator[Session]:
        """A database session inside the application's context; what it adds is committed at the end."""
        with self.app.app_context():
            yield db.session()
            db.session.commit()

    def letters(self, to: str) -> list[EmailMessage]:
        """What the mail server has for an address, after delivering what is due."""
        with self.app.app_context():
            deliver(self.services)
        return [message for message in self.mailbox.messages if message["To"] == to]


@contextmanager
def start_site(folder: Path, shared_files: Path, prepare: Callable[[Flask], None] = lambda _app: None) -> Iterator[LiveSite]:
    """Run the site on a free port until the block ends, over the database of the folder; `prepare` may add to the application."""
    mailbox = Mailbox()
    mail_server = MailServer(mailbox, hostname="127.0.0.1", port=0)
    mail_server.start()
    clock = FrozenClock(NOW)
    # The port is taken first: the site's address is one of its settings.
    server = make_server("127.0.0.1", 0, _nothing_yet, threaded=True)
    url = f"http://localhost:{server.server_port}"
    app = wsgi.create_app(settings_for(folder, shared_files, url, mail_server.port), clock=clock)
    prepare(app)
    server.app = app
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield LiveSite(url, app, clock, mailbox)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        mail_server.stop()
        app.extensions["services"].store.close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _nothing_yet(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []


def settings_for(folder: Path, shared_files: Path, url: str, mail_port: int) -> Settings:
    """The settings of a site at that address."""
    return Settings.model_validate(
        {
            "mode": "test",
            "secret_key": "a secret for tests, long enough and known to everybody",
            "http": {"base_url": url},
            "database": {"url": f"sqlite:///{folder}/preau.sqlite"},
            "store": {"url": f"sqlite:///{folder}/store.sqlite"},
            "keys": {"directory": shared_files / "keys"},
            "mail": {"host": "127.0.0.1", "port": mail_port},
            "protocols": {"allow_loopback_requests": True},
        }
    )
