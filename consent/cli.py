"""`flask refusals …`: the reply slips that came back, from a shell. People are named by their numbers in SIECLE."""

import click
from flask.cli import AppGroup

from config.database import db
from config.services import current
from consent.queries import Slip, find_slip
from consent.queries import refusals as refusals_in_force
from consent.services import record_refusal, withdraw_refusal

ACTOR = "cli"

refusals = AppGroup("refusals", help="Families that refused the téléservices.")

ACADEMY = click.argument("academy")
PERSONNE = click.argument("personne_id", type=int)
ELEVE = click.argument("eleve_id", type=int)


@refusals.command("record")
@ACADEMY
@PERSONNE
@ELEVE
def record(academy: str, personne_id: int, eleve_id: int) -> None:
    """Record that a guardian (PERSONNE_ID) refuses the téléservices for a pupil (ELEVE_ID)."""
    new = record_refusal(current(), _slip(academy, personne_id, eleve_id), ACTOR)
    click.echo(
        "The refusal is recorded: téléservices are closed for that guardian and pupil." if new else "It was known already."
    )


@refusals.command("withdraw")
@ACADEMY
@PERSONNE
@ELEVE
def withdraw(academy: str, personne_id: int, eleve_id: int) -> None:
    """End the refusal of a guardian (PERSONNE_ID) for a pupil (ELEVE_ID)."""
    ended = withdraw_refusal(current(), _slip(academy, personne_id, eleve_id), ACTOR)
    click.echo("The refusal is ended: téléservices are open again." if ended else "There was no refusal.")


@refusals.command("list")
def list_all() -> None:
    """Show every refusal in force."""
    known = refusals_in_force(db.session())
    for row in known:
        click.echo(
            f"{row.academy}  personne {row.personne_id}  élève {row.eleve_id}  {row.recorded_at:%Y-%m-%d}  {row.recorded_by}"
        )
    click.echo(f"{len(known)} refusals.")


def _slip(academy: str, personne_id: int, eleve_id: int) -> Slip:
    slip = find_slip(db.session(), academy, personne_id, eleve_id)
    if slip is None:
        raise click.ClickException(
            f"No school of {academy} says that personne {personne_id} is a guardian of élève {eleve_id}. "
            "Check the two numbers in SIECLE, and that the school's files were imported."
        )
    return slip


COMMANDS: tuple[click.Command, ...] = (refusals,)
