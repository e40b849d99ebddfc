"""The `[oidc]` table of a registration file: its lines, and what must hold between them."""

from collections.abc import Mapping
from typing import Any, cast

from idp.relying_parties.domain.addresses import is_private_scheme
from idp.relying_parties.domain.checklist import Checklist
from idp.relying_parties.domain.oidc_settings import (
    AUTH_METHODS,
    ID_TOKEN_SCOPES,
    PROFILES,
    SIGNING_ALGORITHMS,
    AuthMethod,
    OidcSettings,
    Profile,
    SigningAlgorithm,
    setting_names,
)
from idp.relying_parties.domain.problems import Code

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})


def read_oidc(part: Checklist) -> OidcSettings:
    """The settings; worth something only if `part.problems` stays empty."""
    part.known_only(setting_names())
    settings = OidcSettings(
        redirect_uris=tuple(part.addresses("redirect_uris", "return")),
        post_logout_redirect_uris=tuple(part.addresses("post_logout_redirect_uris", "return")),
        token_endpoint_auth_method=cast(
            AuthMethod, part.choice("token_endpoint_auth_method", AUTH_METHODS, "client_secret_basic")
        ),
        jwks=_jwks(part),
        jwks_uri=_jwks_uri(part),
        id_token_signed_response_alg=cast(
            SigningAlgorithm, part.choice("id_token_signed_response_alg", SIGNING_ALGORITHMS, "RS256")
        ),
        profile=cast(Profile, part.choice("profile", PROFILES, "strict")),
        origins=tuple(part.addresses("origins", "origin")),
        offline_access=part.flag("offline_access"),
        id_token_scopes=_id_token_scopes(part),
        sector_identifier=part.text("sector_identifier"),
    )
    _check_together(part, settings)
    return settings


def _id_token_scopes(part: Checklist) -> tuple[str, ...]:
    if "id_token_scopes" not in part.table:
        return OidcSettings(()).id_token_scopes
    return tuple(part.words("id_token_scopes", ID_TOKEN_SCOPES))


def _check_together(part: Checklist, settings: OidcSettings) -> None:
    if not settings.redirect_uris and not part.problems:
        part.wrong("redirect_uris", Code.MISSING)
    if settings.public and settings.profile != "strict":
        part.wrong("profile", Code.PUBLIC_MUST_BE_STRICT, settings.profile)
    if settings.origins and not settings.public:
        part.wrong("origins", Code.ORIGINS_NEED_PUBLIC, settings.origins[0])
    if not settings.public:
        for address in filter(is_private_scheme, settings.redirect_uris):
            part.wrong("redirect_uris", Code.PRIVATE_SCHEME_NEEDS_PUBLIC, address)
    _check_keys(part, settings)


def _check_keys(part: Checklist, settings: OidcSettings) -> None:
    given = [name for name in ("jwks", "jwks_uri") if name in part.table]
    if settings.token_endpoint_auth_method != "private_key_jwt":  # noqa: S105 - the name of a method
        for name in given:
            part.wrong(name, Code.KEYS_NOT_NEEDED, settings.token_endpoint_auth_method)
    elif not given:
        part.wrong("jwks_uri", Code.KEYS_MISSING)
    elif len(given) > 1:
        part.wrong("jwks", Code.KEYS_TWICE)


def _jwks_uri(part: Checklist) -> str | None:
    address = part.text("jwks_uri")
    if address:
        part.check_address("jwks_uri", address, "keys")
    return address


def _jwks(part: Checklist) -> dict[str, Any] | None:
    jwks = part.table.get("jwks")
    if jwks is None:
        return None
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or not keys or not all(isinstance(key, Mapping) and "kty" in key for key in keys):
        part.wrong("jwks", Code.KEYS_MALFORMED)
        return None
    if any(key["kty"] == "oct" for key in keys):
        part.wrong("jwks", Code.KEYS_SYMMETRIC)
    elif any(PRIVATE_MEMBERS & set(key) for key in keys):
        part.wrong("jwks", Code.KEYS_PRIVATE)
    return {"keys": [dict(key) for key in keys]}
