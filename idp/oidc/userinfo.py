"""UserInfo: the claims of an access token, to whoever bears it (OIDC Core §5.3, RFC 6750)."""

from typing import Any

from config.services import Services
from idp.oidc import standing
from idp.oidc.errors import OAuthError, invalid_request
from idp.oidc.id_token import issuer
from idp.oidc.tokens import AccessToken, read_access_token


def bearer_token(authorization: str | None, in_body: str | None) -> str | None:
    """The token of a call: in the header or in the form, never in both (RFC 6750 §2); in the address it is not looked for."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return in_body
    if in_body is not None:
        raise invalid_request("The access token is given in more than one way.")
    return token.strip()


def present(services: Services, token: str | None) -> AccessToken:
    """The access token, if it lives and what it stands for still does; raises the 401 of RFC 6750 §3."""
    if token is None:
        raise OAuthError("", "", 401, _challenge(services))
    known = read_access_token(services, token)
    if known is None or not standing.stands(known.relying_party_id, known.account_id, known.authenticated):
        error = OAuthError("invalid_token", "The access token is unknown, expired or revoked.", 401)
        error.challenge = f'{_challenge(services)}, error="invalid_token", error_description="{error.description}"'
        raise error
    return known


def claims_of(token: AccessToken) -> dict[str, Any]:
    """What UserInfo answers."""
    return {"sub": token.subject, **token.userinfo}


def _challenge(services: Services) -> str:
    return f'Bearer realm="{issuer(services)}"'
