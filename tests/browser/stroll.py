"""Someone who walks through the site in a browser window, in whatever language it speaks: finds fields by name, not by label."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from account_mgmt.models import Account
from tests.browser.live_site import LiveSite
from tests.factories import PASSWORD, PROVISIONAL

MAIN_FORM = "main form:not(:has(button.link))"


@dataclass
class Stroll:
    """A window on a site."""

    site: LiveSite
    page: Page

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(path)

    def fill(self, **fields: str) -> None:
        """Type into fields by their names; `birth_date__day` stands for `birth_date-day`."""
        for name, value in fields.items():
            self.page.locator(f'[name="{name.replace("__", "-")}"]').fill(value)

    def press(self, button: str = "main form button[type=submit]") -> None:
        """Press the first such button; the page that follows is loaded."""
        self.page.locator(button).first.click()
        self.page.wait_for_load_state()

    def sign_in(self, account: Account, password: str = PASSWORD) -> None:
        """Log in by the login page."""
        self.open("/connexion")
        self.fill(login=account.login, password=password)
        self.press()

    def with_letter(self, account: Account) -> None:
        """Come to the first-connection screen."""
        self.sign_in(account, PROVISIONAL)

    def fill_first_connection(self, email: str = "jean@famille.example", day: str = "14") -> None:
        """Answer the first-connection screen for Dylan."""
        self.fill(password=PASSWORD, password_again=PASSWORD, email=email, email_again=email)
        self.fill(birth_date__day=day, birth_date__month="5", birth_date__year="2013")

    def confirmation_link(self, email: str = "jean@famille.example") -> str:
        """The path of the link in the confirmation message that came last to that address."""
        return self.link_in_mail("/confirmation", email)

    def link_in_mail(self, path: str, email: str) -> str:
        """The link below a path of the site in the last message to that address."""
        body = self.site.letters(email)[-1].get_body(("plain",))
        assert body is not None
        found = re.search(rf"{re.escape(self.site.url)}({path}/\S+)", body.get_content())
        assert found is not None
        return found.group(1)


Walk = Callable[[Stroll], None]
"""Brings the window to a page."""

PAGES: dict[str, Walk] = {}
"""Every page of the site, by a name for test reports and screenshots."""


def page(name: str) -> Callable[[Walk], Walk]:
    """Count a walk among the pages that are looked at."""

    def add(walk: Walk) -> Walk:
        if name in PAGES:
            raise ValueError(f"two pages are called {name}")
        PAGES[name] = walk
        return walk

    return add
