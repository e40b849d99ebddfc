"""The operators' commands: what they print, and the code with which they end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from config.audit import AuditEvent, AuditRow
from config.audit_triggers import TABLES, drop_statements
from config.clock import FrozenClock
from config.database import db, transaction
from config.keys import KeyRing
from config.services import Services
from config.settings import Settings
from tests.config.test_audit import record
from tests.config.test_outbox import mail_to, queue
from tests.conftest import RecordingMailer

Run = Callable[..., Result]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Keys of this test alone."""
    return settings.model_copy(update={"keys": settings.keys.model_copy(update={"directory": tmp_path / "keys"})})


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command of the application."""
    return lambda *words: app.test_cli_runner().invoke(app.cli, words)


def test_the_keys_are_listed_with_their_states_and_dates(run: Run) -> None:
    result = run("keys", "list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 4
    assert sum("next" in line for line in lines) == 2
    assert all("created 2026-11-16T09:30" in line for line in lines)


def test_a_rotation_is_counted_and_written_in_the_trail(run: Run, services: Services, clock: FrozenClock) -> None:
    before = services.keys.signing_key("RS256").kid
    clock.advance(days=2)
    result = run("keys", "rotate")
    assert result.stdout == "2 keys sign now, 2 were retired, 0 deleted.\n"
    (row,) = db.session.scalars(select(AuditRow))
    assert (row.event, row.actor) == (AuditEvent.KEYS_ROTATED, "cli")
    assert before in row.details["retired"]
    assert KeyRing(services.settings, clock).signing_key("RS256").kid != before


def test_a_rotation_too_early_says_why_and_changes_nothing(run: Run, services: Services) -> None:
    before = services.keys.signing_key("RS256").kid
    result = run("keys", "rotate")
    assert result.exit_code == 1
    assert "less than 24 hours ago" in result.output
    assert services.keys.signing_key("RS256").kid == before
    assert run("keys", "rotate", "--force").exit_code == 0


def test_the_trail_is_chained_and_found_in_order(run: Run, services: Services) -> None:
    record(services)
    assert run("audit", "seal").stdout == "1 events were chained.\n"
    record(services)
    result = run("audit", "verify")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 events are as they were written, 1 of them not chained yet. Head: 1:")


def test_tampering_ends_the_verification_with_a_failure(run: Run, services: Services) -> None:
    record(services)
    run("audit", "seal")
    head = run("audit", "verify").stdout.split("Head: ")[1].strip()
    with transaction() as session:
        for statement in (found for table in TABLES for found in drop_statements("sqlite", table)):
            session.execute(text(statement))
        session.execute(text("update audit_event set actor = 'account:99'"))
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "was edited" in result.output
    with transaction() as session:
        session.execute(text("delete from audit_event"))
        session.execute(text("delete from audit_seal"))
    assert run("audit", "verify").exit_code == 0
    assert "cut off" in run("audit", "verify", "--head", head).output


@pytest.mark.parametrize("head", ["x", "12", "a:b"])
def test_a_head_that_is_none_is_refused(run: Run, head: str) -> None:
    assert run("audit", "verify", "--head", head).exit_code == 2


def test_mail_is_delivered_and_forgotten_by_command(
    run: Run, services: Services, mailer: RecordingMailer, clock: FrozenClock
) -> None:
    queue(services, mail_to(), mail_to("alice@example.org"))
    assert run("mail", "deliver", "--limit", "1").stdout == "1 sent, 0 postponed, 0 failed for good.\n"
    assert run("mail", "deliver").stdout == "1 sent, 0 postponed, 0 failed for good.\n"
    assert [mail.to for mail in mailer.sent] == ["jean@example.org", "alice@example.org"]
    clock.advance(days=200)
    assert run("mail", "purge").stdout == "2 old messages were forgotten.\n"
