"""Finding a relying party, as every request does; `registry.py` writes.

Each process keeps the registrations that it has read, under their number and version. The version and the suspension are
asked again at each request, so that a change made by another process or on another machine takes effect at once.
"""

from collections import OrderedDict
from dataclasses import replace
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from config.database import db
from idp.relying_parties import queries
from idp.relying_parties.domain import Registration

KEPT = 1000
Known = OrderedDict[tuple[int, int], Registration]
_known: WeakKeyDictionary[Engine, Known] = WeakKeyDictionary()
"""By database: numbers and versions mean nothing across two of them."""


def find(client_id: str) -> Registration | None:
    """The relying party of that client_id, suspended or not."""
    return _known_as(queries.version_by_client_id(db.session(), client_id))


def find_by_id(relying_party_id: int) -> Registration | None:
    """The relying party of that number, suspended or not."""
    return _known_as(queries.version_by_id(db.session(), relying_party_id))


def _known_as(found: tuple[int, int, bool] | None) -> Registration | None:
    if found is None:
        return None
    relying_party_id, version, suspended = found
    known = _known.setdefault(db.engine, OrderedDict())
    registration = known.get((relying_party_id, version))
    if registration is None:
        registration = _read_and_keep(known, relying_party_id)
    return registration if registration.suspended == suspended else replace(registration, suspended=suspended)


def _read_and_keep(known: Known, relying_party_id: int) -> Registration:
    registration = queries.registration(db.session(), relying_party_id)
    known[registration.id, registration.version] = registration
    while len(known) > KEPT:
        known.popitem(last=False)
    return registration
