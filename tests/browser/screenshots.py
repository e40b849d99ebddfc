"""Pictures of every page, at the width of a phone and of a desk: `python -m tests.browser.screenshots FOLDER [NAME…]`.

Names are those of `PAGES` (their beginning is enough); `--language en` shows the English pages.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import wsgi
from config.database import Base, db
from tests.browser import pages_of_errors, pages_of_families, pages_of_recovery, pages_of_schools, pages_of_services
from tests.browser.live_site import settings_for, start_site
from tests.browser.stroll import PAGES, Stroll
from tests.browser.windows import CHROMIUM_FLAGS, Window, chromium

WIDTHS = (390, 1280)
assert pages_of_families.__doc__
assert pages_of_recovery.__doc__
assert pages_of_schools.__doc__
assert pages_of_services.__doc__


def take(browser: Browser, name: str, folder: Path, language: str) -> None:
    """Both pictures of one page, each on a site of its own, since walking to a page changes things."""
    for width in WIDTHS:
        with tempfile.TemporaryDirectory() as data:
            make_tables(Path(data))
            with start_site(Path(data), Path(data), pages_of_errors.add_failing_route) as site:
                window = Window(browser, site.url, width, scripts=True, language=language)
                PAGES[name](Stroll(site, window.page))
                window.page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
                window.close()


def make_tables(folder: Path) -> None:
    """An empty database."""
    app = wsgi.create_app(settings_for(folder, folder, "http://localhost", 25))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--language", default="fr")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        for name in PAGES:
            if not asked.names or name.startswith(tuple(asked.names)):
                take(browser, name, asked.folder, asked.language)
        browser.close()


if __name__ == "__main__":
    main()
