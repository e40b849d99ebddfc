"""Forms only from our own pages: a token in each, tied to the browser's session, and a page that recovers when it is stale.

A stale form is nobody's attack most of the time: a page left open overnight, a browser that forgot its cookies, two tabs
(R34). So the person gets the same form afresh with a word on why, and a dead end only where that cannot help.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Request, current_app, flash, redirect, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from config.error_pages import answer
from config.errors import CATALOGUE

View = Callable[..., Any]
MARK = "csrf_exempt"
AGAIN = "recommencer"
"""In an address: this form is shown again because the one sent was stale."""
OWN_SITE = frozenset({"same-origin", "none"})


def without_csrf(view: View) -> View:
    """Mark a protocol's endpoint: other sites and programs send to it, and it trusts no cookie for what it does."""
    setattr(view, MARK, True)
    return view


class CookieSession(SecureCookieSessionInterface):
    """Flask's signed cookie, read where the browser sent one: programs never do, and reading prepares a signature."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if self.get_cookie_name(app) in request.cookies else self.session_class()


def init_csrf(app: Flask) -> None:
    """Check every form of the application, except those sent to endpoints that are marked."""
    app.session_interface = CookieSession()
    # A token lives as long as the browser's session: an hour's limit would only make more pages stale.
    # The Referer is not asked for, as some browsers hide it; what browsers say since then is Sec-Fetch-Site.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    protection = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None or getattr(view, MARK, False):
            return
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITE:
            raise CSRFError("the form was sent from another site")
        protection.protect()
        if request.method == "GET" and AGAIN in request.args:
            flash(
                gettext(
                    "Cette page était restée ouverte trop longtemps. Rien n'a été enregistré : recommencez, s'il vous plaît."
                ),
                "warning",
            )

    app.register_error_handler(CSRFError, _show_again)


def _show_again(_error: CSRFError) -> Response:
    """The form afresh, where there is one; else the page that says what happened."""
    came_back_without_cookies = AGAIN in request.args and not request.cookies
    address = None if came_back_without_cookies else _page_of_the_form()
    if address is None:
        # Raised from here it would be a fault: Flask looks for no second handler.
        return answer("form_expired", CATALOGUE["form_expired"].status, {})
    return redirect(address, 303)


def _page_of_the_form() -> str | None:
    """The address that shows the form: the one that it was sent to, or else the page it was on."""
    if _can_be_shown(request.path):
        return _again(request.path, request.args.to_dict(flat=False))
    page = urlsplit(request.referrer or "")
    ours = page.netloc == request.host and _can_be_shown(page.path)
    return _again(page.path, {}) if ours else None


def _can_be_shown(path: str) -> bool:
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return bool(endpoint != "static")


def _again(path: str, query: dict[str, list[str]]) -> str:
    return f"{path}?{urlencode({**query, AGAIN: '1'}, doseq=True)}"
