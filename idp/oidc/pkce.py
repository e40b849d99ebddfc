"""Proof Key for Code Exchange, S256 only (RFC 7636; RFC 9700 §2.1.1 wants no `plain`)."""

import hmac
import re

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from idp.oidc.errors import OAuthError, invalid_grant, invalid_request

METHOD = "S256"
WORD = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def read_challenge(challenge: str | None, method: str | None) -> str | None:
    """The challenge of an authorization request; None without one. An absent method means `plain`, which is refused."""
    if challenge is None and method is None:
        return None
    if method != METHOD:
        raise invalid_request("The parameter code_challenge_method must be S256.")
    if challenge is None or not WORD.fullmatch(challenge):
        raise invalid_request("The parameter code_challenge is not a S256 challenge.")
    return challenge


def check_verifier(challenge: str | None, verifier: str | None) -> OAuthError | None:
    """Why a verifier does not answer the challenge, if it does not (§4.6).

    A verifier without a challenge is refused as well: it shows a request that was stripped of its challenge on the way
    (RFC 9700 §2.1.1).
    """
    if challenge is None and verifier is None:
        return None
    if challenge is None or verifier is None or not WORD.fullmatch(verifier):
        return invalid_grant("The code verifier does not answer the code challenge.")
    if not hmac.compare_digest(create_s256_code_challenge(verifier), challenge):
        return invalid_grant("The code verifier does not answer the code challenge.")
    return None
