"""The second gate: the message, sent again, sent elsewhere, followed."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.domain.errors import Problem
from account_mgmt.models import Account
from account_mgmt.services.confirmation import (
    Confirmable,
    Confirmed,
    Sent,
    confirm_email,
    correct_address,
    read_confirmation,
    resend_confirmation,
    send_confirmation,
    waiting_of,
)
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.database import transaction
from config.mailer import Mail
from config.services import Services
from tests.account_mgmt.services.conftest import Mails
from tests.factories import NOW, Dupont, Stage, make_account


@pytest.fixture
def waiting(services: Services, session: Session, family: Dupont) -> Account:
    """Alice's account for Dylan, created and not confirmed; its message is on its way."""
    account = make_account(session, family.dylan, family.alice, Stage.CREATED, email="alice@example.org")
    session.commit()
    with transaction() as current:
        send_confirmation(current, services, account, "interaction-1")
    return account


def token_in(mail: Mail) -> str:
    """The last part of the link, which must be the same in both forms of the message."""
    links = re.findall(r"https://preau\.test/confirmation/(\S+)", mail.text)
    assert len(links) == 1
    assert f'href="https://preau.test/confirmation/{links[0]}"' in mail.html
    return str(links[0])


@pytest.mark.rule("R20")
def test_the_message_goes_to_the_address_and_names_account_children_and_deadline(
    family: Dupont, waiting: Account, mails: Mails
) -> None:
    (mail,) = mails()
    assert (mail.to, mail.sender, mail.account_id) == ("alice@example.org", family.academy.sender, waiting.id)
    assert waiting.login in mail.subject
    for part in ("Alice", waiting.login, "Dylan, Collège Jean-Moulin", "16 février 2027"):
        assert part in mail.text
        assert part in mail.html


@pytest.mark.rule("R25")
def test_looking_at_a_link_writes_nothing(services: Services, session: Session, waiting: Account, mails: Mails) -> None:
    token = token_in(mails()[0])
    assert read_confirmation(services, token) == Confirmable(
        waiting.login, "alice@example.org", confirmed=False, interaction_id="interaction-1"
    )
    session.refresh(waiting)
    assert waiting.email_confirmed_at is None


@pytest.mark.rule("R24")
def test_following_the_link_confirms_and_goes_back_to_where_one_came_from(
    services: Services, session: Session, waiting: Account, mails: Mails
) -> None:
    token = token_in(mails()[0])
    assert confirm_email(services, token) == Confirmed(waiting.id, waiting.login, "interaction-1")
    session.refresh(waiting)
    assert waiting.email_confirmed_at == NOW
    assert read_confirmation(services, token) == Confirmable(
        waiting.login, "alice@example.org", confirmed=True, interaction_id="interaction-1"
    )


@pytest.mark.rule("R20")
def test_following_it_twice_says_the_same_and_writes_once(
    services: Services, session: Session, waiting: Account, mails: Mails, clock: FrozenClock
) -> None:
    token = token_in(mails()[0])
    first = confirm_email(services, token)
    clock.advance(days=100)
    assert confirm_email(services, token) == first
    session.refresh(waiting)
    assert waiting.email_confirmed_at == NOW
    written = session.scalars(select(AuditRow).where(AuditRow.event == AuditEvent.EMAIL_CONFIRMED)).all()
    assert len(written) == 1


@pytest.mark.rule("R20")
def test_a_link_is_good_for_three_months(services: Services, waiting: Account, mails: Mails, clock: FrozenClock) -> None:
    token = token_in(mails()[0])
    clock.advance(days=92)
    assert isinstance(read_confirmation(services, token), Confirmable)
    clock.advance(days=1)
    assert confirm_email(services, token) is Problem.LINK_EXPIRED
    assert resend_confirmation(services, waiting.id) is Problem.CONFIRMATION_EXPIRED
    assert correct_address(services, waiting.id, "a@example.org", "a@example.org") == (Problem.CONFIRMATION_EXPIRED,)


@pytest.mark.rule("R22")
def test_sending_again_kills_the_link_of_before(services: Services, waiting: Account, mails: Mails) -> None:
    assert resend_confirmation(services, waiting.id, "interaction-2") == Sent("alice@example.org")
    first, second = (token_in(mail) for mail in mails())
    assert confirm_email(services, first) is Problem.LINK_REPLACED
    assert read_confirmation(services, first) is Problem.LINK_REPLACED
    assert confirm_email(services, second) == Confirmed(waiting.id, waiting.login, "interaction-2")
    assert confirm_email(services, first) is Problem.LINK_REPLACED


@pytest.mark.rule("R22")
def test_a_corrected_address_replaces_the_old_one_and_its_link(
    services: Services, session: Session, waiting: Account, mails: Mails
) -> None:
    assert correct_address(services, waiting.id, " alice.d@Example.org", "alice.d@example.org") == Sent("alice.d@example.org")
    first, second = mails()
    assert (second.to, confirm_email(services, token_in(first))) == ("alice.d@example.org", Problem.LINK_REPLACED)
    assert isinstance(confirm_email(services, token_in(second)), Confirmed)
    session.refresh(waiting)
    assert (waiting.email, waiting.email_confirmed_at) == ("alice.d@example.org", NOW)


@pytest.mark.rule("R22")
def test_a_correction_that_is_no_address_changes_nothing(
    services: Services, session: Session, waiting: Account, mails: Mails
) -> None:
    assert correct_address(services, waiting.id, "alice", "alice") == (Problem.EMAIL_INVALID,)
    assert correct_address(services, waiting.id, "a@example.org", "b@example.org") == (Problem.EMAILS_DIFFER,)
    assert correct_address(services, waiting.id, "", "") == (Problem.EMAIL_MISSING,)
    session.refresh(waiting)
    assert waiting.email == "alice@example.org"
    assert len(mails()) == 1


@pytest.mark.rule("R22")
def test_there_is_a_limit_to_messages_and_it_ends_by_itself(
    services: Services, waiting: Account, mails: Mails, clock: FrozenClock
) -> None:
    for number in range(4):
        address = f"alice{number}@example.org"
        assert correct_address(services, waiting.id, address, address) == Sent(address)
    assert isinstance(resend_confirmation(services, waiting.id), Sent)
    assert resend_confirmation(services, waiting.id) is Problem.TOO_MANY_MESSAGES
    assert correct_address(services, waiting.id, "z@example.org", "z@example.org") == (Problem.TOO_MANY_MESSAGES,)
    assert len(mails()) == 6
    clock.advance(hours=1)
    assert isinstance(resend_confirmation(services, waiting.id), Sent)


def test_a_confirmed_account_sends_nothing_again(services: Services, family: Dupont, mails: Mails) -> None:
    confirmed = family.jean_for_dylan.id
    assert resend_confirmation(services, confirmed) is Problem.ALREADY_CONFIRMED
    assert correct_address(services, confirmed, "a@example.org", "a@example.org") == (Problem.ALREADY_CONFIRMED,)
    assert mails() == []


@pytest.mark.rule("R23")
def test_a_pupil_without_an_address_can_give_one_later(
    services: Services, session: Session, family: Dupont, clock: FrozenClock, mails: Mails
) -> None:
    pupil = make_account(session, family.florian, None, Stage.CREATED)
    pupil.email = pupil.confirmation_expires_at = None
    session.commit()
    clock.advance(days=200)
    assert resend_confirmation(services, pupil.id) is Problem.NO_ADDRESS
    assert correct_address(services, pupil.id, "f@example.org", "f@example.org") == Sent("f@example.org")
    assert isinstance(confirm_email(services, token_in(mails()[0])), Confirmed)


@pytest.mark.parametrize("token", ["", "made.up", "é"])
def test_a_token_that_was_not_made_here_confirms_nothing(services: Services, waiting: Account, token: str) -> None:
    assert read_confirmation(services, token) is Problem.LINK_INVALID
    assert confirm_email(services, token) is Problem.LINK_INVALID


def test_a_token_of_another_purpose_confirms_nothing(services: Services, waiting: Account) -> None:
    payload = {"account_id": waiting.id, "serial": waiting.confirmation_serial, "address_digest": "", "interaction_id": None}
    assert confirm_email(services, services.links.sign("another_purpose", payload)) is Problem.LINK_INVALID


def test_the_link_does_not_hold_the_address(waiting: Account, mails: Mails, services: Services) -> None:
    payload = services.links.read("confirm_address", token_in(mails()[0]), None)
    assert "alice" not in str(payload)


@pytest.mark.rule("R21")
def test_the_waiting_screen_knows_address_and_deadline(services: Services, waiting: Account, clock: FrozenClock) -> None:
    seen = waiting_of(services, waiting.id)
    assert seen is not None
    assert (seen.email, seen.problem) == ("alice@example.org", None)
    clock.advance(days=93)
    late = waiting_of(services, waiting.id)
    assert late is not None
    assert late.problem is Problem.CONFIRMATION_EXPIRED


def test_a_link_of_an_account_that_is_no_more_confirms_nothing(
    services: Services, session: Session, waiting: Account, mails: Mails
) -> None:
    token = token_in(mails()[0])
    waiting.email = None
    session.commit()
    assert (read_confirmation(services, token), confirm_email(services, token)) == (Problem.LINK_INVALID, Problem.LINK_INVALID)
    assert waiting_of(services, 9999) is None
    with pytest.raises(ValueError, match="no address"):
        send_confirmation(session, services, waiting)
