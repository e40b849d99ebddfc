"""A forgotten password, from the login page to the new one: as the guides tell it, and with what goes wrong on the way."""

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
NewVisitor = Callable[[], Visitor]
LINK = re.compile(r"https://preau\.test(/mot-de-passe-oublie/\S+)")
REFERENCE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")
CODE = re.compile(r"ce code : ([A-Z2-9]{8})\b")
CHOSEN = "girafe7violon"


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session)
    session.commit()
    return family


def ask(visitor: Visitor, login: str) -> Page:
    visitor.open("/connexion")
    visitor.click("Mot de passe oublié")
    return visitor.submit({"login": login}, button="Recevoir le message")


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match is not None, text
    return match.group(match.lastindex or 0)


def choose(visitor: Visitor, link: str, login: str, password: str = CHOSEN, **more: str) -> Page:
    page = visitor.open(link)
    if page.status != 200:
        return page
    return visitor.submit({"login": login, "password": password, "password_again": password, **more})


def sign_in(visitor: Visitor, login: str, password: str) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": login, "password": password}, button="Se connecter")


@pytest.mark.rule("R50", "R51")
def test_a_parent_chooses_another_password_by_the_link_of_a_message(
    visitor: Visitor, family: Dupont, mails: Mails, clock: FrozenClock
) -> None:
    login = family.jean_for_dylan.login
    page = ask(visitor, f" {login.upper()} ")
    reference = found(REFERENCE, page.text)
    assert "Notez ce numéro" in page.text
    (mail,) = mails()
    assert mail.to == "jean.dupont@famille.example"
    assert reference in mail.subject
    page = choose(visitor, found(LINK, mail.text), login)
    assert page.heading == "Mot de passe changé"
    clock.advance(seconds=1)
    assert visitor.click("Se connecter").document.get_element_by_id("login").value == login
    assert sign_in(visitor, login, PASSWORD).status == 422
    assert sign_in(visitor, login, CHOSEN).path == "/"


@pytest.mark.rule("R55")
def test_the_new_password_ends_other_sessions_and_its_owner_is_told(
    visitor: Visitor, new_visitor: NewVisitor, family: Dupont, mails: Mails
) -> None:
    login = family.jean_for_dylan.login
    elsewhere = new_visitor()
    assert sign_in(elsewhere, login, PASSWORD).path == "/"
    ask(visitor, login)
    choose(visitor, found(LINK, mails()[-1].text), login)
    assert elsewhere.open("/compte").path == "/connexion"
    told = mails()[-1]
    assert told.subject == f"Le mot de passe de {login} a été changé"
    assert told.to == "jean.dupont@famille.example"


@pytest.mark.rule("R51")
def test_the_link_serves_once_and_dies_in_an_hour(visitor: Visitor, family: Dupont, mails: Mails, clock: FrozenClock) -> None:
    login = family.jean_for_dylan.login
    ask(visitor, login)
    ask(visitor, login)
    first, second = (found(LINK, mail.text) for mail in mails())
    choose(visitor, second, login)
    clock.advance(minutes=2)
    assert choose(visitor, second, login).status == 410
    assert "a déjà servi" in visitor.page.text
    assert choose(visitor, first, login).status == 410  # what was asked before is over too
    ask(visitor, login)
    third = found(LINK, mails()[-1].text)
    clock.advance(minutes=60)
    assert "Le délai pour suivre ce lien est passé" in visitor.open(third).text
    assert visitor.click("Demander un autre lien").path == "/mot-de-passe-oublie"
    assert visitor.open(third[:-3]).status == 400


@pytest.mark.rule("R51")
def test_opening_the_link_changes_nothing_and_pressing_twice_is_the_same_as_once(
    visitor: Visitor, new_visitor: NewVisitor, family: Dupont, mails: Mails
) -> None:
    login = family.jean_for_dylan.login
    ask(visitor, login)
    link = found(LINK, mails()[-1].text)
    scanner, hasty = new_visitor(), new_visitor()
    scanner.open(link)
    hasty.open(link)
    assert choose(visitor, link, login).heading == "Mot de passe changé"
    again = {"login": login, "password": CHOSEN, "password_again": CHOSEN}
    assert hasty.submit(again).heading == "Mot de passe changé"
    assert len(mails()) == 2  # the link, and the word that it was used
    assert scanner.submit({**again, "password": "autre9chose", "password_again": "autre9chose"}).status == 410


@pytest.mark.rule("R12", "R51")
def test_the_form_asks_for_the_login_and_for_a_good_password(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    login = family.jean_for_dylan.login
    ask(visitor, login)
    link = found(LINK, mails()[-1].text)
    page = choose(visitor, link, family.jean_for_florian.login, "dylan")
    assert page.status == 422
    assert "envoyé pour un autre identifiant" in page.text
    assert "trop court" in page.text
    visitor.submit({"login": login, "password": CHOSEN, "password_again": "girafe7violin"})
    assert "Les deux mots de passe ne sont pas les mêmes." in visitor.page.text
    visitor.submit({"login": "", "password": "", "password_again": ""})
    assert "Donnez votre identifiant." in visitor.page.text
    assert "Choisissez un mot de passe." in visitor.page.text
    assert choose(visitor, link, login).heading == "Mot de passe changé"


@pytest.mark.rule("R51")
def test_too_many_wrong_logins_end_the_link(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    ask(visitor, family.jean_for_dylan.login)
    link = found(LINK, mails()[-1].text)
    for _ in range(5):
        choose(visitor, link, "personne")
    assert "Trop d'essais avec ce lien" in choose(visitor, link, family.jean_for_dylan.login).text
    assert sign_in(visitor, family.jean_for_dylan.login, PASSWORD).path == "/"


@pytest.mark.rule("R51")
def test_where_the_academy_wants_it_the_message_holds_a_code_too(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    family.academy.preset = "caen"
    login = family.jean_for_dylan.login
    ask(visitor, login)
    (mail,) = mails()
    code, link = found(CODE, mail.text), found(LINK, mail.text)
    assert code in mail.html
    assert choose(visitor, link, login).status == 422
    assert "Ce n'est pas le code du message." in visitor.page.text
    assert choose(visitor, link, login, code="AAAAAAAA").status == 422
    assert choose(visitor, link, login, code=code.lower()).heading == "Mot de passe changé"


@pytest.mark.rule("R32", "R51")
def test_the_new_password_gives_a_locked_login_its_tries_back(
    visitor: Visitor, family: Dupont, mails: Mails, clock: FrozenClock
) -> None:
    login = family.jean_for_dylan.login
    for _ in range(20):
        if sign_in(visitor, login, "faux8").status == 429:
            clock.advance(seconds=70)
    ask(visitor, login)
    choose(visitor, found(LINK, mails()[-1].text), login)
    clock.advance(seconds=1)
    assert sign_in(visitor, login, CHOSEN).path == "/"


@pytest.mark.rule("R52")
def test_an_unknown_login_is_said_and_leads_on(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    page = ask(visitor, "jean.dupond")
    assert page.heading == "Cet identifiant n'existe pas"
    assert "jean.dupond" in page.text
    assert visitor.click("Trouver les coordonnées d'un établissement").path == "/aide/etablissement"
    assert mails() == []


@pytest.mark.rule("R53")
@pytest.mark.parametrize(
    ("stage", "words"),
    [(Stage.CREATED, "Il faut d'abord valider l'adresse électronique"), (Stage.NOTIFIED, "jusqu'à la première connexion")],
)
def test_a_login_that_is_not_confirmed_yet_is_said(
    visitor: Visitor, session: Session, mails: Mails, stage: Stage, words: str
) -> None:
    page = ask(visitor, dupont(session, jean=stage).jean_for_dylan.login)
    assert words in page.text
    assert "secrétariat de l'établissement" in page.text
    assert mails() == []


@pytest.mark.rule("R23", "R53")
def test_a_pupil_without_a_confirmed_address_is_sent_to_the_school(visitor: Visitor, session: Session, mails: Mails) -> None:
    family = dupont(session, others=Stage.CREATED)
    page = ask(visitor, family.dylans_account.login)
    assert "Demandez de nouveaux codes au secrétariat de votre établissement" in page.text
    assert mails() == []
    family.dylans_account.email_confirmed_at = family.dylans_account.first_connection_at
    ask(visitor, family.dylans_account.login)
    assert [mail.to for mail in mails()] == ["dylan.dupont@famille.example"]


@pytest.mark.rule("R52", "R63")
def test_a_grouped_login_says_that_another_one_serves_but_not_which(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    absorbed = family.alice_for_dylan
    absorbed.merged_at, absorbed.principal_id = absorbed.opened_at, family.jean_for_dylan.id
    page = ask(visitor, absorbed.login)
    assert page.heading == "Cet identifiant ne sert plus"
    assert family.jean_for_dylan.login not in page.text
    assert mails() == []


@pytest.mark.rule("R53", "R81")
def test_a_login_that_was_not_used_for_long_is_sent_to_the_school(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    family.jean_for_dylan.invalidated_at = family.jean_for_dylan.opened_at
    page = ask(visitor, family.jean_for_dylan.login)
    assert page.heading == "Ce compte n'a pas servi depuis longtemps"
    assert "de nouveaux codes" in page.text
    assert mails() == []


@pytest.mark.rule("R50")
def test_messages_to_one_account_have_an_end(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    for _ in range(3):
        ask(visitor, family.jean_for_dylan.login)
    page = ask(visitor, family.jean_for_dylan.login)
    assert page.status == 422
    assert "Plusieurs messages sont déjà partis" in page.text
    assert len(mails()) == 3


@pytest.mark.rule("R51")
def test_new_credentials_from_the_school_end_the_link(visitor: Visitor, family: Dupont, mails: Mails, session: Session) -> None:
    ask(visitor, family.jean_for_dylan.login)
    account = session.get_one(Account, family.jean_for_dylan.id)
    account.first_connection_at = account.password_hash = None
    assert choose(visitor, found(LINK, mails()[-1].text), family.jean_for_dylan.login).status == 410
    assert "Le compte a changé depuis" in visitor.page.text


def test_an_empty_login_is_asked_for_again(visitor: Visitor) -> None:
    assert "Donnez votre identifiant." in ask(visitor, "  ").text
