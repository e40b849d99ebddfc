"""What an import needs to know of a school before it changes anything: columns, never objects, a thousand people at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from account_mgmt.domain.siecle_plan import KnownEnrolment, KnownGuardian, KnownGuardianship, KnownPupil
from account_mgmt.domain.siecle_records import LEGAL_GUARDIAN, Pair
from account_mgmt.models import Account, ChildLink, Enrolment, Guardian, Guardianship, LoginName, Pupil, School

CHUNK = 1000
"""Identifiers in one statement."""


@dataclass(frozen=True)
class SchoolRow:
    """A school as an import sees it."""

    id: int
    academy_id: int
    uai: str
    name: str


def schools_of(session: Session, academy_id: int) -> dict[str, SchoolRow]:
    """The schools of an académie, by UAI."""
    rows = session.execute(select(School.id, School.academy_id, School.uai, School.name).where(School.academy_id == academy_id))
    return {row.uai: SchoolRow(row.id, row.academy_id, row.uai, row.name) for row in rows}


def enrolments_of(session: Session, school: SchoolRow) -> dict[int, KnownEnrolment]:
    """Everybody who is or was at a school, by ELEVE_ID."""
    columns = (Pupil.eleve_id, Enrolment.class_code, Enrolment.mef, Enrolment.level, Enrolment.left_on)
    query = select(*columns).join(Pupil, Pupil.id == Enrolment.pupil_id).where(Enrolment.school_id == school.id)
    return {row[0]: KnownEnrolment(*row[1:]) for row in session.execute(query)}


def guardianships_of(session: Session, school: SchoolRow) -> dict[int, dict[int, KnownGuardianship]]:
    """What adults are to the pupils of a school, by ELEVE_ID and PERSONNE_ID."""
    query = (
        select(Pupil.eleve_id, Guardian.personne_id, Guardianship.level, Guardianship.kinship, Guardianship.rank)
        .select_from(Enrolment)
        .join(Guardianship, Guardianship.enrolment_id == Enrolment.id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .join(Guardian, Guardian.id == Guardianship.guardian_id)
        .where(Enrolment.school_id == school.id)
        .order_by(Guardianship.id)
    )
    known: dict[int, dict[int, KnownGuardianship]] = {}
    for eleve_id, personne_id, level, kinship, rank in session.execute(query):
        known.setdefault(eleve_id, {})[personne_id] = KnownGuardianship(level, kinship, rank)
    return known


def levels_of(session: Session, school: SchoolRow) -> dict[str, str]:
    """The level of each MEF already met at a school."""
    query = select(Enrolment.mef, Enrolment.level).where(
        Enrolment.school_id == school.id, Enrolment.mef != "", Enrolment.level != ""
    )
    return dict(session.execute(query.distinct()).all())


def pupils_called(session: Session, academy_id: int, eleve_ids: Iterable[int]) -> dict[int, KnownPupil]:
    """The pupils of an académie with these ELEVE_ID, at whatever school."""
    query = select(
        Pupil.eleve_id,
        Pupil.last_name,
        Pupil.first_name,
        Pupil.birth_date,
        Pupil.usage_name,
        Pupil.email,
        Pupil.postal_code,
        Pupil.ine_hash,
    ).where(Pupil.academy_id == academy_id)
    return {
        row[0]: KnownPupil(*row[1:])
        for chunk in chunks(eleve_ids)
        for row in session.execute(query.where(Pupil.eleve_id.in_(chunk)))
    }


def guardians_called(session: Session, academy_id: int, personne_ids: Iterable[int]) -> dict[int, KnownGuardian]:
    """The adults of an académie with these PERSONNE_ID, at whatever school."""
    query = select(
        Guardian.personne_id,
        Guardian.last_name,
        Guardian.first_name,
        Guardian.usage_name,
        Guardian.civility,
        Guardian.email,
        Guardian.mobile,
        Guardian.postal_code,
    ).where(Guardian.academy_id == academy_id)
    return {
        row[0]: KnownGuardian(*row[1:])
        for chunk in chunks(personne_ids)
        for row in session.execute(query.where(Guardian.personne_id.in_(chunk)))
    }


def reasons_elsewhere(session: Session, school: SchoolRow, eleve_ids: Iterable[int]) -> dict[int, dict[str, list[Pair]]]:
    """The accounts that other schools give reason to for these pupils: by ELEVE_ID, then by the other school's UAI."""
    says_so = and_(Guardianship.enrolment_id == Enrolment.id, Guardianship.level == LEGAL_GUARDIAN)
    query = (
        select(Pupil.eleve_id, School.uai, Guardian.personne_id)
        .join(Enrolment, and_(Enrolment.pupil_id == Pupil.id, Enrolment.left_on.is_(None), Enrolment.school_id != school.id))
        .join(School, School.id == Enrolment.school_id)
        .outerjoin(Guardianship, says_so)
        .outerjoin(Guardian, Guardian.id == Guardianship.guardian_id)
        .where(Pupil.academy_id == school.academy_id)
    )
    reasons: dict[int, dict[str, list[Pair]]] = {}
    for chunk in chunks(eleve_ids):
        rows: Iterable[tuple[int, str, int | None]] = session.execute(query.where(Pupil.eleve_id.in_(chunk)))
        for eleve_id, uai, personne_id in rows:
            pairs = reasons.setdefault(eleve_id, {}).setdefault(uai, [(eleve_id, None)])
            pairs.extend([] if personne_id is None else [(eleve_id, personne_id)])
    return reasons


def pairs_with_account(session: Session, academy_id: int, eleve_ids: Iterable[int]) -> set[Pair]:
    """The pairs of these pupils that have, or had, an account that can serve again."""
    query = (
        select(Pupil.eleve_id, Guardian.personne_id)
        .join(ChildLink, ChildLink.pupil_id == Pupil.id)
        .join(Account, and_(Account.id == ChildLink.account_id, Account.erased_at.is_(None)))
        .outerjoin(Guardian, Guardian.id == ChildLink.guardian_id)
        .where(Pupil.academy_id == academy_id)
    )
    return {
        (eleve_id, personne_id)
        for chunk in chunks(eleve_ids)
        for eleve_id, personne_id in session.execute(query.where(Pupil.eleve_id.in_(chunk)))
    }


def chunks(identifiers: Iterable[int]) -> Iterator[list[int]]:
    """Identifiers in the sizes that a statement can carry."""
    every = list(identifiers)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]


def refresh_statistics(session: Session) -> None:
    """Tell PostgreSQL how the tables have grown inside the transaction under way: it would plan for those that it remembers."""
    if session.get_bind().dialect.name == "postgresql":
        tables = (Pupil, Enrolment, Guardian, Guardianship, Account, ChildLink, LoginName)
        session.execute(text(f"ANALYZE {', '.join(table.__tablename__ for table in tables)}"))


def pupil_numbers(session: Session, academy_id: int, eleve_ids: Iterable[int]) -> dict[int, int]:
    """The database's numbers of pupils, by ELEVE_ID."""
    query = select(Pupil.eleve_id, Pupil.id).where(Pupil.academy_id == academy_id)
    numbers: dict[int, int] = {}
    for chunk in chunks(eleve_ids):
        numbers.update(session.execute(query.where(Pupil.eleve_id.in_(chunk))).all())
    return numbers


def guardian_numbers(session: Session, academy_id: int, personne_ids: Iterable[int]) -> dict[int, int]:
    """The database's numbers of adults, by PERSONNE_ID."""
    query = select(Guardian.personne_id, Guardian.id).where(Guardian.academy_id == academy_id)
    numbers: dict[int, int] = {}
    for chunk in chunks(personne_ids):
        numbers.update(session.execute(query.where(Guardian.personne_id.in_(chunk))).all())
    return numbers


def enrolment_numbers(session: Session, school_id: int) -> dict[int, int]:
    """The database's numbers of a school's enrolments, by the pupil's."""
    return dict(session.execute(select(Enrolment.pupil_id, Enrolment.id).where(Enrolment.school_id == school_id)).all())


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link between an account and a child, open or ended."""

    id: int
    account_id: int
    pupil_id: int
    guardian_id: int | None
    ended: bool


def links_of(session: Session, pupil_ids: Iterable[int]) -> list[LinkRow]:
    """Every link to these pupils, the oldest first."""
    columns = (ChildLink.id, ChildLink.account_id, ChildLink.pupil_id, ChildLink.guardian_id, ChildLink.ended_at.is_not(None))
    query = select(*columns).order_by(ChildLink.id)
    return [LinkRow(*row) for chunk in chunks(pupil_ids) for row in session.execute(query.where(ChildLink.pupil_id.in_(chunk)))]


def accounts_in_force(session: Session, account_ids: Iterable[int]) -> dict[int, int | None]:
    """What stands for each of these accounts today: itself, the account that it was grouped into (R63), or none once erased."""
    standing: dict[int, int | None] = {}
    query = select(Account.id, Account.principal_id, Account.erased_at, Account.merged_at)
    for chunk in chunks(account_ids):
        for row in session.execute(query.where(Account.id.in_(chunk))):
            standing[row.id] = None if row.erased_at else row.principal_id if row.merged_at else row.id
    absorbed = {number: principal for number, principal in standing.items() if principal not in (None, number)}
    if absorbed:
        principals = accounts_in_force(session, set(absorbed.values()))
        standing |= {number: principals[principal] for number, principal in absorbed.items()}
    return standing


def names_of_pupils(session: Session, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The last and first name that pupils go by, by the database's number."""
    query = select(Pupil.id, Pupil.usage_name, Pupil.last_name, Pupil.first_name)
    return {
        number: (usage_name or last_name, first_name)
        for chunk in chunks(numbers)
        for number, usage_name, last_name, first_name in session.execute(query.where(Pupil.id.in_(chunk)))
    }


def names_of_guardians(session: Session, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The last and first name that adults go by, by the database's number."""
    query = select(Guardian.id, Guardian.usage_name, Guardian.last_name, Guardian.first_name)
    return {
        number: (usage_name or last_name, first_name)
        for chunk in chunks(numbers)
        for number, usage_name, last_name, first_name in session.execute(query.where(Guardian.id.in_(chunk)))
    }
