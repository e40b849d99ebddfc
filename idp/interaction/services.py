"""The pipeline: from a request and a session to a step, a release or a refusal, the same for every protocol.

Facts come from the session (the store) and from one statement (`queries.py`); the rules decide (`idp/domain/steps.py`,
`consent/domain.py`); what is told is written in the audit trail before a front end puts it in its protocol's words.
"""

from dataclasses import dataclass, replace

from account_mgmt.domain.accounts import is_over
from account_mgmt.domain.dates import day_in_france
from account_mgmt.models import Academy, School
from account_mgmt.services import sessions
from account_mgmt.services.sessions import Session
from config.audit import AuditEvent
from config.database import db, transaction
from config.encryption import derive_key
from config.services import Services
from consent.domain import attributes_released, releasable, visible_children
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.identity import Identity
from idp.domain.release import Refusal, RefusalReason, Release
from idp.domain.steps import Facts, SignedIn, Step, decide
from idp.domain.subjects import Sector
from idp.interaction import queries
from idp.relying_parties.domain import Registration
from idp.relying_parties.services import find_by_id

Outcome = Step | Release | Refusal
PORTAL_SECTOR = "portal"


@dataclass(frozen=True)
class Person:
    """Who is signed in, if the session still holds: the facts for the checks, and everything known."""

    session: Session
    account: queries.KnownAccount
    identity: Identity


def advance(
    services: Services, request: AuthenticationRequest, session: Session | None, relying_party: Registration | None = None
) -> Outcome:
    """What comes next for a request; a release is in the audit trail when this returns (R10, R21, R97, R98).

    `relying_party` spares a look-up to the front end that has just read the request.
    """
    outcome, person = _judge(services, request, session, relying_party)
    if isinstance(outcome, Release) and person and request.relying_party_id is not None:
        _note(services, AuditEvent.RELEASE_SENT, request, person, {"attributes": sorted(outcome.attributes)})
    return outcome


def look_ahead(services: Services, request: AuthenticationRequest, session: Session | None) -> Outcome:
    """The same answer as `advance`, when nobody is told anything yet."""
    return _judge(services, request, session, None)[0]


def turn_back(services: Services, request: AuthenticationRequest, session: Session | None) -> Refusal:
    """The refusal that a relying party is sent when the person goes back to it: why it gets nothing, or that the person left."""
    outcome, person = _judge(services, request, session, None)
    refusal = outcome if isinstance(outcome, Refusal) else Refusal(RefusalReason.CANCELLED)
    if person and request.relying_party_id is not None:
        _note(services, AuditEvent.RELEASE_REFUSED, request, person, {"reason": refusal.reason.value})
    return refusal


def school(school_id: int) -> School | None:
    """The school to turn to, for a page that names it (R05)."""
    return db.session.get(School, school_id)


def academy_of(relying_party: Registration) -> Academy | None:
    """The académie that a relying party belongs to, for the look of its people's pages."""
    return db.session.get(Academy, relying_party.academy_id) if relying_party.academy_id is not None else None


def sign_out(services: Services, session: Session) -> None:
    """End a session because its owner asks for it."""
    with transaction():
        services.audit.record(
            AuditEvent.SIGNED_OUT,
            actor=f"account:{session.account_id}",
            account_id=session.account_id,
            session_handle=session.handle,
        )
    sessions.close(services, session)


def sector_of(services: Services, relying_party: Registration | None) -> Sector:
    """Where the pairwise identifiers for a relying party come from (R95)."""
    key = services.settings.protocols.pairwise_key.get_secret_value()
    source = key or services.settings.secret_key.get_secret_value()
    return Sector(derive_key(source, "pairwise"), relying_party.sector if relying_party else PORTAL_SECTOR)


def _judge(
    services: Services, request: AuthenticationRequest, session: Session | None, relying_party: Registration | None
) -> tuple[Outcome, Person | None]:
    if request.relying_party_id is not None:
        relying_party = relying_party or find_by_id(request.relying_party_id)
        if relying_party is None or relying_party.suspended:
            return Refusal(RefusalReason.SUSPENDED), None
    person = _person(services, session)
    sector = sector_of(services, relying_party)
    signed_in = SignedIn(person.session, person.account, sector.account(person.account.id)) if person else None
    decision = decide(Facts(request, signed_in))
    if decision is not None or person is None:
        return decision or Step.SIGN_IN, person
    return _release(request, person, sector, relying_party), person


def _person(services: Services, session: Session | None) -> Person | None:
    """The account of a session with all that is known of it, unless the account ended its sessions or is over."""
    if session is None:
        return None
    found = queries.person(db.session(), session.account_id, day_in_france(services.clock.now()))
    if found is None:
        return None
    account, identity = found
    over = session.outlived_by(account.signed_out_at) or is_over(account)
    return None if over else Person(session, account, identity)


def _release(
    request: AuthenticationRequest, person: Person, sector: Sector, relying_party: Registration | None
) -> Release | Refusal:
    identity, released = person.identity, frozenset[str]()
    if relying_party is not None:
        if identity.kind not in relying_party.audience:
            return Refusal(RefusalReason.WRONG_AUDIENCE)
        identity = visible_children(identity, relying_party.policy)
        if not identity.children:
            return Refusal(RefusalReason.NO_CHILD)
        attributes = attributes_released(relying_party.attributes, request.requested)
        identity, released = releasable(identity, attributes), frozenset(attribute.value for attribute in attributes)
    children = tuple(replace(child, identifier=sector.pupil(child.pupil_id)) for child in identity.children)
    return Release(
        subject=sector.account(identity.account_id),
        session_handle=person.session.handle,
        authenticated_at=person.session.authenticated_at,
        methods=person.session.methods,
        identity=replace(identity, children=children),
        attributes=released,
    )


def _note(
    services: Services, event: AuditEvent, request: AuthenticationRequest, person: Person, details: dict[str, object]
) -> None:
    with transaction():
        services.audit.record(
            event,
            actor=f"account:{person.account.id}",
            account_id=person.account.id,
            relying_party_id=request.relying_party_id,
            session_handle=person.session.handle,
            details=details,
        )
