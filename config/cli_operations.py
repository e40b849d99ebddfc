"""The commands of the ground: `flask keys`, `flask audit`, `flask mail` and `flask worker`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from config import audit_seals, delivery
from config.audit import AuditEvent
from config.database import transaction
from config.keys import RotationTooEarly
from config.services import Services, current
from config.worker import TIMETABLE, work

keys = AppGroup("keys", help="The keys that sign tokens.")
audit = AppGroup("audit", help="The audit trail.")
mail = AppGroup("mail", help="The outbox.")


@keys.command("list")
def list_keys() -> None:
    """Show every live key, its state and its dates."""
    for key in current().keys.records():
        dates = f"created {key.created_at}"
        dates += f", current since {key.current_at}" if key.current_at else ""
        dates += f", retired {key.retired_at}" if key.retired_at else ""
        click.echo(f"{key.alg}  {key.kid}  {key.state:<8} {dates}")


@keys.command("rotate")
@click.option("--force", is_flag=True, help="Even if relying parties may not have seen the next key yet.")
def rotate_keys(force: bool) -> None:
    """Let the next key sign, retire the current one, publish a new next one."""
    services = current()
    try:
        rotation = services.keys.rotate(force)
    except RotationTooEarly:
        raise click.ClickException(
            f"The next key was published less than {services.settings.keys.publication_hours} hours ago: some relying "
            "parties do not know it yet. Wait, or use --force."
        ) from None
    with transaction():
        details = {"promoted": list(rotation.promoted), "retired": list(rotation.retired), "dropped": list(rotation.dropped)}
        services.audit.record(AuditEvent.KEYS_ROTATED, actor="cli", details=details)
    click.echo(f"{len(rotation.promoted)} keys sign now, {len(rotation.retired)} were retired, {len(rotation.dropped)} deleted.")


@audit.command("seal")
def seal_audit() -> None:
    """Chain the events that are not chained yet."""
    click.echo(f"{audit_seals.seal(current(), everything=True)} events were chained.")


@audit.command("verify")
@click.option("--head", type=str, help="POSITION:MAC from an earlier verification or the logs: shows if the end was cut off.")
def verify_audit(head: str | None) -> None:
    """Look for edited, added, missing or moved rows; exit with 1 at the first."""
    expected = None
    if head is not None:
        position, separator, chain_mac = head.partition(":")
        if not separator or not position.isdigit():
            raise click.BadParameter("it looks like 1234:5fa0…", param_hint="--head")
        expected = audit_seals.Head(int(position), chain_mac)
    verdict = audit_seals.verify(current(), expected)
    if verdict.problem:
        raise click.ClickException(f"The audit trail was tampered with. {verdict.problem}.")
    click.echo(
        f"{verdict.events} events are as they were written, {verdict.unsealed} of them not chained yet. Head: {verdict.head}"
    )


@mail.command("deliver")
@click.option("--limit", type=int, default=500, show_default=True, help="At most so many messages.")
def deliver_mail(limit: int) -> None:
    """Send what is due."""
    report = delivery.deliver(current(), limit)
    click.echo(f"{report.sent} sent, {report.postponed} postponed, {report.failed} failed for good.")


@mail.command("purge")
def purge_mail() -> None:
    """Forget messages that were sent or given up long ago."""
    click.echo(f"{delivery.purge(current())} old messages were forgotten.")


@click.command("worker")
@click.option("--threads", type=click.IntRange(1, 6), default=2, show_default=True, help="Jobs done at the same time.")
@with_appcontext
def worker(threads: int) -> None:
    """Do the jobs of the queue and of the timetable until told to stop."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way

    @contextmanager
    def workplace() -> Iterator[Services]:
        with app.app_context():
            yield current()

    click.echo(f"Working with {threads} threads; {len(TIMETABLE)} jobs on the timetable.")
    work(workplace, threads)
    click.echo("Stopped; nothing is lost.")


COMMANDS = (keys, audit, mail, worker)
