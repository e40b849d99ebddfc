"""The first gate, as a family meets it: the letter's password, the screen, the account."""

import pytest
from sqlalchemy.orm import Session

from account_mgmt.models import Account, Notification
from tests.factories import PASSWORD, PROVISIONAL, Dupont, Stage, dupont
from tests.visitor import Page, Visitor

FILLED = {
    "password": PASSWORD,
    "password_again": PASSWORD,
    "email": "jean@famille.example",
    "email_again": "jean@famille.example",
    "birth_date-day": "14",
    "birth_date-month": "5",
    "birth_date-year": "2013",
}


@pytest.fixture
def family(session: Session) -> Dupont:
    return dupont(session, jean=Stage.NOTIFIED)


def with_the_letter(visitor: Visitor, account: Account) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": account.login, "password": PROVISIONAL}, button="Se connecter")


@pytest.mark.rule("R11")
def test_the_screen_names_the_login_and_the_pupil_and_nothing_more_of_the_family(visitor: Visitor, family: Dupont) -> None:
    page = with_the_letter(visitor, family.jean_for_dylan)
    assert page.path == "/premiere-connexion"
    assert "jean.dupont" in page.text
    assert "Dylan" in page.text
    assert "2013" not in page.source.replace("7 3 2012", "")
    assert visitor.cookie("preau") is None


@pytest.mark.rule("R15")
def test_a_filled_screen_creates_the_account_and_says_what_is_left_to_do(
    visitor: Visitor, family: Dupont, session: Session
) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    page = visitor.submit(FILLED, button="Créer mon compte")
    assert page.heading == "Création réussie : confirmez votre adresse"
    assert "jean@famille.example" in page.text
    assert "indésirables" in page.text
    assert "05 49 00 00 00" in page.text
    session.expire_all()
    assert session.get_one(Account, family.jean_for_dylan.id).first_connection_at is not None
    assert visitor.cookie("preau")
