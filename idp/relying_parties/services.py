"""Finding a relying party, as every request does; `registry.py` writes.

Each process keeps the registrations that it has read, under their number and version. The version and the suspension are
asked again at each request, so that a change made by another process or on another machine takes effect at once.
"""

from collections import OrderedDict
from dataclasses import replace

from sqlalchemy import ColumnElement

from config.database import db
from idp.relying_parties import queries
from idp.relying_parties.domain import Registration
from idp.relying_parties.models import RelyingParty

KEPT = 1000
_known: OrderedDict[tuple[int, int], Registration] = OrderedDict()


def find(client_id: str) -> Registration | None:
    """The relying party of that client_id, suspended or not."""
    return _find(RelyingParty.client_id == client_id)


def find_by_id(relying_party_id: int) -> Registration | None:
    """The relying party of that number, suspended or not."""
    return _find(RelyingParty.id == relying_party_id)


def _find(which: ColumnElement[bool]) -> Registration | None:
    found = queries.current_version(db.session(), which)
    if found is None:
        return None
    relying_party_id, version, suspended = found
    registration = _known.get((relying_party_id, version))
    if registration is None:
        registration = _read_and_keep(relying_party_id)
    return registration if registration.suspended == suspended else replace(registration, suspended=suspended)


def _read_and_keep(relying_party_id: int) -> Registration:
    registration = queries.registration(db.session(), relying_party_id)
    _known[registration.id, registration.version] = registration
    while len(_known) > KEPT:
        _known.popitem(last=False)
    return registration
