"""The one statement behind every answer: an account with its children, their schools, guardians and refusals.

Core rows and no ORM objects: this runs at each single sign-on, and builds nothing that is not read.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, exists, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.models import Academy, Account, ChildLink, Enrolment, Guardian, Guardianship, Pupil, School
from consent.models import TeleserviceRefusal
from idp.domain.identity import Child, Identity, OnBehalfOf, Tie, describe


@dataclass
class KnownAccount:
    """The columns of an account that the pipeline reads; `account_mgmt` calls them facts."""

    id: int
    kind: AccountKind
    login: str
    last_name: str
    first_name: str
    email: str | None
    language: str | None
    first_connection_at: datetime | None
    email_confirmed_at: datetime | None
    notification_expires_at: datetime | None
    signed_out_at: datetime | None
    merged_at: datetime | None
    closed_at: datetime | None
    invalidated_at: datetime | None

    @property
    def email_confirmed(self) -> bool:
        """Whether the address is known to be the person's."""
        return self.email_confirmed_at is not None


ACCOUNT_COLUMNS = (
    Account.id,
    Account.kind,
    Account.login,
    Account.last_name,
    Account.first_name,
    Account.email,
    Account.language,
    Account.first_connection_at,
    Account.email_confirmed_at,
    Account.notification_expires_at,
    Account.signed_out_at,
    Account.merged_at,
    Account.closed_at,
    Account.invalidated_at,
)

TIE_COLUMNS = (
    Pupil.id.label("pupil_id"),
    Pupil.eleve_id,
    Pupil.last_name.label("pupil_last_name"),
    Pupil.first_name.label("pupil_first_name"),
    Pupil.birth_date,
    Pupil.ine_hash,
    Pupil.postal_code,
    Enrolment.class_code,
    Enrolment.level.label("class_level"),
    Enrolment.mef,
    School.uai,
    School.name.label("school_name"),
    School.degree,
    Academy.code.label("academy_code"),
    Guardian.id.label("guardian_id"),
    Guardian.last_name.label("guardian_last_name"),
    Guardian.first_name.label("guardian_first_name"),
    Guardianship.kinship,
    Guardianship.level.label("responsibility"),
    Guardianship.rank,
    exists()
    .where(
        TeleserviceRefusal.guardian_id == ChildLink.guardian_id,
        TeleserviceRefusal.pupil_id == ChildLink.pupil_id,
        TeleserviceRefusal.withdrawn_at.is_(None),
    )
    .correlate(ChildLink)
    .label("refused"),
)


TODAY = bindparam("today", type_=Date)

# Made once: building a statement of this size takes longer than running it.
PERSON: Select[*tuple[Any, ...]] = (
    select(*ACCOUNT_COLUMNS, *TIE_COLUMNS)
    .select_from(Account)
    .outerjoin(ChildLink, and_(ChildLink.account_id == Account.id, ChildLink.ended_at.is_(None)))
    .outerjoin(Pupil, Pupil.id == ChildLink.pupil_id)
    .outerjoin(Enrolment, and_(Enrolment.pupil_id == Pupil.id, or_(Enrolment.left_on.is_(None), Enrolment.left_on > TODAY)))
    .outerjoin(School, School.id == Enrolment.school_id)
    .outerjoin(Academy, Academy.id == School.academy_id)
    .outerjoin(Guardian, Guardian.id == ChildLink.guardian_id)
    .outerjoin(Guardianship, and_(Guardianship.enrolment_id == Enrolment.id, Guardianship.guardian_id == Guardian.id))
    .where(Account.id == bindparam("account_id"))
)


def person(session: Session, account_id: int, today: date) -> tuple[KnownAccount, Identity] | None:
    """An account, and everything known of it and its children on that day; none when there is no such account (R96)."""
    # On the connection: the session would look for entities in each row, at three times the cost of the statement.
    rows = session.connection().execute(PERSON, {"account_id": account_id, "today": today}).all()
    if not rows:
        return None
    account = KnownAccount(*rows[0][: len(ACCOUNT_COLUMNS)])
    return account, describe(account, [_tie(row) for row in rows if row.uai is not None])


def school_by_uai(session: Session, uai: str) -> School | None:
    """The school of that number, as its pages show it."""
    return session.scalars(select(School).where(School.uai == uai)).one_or_none()


def _tie(row: Row[Any]) -> Tie:
    child = Child(
        pupil_id=row.pupil_id,
        eleve_id=row.eleve_id,
        last_name=row.pupil_last_name,
        first_name=row.pupil_first_name,
        birth_date=row.birth_date,
        school_uai=row.uai,
        school_name=row.school_name,
        school_degree=row.degree,
        academy_code=row.academy_code,
        class_code=row.class_code,
        level=row.class_level,
        mef=row.mef,
        ine_hash=row.ine_hash,
        postal_code=row.postal_code,
    )
    return Tie(child, _guardian(row))


def _guardian(row: Row[Any]) -> OnBehalfOf | None:
    """The guardian as this school's file names him or her; nobody where the file of this school does not."""
    if row.responsibility is None:
        return None
    return OnBehalfOf(
        guardian_id=row.guardian_id,
        last_name=row.guardian_last_name,
        first_name=row.guardian_first_name,
        kinship=row.kinship,
        level=row.responsibility,
        rank=row.rank,
        teleservices_refused=row.refused,
    )
