"""Logout that a relying party asks for (OpenID Connect RP-Initiated Logout 1.0).

An ID Token of ours that speaks of the person who is signed in proves that the request comes from a relying party of
theirs: it is done at once. Anything else is a question on a page, since any site could send people here. Nobody is sent
on to an address that the client did not register, letter for letter.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from account_mgmt.services.sessions import Session
from config.services import Services
from idp.interaction.services import sector_of
from idp.oidc.clients import find_client
from idp.oidc.id_token import read_hint, session_id
from idp.oidc.parameters import LONGEST, Parameters
from idp.relying_parties.domain import Registration


@dataclass(frozen=True)
class LogoutRequest:
    """What was asked, as far as it can be believed."""

    client: Registration | None = None
    """Who asks: named by the ID Token, or else by `client_id`, which proves nothing."""
    hint: dict[str, Any] | None = None
    """The claims of an ID Token of ours; None without one that holds."""
    return_to: str | None = None
    """Where to go afterwards: an address that this client registered, with `state`."""
    return_refused: bool = False
    """An address was asked for that the client did not register."""


def read_logout(services: Services, parameters: Parameters) -> LogoutRequest:
    """Read a request (§2); what does not hold is left out, and never an error that would stop somebody from leaving."""
    hint = read_hint(services, parameters.once("id_token_hint") or "")
    client_id = parameters.once("client_id")
    if hint is not None and client_id is not None and hint["aud"] != client_id:
        hint = None
    client = find_client(hint["aud"] if hint else client_id)
    if client is None:
        hint = None
    wanted = parameters.once("post_logout_redirect_uri")
    if wanted is None:
        return LogoutRequest(client, hint)
    if client is None or wanted not in client.oidc.post_logout_redirect_uris:
        return LogoutRequest(client, hint, return_refused=True)
    return LogoutRequest(client, hint, _with_state(wanted, parameters.once("state")))


def is_proven(services: Services, request: LogoutRequest, session: Session) -> bool:
    """Whether a request may end this session without asking: its hint names the session or its person (§2, id_token_hint)."""
    if request.hint is None or request.client is None or request.return_refused:
        return False
    if request.hint.get("sid") == session_id(session.handle, request.client.client_id):
        return True
    subject: str = request.hint["sub"]
    return subject == sector_of(services, request.client).account(session.account_id)


def _with_state(address: str, state: str | None) -> str:
    """The address with the state that was sent, and nothing else (§3)."""
    if state is None or len(state) > LONGEST:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'state': state})}"
