"""What the night finds to do: the rules of `domain/lifecycle.py` as conditions, and one batch of ids at a time.

A batch is held for its transaction, in the order of ids; on a second look the rows that somebody changed meanwhile are gone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.lifecycle import (
    FIRST_NOTICE_DAYS,
    LAST_NOTICE_DAYS,
    Due,
    erasable_before,
    start_of,
    used_too_early,
)
from account_mgmt.models import Academy, Account, ChildLink, Enrolment, Guardian, Guardianship, Pupil
from account_mgmt.queries.schools import there_on
from config.database import text_enum


@dataclass(frozen=True)
class Night:
    """The moment that a run judges by, and the académies by what they call inactive."""

    now: datetime
    academies: Mapping[int, Sequence[int]]
    """By `inactivity_months`."""

    @property
    def today(self) -> date:
        return day_in_france(self.now)


@dataclass(frozen=True)
class Pair:
    """A pupil, or a guardian with one: whom a letter can be issued to (R01)."""

    academy_id: int
    kind: AccountKind
    pupil_id: int
    guardian_id: int | None


def night_at(session: Session, now: datetime) -> Night:
    """The night of this moment."""
    academies: dict[int, list[int]] = defaultdict(list)
    for academy in session.scalars(select(Academy)):
        academies[academy.policies.inactivity_months].append(academy.id)
    return Night(now, academies)


def due_in_sql(night: Night) -> ColumnElement[Due | None]:
    """`lifecycle.due`, where a million accounts have to be judged."""
    in_use = Account.first_connection_at.is_not(None)
    letter_over = and_(~in_use, Account.notification_expires_at <= night.now)
    unconfirmed = and_(Account.kind == AccountKind.GUARDIAN, Account.email_confirmed_at.is_(None))
    cannot_be_warned = Account.email_confirmed_at.is_(None)
    last_notice, first_notice = (night.today + timedelta(days=days) for days in (LAST_NOTICE_DAYS, FIRST_NOTICE_DAYS))
    notice_over = Account.last_warning_at < start_of(night.today - timedelta(days=LAST_NOTICE_DAYS))
    unused = _unused(night, night.today - timedelta(days=1))
    found = case(
        (Account.erased_at.is_not(None), null()),
        (and_(Account.closed_at.is_not(None), _erasable(night.now)), Due.ERASURE.value),
        (Account.closed_at.is_not(None), null()),
        (and_(Account.merged_at.is_not(None), _principal_erased(night.now)), Due.ERASURE.value),
        (Account.merged_at.is_not(None), null()),
        (and_(Account.invalidated_at.is_(None), letter_over), Due.LETTER_EXPIRED.value),
        (~_has_child(night.today), Due.NO_CHILD.value),
        (or_(Account.invalidated_at.is_not(None), ~in_use), null()),
        (and_(unconfirmed, Account.confirmation_expires_at <= night.now), Due.CONFIRMATION_EXPIRED.value),
        (and_(unused, or_(notice_over, and_(cannot_be_warned, Account.last_warning_at.is_(None)))), Due.INACTIVE.value),
        (or_(cannot_be_warned, Account.last_warning_at.is_not(None)), null()),
        (_unused(night, last_notice), Due.LAST_WARNING.value),
        (and_(Account.first_warning_at.is_(None), _unused(night, first_notice)), Due.FIRST_WARNING.value),
        else_=null(),
    )
    as_member: Any = text_enum(Due)  # SQLAlchemy's types take an enum's column for text
    return type_coerce(found, as_member)


def count_due(session: Session, night: Night) -> dict[Due, int]:
    """How many accounts there are to do each thing with."""
    found = select(due_in_sql(night).label("due")).subquery()
    rows = session.execute(select(found.c.due, func.count()).where(found.c.due.is_not(None)).group_by(found.c.due))
    return dict(rows.all())


def next_due(session: Session, night: Night, after: int, limit: int) -> list[tuple[int, Due]]:
    """The next accounts with something to do, held for this transaction."""
    found = due_in_sql(night)
    statement = select(Account.id, found).where(found.is_not(None), Account.id > after).order_by(Account.id).limit(limit)
    rows = session.execute(statement.with_for_update(of=Account))
    return [(account_id, due) for account_id, due in rows if due is not None]


def links_over(night: Night) -> Select[int]:
    """The links that still stand, though the pupil is at no school any more; an import may not have come since that day."""
    there = exists().where(Enrolment.pupil_id == ChildLink.pupil_id, there_on(night.today))
    return select(ChildLink.id).where(ChildLink.ended_at.is_(None), ~there)


def last_days(session: Session, link_ids: Sequence[int]) -> dict[int, date | None]:
    """The day on which the pupil of each link left the last school."""
    rows = session.execute(
        select(ChildLink.id, func.max(Enrolment.left_on))
        .outerjoin(Enrolment, Enrolment.pupil_id == ChildLink.pupil_id)
        .where(ChildLink.id.in_(link_ids))
        .group_by(ChildLink.id)
    )
    return dict(rows.all())


def pupils_to_forget(night: Night) -> Select[int]:
    """The pupils who left their last school long enough ago; nothing stands about them but their own rows."""
    links = exists().where(ChildLink.pupil_id == Pupil.id, _right_lasts(night.now))
    enrolments = exists().where(Enrolment.pupil_id == Pupil.id, _stayed(night.now))
    return select(Pupil.id).where(Pupil.erased_at.is_(None), ~links, ~enrolments)


def guardians_to_forget(night: Night) -> Select[int]:
    """The adults of no pupil who is still known, and whose accounts lost their last child long enough ago."""
    links = exists().where(ChildLink.guardian_id == Guardian.id, _right_lasts(night.now))
    ties = exists().where(Guardianship.guardian_id == Guardian.id, Enrolment.id == Guardianship.enrolment_id, _stayed(night.now))
    return select(Guardian.id).where(Guardian.erased_at.is_(None), ~links, ~ties)


def pairs_held(session: Session, account_ids: Sequence[int]) -> list[Pair]:
    """Whom these accounts act for today."""
    rows = session.execute(
        select(Account.academy_id, Account.kind, ChildLink.pupil_id, ChildLink.guardian_id)
        .join(ChildLink, ChildLink.account_id == Account.id)
        .where(Account.id.in_(account_ids), ChildLink.ended_at.is_(None))
        .order_by(ChildLink.id)
    )
    return [Pair(*row) for row in rows]


def _unused(night: Night, by: date) -> ColumnElement[bool]:
    """Whether the last day to log in, as the policy counts it, is this one or an earlier one."""
    judged = []
    for months, academy_ids in night.academies.items():
        early = used_too_early(by, months)
        since = or_(Account.last_signed_in_at.is_(None), Account.last_signed_in_at < early)
        judged.append(and_(Account.academy_id.in_(academy_ids), Account.first_connection_at < early, since))
    return or_(*judged) if judged else Account.id.is_(None)


def _has_child(today: date) -> ColumnElement[bool]:
    return exists().where(
        ChildLink.account_id == Account.id,
        ChildLink.ended_at.is_(None),
        Enrolment.pupil_id == ChildLink.pupil_id,
        there_on(today),
    )


def _principal_erased(now: datetime) -> ColumnElement[bool]:
    principal = aliased(Account)
    return exists().where(principal.id == Account.principal_id, principal.erased_at < now)


def _erasable(now: datetime) -> ColumnElement[bool]:
    lasting = exists().where(ChildLink.account_id == Account.id, _right_lasts(now))
    return or_(Account.closed_at < erasable_before(now), ~lasting)


def _right_lasts(now: datetime) -> ColumnElement[bool]:
    return or_(ChildLink.ended_at.is_(None), ChildLink.ended_at >= erasable_before(now))


def _stayed(now: datetime) -> ColumnElement[bool]:
    # A pupil who leaves on a day is there until the evening before.
    return or_(Enrolment.left_on.is_(None), Enrolment.left_on >= day_in_france(erasable_before(now)))
