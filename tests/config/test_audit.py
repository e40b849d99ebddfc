"""The audit trail: a row in the transaction of what it tells, signed, and only ever added to."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from config.audit import AuditEvent, AuditRow, EventIds, row_mac, row_values
from config.database import db, transaction
from config.services import Services


def record(services: Services, event: AuditEvent = AuditEvent.SIGNED_IN, account: int = 12) -> None:
    with transaction():
        services.audit.record(event, actor=f"account:{account}", account_id=account, session_handle="ab" * 32)


def rows() -> list[AuditRow]:
    return list(db.session.scalars(select(AuditRow).order_by(AuditRow.id)))


def test_an_event_says_what_when_who_and_whom(services_on_each: Services) -> None:
    with transaction():
        services_on_each.audit.record(
            AuditEvent.RELEASE_SENT, actor="account:12", account_id=12, relying_party_id=3, details={"attributes": ["NAME"]}
        )
    (row,) = rows()
    assert (row.event, row.actor, row.account_id, row.relying_party_id) == ("release.sent", "account:12", 12, 3)
    assert row.at == services_on_each.clock.now()
    assert row.details == {"attributes": ["NAME"]}
    assert row.school_id is None


def test_an_event_stays_only_if_what_it_tells_stays(services_on_each: Services) -> None:
    def record_and_fail() -> None:
        with transaction():
            services_on_each.audit.record(AuditEvent.SIGNED_IN, actor="account:12")
            raise LookupError

    with pytest.raises(LookupError):
        record_and_fail()
    assert rows() == []


def test_an_event_is_one_statement(services_on_each: Services) -> None:
    statements: list[str] = []
    sqlalchemy_event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    record(services_on_each)
    assert [statement.split()[0] for statement in statements] == ["INSERT"]


def test_a_row_is_signed_in_a_form_that_the_database_gives_back(services_on_each: Services) -> None:
    details = {"été": "œ", "n": 1.5, "list": [1, None, True], "empty": {}, "quote": "'\"\\"}
    with transaction():
        services_on_each.audit.record(AuditEvent.IMPORT_APPLIED, actor="staff:3", school_id=5, details=details)
    db.session.expire_all()
    (row,) = rows()
    assert row.mac == row_mac(services_on_each.audit.key, row_values(row))


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_rows(services_on_each: Services, table: str, statement: str) -> None:
    record(services_on_each)
    column = "actor" if table == "audit_event" else "chain_mac"
    with transaction() as session:
        session.execute(text("INSERT INTO audit_seal (position, event_id, chain_mac) VALUES (1, 'a', 'b')"))
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text(statement.format(table, column)))
    assert len(rows()) == 1


def test_ids_sort_by_time_and_by_order_of_writing() -> None:
    ids, now = EventIds(), datetime(2026, 11, 16, tzinfo=UTC)
    made = [ids.next(now + timedelta(milliseconds=position // 50)) for position in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 500
    assert {len(value) for value in made} == {32}


def test_an_id_before_the_last_one_is_made_when_the_clock_goes_back() -> None:
    ids, now = EventIds(), datetime(2026, 11, 16, tzinfo=UTC)
    assert ids.next(now) > ids.next(now - timedelta(seconds=1))


def test_every_event_is_an_object_and_an_action() -> None:
    for event in AuditEvent:
        thing, dot, action = event.value.partition(".")
        assert dot, event
        assert thing.replace("_", "").isalpha(), event
        assert action.replace("_", "").isalpha(), event
