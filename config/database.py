"""The one door to the SQL database: the base of all tables, UTC dates, how engines are set up, and the transaction of a use case.

On SQLite reading never waits and writing is one at a time: a use case takes the writer's place when it begins (BEGIN IMMEDIATE),
so that it cannot find half-way that somebody else wrote what it had read. PostgreSQL needs none of this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, event, make_url
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session
from sqlalchemy.types import TypeDecorator

from config.files import create_private
from config.settings import Settings

BUSY_SECONDS = 15
WRITING = "preau_writing"

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A date that always has its time zone in Python, on SQLite as on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a date without its time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_enum(kind: type[StrEnum]) -> Enum:
    """A column that holds an enum's value as text: readable in the database, a member in Python."""
    return Enum(kind, native_enum=False, length=32, values_callable=lambda members: [member.value for member in members])


class Base(MappedAsDataclass, DeclarativeBase):
    """The base of every table: a typed dataclass without rules."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON}


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def init_database(app: Flask, settings: Settings) -> None:
    """Give an application its engine."""
    url = make_url(settings.database.url)
    options: dict[str, Any] = {"pool_size": settings.database.pool_size}
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY_SECONDS}
    else:
        url = url.set(drivername="postgresql+psycopg")
        options["pool_pre_ping"] = True
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """Make a SQLite engine keep its promises: foreign keys, readers beside a writer, transactions that really begin."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _create_sqlite)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _create_sqlite(_dialect: Dialect, _record: object, arguments: list[str], _named: dict[str, Any]) -> None:
    create_private(Path(arguments[0]))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and only before a write: we say where they begin.
    connection.isolation_level = None
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    driver_connection: Any = connection.connection.dbapi_connection
    driver_connection.execute("begin immediate" if writing else "begin")


@contextmanager
def transaction() -> Iterator[Session]:
    """The one transaction of a use case: commits at the end, rolls everything back on an exception."""
    session = db.session()
    if WRITING in session.info:
        raise RuntimeError("a use case opens one transaction: the outer one would be committed half-way")
    session.info[WRITING] = True
    try:
        if session.get_bind().dialect.name == "sqlite":
            _become_the_writer(session)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[WRITING]


def _become_the_writer(session: Session) -> None:
    if session.in_transaction():
        session.commit()  # what was read so far was read in a transaction that might not be allowed to write any more
    session.connection(execution_options={WRITING: True})
