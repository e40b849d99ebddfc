"""Every page of the site, looked at by machines: axe-core, widths of phones, the keyboard, and life without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import pages_of_errors, pages_of_families, pages_of_recovery, pages_of_schools, pages_of_services
from tests.browser.live_site import LiveSite
from tests.browser.stroll import PAGES, Stroll

assert pages_of_errors.__doc__
assert pages_of_families.__doc__
assert pages_of_recovery.__doc__
assert pages_of_schools.__doc__
assert pages_of_services.__doc__

Open = Callable[..., Page]
DESKTOP, PHONE, NARROWEST = 1280, 390, 320

FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
VISIBLE_FOCUSABLE = f"""() => Array.from(document.querySelectorAll("{FOCUSABLE}"))
    .filter(element => element.checkVisibility() && !element.disabled)
    .filter(element => element.type !== "radio" || element.checked)  // a group of choices is one stop, at the one chosen
    .map((element, index) => (element.dataset.stop = index))"""
FOCUSED = """() => {
    const element = document.activeElement, style = getComputedStyle(element);
    return [element.dataset.stop ?? null, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
}"""
CONTROLS = "button, .button, .tools a, .tabs a, input:not([type=hidden]), select, summary"
TARGETS = f"""() => Array.from(document.querySelectorAll("{CONTROLS}"))
    .filter(element => element.checkVisibility())
    .filter(element => !["checkbox", "radio"].includes(element.type))
    .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect().height])
    .filter(([, height]) => height < 44)"""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, a line for each place."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def stops(page: Page) -> tuple[list[int], list[int], list[int]]:
    """The elements that should take the focus, those at which the Tab key really stops, and those that do not show it."""
    expected: list[int] = page.evaluate(VISIBLE_FOCUSABLE)
    reached, unseen = [], []
    for _ in range(len(expected) + 1):  # once around, and one stop outside the page
        page.keyboard.press("Tab")
        stop, seen = page.evaluate(FOCUSED)
        if stop is not None:
            reached.append(int(stop))
            unseen += [] if seen else [int(stop)]
    return expected, reached[: len(expected)], unseen


def rotated(order: list[int], first: int) -> list[int]:
    """The same round, begun elsewhere: a page that shows errors starts at its summary."""
    place = order.index(first)
    return order[place:] + order[:place]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(name: str, site: LiveSite, window: Open) -> None:
    page = window(DESKTOP)
    PAGES[name](Stroll(site, page))
    expected, reached, unseen = stops(page)
    assert reached == rotated(expected, reached[0]), "the Tab key goes in reading order"
    assert unseen == [], "the focus is always seen"
    assert violations(page) == []
    page.set_viewport_size({"width": PHONE, "height": 844})
    assert violations(page) == []
    assert page.evaluate(TARGETS) == [], "controls are large enough for a thumb"
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    assert overflow(page) <= 0, "nobody scrolls sideways"
