"""What the conformance suite looks at in every module: each page of the provider must satisfy it always.

One function for each kind of answer; the modules (`test_*.py`) call them all through `suite.py`.
"""

import math
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from authlib.oidc.discovery import OpenIDProviderMetadata
from werkzeug.test import TestResponse

from tests.relying_parties import Attempt

DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]*")
"""RFC 6749, appendix A.8."""
VISIBLE = re.compile(r"[\x20-\x7E]+")
BOOLEANS = ("email_verified", "phone_number_verified")
TEXTS = ("sub", "name", "given_name", "family_name", "preferred_username", "email", "birthdate", "locale", "zoneinfo")
FIVE_MINUTES = 300
YEAR = 365 * 86_400
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "k"}


def discovery(document: dict[str, Any]) -> None:
    """The document holds what every module needs, on https only, and Authlib's own reading of the standard agrees."""
    for name in ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert document[name]
    for name, value in document.items():
        if name.endswith("_endpoint") or name in ("issuer", "jwks_uri"):
            parts = urlsplit(value)
            assert parts.scheme == "https", name
            assert not parts.fragment
    OpenIDProviderMetadata(document).validate()


def jwks(document: dict[str, Any]) -> None:
    """Public keys only, each with a kid of its own."""
    keys = document["keys"]
    assert keys
    assert all(key["kty"] in ("RSA", "EC") and not PRIVATE_MEMBERS.intersection(key) for key in keys)
    names = [key["kid"] for key in keys]
    assert all(names)
    assert len(set(names)) == len(names)


def redirect(attempt: Attempt, answer: dict[str, str], issuer: str) -> None:
    """A good answer: a code of enough entropy, the state that was sent, the issuer, and nothing else."""
    assert "error" not in answer, answer
    assert answer.get("state") == attempt.parameters.get("state")
    assert answer["iss"] == issuer
    assert set(answer) <= {"code", "state", "iss"}
    entropy(answer["code"], bits=96)
    assert len(answer["code"]) * 6 >= 128


def authorization_error(attempt: Attempt, answer: dict[str, str], issuer: str, *allowed: str) -> None:
    """An error that came back by redirect: from the set allowed, with state and issuer, and no code."""
    assert answer["error"] in allowed, answer
    assert answer.get("state") == attempt.parameters.get("state")
    assert answer["iss"] == issuer
    assert set(answer) <= {"error", "error_description", "state", "iss"}
    assert DESCRIPTION.fullmatch(answer.get("error_description", ""))


def token_response(response: TestResponse) -> None:
    """A good answer of the token endpoint."""
    assert response.status_code == 200, response.text
    unkept_json(response)
    members = response.json or {}
    assert members["token_type"] == "Bearer"
    assert type(members["expires_in"]) is int
    assert VISIBLE.fullmatch(members["access_token"])
    entropy(members["access_token"], bits=96)
    assert members["id_token"]


def token_error(response: TestResponse, *allowed: str) -> None:
    """A bad one: JSON, 400 or 401, from the set allowed."""
    unkept_json(response)
    members = response.json or {}
    assert members["error"] in allowed, members
    assert response.status_code == (401 if members["error"] == "invalid_client" else 400)
    assert DESCRIPTION.fullmatch(members.get("error_description", ""))


def unkept_json(response: TestResponse) -> None:
    """JSON that no cache keeps."""
    assert response.content_type == "application/json"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Pragma"] == "no-cache"


def id_token(claims: dict[str, Any], now: float, nonce: str | None) -> None:
    """The claims that each ID Token must have, in their types and near the present (signature, iss and aud: the party)."""
    assert now < claims["exp"] < now + 50 * YEAR
    assert abs(claims["iat"] - now) <= FIVE_MINUTES
    assert type(claims["auth_time"]) is int
    assert now - YEAR < claims["auth_time"] <= now
    assert claims["acr"]
    assert claims.get("nonce") == nonce
    subject(claims["sub"])
    claim_types(claims)


def userinfo(claims: dict[str, Any], subject_of_id_token: str) -> None:
    """UserInfo speaks of the same person, in the right types."""
    assert claims["sub"] == subject_of_id_token
    subject(claims["sub"])
    claim_types(claims)


def claim_types(claims: dict[str, Any]) -> None:
    """OIDC Core §5.1."""
    assert all(type(claims[name]) is bool for name in BOOLEANS if name in claims)
    assert all(isinstance(claims[name], str) for name in TEXTS if name in claims)
    assert None not in claims.values()


def subject(value: str) -> None:
    """OIDC Core §2."""
    assert value.isascii()
    assert 0 < len(value) <= 255


def entropy(text: str, bits: int) -> None:
    """The Shannon entropy that the characters show."""
    counts = Counter(text)
    shown = -sum(count * math.log2(count / len(text)) for count in counts.values())
    assert shown >= bits, f"{shown} bits in {text!r}"
