"""A real SMTP server for tests: it keeps what it accepts, refuses whom it is told to, dawdles, and hangs up."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANG_UP = "hang up"


class Catcher:
    """What aiosmtpd asks at each step; tests set the answers that are no 250."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.accepted: list[tuple[str, EmailMessage]] = []
        self.senders: dict[str, str] = {}
        self.recipients: dict[str, str] = {}
        self.data: dict[str, str] = {}
        """By address of the sender or recipient; `HANG_UP` closes the connection without a word."""
        self.slowness = 0.0
        """Seconds between having the message and saying so."""
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_EHLO(  # noqa: N802 - the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address not in self.senders:
            envelope.mail_from = address
        return self.senders.get(address, "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address not in self.recipients:
            envelope.rcpt_tos.append(address)
        return self.recipients.get(address, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        await asyncio.sleep(self.slowness)
        if self.data.get(address) == HANG_UP:
            server.transport.abort()  # type: ignore[union-attr]  # there is one while a message is received
        elif address not in self.data:
            message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            message["X-Envelope-From"] = envelope.mail_from or ""
            self.accepted.append((address, message))
        return self.data.get(address, "250 kept")

    def log_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth: Any) -> AuthResult:
        """Let anybody in who knows the password."""
        assert isinstance(auth, LoginPassword)
        self.logins.append((auth.login, auth.password))
        return AuthResult(success=auth.password == b"open sesame", handled=False)

    @property
    def addresses(self) -> list[str]:
        return [address for address, _message in self.accepted]


STARTING_SECONDS = 10


@contextmanager
def smtp_server(context: ssl.SSLContext | None = None, implicit_tls: bool = False, **options: Any) -> Iterator[Catcher]:
    """A server on a free port of this machine, in a thread of its own."""
    catcher = Catcher()
    loop = asyncio.new_event_loop()
    if context is not None and not implicit_tls:
        options["tls_context"] = context
    if context is not None:
        options |= {"authenticator": catcher.log_in}

    async def start() -> asyncio.Server:
        return await loop.create_server(
            lambda: SMTP(catcher, loop=loop, **options), "127.0.0.1", 0, ssl=context if implicit_tls else None
        )

    # In its thread from the beginning: the thread of the tests has a loop of its own once a browser was opened in it.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(start(), loop).result(STARTING_SECONDS)
    catcher.port = server.sockets[0].getsockname()[1]
    try:
        yield catcher
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end_all(loop), loop).result(STARTING_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_all(loop: asyncio.AbstractEventLoop) -> None:
    """Let go of the connections that are still open."""
    others = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
