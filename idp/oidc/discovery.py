"""What the provider says of itself, and the keys that its signatures are checked with (OIDC Discovery §3, RFC 8414).

Both are made once and kept as bytes: relying parties fetch them at every start, and some at every login.
"""

import json
from functools import lru_cache
from typing import Any

from config.keys import ALGORITHMS
from config.services import Services
from idp.oidc.authorization import PROMPTS, RESPONSE_MODES
from idp.oidc.claims import CLAIMS, SCOPE_ATTRIBUTES
from idp.oidc.client_authentication import ASSERTION_ALGORITHMS, TOKEN_PATH
from idp.oidc.id_token import PASSWORD_CONTEXT
from idp.relying_parties.domain.oidc_settings import AUTH_METHODS

AUTHORIZE_PATH = "/oidc/authorize"
USERINFO_PATH = "/oidc/userinfo"
JWKS_PATH = "/oidc/jwks"
REVOCATION_PATH = "/oidc/revocation"
INTROSPECTION_PATH = "/oidc/introspection"
END_SESSION_PATH = "/oidc/logout"
ID_TOKEN_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash")
LOCALES = ("fr", "en")


@lru_cache(maxsize=8)
def document(base_url: str) -> bytes:
    """The discovery document of the site at that address, as JSON."""
    return json.dumps(metadata(base_url)).encode()


def metadata(base_url: str) -> dict[str, Any]:
    """The members of the discovery document."""
    confidential = [method for method in AUTH_METHODS if method != "none"]
    return {
        "issuer": base_url,
        "authorization_endpoint": base_url + AUTHORIZE_PATH,
        "token_endpoint": base_url + TOKEN_PATH,
        "userinfo_endpoint": base_url + USERINFO_PATH,
        "jwks_uri": base_url + JWKS_PATH,
        "revocation_endpoint": base_url + REVOCATION_PATH,
        "introspection_endpoint": base_url + INTROSPECTION_PATH,
        "end_session_endpoint": base_url + END_SESSION_PATH,
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPE_ATTRIBUTES),
        "claims_supported": [*ID_TOKEN_CLAIMS, *CLAIMS],
        "claim_types_supported": ["normal"],
        "acr_values_supported": [PASSWORD_CONTEXT],
        "prompt_values_supported": list(PROMPTS),
        "display_values_supported": ["page"],
        "ui_locales_supported": list(LOCALES),
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }


class KeySetDocument:
    """The JWKS as bytes, made again when the ring hands out another set."""

    def __init__(self) -> None:
        self._made: tuple[dict[str, Any], bytes] | None = None

    def of(self, services: Services) -> bytes:
        """The public half of all live keys, as JSON."""
        keys = services.keys.jwks()
        made = self._made
        if made is None or made[0] is not keys:
            made = self._made = keys, json.dumps(keys).encode()
        return made[1]
