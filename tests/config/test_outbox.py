"""The outbox: a message is queued if and only if what it tells was done, and nobody reads it in the database."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import undefer

from config.database import db, transaction
from config.job_queue import queue_of
from config.outbox import Mail, OutgoingMail
from config.services import Services
from config.settings import Settings


def mail_to(address: str = "jean@example.org", **changes: object) -> Mail:
    values = {
        "sender": "Académie <a@ac.example>",
        "subject": "Sujet",
        "text": "Secret K7MW2P9R",
        "html": "<p>Secret</p>",
        "kind": "test",
    }
    return Mail(to=address, **{**values, **changes})  # type: ignore[arg-type]  # texts and ids


def queue(services: Services, *mails: Mail) -> None:
    with transaction() as session:
        for mail in mails:
            services.outbox.queue(session, mail)


def rows() -> list[OutgoingMail]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutgoingMail).options(undefer(OutgoingMail.content)).order_by(OutgoingMail.id)))


@pytest.mark.rule("R15")
def test_a_message_waits_from_the_commit_on(services: Services) -> None:
    queue(services, mail_to(account_id=12, notification_id=7))
    (row,) = rows()
    assert row.next_attempt_at == row.queued_at == services.clock.now()
    assert (row.kind, row.account_id, row.notification_id, row.attempts) == ("test", 12, 7, 0)
    assert row.sent_at is None
    assert row.content
    assert services.outbox.open(row.content) == mail_to(account_id=12, notification_id=7)


def test_a_message_of_a_change_that_was_undone_does_not_exist(services: Services) -> None:
    def queue_and_fail() -> None:
        with transaction() as session:
            services.outbox.queue(session, mail_to())
            raise LookupError

    with pytest.raises(LookupError):
        queue_and_fail()
    assert rows() == []


def test_nothing_of_a_message_can_be_read_in_the_database(services: Services, tmp_path: Path) -> None:
    queue(services, mail_to())
    with db.engine.connect() as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))
    kept = (tmp_path / "preau.sqlite").read_bytes()
    for secret in (b"jean@example.org", b"K7MW2P9R", b"Sujet", b"a@ac.example"):
        assert secret not in kept


def test_each_message_has_an_id_of_its_own_in_the_name_of_the_site(services: Services) -> None:
    queue(services, mail_to(), mail_to())
    first, second = (row.message_id for row in rows())
    assert first != second
    assert first.endswith("@preau.test>")


def test_the_worker_is_told_once_for_all_messages_of_a_commit(services: Services) -> None:
    waiting = queue_of(services.settings).huey
    queue(services, mail_to(), mail_to(), mail_to())
    assert waiting.pending_count() == 1
    queue(services, mail_to())
    assert waiting.pending_count() == 2


def test_the_worker_is_told_nothing_of_what_was_undone(services: Services) -> None:
    test_a_message_of_a_change_that_was_undone_does_not_exist(services)
    assert queue_of(services.settings).huey.pending_count() == 0


def test_a_queue_out_of_reach_is_no_reason_to_fail(services: Services, settings: Settings, tmp_path: Path) -> None:
    for file in tmp_path.glob("*.jobs.sqlite*"):
        file.unlink()
    queue_of(services.settings).huey.storage.close()
    with sqlite3.connect(tmp_path / "store.jobs.sqlite") as connection:
        connection.execute("create table unrelated (x)")
    queue(services, mail_to())
    assert len(rows()) == 1
