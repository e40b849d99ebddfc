"""`flask accounts nightly`: the night job of accounts, here and now, or only what it would do."""

import click

from account_mgmt.cli.groups import accounts
from account_mgmt.services.nightly import lines_of, nightly, rehearse
from config.services import current


@accounts.command("nightly")
@click.option("--dry-run", is_flag=True, help="Only say what there is to do.")
def run(*, dry_run: bool) -> None:
    """Delete, close, warn, invalidate and erase what is due today; run again, it finds nothing more to do."""
    report = rehearse(current()) if dry_run else nightly(current())
    click.echo("\n".join(lines_of(report)))
