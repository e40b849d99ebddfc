"""The shape of the database through time: one history of numbered steps, for SQLite and PostgreSQL.

`flask db upgrade` before a new version starts. The steps are in `versions/`; `env.py` is how Alembic runs them.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from config.database import WRITING, Base

HERE = Path(__file__).parent
UPGRADE_LOCK = 7_321_961
"""Any number, as long as it stays: two machines that upgrade at once do it one after the other."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, as a whole or not at all."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        _alone(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision (`base` is before the first); what later steps added is lost."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        _alone(connection)
        command.downgrade(_config(connection), revision)


def write_revision(engine: Engine, message: str, number: str) -> None:
    """Write the next step from what the models have and the database has not; to be read and finished by hand."""
    with engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=number)


def current_revision(engine: Engine) -> str | None:
    """Where the database stands."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def heads() -> tuple[str, ...]:
    """The last step of the history; more than one would be two histories."""
    return tuple(ScriptDirectory(str(HERE)).get_heads())


def differences(engine: Engine) -> list[Any]:
    """What separates the database from the models."""
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": of_the_models}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def of_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """Leave alone the tables that are not ours to shape: the store and the job queue make their own."""
    return kind != "table" or name in Base.metadata.tables


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
