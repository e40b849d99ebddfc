"""The look of pages: static files with their version, and the theme of the académie that the page speaks for.

Colours are CSS variables in a small stylesheet of their own, at an address that changes with its content: the content
security policy allows no inline style, and browsers may keep it for a year.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, current_app, g, url_for
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from account_mgmt.domain.themes import Theme, shades, theme_from
from account_mgmt.models import Academy
from config.access import public
from config.database import db

FOR_A_YEAR = "public, max-age=31536000, immutable"

blueprint = Blueprint("theme", __name__)


@dataclass(frozen=True)
class PageTheme:
    """What the layout needs of a theme."""

    name: str
    logo: str
    stylesheet: str | None


def use_theme_of(academy: Academy) -> None:
    """Give this page the look of an académie: called where the page knows for whom it speaks."""
    g.page_theme = _page_theme(academy)


def current_theme() -> PageTheme:
    """The theme of this page: the académie's that was named, else the only one there is, else the product's own."""
    if "page_theme" not in g:
        g.page_theme = _page_theme(_only_academy())
    theme: PageTheme = g.page_theme
    return theme


def _only_academy() -> Academy | None:
    try:
        academies = db.session.scalars(select(Academy).limit(2)).all()
    except SQLAlchemyError:  # an error page must still have a look when the database is what failed
        db.session.rollback()
        return None
    return academies[0] if len(academies) == 1 else None


def _page_theme(academy: Academy | None) -> PageTheme:
    theme = theme_from(academy.name, academy.theme) if academy else Theme()
    sheet = _stylesheet(theme)
    address = url_for("theme.stylesheet", code=academy.code, version=_version(sheet)) if academy and sheet else None
    return PageTheme(name=theme.name, logo=asset(theme.logo or "preau.svg"), stylesheet=address)


@blueprint.get("/theme/<code>-<version>.css")
@public
def stylesheet(code: str, version: str) -> Response:
    """The colours of an académie. Its address holds a digest of them, so it may be kept for a year."""
    academy = db.session.scalar(select(Academy).where(Academy.code == code))
    if academy is None:
        abort(404)
    sheet = _stylesheet(theme_from(academy.name, academy.theme))
    response = current_app.response_class(sheet, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_A_YEAR if version == _version(sheet) else "no-store"
    return response


def _stylesheet(theme: Theme) -> str:
    variables = shades(theme)
    return f":root{{{';'.join(f'{name}:{value}' for name, value in variables.items())}}}\n" if variables else ""


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a static file, with a digest of its content so that browsers may keep it."""
    return url_for("static", filename=name, v=_file_version(Path(str(current_app.static_folder)) / name))


@cache
def _file_version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"


@blueprint.app_context_processor
def _page_look() -> dict[str, object]:
    return {"current_theme": current_theme, "asset": asset}
