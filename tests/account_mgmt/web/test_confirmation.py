"""The second gate: waiting, another message, another address, and the link of the e-mail."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from account_mgmt.models import Account
from config.clock import FrozenClock
from config.mailer import Mail
from tests.factories import PASSWORD, Dupont, Stage, dupont
from tests.visitor import Page, Visitor

Mails = Callable[[], list[Mail]]
LINK = re.compile(r"https://preau\.test(/confirmation/\S+)")


@pytest.fixture
def family(session: Session) -> Dupont:
    return dupont(session, jean=Stage.CREATED, others=Stage.CREATED)


def sign_in(visitor: Visitor, account: Account) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": account.login, "password": PASSWORD}, button="Se connecter")


def link_in(mail: Mail) -> str:
    found = LINK.search(mail.text)
    assert found is not None
    return found.group(1)


def asked_again(visitor: Visitor, account: Account, mails: Mails) -> str:
    """Log in, ask for the message, and read its link."""
    sign_in(visitor, account)
    visitor.submit(button="Renvoyer le message")
    return link_in(mails()[-1])


@pytest.mark.rule("R21")
def test_an_unconfirmed_guardian_only_gets_to_the_waiting_screen(visitor: Visitor, family: Dupont) -> None:
    page = sign_in(visitor, family.jean_for_dylan)
    assert page.path == "/confirmation"
    assert page.heading == "Votre compte attend sa confirmation"
    assert "jean.dupont@famille.example" in page.text
    for address in ("/", "/compte", "/compte/regrouper"):
        assert visitor.open(address).path == "/confirmation"


@pytest.mark.rule("R21")
def test_the_waiting_screen_names_no_child(visitor: Visitor, family: Dupont) -> None:
    assert "Dylan" not in sign_in(visitor, family.jean_for_dylan).source


@pytest.mark.rule("R22")
def test_the_waiting_screen_is_for_who_knows_the_password(visitor: Visitor) -> None:
    for address in ("/confirmation", "/confirmation/adresse", "/premiere-connexion/reussie"):
        assert visitor.open(address).path == "/connexion"


@pytest.mark.rule("R22")
def test_the_message_is_sent_again_on_demand_and_the_earlier_link_dies(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    first = asked_again(visitor, family.jean_for_dylan, mails)
    page = visitor.submit(button="Renvoyer le message")
    assert "Un nouveau message vient de partir pour jean.dupont@famille.example" in page.text
    assert link_in(mails()[-1]) != first
    page = visitor.open(first)
    assert page.status == 400
    assert "Un message plus récent a remplacé ce lien" in page.text


@pytest.mark.rule("R22")
def test_there_is_an_end_to_sending_again(visitor: Visitor, family: Dupont) -> None:
    page = sign_in(visitor, family.jean_for_dylan)
    for _ in range(30):
        page = visitor.submit(button="Renvoyer le message")
    assert "Plusieurs messages sont déjà partis" in page.text


@pytest.mark.rule("R22")
def test_a_mistyped_address_is_corrected_and_the_message_goes_there(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    sign_in(visitor, family.jean_for_dylan)
    visitor.click("Corriger l'adresse")
    visitor.submit({"email": "juste@famille.example", "email_again": "juste@famille.example"}, button="Envoyer le message")
    assert visitor.page.path == "/confirmation"
    assert "juste@famille.example" in visitor.page.text
    assert mails()[-1].to == "juste@famille.example"


@pytest.mark.rule("R22")
def test_a_correction_with_two_addresses_is_shown_again(visitor: Visitor, family: Dupont) -> None:
    sign_in(visitor, family.jean_for_dylan)
    visitor.click("Corriger l'adresse")
    page = visitor.submit({"email": "a@famille.example", "email_again": "b@famille.example"}, button="Envoyer le message")
    assert page.status == 422
    assert "Les deux adresses électroniques ne sont pas les mêmes." in page.text


@pytest.mark.rule("R25")
def test_opening_the_link_shows_a_button_and_confirms_nothing(
    visitor: Visitor, family: Dupont, mails: Mails, session: Session
) -> None:
    page = visitor.open(asked_again(visitor, family.jean_for_dylan, mails))
    assert page.heading == "Confirmer votre adresse"
    assert family.jean_for_dylan.login in page.text
    session.expire_all()
    assert session.get_one(Account, family.jean_for_dylan.id).email_confirmed_at is None


@pytest.mark.rule("R24")
def test_the_button_shows_that_the_account_works_and_goes_on(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    visitor.open(asked_again(visitor, family.jean_for_dylan, mails))
    page = visitor.submit(button="Confirmer mon adresse")
    assert page.path == "/"
    assert "votre compte est prêt" in page.text
    assert "Dylan Dupont" in page.text


@pytest.mark.rule("R24")
def test_on_another_device_the_account_is_said_to_work(
    visitor: Visitor, family: Dupont, mails: Mails, new_visitor: Callable[[], Visitor]
) -> None:
    link = asked_again(visitor, family.jean_for_dylan, mails)
    telephone = new_visitor()
    telephone.open(link)
    page = telephone.submit(button="Confirmer mon adresse")
    assert page.heading == "Votre compte est prêt"
    assert "revenez-y et rechargez la page" in page.text
    assert telephone.cookie("preau") is None
    assert telephone.click("Se connecter").document.get_element_by_id("login").value == family.jean_for_dylan.login
    assert visitor.open("/confirmation").path == "/"


@pytest.mark.rule("R24")
def test_a_link_followed_twice_says_the_same(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    link = asked_again(visitor, family.jean_for_dylan, mails)
    visitor.open(link)
    visitor.submit(button="Confirmer mon adresse")
    assert visitor.open(link).heading == "Votre compte est prêt"
    assert visitor.click("Continuer").status == 200


@pytest.mark.rule("R20")
def test_a_link_past_its_deadline_leads_to_the_school(visitor: Visitor, family: Dupont, mails: Mails, clock: FrozenClock) -> None:
    link = asked_again(visitor, family.jean_for_dylan, mails)
    clock.advance(days=100)
    page = visitor.open(link)
    assert page.status == 410
    assert "secrétariat de l'établissement" in page.text


@pytest.mark.rule("R20")
def test_past_the_deadline_no_other_message_is_offered(visitor: Visitor, family: Dupont, clock: FrozenClock) -> None:
    clock.advance(days=100)
    page = sign_in(visitor, family.jean_for_dylan)
    assert "Demandez de nouveaux codes à l'établissement" in page.text
    assert "Renvoyer" not in page.text
    assert visitor.open("/confirmation/adresse").path == "/confirmation"


def test_a_link_cut_short_is_explained(visitor: Visitor) -> None:
    page = visitor.open("/confirmation/eyJ")
    assert page.status == 400
    assert "Copiez l'adresse entière" in page.text
    assert visitor.click("Se connecter").path == "/connexion"


def test_a_form_made_for_a_dead_link_confirms_nothing(
    visitor: Visitor, family: Dupont, mails: Mails, new_visitor: Callable[[], Visitor]
) -> None:
    link = asked_again(visitor, family.jean_for_dylan, mails)
    late = new_visitor()
    late.open(link)
    visitor.submit(button="Renvoyer le message")
    assert late.submit(button="Confirmer mon adresse").status == 400


@pytest.mark.rule("R23")
def test_a_pupil_is_let_in_and_may_confirm_from_the_account(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    assert sign_in(visitor, family.dylans_account).path == "/"
    visitor.open("/compte")
    page = visitor.click("Confirmer l'adresse")
    assert page.heading == "Confirmer votre adresse"
    assert "Continuer sans confirmer" in page.text
    visitor.submit(button="Renvoyer le message")
    assert mails()[-1].to == "dylan.dupont@famille.example"


@pytest.mark.rule("R23")
def test_a_pupil_without_an_address_can_give_one(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    family.dylans_account.email = None
    sign_in(visitor, family.dylans_account)
    visitor.open("/compte")
    visitor.click("Donner une adresse")
    visitor.click("Donner une adresse")
    visitor.submit({"email": "dylan@famille.example", "email_again": "dylan@famille.example"}, button="Envoyer le message")
    assert mails()[-1].to == "dylan@famille.example"
