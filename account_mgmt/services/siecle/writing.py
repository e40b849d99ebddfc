"""A plan, carried out: people, enrolments and guardianships, hundreds of rows in a statement and no object for any of them.

Everything runs inside the caller's transaction. Which accounts hang on the result is `accounts.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Executable, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from account_mgmt.domain.siecle_plan import ImportPlan
from account_mgmt.domain.siecle_records import GuardianRecord, GuardianshipRecord, PupilRecord
from account_mgmt.models import Enrolment, Guardian, Guardianship, Pupil
from account_mgmt.queries import imports
from account_mgmt.queries.imports import SchoolRow

Rows = list[dict[str, Any]]
WORTH_STATISTICS = 2000
"""Rows written before the database's statistics are worth refreshing."""


@dataclass(frozen=True)
class Target:
    """Where a plan is written: a transaction, a school, the day that it is, and who is told how many rows are done."""

    session: Session
    school: SchoolRow
    today: date
    told: Callable[[int], None]

    def run(self, statement: Executable, rows: Rows) -> None:
        """Execute a statement for many rows at once."""
        if rows:
            self.session.connection().execute(statement, rows)
            self.told(len(rows))


class Growth:
    """Sees to it that a large import does not outgrow what the database knows of its own tables."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows = 0
        self._due = WORTH_STATISTICS

    def note(self, rows: int) -> None:
        """So many rows were written: each time that they have doubled, the database counts again."""
        self._rows += rows
        if self._rows >= self._due:
            self._due = 2 * self._rows
            imports.refresh_statistics(self._session)


@dataclass(frozen=True)
class People:
    """The database's numbers of the people whom a plan names."""

    pupils: Mapping[int, int]
    guardians: Mapping[int, int]


def write_people(target: Target, plan: ImportPlan) -> People:
    """Write who people are; gives the numbers of all whom the plan names."""
    academy = {"academy_id": target.school.academy_id}
    target.run(insert(Pupil), [academy | {"eleve_id": new.eleve_id} | _pupil(new) for new in plan.new_pupils])
    target.run(insert(Guardian), [academy | {"personne_id": new.personne_id} | _guardian(new) for new in plan.new_guardians])
    changed_pupils = [change.after for change in plan.changed_pupils]
    target.run(UPDATE_PUPIL, [_where(target, record.eleve_id) | _pupil(record) for record in changed_pupils])
    changed_guardians = [change.after for change in plan.changed_guardians]
    target.run(UPDATE_GUARDIAN, [_where(target, record.personne_id) | _guardian(record) for record in changed_guardians])
    return People(
        imports.pupil_numbers(target.session, target.school.academy_id, _pupils_named(plan)),
        imports.guardian_numbers(target.session, target.school.academy_id, _guardians_named(plan)),
    )


def write_enrolments(target: Target, plan: ImportPlan, people: People) -> None:
    """Write who is at the school, in which class, and who is what to whom (R101-R103)."""
    school = {"school_id": target.school.id}
    new = [school | {"pupil_id": people.pupils[record.eleve_id]} | _enrolment(record) for record in plan.new_enrolments]
    target.run(insert(Enrolment), new)
    changed = [change.after for change in plan.changed_enrolments]
    target.run(UPDATE_ENROLMENT, [_place(target, people, record.eleve_id) | _enrolment(record) for record in changed])
    left = [
        _place(target, people, departure.eleve_id) | {"left_on": departure.left_on or target.today}
        for departure in plan.departures
    ]
    target.run(UPDATE_ENROLMENT, left)
    _write_guardianships(target, plan, people)


def _write_guardianships(target: Target, plan: ImportPlan, people: People) -> None:
    enrolments = imports.enrolment_numbers(target.session, target.school.id)

    def key(eleve_id: int, personne_id: int) -> dict[str, int]:
        return {"the_enrolment": enrolments[people.pupils[eleve_id]], "the_guardian": people.guardians[personne_id]}

    target.run(DELETE_GUARDIANSHIP, [key(*pair) for pair in plan.ended_guardianships])
    changed = [change.after for change in plan.changed_guardianships]
    target.run(UPDATE_GUARDIANSHIP, [key(tie.eleve_id, tie.personne_id) | _guardianship(tie) for tie in changed])
    new = [
        {"enrolment_id": enrolments[people.pupils[tie.eleve_id]], "guardian_id": people.guardians[tie.personne_id]}
        | _guardianship(tie)
        for tie in plan.new_guardianships
    ]
    target.run(insert(Guardianship), new)


UPDATE_PUPIL = update(Pupil).where(Pupil.academy_id == bindparam("the_academy"), Pupil.eleve_id == bindparam("the_identifier"))
UPDATE_GUARDIAN = update(Guardian).where(
    Guardian.academy_id == bindparam("the_academy"), Guardian.personne_id == bindparam("the_identifier")
)
UPDATE_ENROLMENT = update(Enrolment).where(
    Enrolment.pupil_id == bindparam("the_pupil"), Enrolment.school_id == bindparam("the_school")
)
UPDATE_GUARDIANSHIP = update(Guardianship).where(
    Guardianship.enrolment_id == bindparam("the_enrolment"), Guardianship.guardian_id == bindparam("the_guardian")
)
DELETE_GUARDIANSHIP = delete(Guardianship).where(
    Guardianship.enrolment_id == bindparam("the_enrolment"), Guardianship.guardian_id == bindparam("the_guardian")
)


def _pupils_named(plan: ImportPlan) -> Iterable[int]:
    named = {record.eleve_id for record in plan.new_enrolments}
    named.update(change.after.eleve_id for change in plan.changed_enrolments)
    named.update(departure.eleve_id for departure in plan.departures)
    named.update(tie.eleve_id for tie in plan.new_guardianships)
    named.update(change.after.eleve_id for change in plan.changed_guardianships)
    named.update(eleve_id for eleve_id, _ in (*plan.ended_guardianships, *plan.opened, *plan.closed))
    return named


def _guardians_named(plan: ImportPlan) -> Iterable[int]:
    named = {tie.personne_id for tie in plan.new_guardianships}
    named.update(change.after.personne_id for change in plan.changed_guardianships)
    named.update(personne_id for _, personne_id in plan.ended_guardianships)
    named.update(personne_id for _, personne_id in (*plan.opened, *plan.closed) if personne_id is not None)
    return named


def _where(target: Target, identifier: int) -> dict[str, int]:
    return {"the_academy": target.school.academy_id, "the_identifier": identifier}


def _place(target: Target, people: People, eleve_id: int) -> dict[str, Any]:
    return {"the_school": target.school.id, "the_pupil": people.pupils[eleve_id]}


def _pupil(record: PupilRecord) -> dict[str, Any]:
    return {
        "last_name": record.last_name,
        "first_name": record.first_name,
        "birth_date": record.birth_date,
        "usage_name": record.usage_name,
        "ine_hash": record.ine_hash,
        "email": record.email,
        "postal_code": record.postal_code,
    }


def _guardian(record: GuardianRecord) -> dict[str, Any]:
    return {
        "last_name": record.last_name,
        "first_name": record.first_name,
        "usage_name": record.usage_name,
        "civility": record.civility,
        "email": record.email,
        "mobile": record.mobile,
        "postal_code": record.postal_code,
    }


def _enrolment(record: PupilRecord) -> dict[str, Any]:
    return {"class_code": record.class_code, "mef": record.mef, "level": record.level, "left_on": None}


def _guardianship(record: GuardianshipRecord) -> dict[str, Any]:
    return {"level": record.level, "kinship": record.kinship, "rank": record.rank}
