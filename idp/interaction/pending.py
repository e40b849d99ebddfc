"""Requests that wait for their person: kept in the store, bound to one browser, named by the id in the address.

Two tabs are two interactions. One that was answered stays until it expires, so that going back or pressing twice gives the
same answer again instead of an error; its session and gates are asked again each time.
"""

from dataclasses import dataclass

from config.services import Services
from config.tokens import digest, new_token
from idp.domain.authentication_request import AuthenticationRequest

KIND = "interaction"


@dataclass(frozen=True)
class Interaction:
    """A request that waits, and the id by which its browser comes back to it."""

    id: str
    request: AuthenticationRequest


def keep(services: Services, request: AuthenticationRequest, browser: str | None) -> Interaction:
    """Let a request wait for this browser.

    A request that came by a cross-site POST has no browser yet, since no cookie comes with it: the first browser to open the
    interaction, which is the one that was just told its id, makes it its own.
    """
    interaction = Interaction(new_token(), request)
    _put(services, interaction, browser)
    return interaction


def find(services: Services, interaction_id: str, browser: str) -> Interaction | None:
    """The interaction of that id, unless it expired or belongs to another browser."""
    value = services.store.get(KIND, digest(interaction_id))
    if value is None:
        return None
    interaction = Interaction(interaction_id, AuthenticationRequest.from_dict(value["request"]))
    if value["browser"] is None:
        _put(services, interaction, browser)
        return interaction
    return interaction if value["browser"] == digest(browser) else None


def _put(services: Services, interaction: Interaction, browser: str | None) -> None:
    value = {"request": interaction.request.to_dict(), "browser": digest(browser) if browser else None}
    services.store.put(KIND, digest(interaction.id), value, services.settings.protocols.interaction_minutes * 60)
