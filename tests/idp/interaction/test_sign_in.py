"""The login page: one message for every miss, a page for every other outcome, and a way on from wherever one is."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account
from account_mgmt.services import sessions
from config.clock import FrozenClock
from config.database import db
from config.services import Services
from tests.factories import NOW, PASSWORD, PROVISIONAL, Dupont, Stage, dupont, make_academy
from tests.idp.interaction.conftest import FakeService, log_in, make_service
from tests.visitor import Visitor


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session)
    session.commit()
    return family


@pytest.mark.rule("R32")
def test_a_wrong_login_and_a_wrong_password_get_one_and_the_same_page(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    unknown = log_in(visitor, "personne.nulle-part", "cheval8pomme")
    visitor.open("/connexion")
    wrong = log_in(visitor, family.jean_for_dylan.login, "autre8pomme")
    assert unknown.status == wrong.status == 422
    assert without_what_differs(unknown.source, "personne.nulle-part") == without_what_differs(
        wrong.source, family.jean_for_dylan.login
    )
    assert "n'est pas le bon" in wrong.text


@pytest.mark.rule("R32")
def test_the_login_is_kept_and_the_password_is_not(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    page = log_in(visitor, family.jean_for_dylan.login, "autre8pomme")
    (login,) = page.document.xpath("//input[@name='login']")
    (password,) = page.document.xpath("//input[@name='password']")
    assert login.get("value") == family.jean_for_dylan.login
    assert not password.get("value")
    assert "autre8pomme" not in page.source


@pytest.mark.rule("R32")
def test_after_many_misses_the_page_says_how_long_to_wait_and_the_wait_ends(
    visitor: Visitor, family: Dupont, clock: FrozenClock
) -> None:
    login = family.jean_for_dylan.login
    for _ in range(30):
        visitor.open("/connexion")
        if log_in(visitor, login, "faux8").status == 429:
            break
    assert "Trop d'essais" in visitor.page.text
    assert re.search(r"dans \d+ minute", visitor.page.text)
    clock.advance(hours=1)
    visitor.open("/connexion")
    assert log_in(visitor, login).path == "/"


def test_an_empty_form_says_what_is_missing(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    page = log_in(visitor, " ", "")
    assert page.status == 422
    assert "Donnez votre identifiant." in page.text
    assert "Donnez votre mot de passe." in page.text


@pytest.mark.rule("R05")
def test_a_letter_past_its_deadline_is_said_to_be_too_old_with_the_school_to_ask(
    session: Session, visitor: Visitor, clock: FrozenClock, family: Dupont
) -> None:
    clock.advance(days=120)
    visitor.open("/connexion")
    page = log_in(visitor, family.alice_for_dylan.login, PROVISIONAL)
    assert "trop ancien" in page.heading
    assert "Collège Jean-Moulin" in page.text
    assert "05 49 00 00 00" in page.text
    assert visitor.cookie("preau") is None


@pytest.mark.rule("R63")
def test_an_account_that_was_grouped_names_the_one_that_took_over_masked(
    session: Session, visitor: Visitor, family: Dupont
) -> None:
    absorbed = session.get_one(Account, family.alice_for_dylan.id)
    absorbed.password_hash = family.jean_for_dylan.password_hash
    absorbed.merged_at, absorbed.principal_id = NOW, family.jean_for_dylan.id
    session.commit()
    visitor.open("/connexion")
    page = log_in(visitor, absorbed.login)
    assert "regroupé" in page.heading
    assert family.jean_for_dylan.login not in page.source
    assert visitor.cookie("preau") is None
    visitor.open("/connexion")
    assert "n'est pas le bon" in log_in(visitor, absorbed.login, "faux8").text


@pytest.mark.rule("R33")
def test_home_says_when_the_account_was_used_before(visitor: Visitor, family: Dupont, clock: FrozenClock) -> None:
    visitor.open("/connexion")
    page = log_in(visitor, family.jean_for_dylan.login)
    assert "16 novembre 2026" not in page.text
    clock.advance(days=3)
    visitor.open("/connexion")
    page = log_in(visitor, family.jean_for_dylan.login)
    assert "16 novembre 2026" in page.text


@pytest.mark.rule("R04")
def test_the_letters_code_fills_the_login_in(visitor: Visitor, family: Dupont) -> None:
    page = visitor.open("/connexion?identifiant=alice.dupont")
    (login,) = page.document.xpath("//input[@name='login']")
    assert login.get("value") == "alice.dupont"


def test_a_login_hint_is_filled_in(session: Session, visitor: Visitor, service: FakeService, family: Dupont) -> None:
    make_service(session)
    page = service.ask(visitor, login_hint="jean.dupont")
    (login,) = page.document.xpath("//input[@name='login']")
    assert login.get("value") == "jean.dupont"


def test_the_page_speaks_the_language_that_the_service_wishes(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session)
    page = service.ask(visitor, ui_locales="en")
    assert page.document.get("lang") == "en"


def test_a_login_gives_a_fresh_session_and_ends_the_one_before(
    services: Services, clock: FrozenClock, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(db.session())
    service.ask(visitor)
    log_in(visitor, family.jean_for_dylan.login)
    first = visitor.cookie("preau")
    assert sessions.find(services, first)
    clock.advance(seconds=1)
    service.ask(visitor, again=1)
    log_in(visitor, family.jean_for_dylan.login)
    assert sessions.find(services, first) is None
    assert sessions.find(services, visitor.cookie("preau"))


@pytest.mark.rule("R10")
def test_no_session_cookie_is_set_before_the_right_password(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    log_in(visitor, family.jean_for_dylan.login, "faux8")
    assert visitor.cookie("preau") is None


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    form = {"login": family.jean_for_dylan.login, "password": PASSWORD}
    token = visitor.page.document.xpath("//form[contains(@action, 'connexion')]//input[@name='csrf_token']/@value")[0]
    answer = visitor.client.post("/connexion", data={**form, "csrf_token": token}, base_url=visitor.base_url)
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-preau=")]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/compte", "/compte"),
        ("/aide?x=1", "/aide"),
        ("https://ailleurs.example/", "/"),
        ("//ailleurs.example/", "/"),
        ("/connexion", "/"),
        ("/deconnexion", "/"),
    ],
)
def test_a_login_leads_to_the_page_that_was_asked_for_if_it_is_ours(
    visitor: Visitor, family: Dupont, asked: str, path: str
) -> None:
    visitor.open(f"/connexion?suite={asked}")
    assert log_in(visitor, family.jean_for_dylan.login).path == path
    assert visitor.open(f"/connexion?suite={asked}").path == path


@pytest.mark.rule("R21")
def test_our_own_pages_hold_the_same_gates(session: Session, visitor: Visitor) -> None:
    family = dupont(session, jean=Stage.CREATED)
    session.commit()
    visitor.open("/connexion?suite=/compte")
    assert log_in(visitor, family.jean_for_dylan.login).path == "/confirmation"
    assert visitor.open("/").path == "/confirmation"
    account = session.scalars(select(Account).where(Account.id == family.jean_for_dylan.id)).one()
    account.email_confirmed_at = NOW
    session.commit()
    assert visitor.open("/").path == "/"


def without_what_differs(source: str, login: str) -> str:
    """The page without the login typed and the tokens of forms."""
    return re.sub(r'value="[^"]{20,}"', "", source.replace(login, ""))


def test_the_page_has_the_look_of_the_services_academie(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    caen = make_academy(session, "caen")
    make_service(session, academy_id=caen.id)
    assert "Académie de Caen" in service.ask(visitor).source
    assert "Académie de Caen" not in visitor.open("/connexion").source
