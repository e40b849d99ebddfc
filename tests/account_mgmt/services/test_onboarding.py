"""The first connection: the ticket, the screen, what it writes, and what it refuses."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.first_connection import FirstConnectionForm
from account_mgmt.models import Account, Notification
from account_mgmt.services.authentication import Provisional, SignedIn, Wrong, authenticate
from account_mgmt.services.onboarding import (
    Completed,
    begin_first_connection,
    cancel_first_connection,
    complete_first_connection,
    first_connection_of,
)
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.services import Services
from tests.account_mgmt.services.conftest import Mails
from tests.factories import NOW, PROVISIONAL, Dupont

FORM = FirstConnectionForm("tambour4velo", "tambour4velo", "jean@example.org", " jean@example.org", "02", "9", "2011")


def letter_of(session: Session, account: Account) -> Notification:
    return session.scalars(select(Notification).where(Notification.account_id == account.id)).one()


@pytest.fixture
def ticket(services: Services, session: Session, family: Dupont) -> str:
    """Jean's letter for Florian, its password typed rightly."""
    return begin_first_connection(services, letter_of(session, family.jean_for_florian).id)


@pytest.mark.rule("R11")
def test_the_screen_shows_login_and_first_name_of_the_pupil(services: Services, ticket: str) -> None:
    shown = first_connection_of(services, ticket)
    assert shown is not None
    assert (shown.login, shown.pupil_first_name, shown.school_name) == ("jean.dupont1", "Florian", "Collège Arthur-Rimbaud")
    assert "argon2" not in repr(shown)


@pytest.mark.rule("R10")
def test_a_ticket_can_be_cancelled_and_the_letter_stays_good(
    services: Services, session: Session, family: Dupont, ticket: str
) -> None:
    cancel_first_connection(services, ticket)
    assert first_connection_of(services, ticket) is None
    assert complete_first_connection(services, ticket, FORM) == (Problem.FIRST_CONNECTION_OVER,)
    outcome = authenticate(services, family.jean_for_florian.login, PROVISIONAL, "192.0.2.7")
    assert outcome == Provisional(letter_of(session, family.jean_for_florian).id)


@pytest.mark.rule("R10")
def test_a_ticket_ends_after_an_hour(services: Services, clock: FrozenClock, ticket: str) -> None:
    clock.advance(minutes=61)
    assert first_connection_of(services, ticket) is None
    assert complete_first_connection(services, ticket, FORM) == (Problem.FIRST_CONNECTION_OVER,)


@pytest.mark.rule("R15")
def test_completing_the_screen_creates_the_account_and_sends_one_message(
    services: Services, session: Session, family: Dupont, ticket: str, mails: Mails
) -> None:
    account = family.jean_for_florian
    assert complete_first_connection(services, ticket, FORM) == Completed(account.id, "jean@example.org")
    session.refresh(account)
    assert (account.first_connection_at, account.password_changed_at, account.last_signed_in_at) == (NOW, NOW, NOW)
    assert (account.email, account.email_confirmed_at, account.confirmation_serial) == ("jean@example.org", None, 1)
    assert letter_of(session, account).used_at == NOW
    assert authenticate(services, account.login, "tambour4velo", "192.0.2.7") == SignedIn(account.id, NOW)
    assert authenticate(services, account.login, PROVISIONAL, "192.0.2.7") == Wrong()
    assert [mail.to for mail in mails()] == ["jean@example.org"]
    written = session.scalars(select(AuditRow.event).where(AuditRow.account_id == account.id).order_by(AuditRow.id)).all()
    assert written[:2] == [AuditEvent.FIRST_CONNECTION_COMPLETED, AuditEvent.CONFIRMATION_SENT]


@pytest.mark.rule("R15")
def test_pressing_the_button_twice_is_the_same_as_once(services: Services, clock: FrozenClock, ticket: str, mails: Mails) -> None:
    first = complete_first_connection(services, ticket, FORM)
    clock.advance(seconds=2)
    assert complete_first_connection(services, ticket, FORM) == first
    assert len(mails()) == 1
    assert first_connection_of(services, ticket) is None
    other_password = replace(FORM, password="trompette4velo", password_again="trompette4velo")
    assert complete_first_connection(services, ticket, other_password) == (Problem.FIRST_CONNECTION_OVER,)
    clock.advance(minutes=2)
    assert complete_first_connection(services, ticket, FORM) == (Problem.FIRST_CONNECTION_OVER,)


@pytest.mark.rule("R13")
def test_a_pupil_may_leave_the_address_out(services: Services, session: Session, family: Dupont, mails: Mails) -> None:
    account = family.florians_account
    ticket = begin_first_connection(services, letter_of(session, account).id)
    form = replace(FORM, email="", email_again="")
    assert complete_first_connection(services, ticket, form) == Completed(account.id, None)
    session.refresh(account)
    assert (account.first_connection_at, account.email) == (NOW, None)
    assert mails() == []


@pytest.mark.rule("R13")
def test_one_address_may_serve_several_accounts(services: Services, session: Session, family: Dupont) -> None:
    for account in (family.jean_for_florian, family.alice_for_florian):
        ticket = begin_first_connection(services, letter_of(session, account).id)
        assert complete_first_connection(services, ticket, FORM) == Completed(account.id, "jean@example.org")


@pytest.mark.rule("R12")
@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", Problem.PASSWORD_MISSING),
        ("tambou4", Problem.PASSWORD_TOO_SHORT),
        ("tambourvelo", Problem.PASSWORD_NEEDS_LETTERS_AND_DIGITS),
        ("azerty123", Problem.PASSWORD_TOO_EASY),
        ("jean.dupont1", Problem.PASSWORD_TOO_EASY),
        ("florian02092011", Problem.PASSWORD_TOO_EASY),
        ("Rimbaud2026", Problem.PASSWORD_TOO_EASY),
        ("vacances2026", Problem.PASSWORD_TOO_EASY),
        (PROVISIONAL, Problem.PASSWORD_IS_PROVISIONAL),
        (PROVISIONAL.lower(), Problem.PASSWORD_IS_PROVISIONAL),
    ],
)
def test_a_password_that_will_not_do_is_told_and_nothing_is_written(
    services: Services, family: Dupont, ticket: str, password: str, problem: Problem
) -> None:
    form = replace(FORM, password=password, password_again=password)
    assert complete_first_connection(services, ticket, form) == (problem,)
    assert first_connection_of(services, ticket) is not None


@pytest.mark.rule("R14")
def test_too_many_wrong_birth_dates_lock_the_letter_for_a_while(
    services: Services, session: Session, family: Dupont, clock: FrozenClock, ticket: str
) -> None:
    wrong = replace(FORM, birth_day="3")
    for _ in range(5):
        assert complete_first_connection(services, ticket, wrong) == (Problem.BIRTH_DATE_WRONG,)
    assert complete_first_connection(services, ticket, FORM) == (Problem.BIRTH_DATE_LOCKED,)
    again = begin_first_connection(services, letter_of(session, family.jean_for_florian).id)
    assert complete_first_connection(services, again, FORM) == (Problem.BIRTH_DATE_LOCKED,)
    refused = session.scalars(select(AuditRow.account_id).where(AuditRow.event == AuditEvent.FIRST_CONNECTION_REFUSED)).all()
    assert refused == [family.jean_for_florian.id] * 5
    clock.advance(hours=1)
    again = begin_first_connection(services, letter_of(session, family.jean_for_florian).id)
    assert isinstance(complete_first_connection(services, again, FORM), Completed)


@pytest.mark.rule("R05")
def test_a_deadline_that_passes_while_the_screen_is_open_counts(
    services: Services, session: Session, family: Dupont, ticket: str
) -> None:
    letter_of(session, family.jean_for_florian).expires_at = NOW
    session.commit()
    assert first_connection_of(services, ticket) is None
    assert complete_first_connection(services, ticket, FORM) == (Problem.LETTER_TOO_OLD,)


@pytest.mark.rule("R07")
@pytest.mark.parametrize("end", ["revoked", "merged", "closed"])
def test_a_letter_that_ends_while_the_screen_is_open_creates_nothing(
    services: Services, session: Session, family: Dupont, ticket: str, end: str
) -> None:
    account = family.jean_for_florian
    if end == "revoked":
        letter_of(session, account).revoked_at = NOW
    elif end == "merged":
        account.merged_at = letter_of(session, account).used_at = NOW
    else:
        account.closed_at = NOW
    session.commit()
    assert complete_first_connection(services, ticket, FORM) == (Problem.FIRST_CONNECTION_OVER,)
    session.refresh(account)
    assert account.first_connection_at is None
