"""Commands about the installation: `flask config`, what is in force; `flask db`, the shape of the database."""

import re
from typing import Any

import click
from flask.cli import AppGroup
from pydantic import BaseModel, SecretStr

from config import migrations
from config.database import db
from config.services import current

MASK = "********"
PASSWORD_IN_URL = re.compile(r"(://[^:/@]*):[^@/]*@")

config = AppGroup("config", help="The settings.")
database = AppGroup("db", help="The shape of the database.")


@config.command("check")
def check_config() -> None:
    """Print every setting in force, secrets masked."""
    click.echo("\n".join(lines_of(current().settings)))


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to the newest shape, or to a revision."""
    before = migrations.current_revision(db.engine)
    migrations.upgrade(db.engine, revision)
    click.echo(f"The database was at {before or 'the beginning'} and is at {migrations.current_revision(db.engine)}.")


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to a revision; what later ones added is lost."""
    migrations.downgrade(db.engine, revision)
    click.echo(f"The database is at {migrations.current_revision(db.engine) or 'the beginning'}.")


@database.command("check")
def check_database() -> None:
    """Exit with 1 if the database does not have the shape that this version needs."""
    at, wanted = migrations.current_revision(db.engine), migrations.heads()[0]
    if at != wanted:
        raise click.ClickException(
            f"The database is at {at or 'the beginning'}, this version needs {wanted}: run `flask db upgrade`."
        )
    click.echo(f"The database is at {at}, as this version needs it.")


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write the next step of the history from the models (for developers)."""
    number = f"{int(migrations.heads()[0]) + 1:04}" if migrations.heads() else "0001"
    migrations.write_revision(db.engine, message, number)
    click.echo(f"Read config/migrations/versions/{number}_*.py before you trust it.")


def lines_of(settings: BaseModel, prefix: str = "") -> list[str]:
    """Every setting as `key = value`, its groups unfolded."""
    lines: list[str] = []
    for name, value in settings:
        if isinstance(value, BaseModel):
            lines += lines_of(value, f"{prefix}{name}.")
        else:
            lines.append(f"{prefix}{name} = {_shown(value)}")
    return lines


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else "(none)"
    return PASSWORD_IN_URL.sub(rf"\1:{MASK}@", str(value))


COMMANDS: tuple[click.Command, ...] = (config, database)
