"""Which addresses a relying party may register. They are compared letter for letter afterwards (RFC 9700 §4.1.3).

https everywhere; http only for this very machine, and only where the site is not in production. A native application may
have a scheme of its own, its owner's domain backwards (RFC 8252 §7.1).
"""

import re
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from idp.relying_parties.domain.problems import Code

Mode = Literal["production", "development", "test", "demonstration"]
AddressKind = Literal["return", "page", "origin", "keys"]
"""`return`: where answers go; `page`: a link for people; `origin`: scheme, host and port alone; `keys`: a JWKS that we fetch."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
PRINTABLE = re.compile(r"[\x21-\x7e]+")
LONGEST = 500


def address_problem(address: str, kind: AddressKind, mode: Mode) -> Code | None:
    """What is wrong with an address, if anything is."""
    parts = _split(address)
    if parts is None:
        return Code.NOT_AN_ADDRESS
    if "*" in address:
        return Code.HAS_WILDCARD
    if parts.fragment or address.endswith("#"):
        return Code.HAS_FRAGMENT
    if kind == "return" and is_private_scheme(address):
        return None
    return _web_address_problem(parts, kind, mode)


def is_private_scheme(address: str) -> bool:
    """Whether it leads to an application of the device by its own scheme: `fr.exemple.app:/retour`."""
    scheme, _colon, rest = address.partition(":")
    return bool(PRIVATE_SCHEME.fullmatch(scheme)) and rest.startswith("/")


def _split(address: str) -> SplitResult | None:
    if len(address) > LONGEST or not PRINTABLE.fullmatch(address) or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # a port that is no number raises
    except ValueError:
        return None
    return parts if parts.scheme else None


def _web_address_problem(parts: SplitResult, kind: AddressKind, mode: Mode) -> Code | None:
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Code.NOT_AN_ADDRESS
    if parts.username is not None or parts.password is not None:
        return Code.HAS_CREDENTIALS
    if parts.scheme == "http" and (mode == "production" or parts.hostname not in LOOPBACK):
        return Code.NOT_HTTPS
    if kind == "origin" and (parts.path or parts.query or parts.netloc != parts.netloc.lower()):
        return Code.NOT_AN_ORIGIN
    return None
