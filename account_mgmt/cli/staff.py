"""`flask staff`: who works at a school office or an académie."""

from typing import Any

import click

from account_mgmt.cli.groups import staff
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.permissions import Role
from account_mgmt.models import Academy, School, StaffMember
from account_mgmt.queries.schools import academy_with, school_with
from account_mgmt.queries.staff import all_members, member_with
from account_mgmt.services.staff import NewMember, add_member, close_member, mail_password_link, password_link
from config.database import db
from config.services import current

ACTOR = "cli"
PRINT_LINK = click.option(
    "--print-link", is_flag=True, help="Print the link by which the password is chosen, instead of mailing it."
)


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--school", "uai", help="The UAI of the school where they work.")
@click.option("--academy", "code", help="The code of the académie that they administer.")
@click.option(
    "--role", type=click.Choice(list(Role)), help="By default school_office with --school, academy_admin with --academy."
)
@PRINT_LINK
def add(email: str, name: str, role: str | None, print_link: bool, **place: str | None) -> None:
    """Give someone access; a link to choose a password leaves by e-mail."""
    school, academy = _place(**place)
    chosen = Role(role) if role else Role.SCHOOL_OFFICE if school else Role.ACADEMY_ADMIN
    member = add_member(current(), NewMember(email, name, chosen, school, academy), ACTOR)
    if isinstance(member, Problem):
        raise click.ClickException(f"{email} is no e-mail address.")
    where = school.name if school else academy.name if academy else ""
    click.echo(f"{member.name} <{member.email}> is {chosen} at {where}. {_hand_over(member, school, academy, print_link)}")


@staff.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a new link by which someone chooses a password: the first time, or after forgetting it."""
    click.echo(password_link(current(), _member(email)))


@staff.command("close")
@click.argument("email")
def close(email: str) -> None:
    """Take someone's access away and end their sessions at once."""
    member = _member(email)
    close_member(current(), member.id, ACTOR)
    click.echo(f"{member.email} has no access any more.")


@staff.command("list")
def list_members() -> None:
    """Show everyone, with their roles."""
    members = all_members(db.session())
    for member in members:
        click.echo(f"{member.email}  {member.name}  {', '.join(_role(role) for role in member.roles)}{_closed(member)}")
    click.echo(f"{len(members)} people.")


def _place(uai: str | None, code: str | None) -> tuple[School | None, Academy | None]:
    if (uai is None) == (code is None):
        raise click.UsageError("Give either --school or --academy.")
    session = db.session()
    school = school_with(session, uai) if uai else None
    academy = academy_with(session, code) if code else None
    if school is None and academy is None:
        raise click.ClickException(f"No school has the UAI {uai}." if uai else f"No académie has the code {code}.")
    return school, academy


def _hand_over(member: StaffMember, school: School | None, academy: Academy | None, print_link: bool) -> str:
    if member.password_hash is not None:
        return "They have a password already."
    if print_link:
        return f"To choose a password, within a week: {password_link(current(), member)}"
    owner = academy or (school.academy if school else None)
    if owner is None:
        raise click.UsageError("Give either --school or --academy.")
    mail_password_link(current(), member, owner)
    return "A link to choose a password leaves by e-mail."


def _member(email: str) -> StaffMember:
    member = member_with(db.session(), email.strip().lower())
    if member is None or member.closed_at is not None:
        raise click.ClickException(f"Nobody has access with the address {email}.")
    return member


def _role(role: Any) -> str:
    session = db.session()
    if role.school_id is not None:
        return f"{role.role} at {session.get_one(School, role.school_id).uai}"
    return f"{role.role} of {session.get_one(Academy, role.academy_id).code}"


def _closed(member: StaffMember) -> str:
    return "" if member.closed_at is None else "  (closed)"
