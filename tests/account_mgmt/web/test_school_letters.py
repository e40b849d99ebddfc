"""The office orders letters, follows the order, fetches the document, and gives one person new codes (R04, R07, R110)."""

import pytest
from sqlalchemy.orm import Session

from account_mgmt.domain.authentication import Provisional
from account_mgmt.services.authentication import authenticate
from config.clock import FrozenClock
from config.services import Services
from config.worker import run_job, run_waiting
from tests.factories import PASSWORD, Dupont, Stage, dupont, make_account, make_pupil, make_staff
from tests.letters import read_pages
from tests.offices import OFFICE, enter_office
from tests.visitor import Page, Visitor


@pytest.fixture
def family(session: Session) -> Dupont:
    """The Duponts, whose letters are not issued yet, and the office of Dylan's collège."""
    family = dupont(session, Stage.CONFIRMED, Stage.KNOWN)
    zoe = make_pupil(session, family.dylans_school, "Zoé Abel", class_code="6 A")
    make_account(session, zoe, None, Stage.KNOWN)
    make_staff(session, family.dylans_school)
    session.commit()
    return family


def ordered(visitor: Visitor, services: Services, **choices: str) -> Page:
    """The page of an order that the worker has done."""
    visitor.open(f"{OFFICE}/courriers")
    address = visitor.submit(choices, button="Préparer").url
    run_waiting(services)
    return visitor.open(address)


@pytest.mark.rule("R04")
def test_letters_are_ordered_followed_and_fetched(visitor: Visitor, services: Services, family: Dupont) -> None:
    enter_office(visitor)
    visitor.open(f"{OFFICE}/courriers")
    page = visitor.submit(button="Préparer")
    assert page.heading == "Courriers en préparation"
    assert "0 / 3" in page.text
    assert page.response.headers["Refresh"] == "3"
    run_waiting(services)
    page = visitor.open(page.url)
    assert page.heading == "Courriers prêts"
    assert "Refresh" not in page.response.headers
    document = visitor.submit(button="Télécharger").response
    assert document.mimetype == "application/pdf"
    assert document.headers["Cache-Control"] == "no-store"
    assert document.headers["Content-Disposition"].startswith("attachment; filename=courriers-0790031E-")
    pages = read_pages(document.get_data())
    assert [each.login for each in pages] == ["dylan.dupont", "alice.dupont", "zoe.abel"]
    assert isinstance(authenticate(services, pages[1].login, pages[1].password, "192.0.2.1"), Provisional)


def test_one_can_stop_the_page_from_refreshing_itself(visitor: Visitor, family: Dupont) -> None:
    enter_office(visitor)
    visitor.open(f"{OFFICE}/courriers")
    visitor.submit(button="Préparer")
    page = visitor.click("Ne plus la mettre à jour")
    assert page.heading == "Courriers en préparation"
    assert "Refresh" not in page.response.headers


def test_a_class_alone_can_be_ordered(visitor: Visitor, services: Services, family: Dupont) -> None:
    enter_office(visitor)
    ordered(visitor, services, class_code="6 A")
    pages = read_pages(visitor.submit(button="Télécharger").response.get_data())
    assert [each.login for each in pages] == ["zoe.abel"]


def test_an_order_for_nobody_says_so(visitor: Visitor, services: Services, family: Dupont) -> None:
    enter_office(visitor)
    ordered(visitor, services)
    visitor.open(f"{OFFICE}/courriers")
    page = visitor.submit(button="Préparer")
    assert page.status == 422
    assert "Il n'y a personne à qui écrire" in page.text.replace("’", "'")


def test_a_class_that_does_not_exist_is_refused(visitor: Visitor, family: Dupont) -> None:
    enter_office(visitor)
    visitor.open(f"{OFFICE}/courriers")
    assert visitor.submit({"class_code": "9 Z"}, button="Préparer").status == 422


def test_the_history_says_what_became_of_each_order(visitor: Visitor, services: Services, family: Dupont) -> None:
    enter_office(visitor)
    ordered(visitor, services)
    ordered(visitor, services, reach="tous", class_code="6 A")
    text = visitor.open(f"{OFFICE}/courriers").text
    assert "Chantal Renard" in text
    assert "1 courrier remplacé depuis" in text
    assert "à télécharger" in text


def test_a_document_that_is_gone_is_said_to_be(visitor: Visitor, services: Services, family: Dupont, clock: FrozenClock) -> None:
    enter_office(visitor)
    done = ordered(visitor, services)
    visitor.submit(button="Télécharger")
    clock.advance(hours=25)
    run_job(services, "letters.forget", {})
    page = enter_office(visitor, path=done.path)
    assert "Le document a été effacé" in page.text
    response = visitor.client.post(f"{done.url}/document", data={"csrf_token": csrf_token(page)}, headers={"Referer": done.url})
    assert response.status_code == 404


@pytest.mark.rule("R07")
def test_the_office_gives_a_family_new_codes_after_saying_what_that_ends(
    visitor: Visitor, services: Services, family: Dupont
) -> None:
    enter_office(visitor)
    visitor.open(f"{OFFICE}/comptes?recherche=jean.dupont")
    page = visitor.click("Nouveaux codes")
    assert "son mot de passe cesse de fonctionner" in page.text
    address = visitor.submit({"channel": "papier"}, button="Donner de nouveaux codes").url
    run_waiting(services)
    visitor.open(address)
    (letter,) = read_pages(visitor.submit(button="Télécharger").response.get_data())
    assert letter.login == "jean.dupont"
    assert isinstance(authenticate(services, letter.login, letter.password, "192.0.2.1"), Provisional)
    visitor.open("/connexion")
    assert visitor.submit({"login": "jean.dupont", "password": PASSWORD}, button="Se connecter").status == 422


def test_the_offices_pages_never_show_a_password(visitor: Visitor, services: Services, family: Dupont) -> None:
    enter_office(visitor)
    done = ordered(visitor, services)
    passwords = [each.password for each in read_pages(visitor.submit(button="Télécharger").response.get_data())]
    sources = [visitor.open(path).source for path in (OFFICE, done.path, f"{OFFICE}/courriers", f"{OFFICE}/comptes?classe=5+B")]
    assert not any(password in source for source in sources for password in passwords)


def csrf_token(page: Page) -> str:
    """The token of any form of a page."""
    return str(page.document.xpath("//input[@name='csrf_token']/@value")[0])
