"""Fixtures of the ground: an application on each database that it promises to run on."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

import wsgi
from config.audit_triggers import TABLES
from config.clock import FrozenClock
from config.database import Base, db
from config.services import Services
from config.settings import Settings
from tests import servers
from tests.conftest import RecordingMailer, make_settings


@pytest.fixture(scope="session")
def migrated_postgresql(shared_files: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a PostgreSQL database of this worker with all tables, made once and emptied for each test."""
    name = f"ground_{os.getpid()}"
    with psycopg.connect(servers.postgresql_url(), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    settings = make_settings(tmp_path_factory.mktemp("postgresql"), shared_files)
    app = wsgi.create_app(with_database(settings, servers.postgresql_url(name)))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()
    return servers.postgresql_url(name)


@pytest.fixture
def emptied_postgresql(migrated_postgresql: str) -> Iterator[str]:
    """That database for one test; afterwards its rows are gone, even those that triggers keep."""
    yield migrated_postgresql
    with psycopg.connect(migrated_postgresql, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        connection.execute(f"truncate {tables} restart identity".encode())
        for table in TABLES:
            connection.execute(f"alter table {table} enable trigger all".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path) -> str:
    """The address of a database with all tables and no row, once of each kind."""
    if request.param == "postgresql":
        address: str = request.getfixturevalue("emptied_postgresql")
        return address
    shutil.copy(empty_database, tmp_path / "preau.sqlite")
    return f"sqlite:///{tmp_path}/preau.sqlite"


@pytest.fixture
def app_on_each(database_url: str, settings: Settings, clock: FrozenClock, mailer: RecordingMailer) -> Iterator[Flask]:
    """The application over an empty database of each kind."""
    app = wsgi.create_app(with_database(settings, database_url), clock=clock, mailer=mailer)
    yield app
    services: Services = app.extensions["services"]
    services.store.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def with_database(settings: Settings, url: str) -> Settings:
    """The same settings over another database."""
    return settings.model_copy(update={"database": settings.database.model_copy(update={"url": url})})


@pytest.fixture
def services_on_each(app_on_each: Flask) -> Iterator[Services]:
    """The services over an empty database of each kind, inside the application's context."""
    with app_on_each.app_context():
        yield app_on_each.extensions["services"]
