"""Whose a session is, and what a person settles about the own account apart from the gates and groupings."""

from dataclasses import dataclass
from datetime import date

from account_mgmt.domain.accounts import is_over
from account_mgmt.models import Account, StaffMember
from account_mgmt.queries.families import ChildRow, children_of
from account_mgmt.services.sessions import Session
from config.database import db, transaction
from config.services import Services


@dataclass(frozen=True)
class ChildSeen:
    """A child as the account's own page shows it, at one school."""

    first_name: str
    last_name: str
    birth_date: date
    class_code: str
    school_name: str
    guardians: tuple[str, ...]
    """In whose name the account sees the child: two for a joint account (R65), nobody for a pupil's own."""


@dataclass(frozen=True)
class SchoolContact:
    """How to reach a school."""

    name: str
    city: str
    phone: str
    email: str


def account_of(session: Session) -> Account | None:
    """The account of this session, unless the account ended all its sessions, was grouped into another or closed."""
    account = db.session.get(Account, session.account_id)
    if account is None or session.outlived_by(account.signed_out_at):
        return None
    return None if is_over(account) else account


def staff_member_of(session: Session) -> StaffMember | None:
    """The staff member of this session, unless it was ended everywhere or the member left (R111)."""
    member = db.session.get(StaffMember, session.account_id)
    if member is None or session.outlived_by(member.signed_out_at):
        return None
    return member if member.closed_at is None else None


def choose_language(account_id: int, language: str) -> None:
    """Write to this account in that language from now on (R73)."""
    with transaction() as session:
        account = session.get_one(Account, account_id)
        account.language = language


def children_seen(services: Services, account_id: int) -> list[ChildSeen]:
    """The children of an account today, each once per school (R72)."""
    rows: dict[tuple[int, int], list[ChildRow]] = {}
    for row in _rows(services, account_id):
        rows.setdefault((row.pupil_id, row.school_id), []).append(row)
    return [_child_seen(same_child) for same_child in rows.values()]


def schools_to_ask(services: Services, account_id: int) -> list[SchoolContact]:
    """The schools that can help this account's owner, each once (R15)."""
    contacts = (
        SchoolContact(row.school_name, row.school_city, row.school_phone, row.school_email) for row in _rows(services, account_id)
    )
    return list(dict.fromkeys(contacts))


def _rows(services: Services, account_id: int) -> list[ChildRow]:
    return children_of(db.session(), account_id, services.clock.now().date())


def _child_seen(rows: list[ChildRow]) -> ChildSeen:
    first = rows[0]
    guardians = tuple(f"{row.guardian_first_name} {row.guardian_last_name}" for row in rows if row.guardian_id is not None)
    return ChildSeen(first.first_name, first.last_name, first.birth_date, first.class_code, first.school_name, guardians)
