"""What a relying party that speaks OpenID Connect says of itself: the `[oidc]` part of its registration, typed.

Reading it checks nothing: `validation.py` did when it was written. Secrets are digests (`config/tokens.py`), two at most
at a time, so that one can be replaced without an hour at which the service does not work.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

AuthMethod = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
SigningAlgorithm = Literal["RS256", "ES256"]
Profile = Literal["strict", "standard"]

AUTH_METHODS: tuple[str, ...] = get_args(AuthMethod)
SECRET_METHODS = frozenset({"client_secret_basic", "client_secret_post"})
SIGNING_ALGORITHMS: tuple[str, ...] = get_args(SigningAlgorithm)
PROFILES: tuple[str, ...] = get_args(Profile)
ID_TOKEN_SCOPES = ("profile", "email", "enfants", "ent")
LIVE_SECRETS = 2


@dataclass(frozen=True)
class ClientSecret:
    """A secret that was shown once: its digest, and when it was made (ISO 8601)."""

    digest: str
    created_at: str


@dataclass(frozen=True)
class OidcSettings:
    """One field for each line that a registration file may hold, and the secrets, which it may not."""

    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"  # noqa: S105 - the name of a method, no secret
    jwks: dict[str, Any] | None = None
    """The public keys of a `private_key_jwt` client, by value…"""
    jwks_uri: str | None = None
    """…or where it publishes them; one of the two."""
    id_token_signed_response_alg: SigningAlgorithm = "RS256"  # noqa: S105 - the name of an algorithm
    profile: Profile = "strict"
    """`strict` demands PKCE S256, state and nonce; `standard` lets a confidential client do without."""
    origins: tuple[str, ...] = ()
    """The web origins from which a client in a browser may call the token and userinfo endpoints (CORS)."""
    offline_access: bool = False
    """Whether it may have refresh tokens."""
    id_token_scopes: tuple[str, ...] = ("enfants", "ent")
    """The scopes whose claims come in the ID Token as well as from UserInfo; `profile` and `email` only where they are listed."""
    sector_identifier: str | None = None
    """Relying parties with the same one know a person under the same subject; none: a subject of its own (R95)."""
    secrets: tuple[ClientSecret, ...] = ()

    @property
    def public(self) -> bool:
        """Whether it has no way to authenticate: a page or a telephone."""
        return self.token_endpoint_auth_method == "none"  # noqa: S105 - the name of a method

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> "OidcSettings":
        """The settings as the registry keeps them, in JSON."""
        values = dict(settings)
        for name in ("redirect_uris", "post_logout_redirect_uris", "origins", "id_token_scopes"):
            if name in values:
                values[name] = tuple(values[name])
        values["secrets"] = tuple(ClientSecret(**secret) for secret in values.get("secrets", ()))
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items() if value is not None
        }


def setting_names() -> frozenset[str]:
    """The lines that a registration file may hold; secrets are made here and shown once, never written in a file."""
    return frozenset(setting.name for setting in fields(OidcSettings)) - {"secrets"}
