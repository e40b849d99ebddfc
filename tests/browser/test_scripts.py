"""What the site's one script adds: passwords that can be seen, and demands that are ticked off while typing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_site import LiveSite
from tests.browser.pages_of_families import first_connection
from tests.browser.stroll import Stroll

Open = Callable[..., Page]


@pytest.fixture
def screen(site: LiveSite, window: Open) -> Page:
    """The first-connection screen."""
    page = window()
    first_connection(Stroll(site, page))
    return page


@pytest.mark.rule("R12")
def test_the_screen_tells_live_which_demands_are_met(screen: Page) -> None:
    length, mixed, guess = screen.locator("#exigences li").all()
    expect(length).not_to_have_class("unmet")
    screen.fill("#password", "cheval")
    expect(length).to_have_class("unmet")
    expect(mixed).to_contain_text(": pas encore")
    screen.fill("#password", "cheval8pomme")
    expect(length).to_have_class("met")
    expect(mixed).to_contain_text(": c'est bon")
    expect(guess).not_to_have_class("met")
    screen.fill("#password", "")
    expect(mixed).not_to_contain_text("c'est bon")


@pytest.mark.rule("R12")
def test_letters_and_digits_of_any_script_and_signs_beyond_16_bits_count_as_on_the_server(screen: Page) -> None:
    length, mixed, _guess = screen.locator("#exigences li").all()
    screen.fill("#password", "пароль٣")
    expect(mixed).to_have_class("met")
    expect(length).to_have_class("unmet")
    screen.fill("#password", "😀😀😀😀é7")
    expect(length).to_have_class("unmet")


def test_a_typed_password_can_be_seen_and_is_sent_hidden(screen: Page) -> None:
    password = screen.locator("#password")
    password.fill("cheval8pomme")
    screen.get_by_role("button", name="Afficher : Nouveau mot de passe").click()
    expect(password).to_have_attribute("type", "text")
    expect(password).to_be_focused()
    screen.get_by_role("button", name="Masquer : Nouveau mot de passe").click()
    expect(password).to_have_attribute("type", "password")


def test_without_scripts_there_is_no_button_that_does_nothing(site: LiveSite, window: Open) -> None:
    page = window(scripts=False)
    first_connection(Stroll(site, page))
    assert page.get_by_role("button", name="Afficher").count() == 0
    expect(page.get_by_text("au moins 8 caractères")).to_be_visible()


def test_the_links_of_the_summary_lead_to_their_fields(screen: Page) -> None:
    screen.get_by_role("button", name="Créer mon compte").click()
    expect(screen.get_by_role("alert")).to_be_focused()
    screen.get_by_role("link", name="Donnez votre adresse électronique.").click()
    expect(screen.locator("#email")).to_be_focused()


def test_the_skip_link_leads_past_the_header(screen: Page) -> None:
    screen.keyboard.press("Tab")
    skip = screen.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    screen.keyboard.press("Enter")
    expect(screen.locator("main")).to_be_focused()


def test_the_help_page_prints_without_menus(site: LiveSite, window: Open) -> None:
    page = window()
    page.goto("/aide")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Aide", exact=True)).to_be_visible()
    for hidden in (".foot", ".language", ".skip"):
        expect(page.locator(hidden)).to_be_hidden()
