"""A visitor of the site without a window: cookies, links, forms as they stand in the page, redirects inside the site.

It fills what the page really offers, hidden fields and CSRF token included, so a form that lacks a field fails the test.
"""

from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import has_app_context
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from config.database import db

MOST_REDIRECTS = 10


class SeparateClient(FlaskClient):
    """Flask's test client, but each request is on its own as in a server, even inside a test's application context.

    The test's own session ends its transaction first and reads afresh afterwards: each sees what the other wrote.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
            db.session.expire_all()
        return Context().run(super().open, *args, **{"buffered": True, **kwargs})


@dataclass(frozen=True)
class Page:
    """What the visitor sees."""

    url: str
    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def location(self) -> str:
        """Where the answer sends: filled when it leads out of the site, since the visitor does not follow there."""
        return self.response.headers.get("Location", "")

    @property
    def source(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def document(self) -> Any:
        return html.document_fromstring(self.source, base_url=self.url)

    @property
    def text(self) -> str:
        """The words of the page's main part (of the whole page where it has none), spaces made single."""
        main = self.document.xpath("//main")
        return " ".join((main[0] if main else self.document).text_content().split())

    @property
    def heading(self) -> str:
        found = self.document.xpath("//h1")
        return " ".join(found[0].text_content().split()) if found else ""


class Visitor:
    """One person's browser: keeps cookies and the page in front."""

    def __init__(self, client: FlaskClient, base_url: str) -> None:
        self.client = client
        self.base_url = base_url
        self.page: Page

    def open(self, address: str, **headers: str) -> Page:
        """Go to a path or an address of the site, with headers if wanted."""
        return self._request("GET", urljoin(self.base_url, address), headers=headers)

    def click(self, words: str) -> Page:
        """Follow the link that holds these words."""
        for link in self.page.document.xpath("//a[@href]"):
            if words in " ".join(link.text_content().split()):
                return self.open(urljoin(self.page.url, link.get("href")))
        raise AssertionError(f"no link says {words!r} on {self.page.url}: {self.page.text[:2000]}")

    def submit(self, fields: Mapping[str, Any] | None = None, *, form: str = "", button: str = "") -> Page:
        """Fill a form and press its button: the form with `form` in its action or id, or such a button, else the only one."""
        chosen = self._form(form, button)
        given = dict(fields or {})
        if unknown := set(given) - {field.get("name") for field in chosen.xpath(".//*[@name]")}:
            raise AssertionError(f"the form of {self.page.url} has no field {sorted(unknown)}")
        pressed = next(iter(_buttons(chosen, button)), {})
        named = {pressed["name"]: pressed.get("value", "")} if "name" in pressed else {}
        data = dict(chosen.form_values()) | named | given
        address = urljoin(self.page.url, pressed.get("formaction") or chosen.get("action") or "")
        sent = {"query_string": data} if chosen.method == "GET" else {"data": data}
        return self._request(chosen.method, address, headers={"Referer": self.page.url}, **sent)

    def cookie(self, name: str) -> str | None:
        """The value of a cookie of the site, whatever prefix it has in https."""
        host = urlsplit(self.base_url).hostname or "localhost"
        found = self.client.get_cookie(f"__Host-{name}", domain=host) or self.client.get_cookie(name, domain=host)
        return found.value if found else None

    def _form(self, wanted: str, button: str) -> Any:
        forms = [form for form in self.page.document.forms if _fits(form, wanted) and (not button or _buttons(form, button))]
        if len(forms) != 1:
            raise AssertionError(f"{len(forms)} forms fit {wanted!r} {button!r} on {self.page.url}: {self.page.text[:2000]}")
        return forms[0]

    def _request(self, method: str, address: str, **options: Any) -> Page:
        for _ in range(MOST_REDIRECTS):
            url = urljoin(self.base_url, address)
            response = self.client.open(url, method=method, **options)
            self.page = Page(url, response)
            target = urljoin(url, self.page.location)
            if response.status_code not in (301, 302, 303) or not target.startswith(f"{self.base_url}/"):
                return self.page
            method, address, options = "GET", target, {"headers": {"Referer": url}}
        raise AssertionError(f"more than {MOST_REDIRECTS} redirects, the last one to {self.page.location}")


def _fits(form: Any, wanted: str) -> bool:
    return wanted in f"{form.get('action') or ''} {form.get('id') or ''}"


def _buttons(form: Any, words: str) -> list[dict[str, str]]:
    """The attributes of the buttons that say these words, in their order."""
    buttons = form.xpath(".//button[not(@type='button')] | .//input[@type='submit']")
    return [
        dict(button.attrib) for button in buttons if words in f"{' '.join(button.text_content().split())} {button.get('value')}"
    ]
