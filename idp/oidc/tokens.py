"""Codes, access tokens and refresh tokens: opaque words, kept in the store under digests, in families.

A family is all that one code gave. Its id is part of every token's text, so that a replayed code or an outdated refresh
token still leads to what must be revoked. A code is `family + secret`, the tokens `family.secret`.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from config.services import Services
from config.tokens import digest, new_token
from idp.oidc.grant import Grant

CODE, ACCESS, REFRESH = "code", "access", "refresh"
FAMILY_BITS, SECRET_BITS = 128, 256
SECONDS_IN_A_DAY = 86_400
FAMILY_LENGTH = 22
"""Characters of base64url in 128 bits."""


@dataclass(frozen=True)
class Luggage:
    """What the token endpoint holds the code's presenter to (RFC 6749 §4.1.3, RFC 7636 §4.6)."""

    redirect_uri: str
    challenge: str | None = None


@dataclass(frozen=True)
class Family:
    """All that one code gives: its id, the code's digest, and what was granted."""

    id: str
    code_digest: str
    grant: Grant


@dataclass(frozen=True)
class Redeemed:
    """A code as it was taken out of the store, for good."""

    family: Family
    luggage: Luggage


@dataclass(frozen=True)
class Issued:
    """The tokens of one answer, in clear for the only time."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None


@dataclass(frozen=True)
class AccessToken:
    """What is known of an access token."""

    family: str
    client_id: str
    relying_party_id: int
    account_id: int
    subject: str
    authenticated_at: float
    scope: tuple[str, ...]
    userinfo: dict[str, Any]
    origins: tuple[str, ...]
    issued_at: int
    expires_at: int

    @property
    def authenticated(self) -> datetime:
        """When the person gave the password."""
        return datetime.fromtimestamp(self.authenticated_at, UTC)


@dataclass(frozen=True)
class RefreshToken:
    """What is known of a refresh token."""

    family: str
    grant: Grant
    issued_at: int
    expires_at: int


def issue_code(services: Services, grant: Grant, luggage: Luggage) -> str:
    """A code for this grant: one store call (RFC 6749 §4.1.2)."""
    code = new_token(FAMILY_BITS) + new_token(SECRET_BITS)
    value = {"grant": grant.to_dict(), "redirect_uri": luggage.redirect_uri, "challenge": luggage.challenge}
    services.store.put(CODE, digest(code), value, services.settings.protocols.code_seconds)
    return code


def take_code(services: Services, code: str) -> Redeemed | None:
    """What a code stands for, once: of any number of simultaneous presenters one gets it."""
    key = digest(code)
    value = services.store.take(CODE, key)
    if value is None:
        return None
    luggage = Luggage(value["redirect_uri"], value["challenge"])
    return Redeemed(Family(code[:FAMILY_LENGTH], key, Grant.from_dict(value["grant"])), luggage)


def issue_tokens(services: Services, family: Family, narrowed: Grant, refreshable: bool) -> Issued:
    """An access token for the narrowed grant and, where wanted, a refresh token for the whole; earlier ones are replaced."""
    now = int(services.clock.now().timestamp())
    lifetime = services.settings.protocols.access_token_seconds
    access_secret = new_token(SECRET_BITS)
    access = {
        "secret": digest(access_secret),
        "code": family.code_digest,
        "client_id": narrowed.client_id,
        "relying_party_id": narrowed.relying_party_id,
        "account_id": narrowed.account_id,
        "subject": narrowed.subject,
        "authenticated_at": narrowed.authenticated_at,
        "scope": narrowed.scope,
        "userinfo": narrowed.pick(narrowed.in_userinfo),
        "origins": narrowed.origins,
        "issued_at": now,
        "expires_at": now + lifetime,
    }
    services.store.put(ACCESS, digest(family.id), access, lifetime)
    refresh_token = _issue_refresh_token(services, family, now) if refreshable else None
    return Issued(f"{family.id}.{access_secret}", lifetime, refresh_token)


def _issue_refresh_token(services: Services, family: Family, now: int) -> str:
    secret, lifetime = new_token(SECRET_BITS), services.settings.protocols.refresh_token_days * SECONDS_IN_A_DAY
    value = {
        "secret": digest(secret),
        "code": family.code_digest,
        "grant": family.grant.to_dict(),
        "issued_at": now,
        "expires_at": now + lifetime,
    }
    services.store.put(REFRESH, _refresh_key(family.grant.client_id, family.id), value, lifetime)
    return f"{family.id}.{secret}"


def read_access_token(services: Services, token: str) -> AccessToken | None:
    """What an access token stands for, while it lives: one store call."""
    family, _, secret = token.partition(".")
    value = services.store.get(ACCESS, digest(family))
    if value is None or not hmac.compare_digest(value.pop("secret"), digest(secret)):
        return None
    del value["code"]
    value["scope"], value["origins"] = tuple(value["scope"]), tuple(value["origins"])
    return AccessToken(family=family, **value)


def read_refresh_token(services: Services, client_id: str, token: str) -> RefreshToken | None:
    """What a client's refresh token stands for, without using it."""
    family, _, secret = token.partition(".")
    value = services.store.get(REFRESH, _refresh_key(client_id, family))
    if value is None or not hmac.compare_digest(value["secret"], digest(secret)):
        return None
    return RefreshToken(family, Grant.from_dict(value["grant"]), value["issued_at"], value["expires_at"])


@dataclass(frozen=True)
class Replayed:
    """Something that was already used came back: its family is revoked."""

    relying_party_id: int
    account_id: int


def take_refresh_token(services: Services, client_id: str, token: str) -> Family | Replayed | None:
    """Use a refresh token, to be replaced by the caller.

    One that was rotated out shows that two hold it: the family ends (RFC 9700 §4.14.2). The key holds the client's
    name: nobody else's token can be touched, not even to revoke it.
    """
    family, _, secret = token.partition(".")
    value = services.store.take(REFRESH, _refresh_key(client_id, family))
    if value is None:
        return None
    grant = Grant.from_dict(value["grant"])
    if hmac.compare_digest(value["secret"], digest(secret)):
        return Family(family, value["code"], grant)
    services.store.delete(ACCESS, digest(family))
    return Replayed(grant.relying_party_id, grant.account_id)


def revoke_replayed(services: Services, client_id: str, code: str) -> Replayed | None:
    """A code that is not there any more: if it once gave tokens that still live, they end (RFC 6749 §4.1.2)."""
    family, key = code[:FAMILY_LENGTH], digest(code)
    access = services.store.get(ACCESS, digest(family))
    refresh = services.store.get(REFRESH, _refresh_key(access["client_id"] if access else client_id, family))
    found = access or refresh
    if found is None or not hmac.compare_digest(found["code"], key):
        return None
    holder = refresh["grant"] if refresh else found
    revoke_family(services, holder["client_id"], family)
    return Replayed(holder["relying_party_id"], holder["account_id"])


def revoke_access(services: Services, family: str) -> None:
    """End a family's access token, and nothing else."""
    services.store.delete(ACCESS, digest(family))


def revoke_family(services: Services, client_id: str, family: str) -> None:
    """End all that a code gave."""
    services.store.delete(ACCESS, digest(family))
    services.store.delete(REFRESH, _refresh_key(client_id, family))


def _refresh_key(client_id: str, family: str) -> str:
    return digest(f"{family}:{client_id}")
