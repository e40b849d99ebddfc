"""The office's own login: its page, its cookie, its way back, and the page where a password is chosen (R32, R111)."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from account_mgmt.services.staff import password_link
from config.clock import FrozenClock
from config.services import Services
from tests.factories import PASSWORD, Dupont, dupont, make_staff
from tests.offices import OFFICE, SECRETARY, enter_office
from tests.visitor import Visitor


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session)
    make_staff(session, family.dylans_school)
    session.commit()
    return family


def test_the_office_logs_in_on_the_way_to_a_page_and_gets_there(visitor: Visitor, family: Dupont) -> None:
    page = enter_office(visitor, path=f"{OFFICE}/courriers")
    assert page.path == f"{OFFICE}/courriers"
    assert page.heading == "Courriers de notification"


def test_the_first_page_is_the_only_schools_dashboard(visitor: Visitor, family: Dupont) -> None:
    assert enter_office(visitor, path="/etablissement").path == OFFICE


def test_the_way_back_leads_to_no_other_site_and_to_no_familys_page(visitor: Visitor, family: Dupont) -> None:
    for elsewhere in ("https://evil.example/etablissement", "//evil.example", "/compte"):
        visitor.open(f"/etablissement/connexion?suite={elsewhere}")
        assert visitor.submit({"email": SECRETARY, "password": PASSWORD}, button="Se connecter").path == OFFICE
        visitor.submit(button="Se déconnecter")


@pytest.mark.rule("R32")
def test_a_wrong_password_and_an_unknown_address_read_the_same(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/etablissement/connexion")
    wrong = visitor.submit({"email": SECRETARY, "password": "wrong"}, button="Se connecter")
    assert wrong.status == 422
    unknown = visitor.submit({"email": "nobody@poitiers.example", "password": "wrong"}, button="Se connecter")
    assert wrong.text == unknown.text


def test_too_many_tries_say_how_long_to_wait(visitor: Visitor, family: Dupont, clock: FrozenClock) -> None:
    visitor.open("/etablissement/connexion")
    for _ in range(10):
        clock.advance(seconds=40)
        page = visitor.submit({"email": SECRETARY, "password": "wrong"}, button="Se connecter")
    page = visitor.submit({"email": SECRETARY, "password": PASSWORD}, button="Se connecter")
    assert page.status == 429
    assert "15 minutes" in page.text


def test_staff_and_families_have_separate_sessions_in_one_browser(visitor: Visitor, family: Dupont) -> None:
    enter_office(visitor)
    assert visitor.open("/compte").path == "/connexion"
    visitor.submit({"login": family.jean_for_dylan.login, "password": PASSWORD}, button="Se connecter")
    assert visitor.open("/compte").path == "/compte"
    visitor.open(OFFICE)
    visitor.submit(button="Se déconnecter")
    assert visitor.cookie("preau-staff") is None
    assert visitor.open("/compte").path == "/compte"
    assert visitor.open(OFFICE).path == "/etablissement/connexion"


def test_a_familys_session_opens_no_office_page(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    visitor.submit({"login": family.jean_for_dylan.login, "password": PASSWORD}, button="Se connecter")
    cookie = visitor.cookie("preau")
    assert cookie
    visitor.client.set_cookie("__Host-preau-staff", cookie, domain="preau.test", secure=True)
    assert visitor.open(OFFICE).path == "/etablissement/connexion"


def test_a_password_is_chosen_through_the_link_and_opens_the_office(
    visitor: Visitor, new_visitor: Callable[[], Visitor], services: Services, session: Session, family: Dupont
) -> None:
    member = make_staff(session, family.dylans_school, email="nouveau@poitiers.example")
    member.password_hash = None
    session.commit()
    link = password_link(services, member)
    visitor.open(link)
    page = visitor.submit({"password": "court", "password_again": "court"})
    assert page.status == 422
    assert "au moins 12 caractères" in page.text
    chosen = {"password": "quatre mots sans lien", "password_again": "quatre mots sans lien"}
    page = visitor.submit(chosen)
    assert "Votre mot de passe est enregistré" in page.text
    page = visitor.submit({"email": member.email, "password": chosen["password"]}, button="Se connecter")
    assert page.path == OFFICE
    assert new_visitor().open(link).status == 400


def test_a_link_past_its_week_says_so(visitor: Visitor, services: Services, session: Session, clock: FrozenClock) -> None:
    member = make_staff(session, dupont(session).dylans_school)
    session.commit()
    link = password_link(services, member)
    clock.advance(days=8)
    assert visitor.open(link).status == 410
    assert visitor.open("/etablissement/mot-de-passe/cut-short").status == 400
