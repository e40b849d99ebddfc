"""The language of pages: which one a request gets, and the link that changes it.

French is the source and the default. Choosing a language is a preference of the browser, harmless and reversible, so it
is a plain link and no form.
"""

from collections.abc import Iterable

from flask import Blueprint, Flask, g, redirect, request, url_for
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

from account_mgmt.web.paths import answers_get, local_path
from account_mgmt.web.typography import SourceTexts
from config.access import public
from config.services import current

LANGUAGES = {"fr": "Français", "en": "English"}
"""The languages of the pages, each by its own name; the first is the default."""

CHOSEN = "language"
ASKED = "language_asked"
YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


def init_languages(app: Flask) -> None:
    """Make the pages of this application speak the language that `select_language` finds."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "templates/translations"
    babel = Babel(app, default_locale="fr", default_timezone="Europe/Paris", locale_selector=select_language)
    with app.app_context():
        babel.domain_instance.cache["fr", "messages"] = SourceTexts()


def select_language() -> str:
    """The language of this request: the link's choice, the relying party's wish, the account's, then the browser's."""
    wishes = (
        request.cookies.get(CHOSEN),
        best_of(request.args.get("ui_locales", "").split()),
        request.cookies.get(ASKED),
        g.get("account_language"),
    )
    for wish in wishes:
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(LANGUAGES) or "fr"


def best_of(tags: Iterable[str]) -> str | None:
    """The first of these language tags, in order of preference, that pages can speak (OIDC Core §3.1.2.1, ui_locales)."""
    return next((code for tag in tags if (code := tag.split("-")[0].lower()) in LANGUAGES), None)


def note_ui_locales(response: Response, ui_locales: Iterable[str]) -> None:
    """Let the pages of this visit follow a relying party's `ui_locales`; a choice of the person still goes first."""
    language = best_of(ui_locales)
    if language is not None:
        _set(response, ASKED, language, max_age=None)


def remember_choice(response: Response, language: str) -> None:
    """Let this browser speak the language that the person chose, until another choice."""
    _set(response, CHOSEN, language, max_age=YEAR)


@blueprint.get("/langue/<code>")
@public
def choose(code: str) -> Response:
    """Remember the language in this browser and come back to the page where one was."""
    response = redirect(local_path(request.args.get("suite")), 303)
    if code in LANGUAGES:
        remember_choice(response, code)
    return response


def _set(response: Response, name: str, value: str, max_age: int | None) -> None:
    secure = current().settings.http.secure
    response.set_cookie(name, value, max_age=max_age, secure=secure, httponly=True, samesite="Lax", path="/")


@blueprint.app_context_processor
def _page_language() -> dict[str, object]:
    return {"current_language": current_language, "languages": LANGUAGES.items, "language_url": language_url}


def current_language() -> str:
    """The two letters of the language in which this page is being written."""
    return str(get_locale() or "fr")[:2]


def language_url(code: str) -> str:
    """The link that changes the language and comes back to this page, or home where nothing can be read at this address."""
    here = request.full_path.rstrip("?") if answers_get(request) else "/"
    return url_for("language.choose", code=code, suite=here)
