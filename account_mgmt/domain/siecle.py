"""The import's one decision: from what a school's file says and what is known, what is to be done.

A file is the school's truth for its own pupils and for nobody else's (R101). People are recognised by ELEVE_ID and
PERSONNE_ID; e-mail, telephone and name are never keys. What is doubtful changes nothing.
"""

from collections.abc import Collection
from datetime import date

from account_mgmt.domain.siecle_compare import (
    completed_guardian,
    completed_pupil,
    enrolment_differs,
    guardian_differs,
    guardianship_differs,
    is_another_child,
    is_another_person,
    pupil_differs,
)
from account_mgmt.domain.siecle_plan import (
    Departure,
    EnrolmentChange,
    GuardianChange,
    GuardianshipChange,
    ImportPlan,
    KnownSchool,
    PupilChange,
)
from account_mgmt.domain.siecle_records import (
    LEGAL_GUARDIAN,
    Doubt,
    DoubtCode,
    GuardianRecord,
    GuardianshipRecord,
    Pair,
    PupilRecord,
    SchoolRecords,
    Subject,
)

MAJORITY = 18


def reconcile(records: SchoolRecords, known: KnownSchool, today: date) -> ImportPlan:
    """What a school's file changes to what is known of it (R01, R100-R103)."""
    pupils = _Pupils(records, known, today)
    adults = _Adults(records, known)
    for eleve_id in pupils.present:
        adults.take(eleve_id)
    reasons = pupils.untouched | {key: ((key, None), *adults.legal_guardians(key)) for key in pupils.present}
    opened, closed = _difference(known, reasons, pupils)
    return ImportPlan(
        uai=records.uai,
        known=sum(enrolment.left_on is None for enrolment in known.enrolments.values()),
        unchanged=pupils.unchanged,
        known_guardians=sum(max(len(reasons_before(known, eleve_id)) - 1, 0) for eleve_id in pupils.present),
        lost_guardians=sum(eleve_id in pupils.present for eleve_id, _ in closed),
        new_pupils=tuple(pupils.new),
        changed_pupils=tuple(pupils.changed),
        new_enrolments=tuple(pupils.enrolled),
        changed_enrolments=tuple(pupils.moved),
        departures=tuple(pupils.departures),
        new_guardians=tuple(adults.new.values()),
        changed_guardians=tuple(adults.changed.values()),
        new_guardianships=tuple(adults.new_ties),
        changed_guardianships=tuple(adults.changed_ties),
        ended_guardianships=tuple(adults.ended_ties),
        opened=opened,
        closed=closed,
        accounts=sum(pair not in known.with_account for pair in opened),
        reasons=reasons,
        described_pupils={eleve_id: record.birth_date for eleve_id, record in pupils.present.items()},
        described_guardians=frozenset(adults.met - adults.overwritten),
        doubts=(*records.doubts, *pupils.doubts, *adults.doubts, *_left_alone(pupils, reasons, today)),
    )


class _Pupils:
    """Sorts the pupils: who is new, who changed, who left, who is to be left as he is."""

    def __init__(self, records: SchoolRecords, known: KnownSchool, today: date) -> None:
        self.known = known
        self.new: list[PupilRecord] = []
        self.changed: list[PupilChange] = []
        self.enrolled: list[PupilRecord] = []
        self.moved: list[EnrolmentChange] = []
        self.departures: list[Departure] = []
        self.doubts: list[Doubt] = []
        self.present: dict[int, PupilRecord] = {}
        self.untouched = {key: reasons_before(known, key) for key in records.doubtful_pupils if key in known.enrolments}
        self.unchanged = 0
        for record in records.pupils.values():
            if record.has_left(today):
                self._take_leaver(record)
            else:
                self._take(record)
        for eleve_id in known.enrolments.keys() - records.pupils.keys() - records.doubtful_pupils:
            if known.enrolments[eleve_id].left_on is None:
                self.departures.append(Departure(eleve_id, self._name(eleve_id), None, stated=False))
        self.departures.sort(key=lambda departure: departure.eleve_id)

    def _take(self, record: PupilRecord) -> None:
        eleve_id, settled = record.eleve_id, self.known.settled_pupils.get(record.eleve_id)
        before, enrolment = None if settled else self.known.pupils.get(eleve_id), self.known.enrolments.get(eleve_id)
        record = completed_pupil(record, before, enrolment, self.known.levels)
        differs = before is not None and pupil_differs(record, before)
        if (before is not None and is_another_child(record, before)) or settled not in (None, record.birth_date):
            self._refuse(record)
            return
        self.present[eleve_id] = record
        if before is None and not settled:
            self.new.append(record)
        elif differs and before is not None:
            self.changed.append(PupilChange(record, before))
        if enrolment is None:
            self.enrolled.append(record)
        elif enrolment_differs(record, enrolment):
            self.moved.append(EnrolmentChange(record, enrolment))
        elif not differs:
            self.unchanged += 1

    def _take_leaver(self, record: PupilRecord) -> None:
        """Somebody who left before we ever heard of him is nobody's business."""
        enrolment = self.known.enrolments.get(record.eleve_id)
        if enrolment is None:
            return
        if enrolment.left_on is None or record.left_on not in (None, enrolment.left_on):
            self.departures.append(Departure(record.eleve_id, self._name(record.eleve_id), record.left_on, stated=True))

    def _name(self, eleve_id: int) -> str:
        pupil = self.known.pupils[eleve_id]
        return f"{pupil.last_name} {pupil.first_name}"

    def _refuse(self, record: PupilRecord) -> None:
        label = f"{record.eleve_id} {record.last_name} {record.first_name}"
        self.doubts.append(Doubt(DoubtCode.ANOTHER_CHILD, Subject.PUPIL, record.line, label))
        self.untouched[record.eleve_id] = reasons_before(self.known, record.eleve_id)


class _Adults:
    """Sorts what adults are to the pupils who are there: legal guardians, people in charge or to be contacted."""

    def __init__(self, records: SchoolRecords, known: KnownSchool) -> None:
        self.records = records
        self.known = known
        self.doubts: list[Doubt] = []
        self.overwritten: set[int] = set()
        self.new: dict[int, GuardianRecord] = {}
        self.changed: dict[int, GuardianChange] = {}
        self.new_ties: list[GuardianshipRecord] = []
        self.changed_ties: list[GuardianshipChange] = []
        self.ended_ties: list[tuple[int, int]] = []
        self.met: set[int] = set()
        self._legal: dict[int, list[int]] = {}

    def take(self, eleve_id: int) -> None:
        """Compare one pupil's adults with those known."""
        known = self.known.guardianships.get(eleve_id, {})
        said = self.records.guardianships.get(eleve_id, {})
        legal = self._legal.setdefault(eleve_id, [])
        for personne_id, tie in said.items():
            self._meet(personne_id)
            if personne_id in self.overwritten:
                continue
            if personne_id not in known:
                self.new_ties.append(tie)
            elif guardianship_differs(tie, known[personne_id]):
                self.changed_ties.append(GuardianshipChange(tie, known[personne_id]))
            if tie.level == LEGAL_GUARDIAN:
                legal.append(personne_id)
        for personne_id, known_tie in known.items():
            if self._is_doubtful(eleve_id, personne_id):
                legal.extend([personne_id] if known_tie.level == LEGAL_GUARDIAN else [])
            elif personne_id not in said:
                self.ended_ties.append((eleve_id, personne_id))

    def legal_guardians(self, eleve_id: int) -> tuple[Pair, ...]:
        """The pairs of a pupil's legal guardians after the import."""
        return tuple((eleve_id, personne_id) for personne_id in self._legal[eleve_id])

    def _is_doubtful(self, eleve_id: int, personne_id: int) -> bool:
        return (
            personne_id in self.overwritten
            or personne_id in self.records.doubtful_guardians
            or (eleve_id, personne_id) in self.records.doubtful_guardianships
        )

    def _meet(self, personne_id: int) -> None:
        """See once whether an adult is new or changed."""
        if personne_id in self.met or personne_id in self.known.settled_guardians:
            return
        self.met.add(personne_id)
        before = self.known.guardians.get(personne_id)
        record = completed_guardian(self.records.guardians[personne_id], before)
        if before is None:
            self.new[personne_id] = record
        elif guardian_differs(record, before):
            self._change(GuardianChange(record, before))

    def _change(self, change: GuardianChange) -> None:
        record = change.after
        if is_another_person(record, change.before):
            self.overwritten.add(record.personne_id)
            label = f"{record.personne_id} {record.last_name} {record.first_name}"
            self.doubts.append(Doubt(DoubtCode.ANOTHER_PERSON, Subject.GUARDIAN, record.line, label))
        else:
            self.changed[record.personne_id] = change


def reasons_before(known: KnownSchool, eleve_id: int) -> tuple[Pair, ...]:
    """The accounts that a school gave reason to: while a pupil is there, his own and one for each legal guardian (R01, R102)."""
    enrolment = known.enrolments.get(eleve_id)
    if enrolment is None or enrolment.left_on is not None:
        return ()
    ties = known.guardianships.get(eleve_id, {})
    return ((eleve_id, None), *((eleve_id, key) for key, tie in ties.items() if tie.level == LEGAL_GUARDIAN))


def _difference(
    known: KnownSchool, reasons: dict[int, tuple[Pair, ...]], pupils: _Pupils
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """The pairs that get a reason for an account and those that lose their last one, in whatever school (R80)."""
    opened: list[Pair] = []
    closed: list[Pair] = []
    nobody: Collection[Pair] = frozenset()
    for eleve_id in (*pupils.present, *(departure.eleve_id for departure in pupils.departures)):
        elsewhere = known.elsewhere.get(eleve_id, nobody)
        before, after = reasons_before(known, eleve_id), reasons.get(eleve_id, ())
        opened.extend(pair for pair in after if pair not in before and pair not in elsewhere)
        closed.extend(pair for pair in before if pair not in after and pair not in elsewhere)
    return tuple(opened), tuple(closed)


def _left_alone(pupils: _Pupils, reasons: dict[int, tuple[Pair, ...]], today: date) -> list[Doubt]:
    """The minors whom the file leaves without any legal guardian."""
    return [
        Doubt(
            DoubtCode.NO_LEGAL_GUARDIAN,
            Subject.PUPIL,
            record.line,
            f"{eleve_id} {record.last_name} {record.first_name}",
            left_out=False,
        )
        for eleve_id, record in pupils.present.items()
        if len(reasons[eleve_id]) == 1 and _age(record.birth_date, today) < MAJORITY
    ]


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
