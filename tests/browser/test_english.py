"""Every page without scripts and in English: it works all the same, and no French is left on it.

One walk shows both: what leads to a page are its plain links and forms, found by name and not by label.
"""

import re
from collections.abc import Callable
from functools import cache

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from tests.browser.live_site import LiveSite
from tests.browser.stroll import PAGES, Stroll
from tests.browser.test_pages import PHONE
from tests.test_translations import CATALOGUE, VALUE, texts_of, translations_of

SAID = """() => {
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT), said = [document.title];
    while (walker.nextNode()) { said.push(walker.currentNode.data); }
    for (const element of document.querySelectorAll("[aria-label], [title], [alt], [placeholder], input[type=submit]")) {
        said.push(element.ariaLabel, element.title, element.alt, element.placeholder, element.value);
    }
    return said.filter(text => typeof text === "string").map(text => text.replace(/\\s+/g, " ").trim()).filter(text => text);
}"""


@cache
def french() -> list[re.Pattern[str]]:
    """What the texts look like that English says otherwise, whatever values stand in them."""
    with CATALOGUE.open("rb") as file:
        catalogue = [message for message in read_po(file, locale="en") if message.id]
    english = {text for message in catalogue for text in translations_of(message)}
    texts = {text for message in catalogue for text in texts_of(message)} - english
    return [re.compile(".+?".join(map(re.escape, VALUE.split(text.strip())[::2])) + r"\Z") for text in texts]


def left_in_french(page: Page) -> list[str]:
    """The texts of a page that nobody translated."""
    said: list[str] = page.evaluate(SAID)
    return [text for text in said if any(pattern.match(text) for pattern in french())]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_english_and_needs_no_script(name: str, site: LiveSite, window: Callable[..., Page]) -> None:
    page = window(PHONE, scripts=False, language="en")
    PAGES[name](Stroll(site, page))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    assert left_in_french(page) == []


def test_french_is_recognised(site: LiveSite, window: Callable[..., Page]) -> None:
    page = window(PHONE, language="fr")
    PAGES["accueil"](Stroll(site, page))
    assert {"Accueil", "Bonjour Jean Dupont", "2 enfants rattachés à votre compte."} <= set(left_in_french(page))
