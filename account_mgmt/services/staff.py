"""Staff of schools and académies: who is added, how they get a password, and how they log in (R110, R111).

Nobody chooses a password for another: a signed link, mailed or handed over, opens the page where it is chosen, and dies with
that. Tries are counted and answered as those of families are: the same words in the same time, known address or not (R32).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

from account_mgmt.domain.authentication import Locked, Wrong
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.permissions import Role
from account_mgmt.domain.policies import PRESETS
from account_mgmt.models import Academy, School, StaffMember, StaffRole
from account_mgmt.queries.staff import member_with
from account_mgmt.services.addresses import normalise_address
from account_mgmt.services.hashing import hash_password, verify_password, waste_time
from account_mgmt.services.password_checks import Surroundings, password_problems
from config.audit import AuditEvent
from config.database import db, transaction
from config.limits import Budget, Delay, forget, note_failure, too_many
from config.links import LinkInvalid
from config.outbox import Mail
from config.services import Services
from config.tokens import digest

PASSWORD_POLICY = PRESETS["strong"]
LINK_LIFE = timedelta(days=7)
LINK_PURPOSE = "staff password"
PASSWORD_PATH = "/etablissement/mot-de-passe/"  # noqa: S105 - a path
BY_EMAIL, BY_ADDRESS = "staff_login", "staff_address"


@dataclass(frozen=True)
class NewMember:
    """Someone to add, with one role; the same address again gets one more role."""

    email: str
    name: str
    role: Role
    school: School | None = None
    academy: Academy | None = None


@dataclass(frozen=True)
class StaffSignedIn:
    """The right password of someone who works here."""

    member_id: int
    previous_sign_in_at: datetime | None


def add_member(services: Services, new: NewMember, actor: str) -> StaffMember | Problem:
    """Give someone a role at a school or an académie; done twice it is done once."""
    address = normalise_address(new.email)
    if address is None:
        return Problem.EMAIL_INVALID
    school_id, academy_id = (place.id if place else None for place in (new.school, new.academy))
    with transaction() as session:
        member = member_with(session, address.lower())
        if member is None:
            member = StaffMember(email=address.lower(), name=new.name)
            session.add(member)
            session.flush()
        member.closed_at = None
        held = {(role.role, role.school_id, role.academy_id) for role in member.roles}
        if (new.role, school_id, academy_id) not in held:
            session.add(StaffRole(member.id, new.role, school_id, academy_id))
            session.flush()
            session.refresh(member)
        details = {"member": member.id, "role": new.role, "academy": academy_id}
        services.audit.record(AuditEvent.STAFF_ADDED, actor=actor, school_id=school_id, details=details)
    return member


def close_member(services: Services, member_id: int, actor: str) -> None:
    """Take all access away, and end every session (R111)."""
    with transaction() as session:
        member = session.get_one(StaffMember, member_id)
        member.closed_at = member.signed_out_at = services.clock.now()
        services.audit.record(AuditEvent.STAFF_CLOSED, actor=actor, details={"member": member.id})


def password_link(services: Services, member: StaffMember) -> str:
    """A link by which the member chooses a password, once, within a week."""
    token = services.links.sign(LINK_PURPOSE, {"member": member.id, "state": _state(member)})
    return services.links.absolute(PASSWORD_PATH + token)


def mail_password_link(services: Services, member: StaffMember, academy: Academy) -> None:
    """Send that link to the member's address, in the name of the académie."""
    text = services.documents.email(
        "staff_password",
        None,
        name=member.name,
        link=password_link(services, member),
        deadline=services.clock.now() + LINK_LIFE,
        academy=academy.name,
    )
    with transaction() as session:
        services.outbox.queue(
            session, Mail(member.email, academy.sender, text.subject, text.text, text.html, kind="staff_password")
        )


def member_of_link(services: Services, token: str) -> StaffMember:
    """Whose password the link is for; raises LinkExpired, or LinkInvalid where it was used or replaced."""
    payload = services.links.read(LINK_PURPOSE, token, LINK_LIFE)
    member = db.session.get(StaffMember, payload["member"])
    if member is None or member.closed_at is not None or payload["state"] != _state(member):
        raise LinkInvalid(LINK_PURPOSE)
    return member


def choose_password(services: Services, token: str, password: str, again: str) -> StaffMember | frozenset[Problem]:
    """Set the password, or say what is wrong with it; every earlier session ends (R12, R55)."""
    member = member_of_link(services, token)
    problems = password_problems(services, password, PASSWORD_POLICY, Surroundings([member.name, member.email]))
    if password != again:
        problems |= {Problem.PASSWORDS_DIFFER}
    if problems:
        return problems
    chosen, known = hash_password(password), member.password_hash
    with transaction() as session:
        member = session.get_one(StaffMember, member.id, with_for_update=True, populate_existing=True)
        if member.password_hash != known or member.closed_at is not None:
            raise LinkInvalid(LINK_PURPOSE)
        member.password_hash = chosen
        member.signed_out_at = services.clock.now() if known else None
        services.audit.record(AuditEvent.STAFF_PASSWORD_CHOSEN, actor=f"staff:{member.id}")
    return member


def authenticate(services: Services, email: str, password: str, address: str) -> StaffSignedIn | Wrong | Locked:
    """Try an e-mail address and a password from a network address (R32, R111)."""
    name = email.strip().lower()
    by_email, by_address = _budgets(services)
    if delay := too_many(services, BY_EMAIL, name, by_email) or too_many(services, BY_ADDRESS, address, by_address):
        return Locked(delay.until)
    session = db.session()
    member = member_with(session, name)
    session.commit()  # nothing was written: this gives the connection back while the password is verified
    if not _is_right(member, password):
        note_failure(services, BY_ADDRESS, address, by_address)
        _audit_miss(services, member, note_failure(services, BY_EMAIL, name, by_email))
        return Wrong()
    forget(services, BY_EMAIL, name)
    return _sign_in(services, member)


def _is_right(member: StaffMember | None, password: str) -> TypeGuard[StaffMember]:
    """Whether it is this member's password; one hash is computed in every case (R32)."""
    if member is None or member.password_hash is None or member.closed_at is not None:
        waste_time(password)
        return False
    return verify_password(member.password_hash, password)


def _sign_in(services: Services, member: StaffMember) -> StaffSignedIn | Wrong:
    verified = member.password_hash
    with transaction() as session:
        member = session.get_one(StaffMember, member.id, with_for_update=True, populate_existing=True)
        if member.password_hash != verified or member.closed_at is not None:
            return Wrong()  # changed or taken away while the password was being verified
        previous, member.last_signed_in_at = member.last_signed_in_at, services.clock.now()
        services.audit.record(AuditEvent.STAFF_SIGNED_IN, actor=f"staff:{member.id}")
    return StaffSignedIn(member.id, previous)


def _audit_miss(services: Services, member: StaffMember | None, delay: Delay | None) -> None:
    # Also where there is no such member: a miss takes the same time for every address (R32).
    with transaction():
        details = {"member": member.id if member else None, "locked": delay is not None and delay.locked}
        services.audit.record(AuditEvent.STAFF_SIGN_IN_REFUSED, actor="system", details=details)


def _budgets(services: Services) -> tuple[Budget, Budget]:
    accounts = services.settings.accounts
    seconds = accounts.login_lock_minutes * 60
    by_email = Budget(accounts.login_tries, seconds, slow_after=accounts.login_tries_before_slowing)
    return by_email, Budget(accounts.login_tries_per_address, seconds)


def _state(member: StaffMember) -> str:
    """What changes as soon as a link was used: the password in force, in a form that says nothing of it."""
    return digest(f"{member.id}:{member.password_hash or ''}")[:32]
