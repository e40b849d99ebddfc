"""A forgotten login: an address is given, and a message lists what is tied to it; or the page says why there is nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from config.mailer import Mail
from tests.factories import PASSWORD, Dupont, Stage, dupont
from tests.visitor import Page, Visitor

Mails = Callable[[], list[Mail]]
ADDRESS = "jean@famille.example"


@pytest.fixture
def family(session: Session) -> Dupont:
    """Jean gave one address for both accounts, and confirmed both."""
    family = dupont(session, others=Stage.CONFIRMED)
    for account in (family.jean_for_dylan, family.jean_for_florian):
        account.email = ADDRESS
    session.commit()
    return family


def ask(visitor: Visitor, email: str) -> Page:
    visitor.open("/connexion")
    visitor.click("Identifiant oublié")
    return visitor.submit({"email": email}, button="Recevoir le message")


@pytest.mark.rule("R13", "R40")
def test_a_message_lists_all_logins_of_an_address_with_their_children_and_schools(
    visitor: Visitor, family: Dupont, mails: Mails
) -> None:
    page = ask(visitor, ADDRESS)
    assert page.path == "/demande"
    (mail,) = mails()
    assert mail.to == ADDRESS
    assert mail.subject.removeprefix("Vos identifiants : demande ") in page.text
    for part in (mail.text, mail.html):
        for account, child, school in (
            (family.jean_for_dylan, family.dylan, family.dylans_school),
            (family.jean_for_florian, family.florian, family.florians_school),
        ):
            assert account.login in part
            assert f"{child.first_name}, {school.name}" in part
        assert family.alice_for_dylan.login not in part
        assert "Dupont" not in part.replace("dupont", "")


@pytest.mark.rule("R40")
def test_passwords_stay_as_they_are(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    ask(visitor, ADDRESS)
    assert len(mails()) == 1
    visitor.open("/connexion")
    credentials = {"login": family.jean_for_dylan.login, "password": PASSWORD}
    assert visitor.submit(credentials, button="Se connecter").path == "/"


@pytest.mark.rule("R40")
@pytest.mark.parametrize("typed", [" jean@famille.example ", "Jean@famille.example", "JEAN@FAMILLE.EXAMPLE"])
def test_an_address_is_found_however_it_is_typed(visitor: Visitor, family: Dupont, mails: Mails, typed: str) -> None:
    ask(visitor, typed)
    assert [mail.to for mail in mails()] == [ADDRESS]


@pytest.mark.rule("R40", "R63")
def test_a_grouped_login_is_listed_as_the_one_that_took_over(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    absorbed, principal = family.alice_for_dylan, family.jean_for_dylan
    absorbed.merged_at, absorbed.principal_id = absorbed.opened_at, principal.id
    ask(visitor, "alice.dupont@famille.example")
    (mail,) = mails()
    assert mail.to == "alice.dupont@famille.example"
    assert f"Identifiant : {principal.login}\n" in mail.text
    assert f"Il remplace : {absorbed.login}" in mail.text


@pytest.mark.rule("R40", "R81")
def test_a_login_that_was_not_used_for_long_says_what_it_needs(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    family.jean_for_florian.invalidated_at = family.jean_for_florian.opened_at
    ask(visitor, ADDRESS)
    for part in (mails()[0].text, mails()[0].html):
        used, unused = part.split(family.jean_for_florian.login)
        assert "depuis longtemps" in unused
        assert "depuis longtemps" not in used


@pytest.mark.rule("R41")
def test_an_unknown_address_is_explained_and_leads_to_the_school(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    page = ask(visitor, "jan@famille.example")
    assert page.heading == "Aucun identifiant à cette adresse"
    for reason in ("faute de frappe", "n'est pas encore créé", "n'est pas encore confirmée", "une autre adresse"):
        assert reason in page.text
    assert mails() == []
    visitor.click("Trouver les coordonnées d'un établissement")
    page = visitor.submit({"recherche": "college rimbaud"}, form="etablissement")
    assert "Collège Arthur-Rimbaud" in page.text
    assert "05 49 00 00 00" in page.text
    assert "Jean-Moulin" not in page.text
    assert "Aucun établissement" in visitor.submit({"recherche": "lycée de la mer"}, form="etablissement").text


@pytest.mark.rule("R41")
def test_an_address_that_is_not_confirmed_is_tied_to_nothing_yet(visitor: Visitor, session: Session, mails: Mails) -> None:
    family = dupont(session, jean=Stage.CREATED)
    assert ask(visitor, family.jean_for_dylan.email or "").heading == "Aucun identifiant à cette adresse"
    assert mails() == []


@pytest.mark.parametrize(("typed", "words"), [("", "Donnez votre adresse"), ("jean", "n'est pas complète")])
def test_what_is_no_address_is_asked_for_again(visitor: Visitor, typed: str, words: str) -> None:
    page = ask(visitor, typed)
    assert page.status == 422
    assert words in page.text


@pytest.mark.rule("R40")
def test_messages_to_one_address_have_an_end(visitor: Visitor, family: Dupont, mails: Mails) -> None:
    for _ in range(3):
        ask(visitor, ADDRESS)
    assert "Plusieurs messages sont déjà partis" in ask(visitor, ADDRESS).text
    assert len(mails()) == 3
