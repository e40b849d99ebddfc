"""Issuing letters: who gets one, what it opens, what it kills (R01, R03-R05, R07)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.domain.authentication import LetterTooOld, Provisional, SignedIn, Wrong
from account_mgmt.domain.letters import LetterProblem
from account_mgmt.models import Account, ChildLink, Enrolment, Notification
from account_mgmt.services.authentication import authenticate
from account_mgmt.services.letters import LetterOrder, request_letters
from account_mgmt.services.sessions import open_session
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.mailer import Mail
from config.services import Services
from tests.factories import (
    NOW,
    PASSWORD,
    PROVISIONAL,
    Dupont,
    Stage,
    dupont,
    make_account,
    make_guardian,
    make_guardianship,
    make_pupil,
)
from tests.letters import ReadPage, print_letters

ADDRESS = "192.0.2.1"


@pytest.fixture
def family(session: Session) -> Dupont:
    """The Duponts, whose letters are not issued yet."""
    return dupont(session, Stage.KNOWN, Stage.KNOWN)


def order_for(family: Dupont, **changes: object) -> LetterOrder:
    return LetterOrder(**{"school_id": family.dylans_school.id, "requested_by": "staff:1", **changes})  # type: ignore[arg-type]


def logins(pages: list[ReadPage]) -> list[str]:
    return [page.login for page in pages]


@pytest.mark.rule("R01")
def test_each_pupil_and_each_guardian_of_each_pupil_gets_a_letter(services: Services, session: Session, family: Dupont) -> None:
    sister = make_pupil(session, family.dylans_school, "Zoé Dupont", class_code="6 A")
    make_guardianship(session, family.jean, sister)
    make_account(session, sister, family.jean, Stage.KNOWN)
    make_account(session, sister, None, Stage.KNOWN)
    run, pages = print_letters(services, session, order_for(family))
    assert logins(pages) == ["dylan.dupont", "jean.dupont", "alice.dupont", "zoe.dupont", "jean.dupont2"]
    assert (run.printed, run.emailed, run.done, run.total) == (5, 0, 5, 5)


@pytest.mark.rule("R03")
def test_the_printed_password_opens_the_first_connection_screen_and_nothing_else(
    services: Services, session: Session, family: Dupont
) -> None:
    _run, pages = print_letters(services, session, order_for(family))
    jean = pages[1]
    assert isinstance(authenticate(services, jean.login, jean.password, ADDRESS), Provisional)
    assert isinstance(authenticate(services, "alice.dupont", jean.password, ADDRESS), Wrong)


@pytest.mark.rule("R05")
def test_the_letter_is_good_through_the_day_that_it_names_and_no_longer(
    services: Services, session: Session, family: Dupont, clock: FrozenClock
) -> None:
    _run, (page, *_others) = print_letters(services, session, order_for(family))
    assert "Le 16 novembre 2026" in page.text
    assert "au plus tard le 16 février 2027" in page.text
    account = session.get_one(Account, family.dylans_account.id, populate_existing=True)
    notification = session.scalars(select(Notification).where(Notification.account_id == account.id)).one()
    assert account.notification_expires_at == notification.expires_at == datetime(2027, 2, 16, 22, 59, 59, tzinfo=UTC)
    clock.advance(seconds=(notification.expires_at - NOW).total_seconds() - 1)
    assert isinstance(authenticate(services, page.login, page.password, ADDRESS), Provisional)
    clock.advance(seconds=2)
    assert isinstance(authenticate(services, page.login, page.password, ADDRESS), LetterTooOld)


@pytest.mark.rule("R05")
def test_the_academies_deadline_is_the_one_that_is_printed(services: Services, session: Session, family: Dupont) -> None:
    family.academy.policy_overrides = {"activation_months": 2}
    _run, (page, *_others) = print_letters(services, session, order_for(family))
    assert "au plus tard le 16 janvier 2027" in page.text


@pytest.mark.rule("R04")
def test_a_person_whose_address_the_school_knows_gets_an_e_mail_from_the_academie(
    services: Services, session: Session, family: Dupont, mails: Callable[[], list[Mail]]
) -> None:
    family.alice.email = "alice@famille.example"
    run, pages = print_letters(services, session, order_for(family))
    assert logins(pages) == ["dylan.dupont", "jean.dupont"]
    assert (run.printed, run.emailed) == (2, 1)
    (mail,) = mails()
    assert (mail.to, mail.sender) == ("alice@famille.example", "Académie de Poitiers <comptes@poitiers.example>")
    assert "https://preau.test/connexion?identifiant=alice.dupont" in mail.text
    password = mail.text.split("Mot de passe provisoire : ")[1].split()[0]
    assert isinstance(authenticate(services, "alice.dupont", password, ADDRESS), Provisional)
    assert password in mail.html
    for words in ("Dylan DUPONT", "Collège Jean-Moulin", "5 B", "16 février 2027"):
        assert words in mail.text
        assert words in mail.html


def test_everything_is_printed_when_that_is_asked_for(services: Services, session: Session, family: Dupont) -> None:
    family.alice.email = "alice@famille.example"
    run, pages = print_letters(services, session, order_for(family, by_email=False))
    assert (run.emailed, len(pages)) == (0, 3)


def test_an_account_with_a_good_letter_keeps_it(services: Services, session: Session, family: Dupont) -> None:
    _run, pages = print_letters(services, session, order_for(family))
    late_comer = make_pupil(session, family.dylans_school, "Zoé Abel", class_code="6 A")
    make_account(session, late_comer, None, Stage.KNOWN)
    _run, new_pages = print_letters(services, session, order_for(family))
    assert logins(new_pages) == ["zoe.abel"]
    assert isinstance(authenticate(services, pages[1].login, pages[1].password, ADDRESS), Provisional)


@pytest.mark.rule("R05")
def test_an_account_whose_letter_grew_too_old_gets_another(services: Services, session: Session, clock: FrozenClock) -> None:
    family = dupont(session, Stage.CONFIRMED, Stage.EXPIRED)
    _run, pages = print_letters(services, session, order_for(family))
    assert logins(pages) == ["dylan.dupont", "alice.dupont"]
    assert isinstance(authenticate(services, pages[1].login, pages[1].password, ADDRESS), Provisional)
    assert isinstance(authenticate(services, pages[1].login, PROVISIONAL, ADDRESS), Wrong)


@pytest.mark.rule("R07")
def test_replacing_letters_kills_the_earlier_ones_at_once(services: Services, session: Session, family: Dupont) -> None:
    _run, first = print_letters(services, session, order_for(family))
    _run, second = print_letters(services, session, order_for(family, replace_valid=True))
    assert logins(second) == logins(first)
    assert isinstance(authenticate(services, first[1].login, first[1].password, ADDRESS), Wrong)
    assert isinstance(authenticate(services, second[1].login, second[1].password, ADDRESS), Provisional)


def test_an_account_in_use_gets_no_letter_however_often_one_orders(services: Services, session: Session) -> None:
    family = dupont(session, Stage.CONFIRMED, Stage.CONFIRMED)
    session.commit()
    assert request_letters(services, order_for(family, replace_valid=True)) is LetterProblem.NOBODY_TO_WRITE_TO
    assert isinstance(authenticate(services, "jean.dupont", PASSWORD, ADDRESS), SignedIn)


@pytest.mark.rule("R07")
def test_new_credentials_for_an_account_in_use_end_its_password_and_its_sessions(services: Services, session: Session) -> None:
    family = dupont(session)
    session.commit()
    account_id = family.jean_for_dylan.id
    _cookie, opened = open_session(services, account_id)
    run, (page,) = print_letters(services, session, order_for(family, account_id=account_id, replace_valid=True))
    assert (run.total, page.login) == (1, "jean.dupont")
    assert isinstance(authenticate(services, page.login, PASSWORD, ADDRESS), Wrong)
    assert isinstance(authenticate(services, page.login, page.password, ADDRESS), Provisional)
    account = session.get_one(Account, account_id, populate_existing=True)
    assert opened.outlived_by(account.signed_out_at)
    assert session.scalars(select(ChildLink).where(ChildLink.account_id == account_id, ChildLink.ended_at.is_(None))).all()


@pytest.mark.rule("R101")
def test_letters_are_for_pupils_who_are_there_and_for_their_legal_guardians(
    services: Services, session: Session, family: Dupont
) -> None:
    gone = make_pupil(session, family.dylans_school, "Léa Gone", class_code="5 B")
    make_account(session, gone, None, Stage.KNOWN)
    session.flush()
    for enrolment in session.scalars(select(Enrolment).where(Enrolment.pupil_id == gone.id)):
        enrolment.left_on = (NOW - timedelta(days=1)).date()
    uncle = make_guardian(session, family.academy, "Paul Oncle")
    make_guardianship(session, uncle, family.dylan, level=2)
    make_account(session, family.dylan, uncle, Stage.KNOWN)
    _run, pages = print_letters(services, session, order_for(family))
    assert logins(pages) == ["dylan.dupont", "jean.dupont", "alice.dupont"]


def test_a_class_alone_can_be_ordered(services: Services, session: Session, family: Dupont) -> None:
    other = make_pupil(session, family.dylans_school, "Zoé Abel", class_code="6 A")
    make_account(session, other, None, Stage.KNOWN)
    _run, pages = print_letters(services, session, order_for(family, class_code="6 A"))
    assert logins(pages) == ["zoe.abel"]
    assert request_letters(services, order_for(family, class_code="9 Z")) is LetterProblem.NO_SUCH_CLASS


def test_another_schools_account_cannot_be_ordered(services: Services, session: Session, family: Dupont) -> None:
    session.commit()
    order = order_for(family, account_id=family.jean_for_florian.id, replace_valid=True)
    assert request_letters(services, order) is LetterProblem.NO_SUCH_ACCOUNT


def test_each_letter_is_in_the_audit_trail_and_no_password_is(services: Services, session: Session, family: Dupont) -> None:
    _run, pages = print_letters(services, session, order_for(family))
    rows = session.scalars(select(AuditRow)).all()
    issued = [row.account_id for row in rows if row.event == AuditEvent.LETTER_ISSUED]
    assert sorted(filter(None, issued)) == [family.jean_for_dylan.id, family.alice_for_dylan.id, family.dylans_account.id]
    events = {row.event for row in rows}
    assert events == {AuditEvent.LETTERS_REQUESTED, AuditEvent.LETTER_ISSUED, AuditEvent.LETTERS_DOWNLOADED}
    written = " ".join(str(row.details) for row in rows)
    assert not any(page.password in written or page.login in written for page in pages)
