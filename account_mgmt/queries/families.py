"""Children as an account sees them, and what a letter's first screen needs to know of the child: one SELECT each."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.policies import Policies, policies_from
from account_mgmt.models import (
    Academy,
    Account,
    ChildLink,
    Enrolment,
    Guardian,
    Guardianship,
    Notification,
    Pupil,
    School,
)
from account_mgmt.queries.schools import there_on

LEGAL_GUARDIAN = 1


@dataclass(frozen=True)
class ChildRow:
    """A pupil at a school, on behalf of one guardian; a joint account has a row for each of the two (R65)."""

    pupil_id: int
    last_name: str
    first_name: str
    birth_date: date
    class_code: str
    school_id: int
    school_uai: str
    school_name: str
    school_city: str
    school_phone: str
    school_email: str
    school_message: str
    guardian_id: int | None
    guardian_last_name: str | None
    guardian_first_name: str | None
    kinship: str | None
    rank: int | None


def children_of(session: Session, account_id: int, today: date) -> list[ChildRow]:
    """The children that an account gives access to, at the schools where they are today (R70, R96).

    A guardian sees a child at a school whose own file says legal guardian, and not at another's (R101, R102).
    """
    says_so = and_(
        Guardianship.enrolment_id == Enrolment.id,
        Guardianship.guardian_id == ChildLink.guardian_id,
        Guardianship.level == LEGAL_GUARDIAN,
    )
    rows = session.execute(
        select(
            Pupil.id.label("pupil_id"),
            Pupil.last_name,
            Pupil.first_name,
            Pupil.birth_date,
            Enrolment.class_code,
            School.id.label("school_id"),
            School.uai.label("school_uai"),
            School.name.label("school_name"),
            School.city.label("school_city"),
            School.phone.label("school_phone"),
            School.email.label("school_email"),
            School.message.label("school_message"),
            Guardian.id.label("guardian_id"),
            Guardian.last_name.label("guardian_last_name"),
            Guardian.first_name.label("guardian_first_name"),
            Guardianship.kinship,
            Guardianship.rank,
        )
        .select_from(ChildLink)
        .join(Pupil, Pupil.id == ChildLink.pupil_id)
        .join(Enrolment, and_(Enrolment.pupil_id == Pupil.id, there_on(today)))
        .join(School, School.id == Enrolment.school_id)
        .outerjoin(Guardian, Guardian.id == ChildLink.guardian_id)
        .outerjoin(Guardianship, says_so)
        .where(ChildLink.account_id == account_id, ChildLink.ended_at.is_(None))
        .where(or_(ChildLink.guardian_id.is_(None), Guardianship.id.is_not(None)))
        .order_by(Pupil.birth_date.desc(), Pupil.id, School.uai, Guardianship.rank)
    )
    return [ChildRow(**row._asdict()) for row in rows]


@dataclass(frozen=True)
class FirstConnection:
    """What the first-connection screen shows and checks, for a letter in force (R11)."""

    notification_id: int
    account_id: int
    kind: AccountKind
    login: str
    last_name: str
    first_name: str
    pupil_id: int
    pupil_last_name: str
    pupil_first_name: str
    birth_date: date
    school_id: int
    school_name: str
    letter_hash: str = field(repr=False)
    expires_at: datetime
    policies: Policies


def first_connection(session: Session, notification_id: int) -> FirstConnection | None:
    """The letter's account and its child; nothing once the letter was used or revoked (R10).

    An account of several children (one that was given new credentials) is asked for the child at the school that
    issued the letter.
    """
    at_the_issuer = and_(Enrolment.pupil_id == Pupil.id, Enrolment.school_id == Notification.school_id)
    row = session.execute(
        select(
            Notification.id.label("notification_id"),
            Account.id.label("account_id"),
            Account.kind,
            Account.login,
            Account.last_name,
            Account.first_name,
            Pupil.id.label("pupil_id"),
            Pupil.last_name.label("pupil_last_name"),
            Pupil.first_name.label("pupil_first_name"),
            Pupil.birth_date,
            School.id.label("school_id"),
            School.name.label("school_name"),
            Notification.password_hash.label("letter_hash"),
            Notification.expires_at,
            Academy.preset,
            Academy.policy_overrides,
        )
        .select_from(Notification)
        .join(Account, Account.id == Notification.account_id)
        .join(Academy, Academy.id == Account.academy_id)
        .join(School, School.id == Notification.school_id)
        .join(ChildLink, and_(ChildLink.account_id == Account.id, ChildLink.ended_at.is_(None)))
        .join(Pupil, Pupil.id == ChildLink.pupil_id)
        .outerjoin(Enrolment, at_the_issuer)
        .where(Notification.id == notification_id, Notification.used_at.is_(None), Notification.revoked_at.is_(None))
        .where(Account.merged_at.is_(None), Account.closed_at.is_(None))
        .order_by(Enrolment.id.is_(None), ChildLink.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    values = row._asdict()
    policies = policies_from(values.pop("preset"), values.pop("policy_overrides"))
    return FirstConnection(**values, policies=policies)
