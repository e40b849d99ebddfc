"""`flask worker` as a process: stopped it finishes what it has in hand, killed it loses nothing and repeats nothing known."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import wsgi
from config.clock import FrozenClock
from config.database import db
from config.delivery import LEASE, deliver
from config.outbox import OutgoingMail
from config.services import Services
from config.settings import Settings
from tests.config.conftest import with_database
from tests.config.smtp import Catcher, smtp_server
from tests.config.test_outbox import mail_to, queue

MAILS = 60
PATIENCE = 60.0


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with smtp_server() as catcher:
        yield catcher


@pytest.fixture
def clock() -> FrozenClock:
    """At the real time, since the worker's process lives in it."""
    return FrozenClock(datetime.now(UTC))


@pytest.fixture
def settings(settings: Settings, catcher: Catcher, database_url: str) -> Settings:
    """Over a database of each kind, and with the real mail server."""
    mail = settings.mail.model_copy(update={"host": "127.0.0.1", "port": catcher.port})
    return with_database(settings.model_copy(update={"mail": mail}), database_url)


@pytest.fixture
def site(settings: Settings, clock: FrozenClock) -> Iterator[Flask]:
    """The application beside the worker: it queues, and looks."""
    app = wsgi.create_app(settings, clock=clock)
    yield app
    services: Services = app.extensions["services"]
    services.store.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Start `flask worker`; whatever is still running at the end is killed."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREAU_")},
        "PREAU_MODE": "test",
        "PREAU_SECRET_KEY": settings.secret_key.get_secret_value(),
        "PREAU_HTTP__BASE_URL": settings.http.base_url,
        "PREAU_DATABASE__URL": settings.database.url,
        "PREAU_STORE__URL": settings.store.url,
        "PREAU_KEYS__DIRECTORY": str(settings.keys.directory),
        "PREAU_MAIL__HOST": settings.mail.host,
        "PREAU_MAIL__PORT": str(settings.mail.port),
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        log = (tmp_path / "worker.log").open("ab")
        started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        log.close()
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def queue_all(site: Flask) -> list[str]:
    addresses = [f"p{number:02}@example.org" for number in range(MAILS)]
    with site.app_context():
        queue(site.extensions["services"], *(mail_to(address) for address in addresses))
    return addresses


def recorded_as_sent(site: Flask) -> set[str]:
    """The Message-IDs that the database says have left."""
    with site.app_context():
        return set(db.session.scalars(select(OutgoingMail.message_id).where(OutgoingMail.sent_at.is_not(None))))


def test_killed_in_the_middle_of_sending_it_loses_nothing_and_repeats_nothing_that_was_recorded(
    site: Flask, catcher: Catcher, start_worker: Callable[[], "subprocess.Popen[bytes]"], clock: FrozenClock
) -> None:
    catcher.slowness = 0.05
    addresses = queue_all(site)
    worker = start_worker()
    wait_until(lambda: len(catcher.accepted) >= 10, "the worker sends")
    worker.kill()
    worker.wait()
    recorded = recorded_as_sent(site)
    assert 9 <= len(recorded) < MAILS
    clock.advance(seconds=LEASE.total_seconds() + PATIENCE)
    catcher.slowness = 0
    with site.app_context():
        services = site.extensions["services"]
        deliver(services)
        assert db.session.scalar(select(func.count()).where(OutgoingMail.next_attempt_at.is_not(None))) == 0
    copies = Counter(message["Message-ID"] for _address, message in catcher.accepted)
    assert {address for address, _message in catcher.accepted} == set(addresses), "nothing is lost"
    assert len(copies) == MAILS, "a message keeps its id"
    twice = {message_id for message_id, times in copies.items() if times > 1}
    assert not twice & recorded, "what was recorded does not leave again"
    assert len(twice) <= 1, "only the one between the server's word and our commit could"


def test_told_to_stop_it_finishes_what_it_has_in_hand(
    site: Flask, catcher: Catcher, start_worker: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    catcher.slowness = 0.05
    queue_all(site)
    worker = start_worker()
    wait_until(lambda: len(catcher.accepted) >= 5, "the worker sends")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert recorded_as_sent(site) == {message["Message-ID"] for _address, message in catcher.accepted}


def test_a_message_leaves_soon_after_its_commit(
    site: Flask, catcher: Catcher, start_worker: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    start_worker()
    queue_all(site)
    wait_until(lambda: len(catcher.accepted) == MAILS, "the first ones leave")
    with site.app_context():
        queue(site.extensions["services"], mail_to("last@example.org"))
    asked = time.monotonic()
    wait_until(lambda: "last@example.org" in catcher.addresses, "the last one leaves")
    assert time.monotonic() - asked < 10
    wait_until(lambda: len(recorded_as_sent(site)) == MAILS + 1, "all are recorded")
