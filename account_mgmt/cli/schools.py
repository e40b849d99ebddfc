"""`flask academies` and `flask schools`: the first rows of an installation."""

import json
from typing import Any

import click

from account_mgmt.cli.groups import academies, schools
from account_mgmt.domain.policies import PRESETS
from account_mgmt.queries.schools import all_schools
from account_mgmt.services.schools import NewAcademy, NewSchool, SchoolProblem, add_academy, add_school
from config.database import db
from config.services import current

ACTOR = "cli"
REFUSALS = {
    SchoolProblem.UAI_INVALID: "This is no UAI: seven digits and the letter that checks them.",
    SchoolProblem.UAI_TAKEN: "A school has this UAI already.",
    SchoolProblem.UNKNOWN_ACADEMY: "No académie has this code: add it first (flask academies add).",
    SchoolProblem.CODE_TAKEN: "An académie has this code already.",
    SchoolProblem.POLICY_INVALID: "No policy has that name.",
    SchoolProblem.PORTAL_INVALID: "The portal's address starts with https://",
    SchoolProblem.SENDER_INVALID: "The sender is an e-mail address, alone or as: Name <address>",
}


@academies.command("add")
@click.argument("code")
@click.option("--name", required=True, help="As families read it: Académie de Poitiers.")
@click.option("--sender", required=True, help="Where its e-mails come from: 'Académie de Poitiers <comptes@example.org>'.")
@click.option("--preset", type=click.Choice(list(PRESETS)), default="default", show_default=True, help="Its policies.")
@click.option("--policy", "policies", multiple=True, metavar="NAME=VALUE", help="A policy that differs from the preset.")
def add_an_academy(policies: tuple[str, ...], **values: Any) -> None:
    """Add an académie."""
    added = add_academy(current(), NewAcademy(**values, policies=dict(map(_policy, policies))), ACTOR)
    if isinstance(added, SchoolProblem):
        raise click.ClickException(REFUSALS[added])
    click.echo(f"{added.name} is added, with the policies of {added.preset}.")


@schools.command("add")
@click.argument("uai")
@click.option("--name", required=True, help="As families read it: Collège Jean-Moulin.")
@click.option("--academy", required=True, help="The code of its académie.")
@click.option("--city", default="", help="Where it is.")
@click.option("--phone", default="", help="The office's telephone, printed on letters.")
@click.option("--email", default="", help="The office's address, printed on letters.")
@click.option("--portal-url", help="The school's ENT, where letters lead; without it they lead here.")
@click.option(
    "--degree", type=click.IntRange(1, 2), default=2, show_default=True, help="1 for an école, 2 for a collège or lycée."
)
def add_a_school(**values: Any) -> None:
    """Add a school."""
    added = add_school(current(), NewSchool(**values), ACTOR)
    if isinstance(added, SchoolProblem):
        raise click.ClickException(REFUSALS[added])
    click.echo(f"{added.name} ({added.uai}) is added to {added.academy.name}.")


@schools.command("list")
def list_schools() -> None:
    """Show every school."""
    known = all_schools(db.session())
    for school in known:
        click.echo(f"{school.uai}  {school.academy.code:<12} {school.name}, {school.city}")
    click.echo(f"{len(known)} schools.")


def _policy(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator:
        raise click.BadParameter("it looks like inactivity_months=6", param_hint="--policy")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value
