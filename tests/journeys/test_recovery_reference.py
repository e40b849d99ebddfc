"""The number of a request leads somewhere: the family sees where it stands, and the school office finds the same request."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from account_mgmt.models import RecoveryRequest
from config.clock import FrozenClock
from config.mailer import Mail
from config.outbox import OutgoingMail
from tests.factories import Dupont, dupont, make_staff
from tests.offices import OFFICE, enter_office
from tests.visitor import Page, Visitor

Mails = Callable[[], list[Mail]]
THEIRS = "/etablissement/0860033X"
CHOSEN = "girafe7violon"


@pytest.fixture
def family(session: Session) -> Dupont:
    """The Duponts; somebody works at Dylan's school, and nobody has asked for anything."""
    family = dupont(session)
    make_staff(session, family.dylans_school)
    session.commit()
    return family


def ask(visitor: Visitor, login: str) -> str:
    """Ask for a password, and write down the number."""
    visitor.open("/mot-de-passe-oublie")
    visitor.submit({"login": login}, button="Recevoir le message")
    found = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", visitor.page.text)
    assert found is not None
    return found.group()


def follow(visitor: Visitor, reference: str) -> Page:
    visitor.open("/mot-de-passe-oublie")
    visitor.click("J'ai déjà un numéro de demande")
    return visitor.submit({"numero": reference}, button="Voir où elle en est")


def link_of(mail: Mail) -> str:
    found = re.search(r"https://preau\.test(/mot-de-passe-oublie/\S+)", mail.text)
    assert found is not None
    return found.group(1)


@pytest.mark.rule("R50")
def test_a_family_follows_its_request_from_taken_in_to_used(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    login = family.jean_for_dylan.login
    reference = ask(visitor, login)
    assert "Prise en compte" in follow(visitor, reference).text
    link = link_of(mails()[-1])
    assert "Message envoyé" in follow(visitor, reference.lower().replace("-", " ")).text
    visitor.open(link)
    assert "Lien ouvert" in follow(visitor, reference).text
    visitor.open(link)
    visitor.submit({"login": login, "password": CHOSEN, "password_again": CHOSEN})
    assert "Mot de passe changé" in follow(visitor, reference).text


@pytest.mark.rule("R50", "R51")
def test_a_link_that_died_says_so(visitor: Visitor, family: Dupont, mails: Mails, clock: FrozenClock) -> None:
    reference = ask(visitor, family.jean_for_dylan.login)
    mails()
    clock.advance(minutes=61)
    assert "Délai du lien passé" in follow(visitor, reference).text
    assert visitor.click("Faire une nouvelle demande").path == "/mot-de-passe-oublie"


@pytest.mark.rule("R50")
def test_a_message_that_the_mail_server_refused_says_so(visitor: Visitor, family: Dupont, session: Session) -> None:
    reference = ask(visitor, family.jean_for_dylan.login)
    session.execute(update(OutgoingMail).values(failed_at=family.jean_for_dylan.opened_at, problem="550"))
    page = follow(visitor, reference)
    assert "Message refusé par la messagerie" in page.text
    assert "de nouveaux codes" in page.text


def test_the_page_of_a_number_names_nobody(visitor: Visitor, family: Dupont) -> None:
    source = follow(visitor, ask(visitor, family.jean_for_dylan.login)).source
    for name in ("Dupont", "dupont", "Dylan", "famille.example", family.dylans_school.name):
        assert name not in source


def test_numbers_cannot_be_tried_without_end(visitor: Visitor, family: Dupont) -> None:
    assert follow(visitor, "AAAA-AAAA").status == 404
    assert "Aucune demande n'a ce numéro" in visitor.page.text
    statuses = {visitor.open(f"/demande?numero=AAAA-AAA{letter}").status for letter in "BCDEFGHJKLMNPRSTUVW"}
    assert statuses == {404}
    assert visitor.open("/demande?numero=AAAA-AAAY").status == 429


@pytest.mark.rule("R110")
def test_the_office_finds_the_request_by_its_number(
    visitor: Visitor, new_visitor: Callable[[], Visitor], family: Dupont, mails: Mails
) -> None:
    reference = ask(visitor, family.jean_for_dylan.login)
    mails()
    office = new_visitor()
    enter_office(office)
    office.open(f"{OFFICE}/comptes")
    page = office.submit({"recherche": reference.lower()}, form="comptes")
    assert page.heading == f"Demande {reference}"
    assert "Message envoyé" in page.text
    assert family.jean_for_dylan.login in page.text
    assert "famille.example" not in page.text
    assert office.click("Nouveaux codes").status == 200


@pytest.mark.rule("R110")
def test_another_schools_request_is_not_found(
    visitor: Visitor, new_visitor: Callable[[], Visitor], session: Session, mails: Mails
) -> None:
    family = dupont(session)
    make_staff(session, family.florians_school)
    reference = ask(visitor, family.jean_for_dylan.login)
    office = new_visitor()
    enter_office(office, path=THEIRS)
    assert "Aucun compte ne correspond" in office.open(f"{THEIRS}/comptes?recherche={reference}").text
    assert office.open(f"{THEIRS}/demandes/{reference}").status == 404
    assert office.open(f"{OFFICE}/demandes/{reference}").status == 404


@pytest.mark.rule("R40", "R110")
def test_a_request_for_logins_is_found_by_each_school_of_its_accounts(
    visitor: Visitor, new_visitor: Callable[[], Visitor], session: Session, mails: Mails
) -> None:
    family = dupont(session)
    make_staff(session, family.florians_school)
    other = family.jean_for_florian
    other.email, other.email_confirmed_at = family.jean_for_dylan.email, family.jean_for_dylan.email_confirmed_at
    visitor.open("/identifiant-oublie")
    visitor.submit({"email": other.email}, button="Recevoir le message")
    (mail,) = mails()
    office = new_visitor()
    enter_office(office, path=THEIRS)
    page = office.open(f"{THEIRS}/demandes/{mail.subject[-9:]}")
    assert page.heading == f"Demande {mail.subject[-9:]}"
    assert other.login in page.text
    assert "Dylan" not in page.text


@pytest.mark.rule("R54", "R110")
def test_the_office_sees_what_a_discreet_page_does_not_say(
    visitor: Visitor, new_visitor: Callable[[], Visitor], family: Dupont, session: Session
) -> None:
    ask(visitor, family.jean_for_dylan.login)
    session.execute(update(RecoveryRequest).values(discreet=True, mail_id=None))
    reference = session.scalars(select(RecoveryRequest.reference)).one()
    assert "Prise en compte" in follow(visitor, reference).text
    office = new_visitor()
    enter_office(office)
    assert "Aucun message envoyé" in office.open(f"{OFFICE}/demandes/{reference}").text
