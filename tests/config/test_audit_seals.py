"""The chain over the audit trail: whatever is edited, taken away, added or moved behind the site's back is found."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from config import audit_seals
from config.audit import AuditEvent, AuditRow
from config.audit_seals import AuditSeal, Head, seal, verify
from config.audit_triggers import TABLES, drop_statements
from config.clock import FrozenClock
from config.database import db, transaction
from config.services import Services
from tests.config.test_audit import record


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten events are already several pages."""
    monkeypatch.setattr(audit_seals, "PAGE", 4)


@pytest.fixture
def trail(services_on_each: Services) -> Services:
    """Ten chained events, and a database whose owner took the triggers away."""
    for number in range(10):
        record(services_on_each, account=number + 1)
    assert seal(services_on_each) == 10
    with transaction() as session:
        for statement in (found for table in TABLES for found in disarm(table)):
            session.execute(text(statement))
    return services_on_each


def disarm(table: str) -> tuple[str, ...]:
    """What the owner of the database would do first; the fixture of the database takes it back."""
    if db.engine.dialect.name == "postgresql":
        return (f"ALTER TABLE {table} DISABLE TRIGGER ALL",)
    return drop_statements("sqlite", table)


def tamper(statement: str, **values: object) -> None:
    with transaction() as session:
        assert session.execute(text(statement), values).rowcount > 0  # type: ignore[attr-defined]  # what text() gives has one
    db.session.expire_all()


def event_at(position: int) -> str:
    found = db.session.scalar(select(AuditSeal.event_id).where(AuditSeal.position == position))
    assert found
    return found


def test_an_untouched_trail_is_as_it_was_written(trail: Services) -> None:
    record(trail)
    verdict = verify(trail)
    assert verdict.problem is None
    assert (verdict.events, verdict.unsealed, verdict.head.position) == (11, 1, 10)


def test_an_empty_trail_is_fine(services_on_each: Services) -> None:
    assert seal(services_on_each) == 0
    assert verify(services_on_each) == audit_seals.Verdict(0, 0, Head(), None)


@pytest.mark.parametrize(
    "change", ["actor = 'account:9'", "account_id = 99", "at = '2020-01-01 00:00:00'", "event = 'x.y'", "details = '{\"a\": 1}'"]
)
def test_an_edited_row_is_found(trail: Services, change: str) -> None:
    tamper(f"UPDATE audit_event SET {change} WHERE id = :id", id=event_at(6))
    assert verify(trail).problem == f"position 6: event {event_at(6)} was edited"


def test_a_row_that_was_taken_away_is_found(trail: Services) -> None:
    gone = event_at(5)
    tamper("DELETE FROM audit_event WHERE id = :id", id=gone)
    assert verify(trail).problem == f"position 5: event {gone} is missing"


def test_a_row_taken_away_with_its_seal_is_found(trail: Services) -> None:
    tamper("DELETE FROM audit_event WHERE id = :id", id=event_at(5))
    tamper("DELETE FROM audit_seal WHERE position = 5")
    assert verify(trail).problem == "position 5: the seal is missing"


def test_closing_the_gap_is_found(trail: Services) -> None:
    tamper("DELETE FROM audit_event WHERE id = :id", id=event_at(9))
    tamper("DELETE FROM audit_seal WHERE position = 9")
    tamper("UPDATE audit_seal SET position = 9 WHERE position = 10")
    problem = verify(trail).problem
    assert problem is not None
    assert problem.startswith("position 9:")
    assert "moved" in problem


def test_rows_that_changed_places_are_found(trail: Services) -> None:
    first, second = event_at(3), event_at(4)
    tamper("UPDATE audit_seal SET event_id = 'x' WHERE position = 3")
    tamper("UPDATE audit_seal SET event_id = :id WHERE position = 4", id=first)
    tamper("UPDATE audit_seal SET event_id = :id WHERE position = 3", id=second)
    problem = verify(trail).problem
    assert problem is not None
    assert problem.startswith("position 3:")
    assert "moved" in problem


@pytest.mark.parametrize("mac", ["mac", "'" + "0" * 64 + "'"])
def test_a_row_that_was_added_is_found(trail: Services, mac: str) -> None:
    """Even a copy of a genuine row: its id is part of what is signed."""
    columns = "at, event, actor, account_id, details"
    tamper(
        f"INSERT INTO audit_event (id, {columns}, mac) SELECT :new, {columns}, {mac} FROM audit_event WHERE id = :id",
        new="f" * 32,
        id=event_at(2),
    )
    assert verify(trail).problem == f"event {'f' * 32} was added or edited by someone who has not the key"


def test_an_added_row_does_not_become_genuine_by_being_chained(trail: Services) -> None:
    test_a_row_that_was_added_is_found(trail, "mac")
    seal(trail)
    assert verify(trail).problem == f"position 11: event {'f' * 32} was edited"


@pytest.mark.parametrize("column", ["chain_mac", "event_id"])
def test_an_edited_seal_is_found(trail: Services, column: str) -> None:
    tamper(f"UPDATE audit_seal SET {column} = :value WHERE position = 7", value="a" * 32)
    problem = verify(trail).problem
    assert problem is not None
    assert problem.startswith("position 7:")


def test_cutting_off_the_end_is_found_by_whoever_kept_the_head(trail: Services) -> None:
    head = verify(trail).head
    tamper("DELETE FROM audit_event WHERE id = :id", id=event_at(10))
    tamper("DELETE FROM audit_seal WHERE position = 10")
    assert verify(trail).problem is None
    assert verify(trail, head).problem == "the chain ends at position 9: later rows were cut off"


def test_a_chain_made_anew_is_found_by_whoever_kept_a_head(trail: Services) -> None:
    head = verify(trail).head
    tamper("DELETE FROM audit_event WHERE id = :id", id=event_at(4))
    tamper("DELETE FROM audit_seal")
    seal(trail)
    record(trail)
    seal(trail)
    assert verify(trail).problem is None
    problem = verify(trail, head).problem
    assert problem is not None
    assert "made anew" in problem


def test_the_head_that_was_kept_still_fits_when_the_chain_grew(trail: Services) -> None:
    head = verify(trail).head
    record(trail)
    seal(trail)
    assert verify(trail, head).problem is None


def test_an_event_that_was_committed_late_is_chained_too(services_on_each: Services, clock: FrozenClock) -> None:
    late = clock.now()
    clock.advance(minutes=5)
    record(services_on_each)
    assert seal(services_on_each) == 1
    services_on_each.audit._clock = FrozenClock(late)
    record(services_on_each)
    assert seal(services_on_each) == 1
    assert verify(services_on_each).unsealed == 0


def test_an_event_from_long_before_waits_for_the_nightly_run(services_on_each: Services, clock: FrozenClock) -> None:
    late = clock.now()
    clock.advance(hours=5)
    record(services_on_each)
    seal(services_on_each)
    services_on_each.audit._clock = FrozenClock(late)
    record(services_on_each)
    assert seal(services_on_each) == 0
    assert verify(services_on_each).unsealed == 1
    assert seal(services_on_each, everything=True) == 1


def test_sealing_twice_changes_nothing(trail: Services) -> None:
    assert seal(trail) == 0
    assert seal(trail, everything=True) == 0


def test_two_processes_that_seal_at_once_make_one_chain(app_on_each: Flask) -> None:
    services: Services = app_on_each.extensions["services"]

    def in_a_thread(act: Callable[[Services], object]) -> threading.Thread:
        def run() -> None:
            with app_on_each.app_context():
                act(services)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def write(services: Services) -> None:
        for _ in range(20):
            record(services)

    def chain(services: Services) -> None:
        for _ in range(10):
            seal(services)

    for thread in [in_a_thread(write), in_a_thread(write), in_a_thread(chain), in_a_thread(chain)]:
        thread.join()
    with app_on_each.app_context():
        seal(services)
        verdict = verify(services)
        assert (verdict.problem, verdict.events, verdict.unsealed) == (None, 40, 0)
        assert db.session.query(AuditRow).count() == 40


def test_an_event_of_each_kind_passes(services_on_each: Services) -> None:
    for event in AuditEvent:
        record(services_on_each, event)
    seal(services_on_each)
    assert verify(services_on_each).problem is None
