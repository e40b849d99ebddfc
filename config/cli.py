"""Commands of the ground: what is in force, and the database's shape."""

import re
from typing import Any

import click
from pydantic import BaseModel, SecretStr

from config.services import current

MASK = "********"
PASSWORD_IN_URL = re.compile(r"(://[^:/@]*):[^@/]*@")


@click.group("config")
def config_group() -> None:
    """The settings."""


@config_group.command("check")
def check() -> None:
    """Print what is in force, secrets masked."""
    click.echo("\n".join(lines_of(current().settings)))


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


COMMANDS: tuple[click.Command, ...] = (config_group,)
