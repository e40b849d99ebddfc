"""`flask accounts import-siecle`: preview a school's or an académie's file, and apply it when told to."""

import sys
from contextlib import ExitStack
from pathlib import Path

import click

from account_mgmt.cli.groups import accounts
from account_mgmt.cli.import_texts import OBSTACLES, counts_text, doubt_text, refusal_text
from account_mgmt.domain.siecle_refusals import ImportRefused
from account_mgmt.models import ImportBatch
from account_mgmt.queries.schools import academy_with, school_with
from account_mgmt.services.siecle.archive import Upload, pack
from account_mgmt.services.siecle.plans import Scope
from account_mgmt.services.siecle.progress import Progress
from account_mgmt.services.siecle_import import ApplyProblem, apply, confirm_departures, discard, preview
from account_mgmt.services.siecle_reader import schools_in
from config.database import db
from config.services import current

ACTOR = "cli"
DOUBTS_SHOWN = 50
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@accounts.command("import-siecle")
@click.argument("files", nargs=-1, required=True, type=EXISTING)
@click.option("--school", "uai", help="The UAI of the school that the files must be of; needed for CSV.")
@click.option("--academy", "academy_code", help="The code of the académie whose schools the files are of.")
@click.option("--apply", "to_apply", is_flag=True, help="Do it. Without this, only say what would be done.")
@click.option(
    "--confirm-departures", "confirmed", is_flag=True, help="However many people are no longer in the file, that is right."
)
def import_siecle(*, files: tuple[Path, ...], uai: str | None, academy_code: str | None, to_apply: bool, confirmed: bool) -> None:
    """Import pupils, guardians and classes from SIECLE's zip or XML files, or from the two CSV files: all of it or nothing."""
    services = current()
    upload = _packed(files)
    batch = preview(services, upload, _scope(upload, uai, academy_code), ACTOR, _Line("Reading"))
    if batch.problem:
        raise click.ClickException(f"Nothing was written. {refusal_text(batch.problem)}")
    _show(batch)
    if not to_apply:
        discard(services, batch.id, ACTOR)
        click.echo("Nothing was written; add --apply to do it.")
        return
    if batch.plan["unusual"] and confirmed:
        confirm_departures(services, batch.id, ACTOR)
    result = apply(services, batch.id, ACTOR, _Line("Writing"))
    if isinstance(result, ApplyProblem):
        discard(services, batch.id, ACTOR)
        raise click.ClickException(OBSTACLES[result])
    click.echo("Applied." if result.plan["changes"] else "Everything was already as the file says: nothing changed.")


class _Line:
    """A line that shows how far it is, rewritten in place."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._said = -1

    def __call__(self, progress: Progress) -> None:
        if progress.percent == self._said:
            return
        self._said = progress.percent
        is_over = progress.done >= progress.total
        end = "\n" if is_over or not sys.stderr.isatty() else ""
        start = "\r" if sys.stderr.isatty() else ""
        click.echo(f"{start}{self._verb}: {progress.percent} % ({progress.done}/{progress.total}){end}", nl=False, err=True)


def _packed(files: tuple[Path, ...]) -> Upload:
    with ExitStack() as stack:
        return pack([(path.name, stack.enter_context(path.open("rb"))) for path in files])


def _scope(upload: Upload, uai: str | None, academy_code: str | None) -> Scope:
    """Whose file it is: as told, else the one school that it is about."""
    if academy_code:
        academy = academy_with(db.session(), academy_code)
        if academy is None:
            raise click.ClickException(f"No académie has the code {academy_code}.")
        return Scope(academy.id, None)
    school = school_with(db.session(), uai or _only_school(upload))
    if school is None:
        raise click.ClickException(f"No school has the UAI {uai or _only_school(upload)}.")
    return Scope(school.academy_id, school.id)


def _only_school(upload: Upload) -> str:
    try:
        schools = schools_in(upload.content)
    except ImportRefused as refusal:
        raise click.ClickException(f"Nothing was written. {refusal_text(refusal.as_problem())}") from refusal
    if len(schools) > 1:
        raise click.ClickException(f"These files are of {len(schools)} schools: say of which académie with --academy.")
    return schools[0].uai


def _show(batch: ImportBatch) -> None:
    plan = batch.plan
    for school in plan["schools"]:
        click.echo(f"{school['uai']} {school['name']}: {counts_text(school['counts'])}")
    files = {school["uai"]: school["files"] for school in plan["schools"]}
    doubts = plan["lists"]["doubts"]
    for doubt in doubts[:DOUBTS_SHOWN]:
        click.echo(f"  {doubt_text(doubt, files[doubt['uai']])}")
    if plan["totals"]["doubts"] > DOUBTS_SHOWN:
        click.echo(f"  … and {plan['totals']['doubts'] - DOUBTS_SHOWN} more doubts.")
    for uai in plan["unusual"]:
        click.echo(f"  {uai}: more than a third of the pupils or guardians are no longer in the file.")
