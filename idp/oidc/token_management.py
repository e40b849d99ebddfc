"""Revocation and introspection: what a client may do with the tokens that it was given (RFC 7009, RFC 7662)."""

from typing import Any

from config.services import Services
from idp.oidc import standing, tokens
from idp.oidc.errors import OAuthError, invalid_grant
from idp.oidc.id_token import issuer
from idp.relying_parties.domain import Registration

INACTIVE = {"active": False}


def revoke(services: Services, client: Registration, token: str) -> None:
    """End a token; a refresh token takes its family with it. One that is not there is already revoked (RFC 7009 §2.2)."""
    refresh = tokens.read_refresh_token(services, client.client_id, token)
    if refresh is not None:
        tokens.revoke_family(services, client.client_id, refresh.family)
        return
    access = tokens.read_access_token(services, token)
    if access is None:
        return
    if access.client_id != client.client_id:
        raise invalid_grant("The token was given to another client.")
    tokens.revoke_access(services, access.family)


def introspect(services: Services, client: Registration, token: str) -> dict[str, Any]:
    """What a client's own token is worth at this moment; of any other it learns nothing (RFC 7662 §2.2)."""
    if client.oidc.public:
        raise OAuthError("invalid_client", "Introspection is for clients that authenticate.", 401)
    access = tokens.read_access_token(services, token)
    if access is not None:
        return _access(services, client, access)
    refresh = tokens.read_refresh_token(services, client.client_id, token)
    if refresh is None or not standing.nothing_ended_since(refresh.grant):
        return INACTIVE
    return _answer(services, client, refresh.grant.subject, refresh.grant.scope, refresh.issued_at, refresh.expires_at)


def _access(services: Services, client: Registration, token: tokens.AccessToken) -> dict[str, Any]:
    if token.client_id != client.client_id or not standing.stands(token.relying_party_id, token.account_id, token.authenticated):
        return INACTIVE
    answer = _answer(services, client, token.subject, token.scope, token.issued_at, token.expires_at)
    return {**answer, "token_type": "Bearer"}


def _answer(services: Services, client: Registration, subject: str, scope: tuple[str, ...], *dates: int) -> dict[str, Any]:
    issued_at, expires_at = dates
    return {
        "active": True,
        "iss": issuer(services),
        "client_id": client.client_id,
        "aud": client.client_id,
        "sub": subject,
        "scope": " ".join(scope),
        "iat": issued_at,
        "exp": expires_at,
    }
