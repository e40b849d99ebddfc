"""The entry page: families log in here, other publics elsewhere, by links that the operator configures (R31).

The choice is remembered in the browser, and a relying party whose people are all of one public spares them the question.
"""

from flask import redirect, request
from werkzeug.wrappers import Response

from config.services import current
from config.settings import OtherPublic
from idp.interaction.web.answers import page
from idp.relying_parties.domain import Registration

FAMILY = "famille"
REMEMBERED = "public"
YEAR = 365 * 24 * 3600


def others() -> tuple[OtherPublic, ...]:
    """The publics that log in elsewhere."""
    return current().settings.http.other_publics


def is_family(relying_party: Registration | None) -> bool:
    """Whether the question need not be asked: nothing to choose from, or the service or the browser says "élève ou parent"."""
    return not others() or _preferred(relying_party) == FAMILY


def entry_page(relying_party: Registration | None, query: dict[str, str]) -> Response:
    """The question; the public that the service names, or that was chosen last time, comes first."""
    preferred = _preferred(relying_party)
    links = sorted(others(), key=lambda other: other.key != preferred)
    remembered = request.cookies.get(REMEMBERED)
    return page(
        "interaction/entry.html",
        relying_party=relying_party,
        publics=links,
        preferred=preferred,
        remembered=remembered,
        query=query,
    )


def remember(response: Response, choice: str) -> Response:
    """Let the browser remember the public that was chosen."""
    secure = current().settings.http.secure
    response.set_cookie(REMEMBERED, choice, max_age=YEAR, secure=secure, httponly=True, samesite="Lax", path="/connexion")
    return response


def lead_elsewhere(choice: str) -> Response | None:
    """To where a public logs in, remembering the choice; nothing for a word that names no other public."""
    address = next((other.url for other in others() if other.key == choice), None)
    return remember(redirect(address, 303), choice) if address else None


def _preferred(relying_party: Registration | None) -> str | None:
    preset = relying_party.entry if relying_party else None
    return preset or request.cookies.get(REMEMBERED)
