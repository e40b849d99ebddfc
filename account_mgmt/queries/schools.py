"""Schools, their classes and their accounts, as their office sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind, AccountState
from account_mgmt.domain.login_names import typed
from account_mgmt.models import Academy, Account, ChildLink, Enrolment, ImportBatch, School, StaffMember
from config.database import text_enum


@dataclass(frozen=True)
class Tally:
    """How many accounts of one kind stand at one state, in one class."""

    class_code: str
    kind: AccountKind
    state: AccountState
    count: int


def school_with(session: Session, uai: str) -> School | None:
    """The school of this UAI, however its letter is written."""
    return session.scalars(select(School).where(School.uai == uai.strip().upper())).one_or_none()


def academy_with(session: Session, code: str) -> Academy | None:
    """The académie of this code."""
    return session.scalars(select(Academy).where(Academy.code == code)).one_or_none()


def first_academy(session: Session) -> Academy | None:
    """The académie that was here first: it speaks where nobody knows whom a message is for."""
    return session.scalars(select(Academy).order_by(Academy.id).limit(1)).one_or_none()


def all_schools(session: Session) -> list[School]:
    """Every school, by its académie and name."""
    return list(session.scalars(select(School).join(Academy).order_by(Academy.name, School.name, School.uai)))


def schools_within(session: Session, school_ids: Iterable[int], academy_ids: Iterable[int]) -> list[School]:
    """The schools among these, and those of these académies, by name."""
    wanted = or_(School.id.in_(list(school_ids)), School.academy_id.in_(list(academy_ids)))
    return list(session.scalars(select(School).where(wanted).order_by(School.name, School.uai)))


def classes_of(session: Session, school_id: int, today: date) -> dict[str, int]:
    """The classes of a school with their number of pupils today."""
    rows = session.execute(
        select(Enrolment.class_code, func.count())
        .where(Enrolment.school_id == school_id, there_on(today))
        .group_by(Enrolment.class_code)
    )
    return dict(rows.all())


def tallies(session: Session, school_id: int, now: datetime, today: date) -> list[Tally]:
    """The progress of a school's families, by class, kind and state (R110); a grouped child counts with the principal."""
    state = state_at_in_sql(now).label("state")
    rows = session.execute(
        select(Enrolment.class_code, Account.kind, state, func.count(func.distinct(ChildLink.id)))
        .select_from(ChildLink)
        .join(Account, Account.id == ChildLink.account_id)
        .join(Enrolment, and_(Enrolment.pupil_id == ChildLink.pupil_id, Enrolment.school_id == school_id, there_on(today)))
        .where(ChildLink.ended_at.is_(None))
        .group_by(Enrolment.class_code, Account.kind, state)
    )
    return [Tally(*row) for row in rows]


def account_at(session: Session, school_id: int, login: str) -> int | None:
    """The account of this login, if it is for a pupil of this school."""
    here = exists().where(
        ChildLink.account_id == Account.id,
        ChildLink.ended_at.is_(None),
        ChildLink.pupil_id == Enrolment.pupil_id,
        Enrolment.school_id == school_id,
    )
    return session.scalar(select(Account.id).where(Account.login == typed(login), here))


def state_at_in_sql(now: datetime) -> ColumnElement[AccountState]:
    """The state of `domain/accounts.py`, where counting has to be done by the database."""
    created = Account.first_connection_at.is_not(None)
    state = case(
        (Account.closed_at.is_not(None), AccountState.CLOSED.value),
        (Account.merged_at.is_not(None), AccountState.MERGED.value),
        (Account.invalidated_at.is_not(None), AccountState.INVALIDATED.value),
        (and_(created, Account.email_confirmed_at.is_not(None)), AccountState.CONFIRMED.value),
        (created, AccountState.CREATED.value),
        (Account.notification_expires_at.is_(None), AccountState.KNOWN.value),
        (Account.notification_expires_at > now, AccountState.NOTIFIED.value),
        else_=AccountState.EXPIRED.value,
    )
    as_member: Any = text_enum(AccountState)  # SQLAlchemy's types take an enum's column for text
    return type_coerce(state, as_member)


def imports_of(session: Session, school_id: int, limit: int = 20) -> list[ImportBatch]:
    """The latest imports of a school's own files, the newest first."""
    newest = select(ImportBatch).where(ImportBatch.school_id == school_id).order_by(ImportBatch.id.desc())
    return list(session.scalars(newest.limit(limit)))


def staff_names(session: Session, member_ids: Iterable[int]) -> dict[int, str]:
    """The names of staff members, by id."""
    rows = session.execute(select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(list(member_ids))))
    return dict(rows.all())


def there_on(today: date) -> ColumnElement[bool]:
    """Whether an enrolment still holds on that day."""
    return or_(Enrolment.left_on.is_(None), Enrolment.left_on > today)
