"""A school office that imports files: preview and apply in one word, and what is in the tables afterwards."""

from dataclasses import dataclass

from sqlalchemy import select

from account_mgmt.models import Account, ChildLink, Enrolment, Guardian, Guardianship, ImportBatch, Pupil, School
from account_mgmt.services.siecle.archive import Upload
from account_mgmt.services.siecle.plans import Scope
from account_mgmt.services.siecle_import import ApplyProblem, apply, confirm_departures, preview
from config.database import db
from config.services import Services
from idp.demo.siecle_xml import Export
from tests.factories import make_academy, make_school
from tests.school_files import upload

ACTOR = "staff:1"


@dataclass(frozen=True)
class Office:
    """Two schools of an académie, and who imports for them."""

    services: Services
    academy_id: int
    schools: dict[str, int]

    def scope(self, uai: str | None = "0790031E") -> Scope:
        return Scope(self.academy_id, self.schools[uai] if uai else None)

    def preview(self, said: Upload, uai: str | None = "0790031E") -> ImportBatch:
        return preview(self.services, said, self.scope(uai), ACTOR)

    def apply(self, batch: ImportBatch) -> ImportBatch | ApplyProblem:
        return apply(self.services, batch.id, ACTOR)

    def imports(self, *exports: Export, uai: str | None = "0790031E") -> dict[str, int]:
        """Import files, confirming what has to be; says what changed."""
        batch = self.preview(upload(*exports), uai)
        assert not batch.problem, batch.problem
        if batch.plan["unusual"]:
            confirm_departures(self.services, batch.id, ACTOR)
        applied = self.apply(batch)
        assert isinstance(applied, ImportBatch), applied
        return {name: count for name, count in applied.plan["totals"].items() if count}

    def accounts(self) -> dict[str, tuple[int, int | None]]:
        """Each account's login with the ELEVE_ID and PERSONNE_ID of the open link issued to it; -1 where it ended."""
        query = (
            select(Account.login, Pupil.eleve_id, Guardian.personne_id, ChildLink.ended_at)
            .join(ChildLink, ChildLink.issued_account_id == Account.id)
            .join(Pupil, Pupil.id == ChildLink.pupil_id)
            .outerjoin(Guardian, Guardian.id == ChildLink.guardian_id)
        )
        return {
            login: (-1 if ended else eleve_id, personne_id) for login, eleve_id, personne_id, ended in db.session.execute(query)
        }

    def ties(self) -> set[tuple[str, int, int, int, int]]:
        """Who is what to whom: UAI, ELEVE_ID, PERSONNE_ID, level, rank."""
        query = (
            select(School.uai, Pupil.eleve_id, Guardian.personne_id, Guardianship.level, Guardianship.rank)
            .select_from(Guardianship)
            .join(Enrolment, Enrolment.id == Guardianship.enrolment_id)
            .join(School, School.id == Enrolment.school_id)
            .join(Pupil, Pupil.id == Enrolment.pupil_id)
            .join(Guardian, Guardian.id == Guardianship.guardian_id)
        )
        return {(row[0], row[1], row[2], row[3], row[4]) for row in db.session.execute(query)}

    def everything(self) -> list[tuple[object, ...]]:
        """Every row about people, to see that nothing moved."""
        tables = (Pupil, Enrolment, Guardian, Guardianship, Account, ChildLink)
        rows = [
            tuple(row) for table in tables for row in db.session.execute(select(table.__table__).order_by(table.__table__.c.id))
        ]
        db.session.commit()
        return rows


def open_office(services: Services) -> Office:
    """An académie with a collège and a lycée, nobody in them yet."""
    academy = make_academy(db.session())
    college = make_school(db.session(), academy)
    lycee = make_school(db.session(), academy, "0860033X", "Lycée Arthur-Rimbaud")
    db.session.commit()
    return Office(services, academy.id, {college.uai: college.id, lycee.uai: lycee.id})
