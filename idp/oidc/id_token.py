"""The ID Token: what it says, how it is signed, and reading back one of ours that comes as a hint (OIDC Core §2)."""

from typing import Any

from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError

from config.keys import ALGORITHMS
from config.services import Services
from config.tokens import digest
from idp.oidc.grant import Grant
from idp.relying_parties.domain.oidc_settings import SigningAlgorithm

PASSWORD_CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105 - the name of a class
"""The authentication context of a password given over TLS, in the words that SAML uses for it too."""


def issuer(services: Services) -> str:
    """The name of this provider: the address of the site, in every protocol."""
    return services.settings.http.base_url


def session_id(session_handle: str, client_id: str) -> str:
    """The `sid` of a session for one relying party: two of them cannot join their files on it (R95)."""
    return digest(f"{session_handle}:{client_id}")


def sign(services: Services, grant: Grant, algorithm: SigningAlgorithm, access_token: str) -> str:
    """An ID Token for this grant, signed with the current key of the client's algorithm."""
    key = services.keys.signing_key(algorithm)
    now = int(services.clock.now().timestamp())
    claims: dict[str, Any] = grant.pick(grant.in_id_token)
    claims |= {
        "iss": issuer(services),
        "sub": grant.subject,
        "aud": grant.client_id,
        "iat": now,
        "exp": now + services.settings.protocols.id_token_seconds,
        "auth_time": int(grant.authenticated_at),
        "acr": PASSWORD_CONTEXT,
        "amr": list(grant.methods),
        "sid": session_id(grant.session_handle, grant.client_id),
        "at_hash": create_half_hash(access_token, algorithm).decode(),
    }
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])


def read_hint(services: Services, token: str) -> dict[str, Any] | None:
    """The claims of an ID Token that we issued, expired or not; None for anything else (OIDC Core §3.1.2.1).

    A hint is often a day old: that it has expired says nothing about whose it is.
    """
    try:
        claims = jwt.decode(token, services.keys.verification_keys(), algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError):
        return None
    genuine = claims.get("iss") == issuer(services) and isinstance(claims.get("sub"), str) and isinstance(claims.get("aud"), str)
    return claims if genuine else None
