"""The account's own pages: what it says of itself, its language, and grouping."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from account_mgmt.models import Account
from config.clock import FrozenClock
from tests.factories import PASSWORD, PROVISIONAL, Dupont, Stage, dupont
from tests.visitor import Page, Visitor

PREVIEW = "Voir ce qui va changer"


@pytest.fixture
def family(session: Session) -> Dupont:
    return dupont(session)


def sign_in(visitor: Visitor, account: Account, password: str = PASSWORD) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": account.login, "password": password}, button="Se connecter")


def ask_to_group(visitor: Visitor, other: Account, password: str = PROVISIONAL, day: str = "2") -> Page:
    """Name Florian's account, as of a letter that was not used yet."""
    visitor.open("/compte/regrouper")
    born = {"birth_date-day": day, "birth_date-month": "9", "birth_date-year": "2011"}
    return visitor.submit({"login": other.login, "password": password, **born}, button=PREVIEW)


@pytest.mark.rule("R72")
def test_the_account_shows_its_login_its_address_and_its_children(visitor: Visitor, family: Dupont) -> None:
    sign_in(visitor, family.jean_for_dylan)
    page = visitor.open("/compte")
    for words in (
        "Jean Dupont",
        "jean.dupont",
        "jean.dupont@famille.example confirmée",
        "Dylan Dupont",
        "Collège Jean-Moulin, 5 B",
    ):
        assert words in page.text
    assert "Florian" not in page.text


@pytest.mark.rule("R60")
def test_a_pupil_is_offered_no_grouping(visitor: Visitor, session: Session) -> None:
    family = dupont(session, others=Stage.CONFIRMED)
    sign_in(visitor, family.dylans_account)
    assert "Regrouper" not in visitor.open("/compte").text
    page = visitor.open("/compte/regrouper")
    assert page.status == 403
    assert "Un compte d'élève ne peut pas regrouper" in page.text


@pytest.mark.rule("R62")
def test_a_preview_says_whose_child_joins_and_which_login_stops(visitor: Visitor, family: Dupont, session: Session) -> None:
    sign_in(visitor, family.jean_for_dylan)
    page = ask_to_group(visitor, family.jean_for_florian)
    assert "Cet enfant rejoint votre compte Florian Dupont (Collège Arthur-Rimbaud, 3 A)" in page.text
    assert "Cet enfant y est déjà Dylan Dupont (Collège Jean-Moulin, 5 B)" in page.text
    assert f"Vous garderez : {family.jean_for_dylan.login}" in page.text
    assert f"Ne servira plus : {family.jean_for_florian.login}" in page.text
    session.expire_all()
    assert session.get_one(Account, family.jean_for_florian.id).merged_at is None


@pytest.mark.rule("R62")
def test_confirming_brings_the_children_together_and_says_so(visitor: Visitor, family: Dupont) -> None:
    sign_in(visitor, family.jean_for_dylan)
    ask_to_group(visitor, family.jean_for_florian)
    page = visitor.submit(button="Regrouper")
    assert page.heading == "Vos comptes sont regroupés"
    assert "2 enfants rattachés à votre compte" in page.text
    assert f"Ne sert plus : {family.jean_for_florian.login}" in page.text
    assert "2 enfants rattachés" in visitor.click("Aller à l'accueil").text


@pytest.mark.rule("R61")
def test_an_account_in_use_joins_with_its_own_password_and_no_birth_date(visitor: Visitor, session: Session) -> None:
    family = dupont(session, others=Stage.CONFIRMED)
    sign_in(visitor, family.jean_for_dylan)
    visitor.open("/compte/regrouper")
    page = visitor.submit({"login": family.alice_for_florian.login, "password": PASSWORD}, button=PREVIEW)
    assert "Florian Dupont" in page.text
    assert visitor.submit(button="Regrouper").heading == "Vos comptes sont regroupés"


@pytest.mark.rule("R65")
def test_a_joint_account_names_both_guardians(visitor: Visitor, session: Session) -> None:
    family = dupont(session, others=Stage.CONFIRMED)
    sign_in(visitor, family.jean_for_dylan)
    visitor.open("/compte/regrouper")
    visitor.submit({"login": family.alice_for_dylan.login, "password": PASSWORD}, button=PREVIEW)
    visitor.submit(button="Regrouper")
    page = visitor.open("/compte")
    assert "Compte commun de Jean Dupont et Alice Dupont" in page.text
    assert page.text.count("Dylan Dupont") == 1


@pytest.mark.rule("R67")
def test_a_wrong_password_or_birth_date_is_said_beside_its_field(visitor: Visitor, family: Dupont) -> None:
    sign_in(visitor, family.jean_for_dylan)
    page = ask_to_group(visitor, family.jean_for_florian, password="wrong")
    assert page.status == 422
    assert "n'est pas le bon" in page.document.get_element_by_id("password-erreur").text_content()
    page = ask_to_group(visitor, family.jean_for_florian, day="3")
    assert "n'est pas celle" in page.document.get_element_by_id("birth_date-erreur").text_content()


@pytest.mark.rule("R67")
@pytest.mark.parametrize(
    ("which", "sentence"), [("jean_for_dylan", "déjà connecté"), ("dylans_account", "l'identifiant d'un élève")]
)
def test_what_cannot_be_grouped_is_explained(visitor: Visitor, session: Session, which: str, sentence: str) -> None:
    family = dupont(session, others=Stage.CONFIRMED)
    sign_in(visitor, family.jean_for_dylan)
    assert sentence in ask_to_group(visitor, getattr(family, which), password=PASSWORD).text


@pytest.mark.rule("R67")
def test_a_preview_that_is_too_old_starts_again(visitor: Visitor, family: Dupont, clock: FrozenClock) -> None:
    sign_in(visitor, family.jean_for_dylan)
    ask_to_group(visitor, family.jean_for_florian)
    clock.advance(minutes=20)
    page = visitor.submit(button="Regrouper")
    assert page.status == 409
    assert "Rien n'a changé" in page.text
    assert visitor.click("Recommencer").path == "/compte/regrouper"


@pytest.mark.rule("R62")
def test_the_preview_of_one_person_opens_nothing_to_another(
    visitor: Visitor, session: Session, new_visitor: Callable[[], Visitor]
) -> None:
    family = dupont(session, others=Stage.CONFIRMED)
    sign_in(visitor, family.jean_for_dylan)
    visitor.open("/compte/regrouper")
    page = visitor.submit({"login": family.jean_for_florian.login, "password": PASSWORD}, button=PREVIEW)
    token = page.document.xpath("//input[@name='apercu']")[0].value
    alice = new_visitor()
    sign_in(alice, family.alice_for_dylan)
    alice.open("/compte/regrouper")
    alice.submit({"login": family.alice_for_florian.login, "password": PASSWORD}, button=PREVIEW)
    assert alice.submit({"apercu": token}, button="Regrouper").status == 409


@pytest.mark.rule("R73")
def test_the_language_of_pages_and_messages_is_chosen_in_the_account(visitor: Visitor, family: Dupont, session: Session) -> None:
    sign_in(visitor, family.jean_for_dylan)
    visitor.open("/compte")
    page = visitor.submit(button="English")
    assert page.document.get("lang") == "en"
    assert page.heading == "My account"
    session.expire_all()
    assert session.get_one(Account, family.jean_for_dylan.id).language == "en"


@pytest.mark.rule("R73")
def test_a_language_that_nobody_wrote_is_not_kept(visitor: Visitor, family: Dupont, session: Session) -> None:
    sign_in(visitor, family.jean_for_dylan)
    visitor.open("/compte")
    page = visitor.submit({"langue": "xx"}, button="English")
    assert page.document.get("lang") == "fr"
    session.expire_all()
    assert session.get_one(Account, family.jean_for_dylan.id).language is None
