"""A letter that reached the wrong person is taken back, and the school is told (R102)."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountState, state_at
from account_mgmt.models import Account
from config.mailer import Mail
from tests.factories import NOW, PROVISIONAL, Dupont, Stage, dupont
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.rule("R102")


@pytest.fixture
def family(session: Session) -> Dupont:
    return dupont(session, jean=Stage.NOTIFIED)


def with_the_letter(visitor: Visitor, account: Account) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": account.login, "password": PROVISIONAL}, button="Se connecter")


def test_nothing_is_done_before_the_person_has_confirmed(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    page = visitor.click("Ce n'est pas mon enfant")
    assert "cesseront de fonctionner" in page.text
    assert visitor.click("C'est bien mon enfant").heading == "Première connexion"


def test_the_letter_stops_working_and_the_school_is_told(
    visitor: Visitor, family: Dupont, session: Session, mails: Callable[[], list[Mail]]
) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    visitor.click("Ce n'est pas mon enfant")
    page = visitor.submit(button="Prévenir l'établissement")
    assert page.heading == "L'établissement est prévenu"
    assert "05 49 00 00 00" in page.text
    (mail,) = mails()
    assert mail.to == family.dylans_school.email
    assert family.jean_for_dylan.login in mail.text
    assert "Dylan" in mail.html
    session.expire_all()
    assert state_at(session.get_one(Account, family.jean_for_dylan.id), NOW) is AccountState.KNOWN
    assert "n'est pas le bon" in with_the_letter(visitor, family.jean_for_dylan).text


def test_the_other_guardian_s_letter_stays_good(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    visitor.click("Ce n'est pas mon enfant")
    visitor.submit(button="Prévenir l'établissement")
    assert with_the_letter(visitor, family.alice_for_dylan).heading == "Première connexion"


def test_a_school_without_an_address_is_named_all_the_same(
    visitor: Visitor, family: Dupont, mails: Callable[[], list[Mail]]
) -> None:
    family.dylans_school.email = ""
    with_the_letter(visitor, family.jean_for_dylan)
    visitor.click("Ce n'est pas mon enfant")
    assert "Collège Jean-Moulin" in visitor.submit(button="Prévenir l'établissement").text
    assert mails() == []


def test_a_pupil_has_no_such_way_out(visitor: Visitor, family: Dupont) -> None:
    assert "pas mon enfant" not in with_the_letter(visitor, family.dylans_account).text
    assert visitor.open("/premiere-connexion/pas-mon-enfant").heading == "Première connexion"


def test_pressing_the_button_after_the_screen_is_over_does_nothing(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    visitor.click("Ce n'est pas mon enfant")
    stale = visitor.page
    visitor.submit(button="Prévenir l'établissement")
    visitor.page = stale
    assert visitor.submit(button="Prévenir l'établissement").heading == "Cette page n'est plus valable"
