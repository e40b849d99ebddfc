"""Reading refusals, and finding the two people of a reply slip by the numbers that schools know them by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from account_mgmt.models import Academy, Enrolment, Guardian, Guardianship, Pupil
from consent.models import TeleserviceRefusal


@dataclass(frozen=True)
class Slip:
    """Whom a reply slip is about."""

    guardian_id: int
    pupil_id: int


@dataclass(frozen=True)
class RefusalRow:
    """A refusal in force, in the numbers of SIECLE."""

    academy: str
    personne_id: int
    eleve_id: int
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class RefusedRow:
    """A refusal in force, as the school that recorded it reads it."""

    slip: Slip
    guardian: str
    pupil: str
    class_code: str
    recorded_at: datetime


def find_slip(session: Session, academy_code: str, personne_id: int, eleve_id: int) -> Slip | None:
    """The guardian and the pupil of these numbers, if some school's file says that the one is a guardian of the other."""
    row = session.execute(
        select(Guardian.id, Pupil.id)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .join(Enrolment, Enrolment.id == Guardianship.enrolment_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .join(Academy, Academy.id == Guardian.academy_id)
        .where(Academy.code == academy_code, Guardian.personne_id == personne_id, Pupil.eleve_id == eleve_id)
        .limit(1)
    ).one_or_none()
    return Slip(*row) if row else None


def in_force(slip: Slip) -> Select[TeleserviceRefusal]:
    """The refusals of a slip that were not withdrawn; more than one if two people recorded it at once."""
    return select(TeleserviceRefusal).where(
        TeleserviceRefusal.guardian_id == slip.guardian_id,
        TeleserviceRefusal.pupil_id == slip.pupil_id,
        TeleserviceRefusal.withdrawn_at.is_(None),
    )


def refusals(session: Session) -> list[RefusalRow]:
    """Every refusal in force, the oldest first."""
    rows = session.execute(
        select(Academy.code, Guardian.personne_id, Pupil.eleve_id, TeleserviceRefusal.recorded_at, TeleserviceRefusal.recorded_by)
        .join(Guardian, Guardian.id == TeleserviceRefusal.guardian_id)
        .join(Pupil, Pupil.id == TeleserviceRefusal.pupil_id)
        .join(Academy, Academy.id == Guardian.academy_id)
        .where(TeleserviceRefusal.withdrawn_at.is_(None))
        .order_by(TeleserviceRefusal.recorded_at, TeleserviceRefusal.id)
    )
    return [RefusalRow(*row) for row in rows]


def refused_since(session: Session, pupil_ids: Iterable[int]) -> dict[Slip, datetime]:
    """The refusals in force for these pupils, each with the day it was recorded."""
    rows = session.execute(
        select(TeleserviceRefusal.guardian_id, TeleserviceRefusal.pupil_id, TeleserviceRefusal.recorded_at)
        .where(TeleserviceRefusal.pupil_id.in_(list(pupil_ids)), TeleserviceRefusal.withdrawn_at.is_(None))
        .order_by(TeleserviceRefusal.id.desc())
    )
    return {Slip(guardian_id, pupil_id): recorded_at for guardian_id, pupil_id, recorded_at in rows}


def refused_at_school(session: Session, school_id: int) -> list[RefusedRow]:
    """Every refusal in force for the pupils of a school, by name."""
    rows = session.execute(
        select(
            Guardian.id,
            Pupil.id,
            Guardian.first_name,
            Guardian.last_name,
            Pupil.first_name,
            Pupil.last_name,
            Enrolment.class_code,
            TeleserviceRefusal.recorded_at,
        )
        .join(TeleserviceRefusal, TeleserviceRefusal.guardian_id == Guardian.id)
        .join(Pupil, Pupil.id == TeleserviceRefusal.pupil_id)
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .where(Enrolment.school_id == school_id, Enrolment.left_on.is_(None), TeleserviceRefusal.withdrawn_at.is_(None))
        .order_by(Pupil.last_name, Pupil.first_name, Pupil.id, Guardian.id)
    )
    return [RefusedRow(Slip(row[0], row[1]), f"{row[2]} {row[3]}", f"{row[4]} {row[5]}", row[6], row[7]) for row in rows]


def is_of_school(session: Session, school_id: int, slip: Slip) -> bool:
    """Whether this school's file makes the one a guardian of the other."""
    said = exists().where(
        Guardianship.guardian_id == slip.guardian_id,
        Guardianship.enrolment_id == Enrolment.id,
        Enrolment.pupil_id == slip.pupil_id,
        Enrolment.school_id == school_id,
    )
    return bool(session.scalar(select(said)))
