"""The public keys of clients that sign their own authentication: written in the registration, or fetched from them.

A fetched set is kept by the process for a while. A key id that it does not hold means that the client may have rotated
its keys, so the set is fetched again, but never more than once in a short time: anybody can invent a key id.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from config.outbound import Outbound, OutboundError, OutboundPolicy
from config.services import Services
from idp.relying_parties.domain import Registration

FRESH = timedelta(minutes=10)
PAUSE = timedelta(seconds=10)
"""Between two fetches of one address."""
KEPT = 500

log = structlog.get_logger("oidc")


class NotAKeySet(ValueError):
    """An address answered something else than a JWKS."""


@dataclass(frozen=True)
class Fetched:
    """What an address answered, and when it was asked."""

    keys: tuple[Key, ...]
    at: datetime


_fetched: OrderedDict[str, Fetched] = OrderedDict()


def client_keys(services: Services, client: Registration, kid: str | None) -> tuple[Key, ...]:
    """The keys that may have signed for this client, those of that id if there are any."""
    if client.oidc.jwks is not None:
        return _of_id(_written(json.dumps(client.oidc.jwks)), kid)
    if client.oidc.jwks_uri is None:
        return ()
    return _published(services, client.id, client.oidc.jwks_uri, kid)


def _published(services: Services, client_number: int, uri: str, kid: str | None) -> tuple[Key, ...]:
    now, known = services.clock.now(), _fetched.get(uri)
    if known is not None and now - known.at < FRESH and (found := _of_id(known.keys, kid)):
        return found
    if known is not None and now - known.at < PAUSE:
        return ()
    # Written before the fetch: those who come meanwhile do not fetch as well.
    _keep(uri, Fetched(known.keys if known else (), now))
    policy = OutboundPolicy(allow_loopback=services.settings.protocols.allow_loopback_requests)
    try:
        keys = _read(json.loads(Outbound(policy).get(uri)))
    except (OutboundError, ValueError, JoseError) as error:
        log.warning("client_keys.not_fetched", relying_party=client_number, reason=str(error))
        return ()
    _keep(uri, Fetched(keys, now))
    return _of_id(keys, kid)


def _keep(uri: str, fetched: Fetched) -> None:
    _fetched[uri] = fetched
    while len(_fetched) > KEPT:
        _fetched.popitem(last=False)


def _of_id(keys: tuple[Key, ...], kid: str | None) -> tuple[Key, ...]:
    return tuple(key for key in keys if kid is None or key.kid is None or key.kid == kid)


@lru_cache(maxsize=KEPT)
def _written(document: str) -> tuple[Key, ...]:
    return _read(json.loads(document))


def _read(document: Any) -> tuple[Key, ...]:
    """The keys of a JWKS that can verify a signature; symmetric ones have no place in it."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise NotAKeySet
    found = KeySet.import_key_set(
        {"keys": [key for key in document["keys"] if isinstance(key, dict) and key.get("kty") != "oct"]}
    )
    return tuple(found.keys)
