"""`flask rp …`: the registry from a shell. Each refusal says which line is wrong and what to write instead."""

import tomllib
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from config.database import db
from config.services import current
from idp.relying_parties import registry
from idp.relying_parties.advice import sentence
from idp.relying_parties.domain import Registration
from idp.relying_parties.queries import registrations
from idp.relying_parties.services import find

ACTOR = "cli"

rp = AppGroup("rp", help="The relying parties: the services that people log in to.")


@rp.command("register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def register(file: Path) -> None:
    """Register the relying party of a TOML file, or bring a known one up to date with it."""
    outcome = registry.register(current(), _read(file), ACTOR)
    if isinstance(outcome, list):
        lines = "\n".join(f"  - {sentence(problem)}" for problem in outcome)
        raise click.ClickException(f"{file} was not taken; nothing was changed.\n{lines}")
    click.echo(_told(outcome))
    if outcome.new_subjects:
        click.echo("Careful: its sector changed, so it will know everybody under a new subject.")
    if outcome.secret:
        _show_secret(outcome.client_id, outcome.secret)


@rp.command("list")
def list_all() -> None:
    """Show every relying party: client_id, protocol, name, and whether it is suspended."""
    known = registrations(db.session())
    for registration in known:
        state = "  suspended" if registration.suspended else ""
        click.echo(f"{registration.client_id}  {registration.protocol}  {registration.name}{state}")
    click.echo(f"{len(known)} relying parties.")


@rp.command("show")
@click.argument("client_id")
def show(client_id: str) -> None:
    """Show all that is registered of one, without its secrets."""
    registration = find(client_id)
    if registration is None:
        raise _unknown(client_id)
    for name, value in _lines(registration):
        click.echo(f"{name:<28} {value}")


@rp.command("suspend")
@click.argument("client_id")
def suspend(client_id: str) -> None:
    """Close a relying party at once, on all machines."""
    _set_suspended(client_id, suspended=True)
    click.echo(f"{client_id} is suspended: nobody gets in from now on.")


@rp.command("resume")
@click.argument("client_id")
def resume(client_id: str) -> None:
    """Open a suspended relying party again."""
    _set_suspended(client_id, suspended=False)
    click.echo(f"{client_id} is open again.")


@rp.command("rotate-secret")
@click.argument("client_id")
@click.option("--at-once", is_flag=True, help="End the secret in use now (it leaked), instead of letting both work.")
def rotate_secret(client_id: str, at_once: bool) -> None:
    """Make a new secret and show it; the one in use stays good beside it until `end-secrets`."""
    try:
        secret = registry.rotate_secret(current(), client_id, ACTOR, at_once=at_once)
    except registry.UnknownRelyingParty:
        raise _unknown(client_id) from None
    except registry.HasNoSecret:
        raise click.ClickException(
            f"{client_id} authenticates without a secret (token_endpoint_auth_method); there is none to change."
        ) from None
    _show_secret(client_id, secret)


@rp.command("end-secrets")
@click.argument("client_id")
def end_secrets(client_id: str) -> None:
    """End every secret but the newest, once the relying party uses that one."""
    try:
        ended = registry.end_earlier_secrets(current(), client_id, ACTOR)
    except registry.UnknownRelyingParty:
        raise _unknown(client_id) from None
    click.echo(f"{ended} earlier secrets of {client_id} were ended.")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is not a TOML file in UTF-8: {error}") from None


def _told(outcome: registry.Registered) -> str:
    if outcome.created:
        return f"{outcome.client_id} was registered."
    if outcome.changed:
        return f"{outcome.client_id} was brought up to date: {', '.join(outcome.changed)}."
    return f"{outcome.client_id} is registered just so already."


def _show_secret(client_id: str, secret: str) -> None:
    click.echo(f"The secret of {client_id}, shown this once only:\n{secret}")


def _lines(registration: Registration) -> list[tuple[str, str]]:
    about = {
        name: value for name, value in vars(registration).items() if name not in ("id", "version", "settings", "oidc", "schools")
    }
    about |= {f"schools.{name}": value for name, value in vars(registration.schools).items()}
    about |= {f"oidc.{name}": value for name, value in registration.oidc.to_dict().items() if name != "secrets"}
    about["live secrets, made at"] = [secret.created_at for secret in registration.oidc.secrets]
    return [(name, _shown(value)) for name, value in about.items()]


def _shown(value: object) -> str:
    if isinstance(value, frozenset | list | tuple):
        return ", ".join(sorted(str(item) for item in value)) or "-"
    return "-" if value in (None, "") else str(value)


def _set_suspended(client_id: str, *, suspended: bool) -> None:
    try:
        registry.set_suspended(current(), client_id, ACTOR, suspended=suspended)
    except registry.UnknownRelyingParty:
        raise _unknown(client_id) from None


def _unknown(client_id: str) -> click.ClickException:
    known = ", ".join(registration.client_id for registration in registrations(db.session())) or "none yet"
    return click.ClickException(f"No relying party has the client_id {client_id!r}. Known: {known}.")


COMMANDS: tuple[click.Command, ...] = (rp,)
