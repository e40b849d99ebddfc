"""The fixtures that most tests ask for: a clock that stands still, an application, a visitor, the mail that left.

Each test has its own database (a copy of an empty one) and store. Fixtures of one area live in that area's conftest.py.
"""

import atexit
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy.orm import Session

import wsgi
from config.clock import FrozenClock
from config.database import Base, db
from config.delivery import deliver
from config.mailer import Mail
from config.services import Services
from config.settings import Settings
from tests import servers
from tests.factories import NOW
from tests.visitor import SeparateClient, Visitor

for name in [name for name in os.environ if name.startswith("PREAU_")]:
    del os.environ[name]  # what the developer's own site is set to is no business of tests

servers.own_the_run()
atexit.register(servers.end_the_run)

pytest_plugins = ("tests.browser.fixtures",)
"""Loaded once for all folders: a second set of these fixtures would start a second Chromium beside the first."""

BASE_URL = "https://preau.test"
database_numbers = count(1)


class RecordingMailer:
    """A mail server that takes everything, and keeps it to be read."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    @contextmanager
    def line(self) -> Iterator["RecordingMailer"]:
        yield self

    def send(self, mail: Mail, message_id: str, date: datetime) -> None:
        self.sent.append(mail)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands at `factories.NOW` until the test moves it."""
    return FrozenClock(NOW)


@pytest.fixture(scope="session")
def shared_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what is slow to make and never changed: signing keys, the empty database."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture
def settings(tmp_path: Path, shared_files: Path) -> Settings:
    """The settings of a site in https, on SQLite files of this test."""
    return make_settings(tmp_path, shared_files)


def make_settings(folder: Path, shared_files: Path) -> Settings:
    """Settings whose data is in a folder; tests change some with `model_copy(update=…)`."""
    return Settings.model_validate(
        {
            "mode": "test",
            "secret_key": "a secret for tests, long enough and known to everybody",
            "http": {"base_url": BASE_URL},
            "database": {"url": f"sqlite:///{folder}/preau.sqlite"},
            "store": {"url": f"sqlite:///{folder}/store.sqlite"},
            "keys": {"directory": shared_files / "keys"},
        }
    )


@pytest.fixture(scope="session")
def empty_database(shared_files: Path) -> Path:
    """A SQLite file with all tables and no row, made once and copied for each test."""
    folder = shared_files / "empty"
    app = wsgi.create_app(make_settings(folder, shared_files))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        db.engine.dispose()
    return folder / "preau.sqlite"


@pytest.fixture
def mailer() -> RecordingMailer:
    """The mail server; it has only what `deliver` sent. Most tests want `mails` instead."""
    return RecordingMailer()


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, mailer: RecordingMailer, empty_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application over an empty database."""
    shutil.copy(empty_database, tmp_path / "preau.sqlite")
    app = wsgi.create_app(settings, clock=clock, mailer=mailer)
    app.test_client_class = SeparateClient
    yield app
    services: Services = app.extensions["services"]
    services.store.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def services(app: Flask) -> Iterator[Services]:
    """The services of the application, inside its context for the length of the test."""
    with app.app_context():
        yield app.extensions["services"]


@pytest.fixture
def session(services: Services) -> Session:
    """The database session of the test; commit what it adds, or let the next request of a visitor do it."""
    return db.session()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A person's browser, without a window. For a second person: `new_visitor()`."""
    return Visitor(app.test_client(), BASE_URL)


@pytest.fixture
def new_visitor(app: Flask) -> Callable[[], Visitor]:
    """As many browsers as wanted, each with its own cookies."""
    return lambda: Visitor(app.test_client(), BASE_URL)


@pytest.fixture
def mails(services: Services, mailer: RecordingMailer) -> Callable[[], list[Mail]]:
    """Deliver what is due, and list everything that left so far, the oldest first."""

    def delivered() -> list[Mail]:
        db.session.commit()
        deliver(services)
        return mailer.sent

    return delivered


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The address of a new, empty database of a real PostgreSQL."""
    name = f"test_{os.getpid()}_{next(database_numbers)}"
    with psycopg.connect(servers.postgresql_url(), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        yield servers.postgresql_url(name)
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def redis_url() -> str:
    """The address of an empty database of a real Redis or Valkey, which no other worker uses."""
    url = servers.redis_url(int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))
    with Redis.from_url(url) as connection:
        connection.flushdb()
    return url
