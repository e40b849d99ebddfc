"""Small real relying parties, one for each protocol: they ask, follow the answer, and verify what they are given.

The OpenID Connect one reads discovery and keys from the provider as any other would, and trusts nothing that it did not
verify. `register` writes its registration; `RelyingParty` is the service itself.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.tokens import digest
from idp.relying_parties.models import RelyingParty as Registered
from tests.factories import NOW

REDIRECT_URI = "https://icart.example/callback"
LOGGED_OUT_URI = "https://icart.example/logged-out"
SECRET = "a-secret-of-the-relying-party-that-nobody-else-knows"
EVERY_ATTRIBUTE = ["name", "email", "login", "birth_date", "children", "children_birth_date", "ent"]


def register(session: Session, client_id: str = "icart", *, columns: dict[str, Any] | None = None, **settings: Any) -> Registered:
    """A registration that may be told everything about everybody; arguments change its settings, `columns` the rest."""
    registered = Registered(
        client_id=client_id,
        name=client_id.capitalize(),
        protocol="oidc",
        created_at=NOW,
        schools={"all": True},
        attributes=EVERY_ATTRIBUTE,
        settings={
            "redirect_uris": [REDIRECT_URI],
            "post_logout_redirect_uris": [LOGGED_OUT_URI],
            "secrets": [{"digest": digest(SECRET), "created_at": NOW.isoformat()}],
            **settings,
        },
    )
    for name, value in (columns or {}).items():
        setattr(registered, name, value)
    session.add(registered)
    session.flush()
    return registered


@dataclass
class Attempt:
    """What a relying party remembers between its question and the answer."""

    parameters: dict[str, str]
    verifier: str | None = None


@dataclass
class Tokens:
    """An answer of the token endpoint whose ID Token was verified."""

    response: TestResponse
    members: dict[str, Any]
    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def access_token(self) -> str:
        return str(self.members["access_token"])


@dataclass
class RelyingParty:
    """A service that logs people in: `http` is its own line to the provider, without anybody's cookies."""

    http: FlaskClient
    base_url: str
    client_id: str = "icart"
    secret: str | None = SECRET
    """None for a public client."""
    redirect_uri: str = REDIRECT_URI
    secret_in_body: bool = False
    """client_secret_post instead of client_secret_basic."""
    provider: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.http.get(f"{self.base_url}/.well-known/openid-configuration")
        assert found.status_code == 200
        self.provider = found.json or {}

    def ask(self, *, without: tuple[str, ...] = (), **changes: str) -> Attempt:
        """A request with PKCE, state and nonce; arguments change or add parameters."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        kept = {name: value for name, value in parameters.items() if name not in without}
        return Attempt(kept, verifier if "code_challenge" in kept else None)

    def address(self, attempt: Attempt) -> str:
        """Where the browser is sent with a request."""
        return f"{self.provider['authorization_endpoint']}?{urlencode(attempt.parameters)}"

    def answer(self, location: str) -> dict[str, str]:
        """The parameters with which the browser came back to the address as it was registered, its own query included."""
        assert location.startswith(self.redirect_uri), location
        assert not urlsplit(location).fragment
        own = parse_qsl(urlsplit(self.redirect_uri).query)
        found = parse_qsl(urlsplit(location).query, keep_blank_values=True, strict_parsing=True)
        assert found[: len(own)] == own
        answer = dict(found[len(own) :])
        assert len(answer) == len(found) - len(own), "a parameter came twice"
        return answer

    def code(self, attempt: Attempt, location: str) -> str:
        """The code of an answer that belongs to this request (RFC 6749 §10.12, RFC 9207)."""
        answer = self.answer(location)
        assert "error" not in answer, answer
        assert answer.get("state") == attempt.parameters.get("state")
        assert answer["iss"] == self.provider["issuer"]
        return answer["code"]

    def call(self, endpoint: str, data: dict[str, str], **headers: str) -> TestResponse:
        """A call to one of the provider's endpoints, authenticated by the secret where there is one."""
        if self.secret is None:
            data = {"client_id": self.client_id, **data}
        elif self.secret_in_body:
            data = {"client_id": self.client_id, "client_secret": self.secret, **data}
        else:
            headers = {**basic(self.client_id, self.secret), **headers}
        return self.http.post(self.provider[endpoint], data=data, headers=headers)

    def exchange(self, attempt: Attempt, code: str, **changes: str) -> TestResponse:
        """Show a code at the token endpoint."""
        data = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri}
        if attempt.verifier is not None:
            data["code_verifier"] = attempt.verifier
        return self.call("token_endpoint", data | changes)

    def refresh(self, refresh_token: str, **changes: str) -> TestResponse:
        """Show a refresh token at the token endpoint."""
        return self.call("token_endpoint", {"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})

    def verified(self, response: TestResponse) -> Tokens:
        """The tokens of an answer, its ID Token checked against the published keys (OIDC Core §3.1.3.7)."""
        assert response.status_code == 200, response.text
        members: dict[str, Any] = response.json or {}
        published: Any = self.http.get(self.provider["jwks_uri"]).json
        keys = KeySet.import_key_set(published)
        token = jwt.decode(members["id_token"], keys, algorithms=["RS256", "ES256"])
        assert token.claims["iss"] == self.provider["issuer"]
        assert token.claims["aud"] == self.client_id
        return Tokens(response, members, token.header, token.claims)

    def finish(self, attempt: Attempt, location: str) -> Tokens:
        """From the browser's answer to verified tokens."""
        tokens = self.verified(self.exchange(attempt, self.code(attempt, location)))
        assert tokens.claims.get("nonce") == attempt.parameters.get("nonce")
        return tokens

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """What UserInfo says."""
        response = self.http.get(self.provider["userinfo_endpoint"], headers={"Authorization": f"Bearer {access_token}"})
        assert response.status_code == 200, response.text
        claims: dict[str, Any] = response.json or {}
        return claims


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header of `client_secret_basic`."""
    pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
