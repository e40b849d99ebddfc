"""A small, strict OpenID Connect relying party: what a service made for Préau looks like from the inside.

It asks with PKCE, state and nonce, verifies every part of the answer, and shows what it received.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet


class LoginFailed(Exception):
    """The answer was an error, or did not hold; the message is for the page."""


@dataclass(frozen=True)
class Service:
    """A sample service, as the académie registered it."""

    slug: str
    name: str
    client_id: str
    client_secret: str
    scope: str = "openid profile email enfants ent"


@dataclass
class Received:
    """What a login brought: the tokens as they came, and what they say."""

    id_token: str
    access_token: str
    claims: dict[str, Any]
    userinfo: dict[str, Any]
    scope: str = ""


@dataclass
class Attempt:
    """What the service must remember between its question and the answer."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


class RelyingParty:
    """One service before one provider; the provider is read once, from its discovery document."""

    def __init__(self, service: Service, issuer: str, redirect_uri: str) -> None:
        self.service = service
        self._redirect_uri = redirect_uri
        self._http = httpx2.Client(timeout=10)
        self.provider: dict[str, Any] = self._http.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()

    def question(self, attempt: Attempt, **extra: str) -> str:
        """The address to which the browser is sent to log in."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        return f"{self.provider['authorization_endpoint']}?" + urlencode(
            {
                "response_type": "code",
                "client_id": self.service.client_id,
                "redirect_uri": self._redirect_uri,
                "scope": self.service.scope,
                "state": attempt.state,
                "nonce": attempt.nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
                **extra,
            }
        )

    def receive(self, attempt: Attempt, answer: dict[str, str]) -> Received:
        """Turn the browser's answer into verified tokens (OIDC Core §3.1.3); raises LoginFailed with the reason."""
        if answer.get("iss") != self.provider["issuer"] or answer.get("state") != attempt.state:
            raise LoginFailed("La réponse ne vient pas de la demande que ce service a faite.")
        if "error" in answer:
            raise LoginFailed(f"{answer['error']} : {answer.get('error_description', '')}")
        tokens = self._exchange(answer["code"], attempt.verifier)
        claims = self._verified(tokens["id_token"], attempt.nonce)
        userinfo = self._http.get(
            self.provider["userinfo_endpoint"], headers={"Authorization": f"Bearer {tokens['access_token']}"}
        ).raise_for_status()
        if userinfo.json()["sub"] != claims["sub"]:
            raise LoginFailed("UserInfo parle d'une autre personne que l'ID Token.")
        return Received(tokens["id_token"], tokens["access_token"], claims, userinfo.json(), tokens.get("scope", ""))

    def log_out(self, received: Received, return_to: str) -> str:
        """The address that ends the session at the provider too (RP-Initiated Logout §2)."""
        query = urlencode({"id_token_hint": received.id_token, "post_logout_redirect_uri": return_to})
        return f"{self.provider['end_session_endpoint']}?{query}"

    def _exchange(self, code: str, verifier: str) -> dict[str, Any]:
        response = self._http.post(
            self.provider["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._redirect_uri,
                "code_verifier": verifier,
            },
            auth=(self.service.client_id, self.service.client_secret),
        )
        if response.status_code != httpx2.codes.OK:
            raise LoginFailed(f"Le point d'accès des jetons a répondu {response.status_code} : {response.text}")
        tokens: dict[str, Any] = response.json()
        return tokens

    def _verified(self, id_token: str, nonce: str) -> dict[str, Any]:
        keys = KeySet.import_key_set(self._http.get(self.provider["jwks_uri"]).raise_for_status().json())
        token = jwt.decode(id_token, keys, algorithms=["RS256", "ES256"])
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.provider["issuer"]},
            aud={"essential": True, "value": self.service.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(token.claims)
        return token.claims
