"""The first gate, as a family meets it: the letter's password, the screen, the account."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from account_mgmt.models import Account
from config.clock import FrozenClock
from tests.factories import NOW, PASSWORD, PROVISIONAL, Dupont, Stage, dupont
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
CREATE = "Créer mon compte"


@pytest.fixture
def family(session: Session) -> Dupont:
    return dupont(session, jean=Stage.NOTIFIED)


def with_the_letter(visitor: Visitor, account: Account) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": account.login, "password": PROVISIONAL}, button="Se connecter")


def error_of(page: Page, field: str) -> str:
    """What the page says beside a field, found as a screen reader finds it: by aria-describedby."""
    (control,) = page.document.xpath(f"//*[@id='{field}']")
    assert control.get("aria-invalid") == "true"
    described = control.get("aria-describedby").split()
    texts = [" ".join(page.document.get_element_by_id(name).text_content().split()) for name in described]
    return next(text.removeprefix("Erreur : ") for text in texts if text.startswith("Erreur :"))


def summary_of(page: Page) -> dict[str, str]:
    """The summary on top: which field each line leads to."""
    return {link.text_content(): link.get("href") for link in page.document.xpath("//*[@role='alert']//a")}


@pytest.mark.rule("R11")
def test_the_screen_names_the_login_and_the_pupil_and_nothing_more_of_the_family(visitor: Visitor, family: Dupont) -> None:
    page = with_the_letter(visitor, family.jean_for_dylan)
    assert page.path == "/premiere-connexion"
    assert family.jean_for_dylan.login in page.text
    assert "Dylan" in page.text
    assert "Jean-Moulin" not in page.source
    assert "2013" not in page.source


@pytest.mark.rule("R10")
def test_there_is_no_session_before_the_screen_is_completed(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    assert visitor.cookie("preau") is None
    assert visitor.open("/compte").path == "/connexion"


@pytest.mark.rule("R12")
def test_the_demands_on_a_password_are_listed_beside_its_field(visitor: Visitor, family: Dupont) -> None:
    page = with_the_letter(visitor, family.jean_for_dylan)
    (field,) = page.document.xpath("//input[@id='password']")
    demands = page.document.get_element_by_id(field.get("aria-describedby"))
    assert [" ".join(item.text_content().split()) for item in demands.xpath("./li")] == [
        "au moins 8 caractères",
        "des lettres et des chiffres",
        "difficile à deviner : ni nom, ni date, ni suite comme 12345",
    ]
    assert field.get("autocomplete") == "new-password"


@pytest.mark.rule("R12")
def test_an_academy_with_a_cap_says_so(visitor: Visitor, session: Session, family: Dupont) -> None:
    family.academy.preset = "legacy"
    assert "pas plus de 14 caractères" in with_the_letter(visitor, family.jean_for_dylan).text


@pytest.mark.rule("R15")
def test_a_filled_screen_creates_the_account_and_says_what_is_left_to_do(
    visitor: Visitor, family: Dupont, session: Session
) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    page = visitor.submit(FILLED, button=CREATE)
    assert page.heading == "Création réussie : confirmez votre adresse"
    assert "jean@famille.example" in page.text
    assert "indésirables" in page.text
    assert "05 49 00 00 00" in page.text
    session.expire_all()
    assert session.get_one(Account, family.jean_for_dylan.id).first_connection_at is not None
    assert visitor.cookie("preau")


@pytest.mark.rule("R11")
def test_each_thing_to_put_right_is_said_on_top_and_beside_its_field(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    wrong = {"password": "abc", "password_again": "abd", "email": "jean", "email_again": "jean", "birth_date-day": "32"}
    page = visitor.submit({**FILLED, **wrong}, button=CREATE)
    assert page.status == 422
    assert page.document.findtext(".//title").startswith("Erreur")
    assert "au moins 8 caractères" in error_of(page, "password")
    assert error_of(page, "password_again") == "Les deux mots de passe ne sont pas les mêmes."
    assert "n'est pas complète" in error_of(page, "email")
    assert "n'existe pas" in error_of(page, "birth_date-day")
    assert set(summary_of(page).values()) == {"#password", "#password_again", "#email", "#birth_date-day"}


def test_what_was_typed_comes_back_except_for_passwords(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    page = visitor.submit({**FILLED, "email_again": "other@famille.example"}, button=CREATE)
    typed = dict(page.document.xpath("//form[.//input[@type='password']]")[0].form_values())
    assert typed["email"] == "jean@famille.example"
    assert typed["birth_date-year"] == "2013"
    assert typed["password"] == ""
    assert PASSWORD not in page.source


@pytest.mark.rule("R14")
def test_a_wrong_birth_date_is_told_plainly(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    page = visitor.submit({**FILLED, "birth_date-day": "15"}, button=CREATE)
    assert "n'est pas celle que l'établissement a" in error_of(page, "birth_date-day")


@pytest.mark.rule("R14")
def test_too_many_wrong_birth_dates_are_told_with_the_way_out(visitor: Visitor, family: Dupont) -> None:
    page = with_the_letter(visitor, family.jean_for_dylan)
    for _ in range(20):
        page = visitor.submit({**FILLED, "birth_date-day": "15"}, button=CREATE)
    assert "Recommencez dans quelques minutes" in error_of(page, "birth_date-day")


@pytest.mark.rule("R10")
def test_one_can_turn_back_and_the_letter_stays_good(visitor: Visitor, family: Dupont) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    page = visitor.submit(button="Annuler")
    assert page.path == "/connexion"
    assert "Le courrier reste valable" in page.text
    assert visitor.open("/premiere-connexion").status == 410
    assert with_the_letter(visitor, family.jean_for_dylan).heading == "Première connexion"


@pytest.mark.rule("R10")
def test_a_screen_left_open_for_too_long_leads_back_to_the_login(visitor: Visitor, family: Dupont, clock: FrozenClock) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    clock.advance(hours=24)
    page = visitor.submit(FILLED, button=CREATE)
    assert page.status == 410
    assert page.heading == "Cette page n'est plus valable"
    assert visitor.click("Se connecter").path == "/connexion"


@pytest.mark.rule("R05")
def test_a_deadline_that_passes_while_the_screen_is_open_is_told(visitor: Visitor, family: Dupont, clock: FrozenClock) -> None:
    deadline = family.jean_for_dylan.notification_expires_at
    assert deadline is not None
    clock.advance(seconds=(deadline - NOW).total_seconds() - 300)
    with_the_letter(visitor, family.jean_for_dylan)
    clock.advance(minutes=10)
    page = visitor.submit(FILLED, button=CREATE)
    assert page.status == 410
    assert "Le délai" in page.heading


@pytest.mark.rule("R13")
def test_a_pupil_may_leave_the_address_out_and_goes_straight_on(visitor: Visitor, family: Dupont) -> None:
    page = with_the_letter(visitor, family.dylans_account)
    assert page.text.count("(facultatif)") == 2
    assert "Votre date de naissance" in page.text
    page = visitor.submit({**FILLED, "email": "", "email_again": ""}, button=CREATE)
    assert page.heading == "Création réussie"
    assert visitor.click("Continuer").path == "/"


@pytest.mark.rule("R10")
def test_the_ticket_of_one_browser_opens_nothing_in_another(
    visitor: Visitor, family: Dupont, new_visitor: Callable[[], Visitor]
) -> None:
    with_the_letter(visitor, family.jean_for_dylan)
    assert new_visitor().open("/premiere-connexion").status == 410
