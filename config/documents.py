"""Turns templates into what people receive: e-mails (Jinja) and documents to print (typst).

Texts live in `templates/emails/<name>/` and `templates/letters/`; French is their own language, others come from
`templates/translations`. Who receives what, and when, is decided by the use cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from config.clock import Clock
from config.settings import Settings
from config.typesetting import set_book, set_pages

TEMPLATES = Path(__file__).parent.parent / "templates"
SOURCE_LANGUAGE = "fr"
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class MailText:
    """What an e-mail says: a subject of one line, and the same message as text and as HTML."""

    subject: str
    text: str
    html: str


class Documents:
    """The templates of the site; e-mails and documents are made from data alone, and from no request."""

    def __init__(self, settings: Settings, clock: Clock, templates: Path = TEMPLATES) -> None:
        self._templates = templates
        self._site = str(settings.http.base_url).rstrip("/")
        self._clock = clock

    def email(self, name: str, language: str | None, /, **context: Any) -> MailText:
        """The e-mail of that name in that language (R15); a name that the template does not know is an error."""
        environment = _environment(self._templates, language or SOURCE_LANGUAGE)

        def render(part: str) -> str:
            return environment.get_template(f"emails/{name}/{part}").render(site=self._site, **context)

        # A subject is one header line: whatever stands in it, no line break of a name or a school gets there.
        return MailText(" ".join(render("subject.txt").split()), render("body.txt").strip() + "\n", render("body.html"))

    def pdf(self, template: str, data: dict[str, Any]) -> bytes:
        """A tagged PDF (PDF/UA-1); the template reads `json(bytes(sys.inputs.data))`, and nothing is pasted into it (R04)."""
        return set_pages(self._templates, template, data, self._clock.now())

    def book(self, template: str, parts: Iterable[dict[str, Any]]) -> bytes:
        """The pages of many such documents bound into one, however many: in little memory, on all cores (R04)."""
        return set_book(self._templates, template, parts, self._clock.now())


@lru_cache(maxsize=32)
def _environment(templates: Path, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations: NullTranslations = Translations.load(templates / "translations", [language])
    # The i18n extension adds this method when it is loaded, out of sight of the type checker.
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["language"] = language
    environment.filters["long_date"] = lambda day: _long_date(day, language)
    environment.filters["long_time"] = lambda moment: _long_time(moment, language)
    return environment


def _long_date(day: date, language: str) -> str:
    """A date as one reads it in France, in words of the reader's language: 4 septembre 2026."""
    local = day.astimezone(PARIS).date() if isinstance(day, datetime) else day
    return format_date(local, "long", locale=language)


def _long_time(moment: datetime, language: str) -> str:
    return format_datetime(moment, "d MMMM y, HH:mm", tzinfo=PARIS, locale=language)
