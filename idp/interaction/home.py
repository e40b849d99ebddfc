"""What the home page shows: the children of an account, and for one of them the school's word and its services (R70)."""

from dataclasses import dataclass, replace

from account_mgmt.domain.dates import day_in_france
from account_mgmt.models import School
from account_mgmt.services.sessions import Session
from config.database import db
from config.services import Services
from consent.domain import visible_children
from idp.domain.identity import Child, Identity
from idp.interaction import queries
from idp.relying_parties.domain import Registration
from idp.relying_parties.queries import registrations
from idp.relying_parties.services import find


@dataclass(frozen=True)
class Home:
    """The home page of an account, with one child chosen."""

    identity: Identity
    chosen: Child | None
    position: int
    school: School | None
    services: tuple[Registration, ...]

    @property
    def children(self) -> tuple[Child, ...]:
        """All of them, in the order in which the page lists them."""
        return self.identity.children


def home_of(services: Services, session: Session, position: int) -> Home:
    """The home page for the child at that position; the first one where there is no such position."""
    found = queries.person(db.session(), session.account_id, day_in_france(services.clock.now()))
    if found is None:
        raise LookupError("a session without its account")
    identity = found[1]
    position = position if 0 <= position < len(identity.children) else 0
    chosen = identity.children[position] if identity.children else None
    if chosen is None:
        return Home(identity, None, 0, None, ())
    school = queries.school_by_uai(db.session(), chosen.school_uai)
    return Home(identity, chosen, position, school, services_for(identity, chosen))


def services_for(identity: Identity, child: Child) -> tuple[Registration, ...]:
    """The relying parties that would be told of this child if one went there now (R06, R70, R96, R98b)."""
    just_this_one = replace(identity, children=(child,))
    return tuple(relying_party for relying_party in registrations(db.session()) if _is_open(relying_party, just_this_one))


def way_back(client_id: str) -> Registration | None:
    """The relying party from which one came to these pages, if it has an address to go back to (R71)."""
    relying_party = find(client_id)
    return relying_party if relying_party and relying_party.url and not relying_party.suspended else None


def _is_open(relying_party: Registration, identity: Identity) -> bool:
    if relying_party.suspended or not relying_party.url or identity.kind not in relying_party.audience:
        return False
    return bool(visible_children(identity, relying_party.policy).children)
