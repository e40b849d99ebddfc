"""The token endpoint's two grants: a code, and a refresh token (RFC 6749 §4.1.3, §6; OIDC Core §3.1.3, §12).

No account, child or relying party is read again here: the code carries the snapshot. Only a refresh, which may come weeks
later, asks whether it still holds (`standing.py`).
"""

from dataclasses import replace
from typing import Any

from config.audit import AuditEvent
from config.database import transaction
from config.services import Services
from idp.oidc import standing, tokens
from idp.oidc.claims import CLAIMS, OFFLINE_ACCESS, OPENID
from idp.oidc.errors import OAuthError, invalid_grant
from idp.oidc.grant import Grant
from idp.oidc.id_token import sign
from idp.oidc.parameters import Parameters
from idp.oidc.pkce import check_verifier
from idp.relying_parties.domain import Registration


def answer(services: Services, client: Registration, parameters: Parameters) -> dict[str, Any]:
    """The tokens for a grant; raises OAuthError."""
    match parameters.required("grant_type"):
        case "authorization_code":
            return _exchange(services, client, parameters)
        case "refresh_token":
            return _refresh(services, client, parameters)
        case _:
            raise OAuthError("unsupported_grant_type", "The grant types are authorization_code and refresh_token.")


def _exchange(services: Services, client: Registration, parameters: Parameters) -> dict[str, Any]:
    """A code for its tokens, once; whoever shows it with anything wrong has used it up all the same."""
    code = parameters.required("code")
    redeemed = tokens.take_code(services, code)
    if redeemed is None:
        _note(services, tokens.revoke_replayed(services, client.client_id, code))
        raise invalid_grant()
    grant, luggage = redeemed.family.grant, redeemed.luggage
    if grant.relying_party_id != client.id or parameters.get("redirect_uri") != luggage.redirect_uri:
        raise invalid_grant()
    if error := check_verifier(luggage.challenge, parameters.get("code_verifier")):
        raise error
    return _tokens(services, client, redeemed.family, grant)


def _refresh(services: Services, client: Registration, parameters: Parameters) -> dict[str, Any]:
    """New tokens for a refresh token, which is replaced; the claims are those that were agreed on (D27)."""
    if not client.oidc.offline_access:
        raise OAuthError("unauthorized_client", "This client is not registered for refresh tokens.")
    token, asked = parameters.required("refresh_token"), parameters.words("scope")
    family = tokens.take_refresh_token(services, client.client_id, token)
    if not isinstance(family, tokens.Family):
        _note(services, family)
        raise invalid_grant()
    if not standing.nothing_ended_since(family.grant):
        tokens.revoke_access(services, family.id)
        raise invalid_grant()
    # The nonce belonged to the first ID Token: it answered the request, not this call (OIDC Core §12.2).
    return _tokens(services, client, family, replace(narrow(family.grant, asked), nonce=None))


def narrow(grant: Grant, asked: tuple[str, ...]) -> Grant:
    """The grant without the scopes that were not asked for again; scopes beyond it are ignored (RFC 6749 §3.3, §6)."""
    dropped = set(grant.scope) - set(asked) - {OPENID} if asked else set()
    if not dropped:
        return grant
    return replace(
        grant,
        scope=tuple(scope for scope in grant.scope if scope not in dropped),
        in_userinfo=tuple(name for name in grant.in_userinfo if CLAIMS[name].scope not in dropped),
        in_id_token=tuple(name for name in grant.in_id_token if CLAIMS[name].scope not in dropped),
    )


def _tokens(services: Services, client: Registration, family: tokens.Family, grant: Grant) -> dict[str, Any]:
    """The answer of the token endpoint (OIDC Core §3.1.3.3)."""
    issued = tokens.issue_tokens(services, family, grant, OFFLINE_ACCESS in family.grant.scope)
    answer = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": " ".join(grant.scope),
        "id_token": sign(services, grant, client.oidc.id_token_signed_response_alg, issued.access_token),
    }
    return answer if issued.refresh_token is None else {**answer, "refresh_token": issued.refresh_token}


def _note(services: Services, replayed: tokens.Replayed | None) -> None:
    """Leave a trace of a code or token that came back, where it revoked something."""
    if replayed is None:
        return
    with transaction():
        services.audit.record(
            AuditEvent.TOKEN_REPLAYED,
            actor=f"client:{replayed.relying_party_id}",
            account_id=replayed.account_id,
            relying_party_id=replayed.relying_party_id,
        )
