"""Who calls the token, revocation and introspection endpoints: the client, by the one method of its registration.

`client_secret_basic`, `client_secret_post`, `private_key_jwt`, or `none` for a public client (OIDC Core §9). A secret is
256 random bits, compared as a digest and in constant time.
"""

import hmac
import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from joserfc import jws, jwt
from joserfc.errors import JoseError

from config.services import Services
from config.tokens import digest
from idp.oidc.client_keys import client_keys
from idp.oidc.clients import find_client
from idp.oidc.errors import OAuthError, invalid_request
from idp.oidc.id_token import issuer
from idp.oidc.parameters import Parameters
from idp.relying_parties.domain import Registration
from idp.relying_parties.domain.oidc_settings import AuthMethod

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_ALGORITHMS = ("RS256", "PS256", "ES256")
LONGEST_ASSERTION = 3600
"""Seconds that an assertion may live: its id is remembered for as long."""
SKEW = 60
"""Seconds by which two honest clocks may differ."""
TOKEN_PATH = "/oidc/token"  # noqa: S105 - a path


@dataclass(frozen=True)
class Presented:
    """What a caller shows of itself, not verified yet."""

    client_id: str
    method: AuthMethod
    proof: str = ""


def authenticate(services: Services, parameters: Parameters, authorization: str | None, endpoint: str) -> Registration:
    """The client that makes this call; raises `invalid_client` (RFC 6749 §2.3, §5.2)."""
    presented = _presented(parameters, authorization)
    challenge = f'Basic realm="{issuer(services)}"' if authorization else None
    refused = OAuthError("invalid_client", "The client is unknown, or is not authenticated as it is registered.", 401, challenge)
    client = find_client(presented.client_id)
    if client is None or client.suspended:
        raise refused
    if presented.method != client.oidc.token_endpoint_auth_method or not _holds(services, client, presented, endpoint):
        raise refused
    return client


def _presented(parameters: Parameters, authorization: str | None) -> Presented:
    """The one method that the call uses; two at once are `invalid_request` (RFC 6749 §2.3)."""
    client_id, secret = parameters.get("client_id"), parameters.get("client_secret")
    assertion = parameters.get("client_assertion")
    if sum(shown is not None for shown in (authorization, secret, assertion)) > 1:
        raise invalid_request("The client authenticates in more than one way.")
    if authorization is not None:
        basic_id, basic_secret = _basic(authorization)
        if client_id is not None and client_id != basic_id:
            raise invalid_request("The parameter client_id is another client's.")
        return Presented(basic_id, "client_secret_basic", basic_secret)
    if assertion is not None:
        if parameters.get("client_assertion_type") != ASSERTION_TYPE:
            raise invalid_request(f"The parameter client_assertion_type is not {ASSERTION_TYPE}.")
        return Presented(client_id or str(_unverified(assertion).get("sub", "")), "private_key_jwt", assertion)
    if client_id is None:
        raise OAuthError("invalid_client", "The client does not say who it is.", 401)
    return Presented(client_id, "client_secret_post", secret) if secret is not None else Presented(client_id, "none")


def _basic(authorization: str) -> tuple[str, str]:
    """The two halves of HTTP Basic, each form-encoded before (RFC 6749 §2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        text = b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        text = ""
    client_id, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise OAuthError("invalid_client", "The Authorization header is not HTTP Basic.", 401, "Basic")
    return unquote_plus(client_id), unquote_plus(secret)


def _unverified(assertion: str) -> dict[str, Any]:
    """What an assertion says, to know whose keys to try; nothing of it is believed."""
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _holds(services: Services, client: Registration, presented: Presented, endpoint: str) -> bool:
    """Whether what was shown proves that it is the client."""
    if presented.method == "none":
        return True
    if presented.method == "private_key_jwt":
        return _assertion_holds(services, client, presented.proof, endpoint)
    shown = digest(presented.proof)
    # Every live secret is compared, so that the time taken does not tell which of them is in use.
    return sum(hmac.compare_digest(secret.digest, shown) for secret in client.oidc.secrets) > 0


def _assertion_holds(services: Services, client: Registration, assertion: str, endpoint: str) -> bool:
    """OIDC Core §9, RFC 7523 §3: signed by the client, about itself, for us, now, and for the first time."""
    claims = _verified(services, client, assertion)
    if claims is None or claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        return False
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if not any(
        name in named for name in (issuer(services), services.links.absolute(TOKEN_PATH), services.links.absolute(endpoint))
    ):
        return False
    return _is_current(services, claims) and _is_first_use(services, client, claims)


def _verified(services: Services, client: Registration, assertion: str) -> dict[str, Any] | None:
    try:
        kid = jws.extract_compact(assertion.encode()).headers().get("kid")
    except (JoseError, ValueError):
        return None
    for key in client_keys(services, client, kid if isinstance(kid, str) else None):
        try:
            return jwt.decode(assertion, key, algorithms=list(ASSERTION_ALGORITHMS)).claims
        except (JoseError, ValueError):
            continue
    return None


def _is_current(services: Services, claims: dict[str, Any]) -> bool:
    now, expires_at = services.clock.now().timestamp(), _date(claims, "exp")
    if expires_at is None or not now - SKEW < expires_at <= now + LONGEST_ASSERTION:
        return False
    starts = [_date(claims, name) for name in ("nbf", "iat") if name in claims]
    return all(start is not None and start <= now + SKEW for start in starts)


def _date(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_first_use(services: Services, client: Registration, claims: dict[str, Any]) -> bool:
    """Whether this assertion was never used: its id is counted until after it has expired (RFC 7523 §3, rule 7)."""
    name = claims.get("jti")
    if not isinstance(name, str) or not name:
        return False
    seconds = int(claims["exp"] - services.clock.now().timestamp()) + 2 * SKEW
    return services.store.count("client_assertion", digest(f"{client.client_id}:{name}"), seconds) == 1
