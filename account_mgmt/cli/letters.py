"""`flask accounts letters`: order and print the letters of a school, a class or one account, here and now."""

from pathlib import Path

import click

from account_mgmt.cli.groups import accounts
from account_mgmt.domain.letters import LetterProblem
from account_mgmt.models import LetterRun, School
from account_mgmt.queries.schools import account_at, school_with
from account_mgmt.services.letter_jobs import do_letters_now
from account_mgmt.services.letters import LetterOrder, download_document, request_letters
from config.database import db
from config.services import Services, current

ACTOR = "cli"
REFUSALS = {
    LetterProblem.NOBODY_TO_WRITE_TO: "Nobody to write to: each account is created, or has a letter still good (--replace).",
    LetterProblem.NO_SUCH_CLASS: "The school has no such class.",
    LetterProblem.NO_SUCH_ACCOUNT: "No account of this school has that login, or it was grouped or closed.",
}


@accounts.command("letters")
@click.option("--school", "uai", required=True, help="The school's UAI.")
@click.option("--class", "class_code", help="Only this class, as the school's file names it.")
@click.option("--account", "login", help="New credentials for this login alone, created or not: the earlier ones stop working.")
@click.option("--replace", is_flag=True, help="Also accounts whose letter is still good: that letter stops working.")
@click.option("--paper", is_flag=True, help="Print all, also where the school knows an e-mail address.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The PDF; by default letters-<UAI>-<run>.pdf.")
def letters(  # noqa: PLR0913 - a parameter for each option
    *, uai: str, class_code: str | None, login: str | None, replace: bool, paper: bool, output: Path | None
) -> None:
    """Issue a login and a provisional password to each account not created yet: by e-mail where possible, else as one PDF."""
    services = current()
    school = school_with(db.session(), uai)
    if school is None:
        raise click.ClickException(f"No school has the UAI {uai}.")
    account_id = _account_id(school, login) if login else None
    order = LetterOrder(school.id, ACTOR, class_code, account_id, replace or account_id is not None, not paper)
    run = request_letters(services, order)
    if isinstance(run, LetterProblem):
        raise click.ClickException(REFUSALS[run])
    do_letters_now(services, run.id)
    click.echo(_report(services, run.id, output or Path(f"letters-{school.uai}-{run.id}.pdf")))


def _account_id(school: School, login: str) -> int:
    account_id = account_at(db.session(), school.id, login)
    if account_id is None:
        raise click.ClickException(REFUSALS[LetterProblem.NO_SUCH_ACCOUNT])
    return account_id


def _report(services: Services, run_id: int, output: Path) -> str:
    run = db.session.get_one(LetterRun, run_id, populate_existing=True)
    if run.finished_at is None:
        return f"The worker is at it already: {run.done} of {run.total} letters are issued."
    told = f"{run.emailed} by e-mail, {run.printed} printed"
    document = download_document(services, run, ACTOR)
    if document is None:
        return f"{told}."
    output.touch(mode=0o600)
    output.chmod(0o600)  # it holds passwords; the file may be there from before
    output.write_bytes(document)
    return f"{told}: {output}"
