"""Runs of letters that are cut short, ordered twice or left lying: no password is lost, and none stays (R04)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.authentication import Provisional, Wrong
from account_mgmt.models import Account, LetterPage, LetterRun, Notification, Pupil
from account_mgmt.queries import letters as letter_queries
from account_mgmt.services import letters
from account_mgmt.services.authentication import authenticate
from account_mgmt.services.letter_jobs import do_letters_now, start_letters
from account_mgmt.services.letters import LetterOrder, download_document, forget_documents, request_letters, run_letters
from config.clock import FrozenClock
from config.documents import Documents, MailText
from config.services import Services
from config.worker import TIMETABLE, run_job, run_waiting
from tests.factories import Dupont, Stage, dupont
from tests.letters import read_pages

ADDRESS = "192.0.2.1"


class PowerCut(Exception):
    """The machine stops."""


class FailingDocuments(Documents):
    """A printer and a writer of e-mails whose machine stops at its first use."""

    def __init__(self) -> None:
        pass

    def book(self, template: str, parts: Iterable[dict[str, Any]]) -> bytes:
        raise PowerCut

    def email(self, name: str, language: str | None, /, **context: Any) -> MailText:
        raise PowerCut


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session, Stage.KNOWN, Stage.KNOWN)
    session.commit()
    return family


@pytest.fixture
def run(services: Services, family: Dupont) -> LetterRun:
    run = request_letters(services, LetterOrder(family.dylans_school.id, "staff:1"))
    assert isinstance(run, LetterRun)
    return run


@pytest.fixture
def cut_short(services: Services) -> Services:
    return replace(services, documents=FailingDocuments())


def test_a_run_cut_short_before_its_document_prints_the_passwords_that_it_issued(
    services: Services, cut_short: Services, session: Session, run: LetterRun
) -> None:
    with pytest.raises(PowerCut):
        run_letters(cut_short, run.id)
    hashes = set(session.scalars(select(Notification.password_hash)))
    assert len(hashes) == 3
    finished = run_letters(services, run.id)
    assert set(session.scalars(select(Notification.password_hash))) == hashes, "nobody is written to twice"
    document = download_document(services, finished, "staff:1")
    assert document is not None
    pages = read_pages(document)
    assert len(pages) == 3
    assert all(isinstance(authenticate(services, page.login, page.password, ADDRESS), Provisional) for page in pages)


def test_a_run_cut_short_between_two_batches_goes_on_where_it_stopped(
    services: Services, cut_short: Services, session: Session, run: LetterRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.execute(update(Pupil).values(email="dylan@famille.example"))  # his account is the last: his e-mail stops the machine
    session.commit()
    monkeypatch.setattr(letters, "BATCH", 1)
    with pytest.raises(PowerCut):
        run_letters(cut_short, run.id)
    session.rollback()
    assert session.get_one(LetterRun, run.id, populate_existing=True).done == 2
    finished = run_letters(services, run.id)
    assert (finished.done, finished.printed, finished.emailed) == (3, 2, 1)
    assert len(session.scalars(select(Notification)).all()) == 3


def test_the_document_leaves_out_letters_that_were_replaced_or_used_in_the_meantime(
    services: Services, cut_short: Services, session: Session, family: Dupont, run: LetterRun
) -> None:
    with pytest.raises(PowerCut):
        run_letters(cut_short, run.id)
    by_hand = request_letters(
        services, LetterOrder(family.dylans_school.id, "staff:1", account_id=family.jean_for_dylan.id, replace_valid=True)
    )
    assert isinstance(by_hand, LetterRun)
    do_letters_now(services, by_hand.id)
    document = download_document(services, run_letters(services, run.id), "staff:1")
    assert document is not None
    assert [page.login for page in read_pages(document)] == ["dylan.dupont", "alice.dupont"]


def test_pages_are_unreadable_while_they_wait_and_gone_once_printed(
    services: Services, cut_short: Services, session: Session, run: LetterRun
) -> None:
    with pytest.raises(PowerCut):
        run_letters(cut_short, run.id)
    waiting = session.scalars(select(LetterPage.content)).all()
    assert all(content is not None and b"dupont" not in content.lower() for content in waiting)
    finished = run_letters(services, run.id)
    assert session.scalars(select(LetterPage.content)).all() == [None, None, None]
    kept = session.scalar(select(LetterRun.document).where(LetterRun.id == finished.id))
    assert kept is not None
    assert b"%PDF" not in kept


def test_an_account_created_while_its_password_is_hashed_is_left_alone(
    services: Services, session: Session, family: Dupont, run: LetterRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_of = letter_queries.next_addressees

    def and_meanwhile(*arguments: Any) -> Any:
        found = batch_of(*arguments)
        account = session.get_one(Account, family.jean_for_dylan.id)
        account.first_connection_at = services.clock.now()
        session.commit()
        return found

    monkeypatch.setattr(letter_queries, "next_addressees", and_meanwhile)
    finished = run_letters(services, run.id)
    assert (finished.done, finished.total) == (2, 2)
    assert session.scalars(select(Notification).where(Notification.account_id == family.jean_for_dylan.id)).all() == []


def test_the_same_order_given_twice_is_one_run(services: Services, family: Dupont, run: LetterRun) -> None:
    again = request_letters(services, LetterOrder(family.dylans_school.id, "staff:2"))
    assert isinstance(again, LetterRun)
    assert again.id == run.id
    other = request_letters(services, LetterOrder(family.dylans_school.id, "staff:2", class_code="5 B"))
    assert isinstance(other, LetterRun)
    assert other.id != run.id


def test_a_finished_run_is_not_done_again(services: Services, session: Session, run: LetterRun) -> None:
    run_letters(services, run.id)
    hashes = session.scalars(select(Notification.password_hash)).all()
    run_letters(services, run.id)
    assert session.scalars(select(Notification.password_hash)).all() == hashes


def test_the_worker_does_an_order_and_takes_up_what_a_stopped_one_left(
    services: Services, session: Session, run: LetterRun
) -> None:
    start_letters(services, run.id)
    run_waiting(services)
    assert session.get_one(LetterRun, run.id, populate_existing=True).finished_at is not None
    left = request_letters(services, LetterOrder(run.school_id, "staff:1", replace_valid=True))
    assert isinstance(left, LetterRun)
    assert TIMETABLE["letters.resume"].at_start
    run_job(services, "letters.resume", {})
    run_waiting(services)
    assert session.get_one(LetterRun, left.id, populate_existing=True).finished_at is not None


def test_a_document_goes_a_day_after_its_first_download(
    services: Services, session: Session, run: LetterRun, clock: FrozenClock
) -> None:
    run_letters(services, run.id)
    clock.advance(days=10)
    run_job(services, "letters.forget", {})
    assert download_document(services, run, "staff:1") is not None
    clock.advance(hours=23)
    assert download_document(services, run, "staff:2") is not None
    assert forget_documents(services) == 0
    clock.advance(hours=1)
    assert forget_documents(services) == 1
    assert download_document(services, run, "staff:1") is None
    assert session.get_one(LetterRun, run.id, populate_existing=True).document_deleted_at == clock.now()


def test_a_document_that_nobody_fetches_goes_too(services: Services, run: LetterRun, clock: FrozenClock) -> None:
    run_letters(services, run.id)
    clock.advance(days=14)
    assert forget_documents(services) == 1


def test_a_password_of_a_letter_is_nowhere_in_the_database(services: Services, session: Session, run: LetterRun) -> None:
    finished = run_letters(services, run.id)
    document = download_document(services, finished, "staff:1")
    assert document is not None
    password = read_pages(document)[0].password
    assert isinstance(authenticate(services, "dylan.dupont", password.lower(), ADDRESS), Provisional | Wrong)
    connection = session.connection().connection.dbapi_connection
    assert connection is not None
    dump = "\n".join(connection.iterdump())
    assert password not in dump
    assert password.encode().hex().upper() not in dump
