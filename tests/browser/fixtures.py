"""A real browser on a real site: Chromium, a threaded server over the application, and a mail server that keeps what it gets.

`site` is the running site with its clock and mail; `window` opens a page in a fresh browser profile at a width, with or without
JavaScript; `violations` asks axe-core what is hard to use on a page.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.live_site import LiveSite, start_site
from tests.browser.pages_of_errors import add_failing_route
from tests.browser.windows import CHROMIUM_FLAGS, Window, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path, shared_files: Path, empty_database: Path) -> Iterator[LiveSite]:
    """The site, on a port of its own and over a database of its own."""
    shutil.copy(empty_database, tmp_path / "preau.sqlite")
    with start_site(tmp_path, shared_files, add_failing_route) as running:
        yield running


@pytest.fixture
def window(browser: Browser, site: LiveSite) -> Iterator[Callable[..., Page]]:
    """Opens a page in a fresh profile: `window(width=390, scripts=False, language="en")`; all are closed at the end."""
    windows: list[Window] = []

    def open_window(width: int = 1280, *, scripts: bool = True, language: str = "fr") -> Page:
        windows.append(Window(browser, site.url, width, scripts=scripts, language=language))
        return windows[-1].page

    yield open_window
    for opened in windows:
        opened.close()
        assert opened.complaints == [], "the browser's console complains"
