"""Which language a page speaks, and how one changes it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from account_mgmt.web.language import best_of, note_ui_locales
from tests.factories import PASSWORD, dupont
from tests.visitor import Page, Visitor


def language_of(page: Page) -> str:
    return str(page.document.get("lang"))


def test_pages_are_french_unless_somebody_wants_something_else(visitor: Visitor) -> None:
    assert language_of(visitor.open("/aide")) == "fr"


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("en-GB,en;q=0.9", "en"), ("de,en;q=0.5", "en"), ("de", "fr"), ("fr;q=0.2,en;q=0.8", "en")]
)
def test_the_browser_s_languages_are_followed(visitor: Visitor, wanted: str, spoken: str) -> None:
    page = visitor.open("/aide", **{"Accept-Language": wanted})
    assert language_of(page) == spoken
    assert page.heading == {"en": "Help", "fr": "Aide"}[spoken]


def test_the_link_changes_the_language_and_comes_back_with_the_question(visitor: Visitor) -> None:
    visitor.open("/connexion?suite=/compte")
    page = visitor.click("English")
    assert (page.path, language_of(page)) == ("/connexion", "en")
    assert "suite=/compte" in page.url
    assert language_of(visitor.open("/aide", **{"Accept-Language": "fr"})) == "en"
    assert language_of(visitor.click("Français")) == "fr"


def test_the_link_leads_to_no_other_site_and_knows_no_other_language(visitor: Visitor) -> None:
    page = visitor.open("/langue/de?suite=https://evil.example/")
    assert (page.path, language_of(page)) == ("/connexion", "fr")


def test_a_page_that_answered_a_form_leads_home(visitor: Visitor) -> None:
    visitor.open("/connexion")
    page = visitor.submit({"login": "", "password": ""}, button="Se connecter")
    assert page.document.xpath("//a[@hreflang='en']/@href") == ["/langue/en?suite=/connexion"]
    assert "suite=/" in visitor.open("/nowhere").document.xpath("//a[@hreflang='en']/@href")[0]


def test_the_page_s_other_languages_are_marked_as_such(visitor: Visitor) -> None:
    (link,) = visitor.open("/aide").document.xpath("//a[@hreflang]")
    assert (link.get("lang"), link.text_content()) == ("en", "English")


@pytest.mark.parametrize(
    ("tags", "language"), [(["en"], "en"), (["de", "en-US"], "en"), (["FR-ca", "en"], "fr"), (["de"], None), ([], None)]
)
def test_the_first_language_tag_that_pages_speak_counts(tags: list[str], language: str | None) -> None:
    assert best_of(tags) == language


def test_a_relying_party_s_wish_is_followed_in_this_visit_but_not_against_the_person(visitor: Visitor, app: Flask) -> None:
    response = Response()
    with app.test_request_context():
        note_ui_locales(response, ("en-GB", "fr"))
        note_ui_locales(response, ())
    (cookie,) = response.headers.getlist("Set-Cookie")
    visitor.client.set_cookie("language_asked", cookie.split("=")[1].split(";")[0], domain="preau.test", secure=True)
    assert "Max-Age" not in cookie
    assert language_of(visitor.open("/aide")) == "en"
    visitor.click("Français")
    assert language_of(visitor.open("/aide")) == "fr"


def test_a_wish_in_the_address_itself_is_followed(visitor: Visitor) -> None:
    assert language_of(visitor.open("/aide?ui_locales=de%20en")) == "en"


def test_an_account_s_language_is_followed_where_the_browser_says_nothing(visitor: Visitor, session: Session) -> None:
    family = dupont(session)
    family.jean_for_dylan.language = "en"
    visitor.open("/connexion")
    page = visitor.submit({"login": family.jean_for_dylan.login, "password": PASSWORD}, button="Se connecter")
    assert language_of(page) == "en"
