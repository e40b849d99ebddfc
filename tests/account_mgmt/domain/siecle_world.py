"""A small world for the tests of the import's rules: short builders, and what a plan makes of what was known."""

from dataclasses import replace
from datetime import date

from account_mgmt.domain.siecle_plan import ImportPlan, KnownEnrolment, KnownGuardian, KnownGuardianship, KnownPupil, KnownSchool
from account_mgmt.domain.siecle_records import GuardianRecord, GuardianshipRecord, PupilRecord, SchoolRecords

UAI = "0790031E"
TODAY = date(2026, 11, 16)
BORN = date(2013, 5, 14)
NOTHING = KnownSchool({}, {}, {}, {}, {}, {})


def child(eleve_id: int = 1, **fields: object) -> PupilRecord:
    """A pupil's record, complete unless told otherwise."""
    complete = PupilRecord(
        line=10 + eleve_id,
        eleve_id=eleve_id,
        last_name="DUPONT",
        first_name="Dylan",
        birth_date=BORN,
        usage_name="",
        class_code="5 B",
        mef="10110001110",
        level="2112",
        email="",
        postal_code="79000",
    )
    return replace(complete, **fields)  # type: ignore[arg-type]  # the names are those of the fields


def adult(personne_id: int = 11, **fields: object) -> GuardianRecord:
    """An adult's record, complete unless told otherwise."""
    complete = GuardianRecord(
        line=20 + personne_id,
        personne_id=personne_id,
        last_name="DUPONT",
        first_name="Jean",
        usage_name="",
        civility="M.",
        email="",
        mobile="",
        postal_code="",
    )
    return replace(complete, **fields)  # type: ignore[arg-type]  # the names are those of the fields


def tie(eleve_id: int = 1, personne_id: int = 11, level: int = 1, rank: int = 1) -> GuardianshipRecord:
    """What an adult is to a pupil."""
    return GuardianshipRecord(50 + personne_id, eleve_id, personne_id, level, "20", rank)


def records(*rows: PupilRecord | GuardianRecord | GuardianshipRecord, **doubtful: frozenset[int]) -> SchoolRecords:
    """A school's file."""
    ties: dict[int, dict[int, GuardianshipRecord]] = {}
    for row in rows:
        if isinstance(row, GuardianshipRecord):
            ties.setdefault(row.eleve_id, {})[row.personne_id] = row
    return SchoolRecords(
        UAI,
        {row.eleve_id: row for row in rows if isinstance(row, PupilRecord)},
        {row.personne_id: row for row in rows if isinstance(row, GuardianRecord)},
        ties,
        **doubtful,  # type: ignore[arg-type]  # the names are those of the fields
    )


def after(known: KnownSchool, plan: ImportPlan) -> KnownSchool:
    """What is known once the plan is carried out: the tables, in memory."""
    pupils, guardians, enrolments = dict(known.pupils), dict(known.guardians), dict(known.enrolments)
    for pupil in (*plan.new_pupils, *(change.after for change in plan.changed_pupils)):
        pupils[pupil.eleve_id] = KnownPupil(
            pupil.last_name,
            pupil.first_name,
            pupil.birth_date,
            pupil.usage_name or "",
            pupil.email or "",
            pupil.postal_code or "",
            pupil.ine_hash,
        )
    for place in (*plan.new_enrolments, *(change.after for change in plan.changed_enrolments)):
        enrolments[place.eleve_id] = KnownEnrolment(place.class_code, place.mef or "", place.level or "")
    for gone in plan.departures:
        enrolments[gone.eleve_id] = replace(enrolments[gone.eleve_id], left_on=gone.left_on or TODAY)
    for person in (*plan.new_guardians, *(change.after for change in plan.changed_guardians)):
        guardians[person.personne_id] = KnownGuardian(
            person.last_name,
            person.first_name,
            person.usage_name or "",
            person.civility or "",
            person.email or "",
            person.mobile or "",
            person.postal_code or "",
        )
    pairs = set(known.with_account) | set(plan.opened)
    return replace(
        known, pupils=pupils, enrolments=enrolments, guardians=guardians, guardianships=_ties(known, plan), with_account=pairs
    )


def _ties(known: KnownSchool, plan: ImportPlan) -> dict[int, dict[int, KnownGuardianship]]:
    ties = {eleve_id: dict(of_pupil) for eleve_id, of_pupil in known.guardianships.items()}
    for said in (*plan.new_guardianships, *(change.after for change in plan.changed_guardianships)):
        ties.setdefault(said.eleve_id, {})[said.personne_id] = KnownGuardianship(said.level, said.kinship, said.rank)
    for eleve_id, personne_id in plan.ended_guardianships:
        del ties[eleve_id][personne_id]
    return ties
