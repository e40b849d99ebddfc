"""Whom a run of letters writes to, what it has issued so far, and the runs of a school."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from account_mgmt.domain.letters import LetterFacts
from account_mgmt.models import (
    Account,
    ChildLink,
    Enrolment,
    Guardian,
    Guardianship,
    LetterPage,
    LetterRun,
    Notification,
    Pupil,
)
from account_mgmt.queries.families import LEGAL_GUARDIAN


@dataclass(frozen=True)
class Addressees:
    """Which accounts of a school a run writes to."""

    school_id: int
    class_code: str | None
    account_id: int | None
    replace_valid: bool


def count_addressees(session: Session, wanted: Addressees, now: datetime, today: date) -> int:
    """How many accounts there are to write to."""
    chosen = _chosen(wanted, now, today).with_only_columns(Account.id).distinct().subquery()
    return session.scalar(select(func.count()).select_from(chosen)) or 0


def next_addressees(session: Session, run: LetterRun, now: datetime, today: date, limit: int) -> list[LetterFacts]:
    """The next accounts that a run has not written to yet; an account of several children is written to about one of them."""
    wanted = Addressees(run.school_id, run.class_code, run.account_id, run.replace_valid)
    written = exists().where(LetterPage.run_id == run.id, LetterPage.account_id == Account.id)
    rows = session.execute(_chosen(wanted, now, today).where(~written).order_by(Account.id, ChildLink.id).limit(limit))
    found = [LetterFacts(*row) for row in rows]
    return list({facts.account_id: facts for facts in reversed(found)}.values())[::-1]


def unfinished_run(session: Session, order: LetterRun) -> LetterRun | None:
    """The same order, given before and not done yet: pressing the button twice is the same as once."""
    return session.scalars(
        select(LetterRun)
        .where(LetterRun.school_id == order.school_id, LetterRun.finished_at.is_(None))
        .where(LetterRun.class_code.is_not_distinct_from(order.class_code))
        .where(LetterRun.account_id.is_not_distinct_from(order.account_id))
        .where(LetterRun.replace_valid == order.replace_valid, LetterRun.by_email == order.by_email)
        .limit(1)
    ).one_or_none()


def unfinished_runs(session: Session) -> list[int]:
    """The runs that still have something to do, the oldest first."""
    return list(session.scalars(select(LetterRun.id).where(LetterRun.finished_at.is_(None)).order_by(LetterRun.id)))


def printable_pages(session: Session, run_id: int) -> list[bytes]:
    """The pages of a run whose letter is still good: one that was replaced or used in the meantime is not printed."""
    pages = session.scalars(
        select(LetterPage.content)
        .join(Notification, Notification.id == LetterPage.notification_id)
        .where(LetterPage.run_id == run_id, LetterPage.content.is_not(None))
        .where(Notification.revoked_at.is_(None), Notification.used_at.is_(None))
    )
    return [page for page in pages if page is not None]


def documents_to_forget(session: Session, downloaded_before: datetime, finished_before: datetime) -> list[LetterRun]:
    """The runs whose document has been fetched long enough ago, or was never fetched at all."""
    overdue = or_(LetterRun.downloaded_at <= downloaded_before, LetterRun.finished_at <= finished_before)
    return list(session.scalars(select(LetterRun).where(LetterRun.document.is_not(None), overdue)))


def runs_of(session: Session, school_id: int, limit: int = 50) -> list[LetterRun]:
    """The latest orders of a school, the newest first."""
    newest = select(LetterRun).where(LetterRun.school_id == school_id).order_by(LetterRun.id.desc())
    return list(session.scalars(newest.limit(limit)))


def replaced_letters(session: Session, run_ids: Iterable[int]) -> dict[int, int]:
    """How many letters of each run stopped working because a later one replaced them."""
    rows = session.execute(
        select(LetterPage.run_id, func.count())
        .join(Notification, Notification.id == LetterPage.notification_id)
        .where(LetterPage.run_id.in_(list(run_ids)), Notification.revoked_at.is_not(None))
        .group_by(LetterPage.run_id)
    )
    return dict(rows.all())


def class_exists(session: Session, school_id: int, class_code: str) -> bool:
    """Whether the school has, or had, pupils in such a class."""
    return bool(session.scalar(select(exists().where(Enrolment.school_id == school_id, Enrolment.class_code == class_code))))


def _chosen(wanted: Addressees, now: datetime, today: date) -> Select[*tuple[Any, ...]]:
    """Accounts with a pupil at the school today; a guardian where this school's own file says legal guardian (R101, R102)."""
    at_school = and_(
        Enrolment.pupil_id == Pupil.id,
        Enrolment.school_id == wanted.school_id,
        or_(Enrolment.left_on.is_(None), Enrolment.left_on > today),
    )
    says_so = and_(
        Guardianship.enrolment_id == Enrolment.id,
        Guardianship.guardian_id == ChildLink.guardian_id,
        Guardianship.level == LEGAL_GUARDIAN,
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Account.id,
            Account.kind,
            Account.login,
            func.coalesce(Guardian.civility, ""),
            func.coalesce(Guardian.first_name, Pupil.first_name),
            func.coalesce(
                func.nullif(func.coalesce(Guardian.usage_name, Pupil.usage_name), ""), Guardian.last_name, Pupil.last_name
            ),
            func.coalesce(Guardian.email, Pupil.email),
            Account.language,
            Pupil.id,
            Pupil.first_name,
            func.coalesce(func.nullif(Pupil.usage_name, ""), Pupil.last_name),
            Enrolment.class_code,
            func.coalesce(Guardianship.rank, 0),
        )
        .select_from(ChildLink)
        .join(Account, Account.id == ChildLink.account_id)
        .join(Pupil, Pupil.id == ChildLink.pupil_id)
        .join(Enrolment, at_school)
        .outerjoin(Guardian, Guardian.id == ChildLink.guardian_id)
        .outerjoin(Guardianship, says_so)
        .where(ChildLink.ended_at.is_(None), Account.merged_at.is_(None), Account.closed_at.is_(None))
        .where(or_(ChildLink.guardian_id.is_(None), Guardianship.id.is_not(None)))
    )
    if wanted.account_id is not None:
        return statement.where(Account.id == wanted.account_id)
    statement = statement.where(Account.first_connection_at.is_(None), *_still_without_letter(wanted, now))
    return statement if wanted.class_code is None else statement.where(Enrolment.class_code == wanted.class_code)


def _still_without_letter(wanted: Addressees, now: datetime) -> list[ColumnElement[bool]]:
    if wanted.replace_valid:
        return []
    return [or_(Account.notification_expires_at.is_(None), Account.notification_expires_at <= now)]
