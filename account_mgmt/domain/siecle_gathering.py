"""A school's rows brought together: what is said twice, what refers to nobody, in which order guardians come.

Rows are added as the file is read, in any order, and only records are kept; `records()` is what the file says in the end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from account_mgmt.domain.siecle_records import (
    LEGAL_GUARDIAN,
    Doubt,
    DoubtCode,
    GuardianRecord,
    GuardianshipRecord,
    PupilRecord,
    SchoolRecords,
    Subject,
)
from account_mgmt.domain.siecle_rows import (
    Reading,
    Row,
    read_guardian,
    read_guardianship,
    read_pupil,
)
from account_mgmt.domain.siecle_values import (
    printable,
    read_class,
    read_identifier,
    read_postal_code,
)

INACTIVE_CLASS = "inactifs"
"""The division in which SIECLE keeps those who no longer come."""


class Gathering:
    """Collects one school's rows. An identifier whose row is doubtful is remembered: it is in the file, but changes nothing."""

    def __init__(self, uai: str, reading: Reading) -> None:
        self.uai = uai
        self.reading = reading
        self.pupils: dict[int, PupilRecord] = {}
        self.guardians: dict[int, GuardianRecord] = {}
        self.ties: dict[int, dict[int, GuardianshipRecord]] = {}
        self.classes: dict[int, str] = {}
        self.postal_codes: dict[int, str] = {}
        self.levels: Mapping[str, str] = {}
        self.doubts: list[Doubt] = []
        self.doubtful_pupils: set[int] = set()
        self.doubtful_guardians: set[int] = set()
        self.doubtful_ties: set[tuple[int, int]] = set()

    def add_pupil(self, row: Row) -> int | None:
        """Take a pupil's row; gives the ELEVE_ID under which the pupil is now known, if any."""
        record, doubts = read_pupil(row, self.reading)
        self.doubts.extend(doubts)
        if record is None:
            _remember(self.doubtful_pupils, row.text("eleve_id"))
            return None
        twin = self.pupils.setdefault(record.eleve_id, record)
        if twin is not record:
            same = replace(twin, line=record.line) == record
            self._note_twin(Subject.PUPIL, record.line, record.eleve_id, same=same)
        return record.eleve_id

    def add_class(self, row: Row) -> None:
        """Take the division of a pupil already added; a second division is noted, the first one holds."""
        eleve_id, code = read_identifier(row.text("eleve_id")), read_class(row.text("class_code"))
        if eleve_id is None or eleve_id not in self.pupils or code == "":
            return
        if code is None:
            self._note_class(DoubtCode.UNREADABLE_CODE, row.line, eleve_id)
        elif self.classes.setdefault(eleve_id, code) != code:
            self._note_class(DoubtCode.SEVERAL_CLASSES, row.line, eleve_id)

    def add_guardian(self, row: Row, *, may_repeat: bool = False) -> int | None:
        """Take an adult's row; gives the PERSONNE_ID under which the adult is now known, if any.

        Where each child has a row of its own with the adult in it, the same adult may come again (`may_repeat`).
        """
        record, doubts = read_guardian(row)
        self.doubts.extend(doubts)
        if record is None:
            _remember(self.doubtful_guardians, row.text("personne_id"))
            return None
        twin = self.guardians.setdefault(record.personne_id, record)
        same = twin is record or replace(twin, line=record.line) == record
        if not (same and (may_repeat or twin is record)):
            self._note_twin(Subject.GUARDIAN, record.line, record.personne_id, same=same)
        return record.personne_id

    def add_guardianship(self, row: Row) -> None:
        """Take what a row says an adult is to a pupil."""
        record, doubts = read_guardianship(row)
        self.doubts.extend(doubts)
        if record is None:
            pair = read_identifier(row.text("eleve_id")), read_identifier(row.text("personne_id"))
            if pair[0] is not None and pair[1] is not None:
                self.doubtful_ties.add((pair[0], pair[1]))
            return
        twin = self.ties.setdefault(record.eleve_id, {}).setdefault(record.personne_id, record)
        if twin is record:
            return
        same = (twin.level, twin.kinship, twin.rank) == (record.level, record.kinship, record.rank)
        label = f"ELEVE_ID {record.eleve_id}, PERSONNE_ID {record.personne_id}"
        self.doubts.append(Doubt(DoubtCode.DUPLICATE, Subject.GUARDIANSHIP, record.line, label, left_out=not same))
        if not same:
            self.doubtful_ties.add((record.eleve_id, record.personne_id))

    def set_postal_codes(self, of_pupils: Mapping[int, str], of_guardians: Mapping[int, str]) -> None:
        """Fill in what the files say in their list of addresses."""
        self.postal_codes.update(of_pupils)
        for personne_id, code in of_guardians.items():
            if personne_id in self.guardians:
                self.guardians[personne_id] = replace(self.guardians[personne_id], postal_code=read_postal_code(code))

    def set_levels(self, level_of_mef: Mapping[str, str]) -> None:
        """Fill in the level of each pupil's MEF, as the nomenclature gives it."""
        self.levels = level_of_mef

    def records(self) -> SchoolRecords:
        """All that the files say, without what contradicts itself or refers to nobody."""
        for eleve_id in self.doubtful_pupils:
            self.pupils.pop(eleve_id, None)
        for personne_id in self.doubtful_guardians:
            self.guardians.pop(personne_id, None)
        ties = {eleve_id: self._ranked(eleve_id, ties) for eleve_id, ties in self.ties.items() if self._has_pupil(eleve_id, ties)}
        return SchoolRecords(
            uai=self.uai,
            pupils={eleve_id: self._placed(record) for eleve_id, record in self.pupils.items()},
            guardians=self.guardians,
            guardianships={eleve_id: kept for eleve_id, kept in ties.items() if kept},
            doubtful_pupils=frozenset(self.doubtful_pupils),
            doubtful_guardians=frozenset(self.doubtful_guardians),
            doubtful_guardianships=frozenset(self.doubtful_ties),
            doubts=tuple(sorted(self.doubts, key=lambda doubt: (doubt.subject, doubt.line))),
        )

    def _placed(self, record: PupilRecord) -> PupilRecord:
        """The record with all that other parts of the file say of the pupil."""
        code, address = self.classes.get(record.eleve_id, ""), self.postal_codes.get(record.eleve_id)
        return replace(
            record,
            class_code=code,
            inactive=code.casefold() == INACTIVE_CLASS,
            level=self.levels.get(record.mef or "", record.level),
            postal_code=record.postal_code if address is None else read_postal_code(address),
        )

    def _note_class(self, code: DoubtCode, line: int, eleve_id: int) -> None:
        record = self.pupils[eleve_id]
        label = printable(f"{eleve_id} {record.last_name} {record.first_name}")
        self.doubts.append(Doubt(code, Subject.PUPIL, line, label, left_out=False))

    def _note_twin(self, subject: Subject, line: int, identifier: int, *, same: bool) -> None:
        self.doubts.append(Doubt(DoubtCode.DUPLICATE, subject, line, str(identifier), left_out=not same))
        if not same:
            (self.doubtful_pupils if subject is Subject.PUPIL else self.doubtful_guardians).add(identifier)

    def _has_pupil(self, eleve_id: int, ties: Mapping[int, GuardianshipRecord]) -> bool:
        if eleve_id in self.pupils:
            return True
        if eleve_id not in self.doubtful_pupils:
            self.doubts.extend(self._doubts_about(DoubtCode.UNKNOWN_PUPIL, ties.values()))
        return False

    def _ranked(self, eleve_id: int, ties: dict[int, GuardianshipRecord]) -> dict[int, GuardianshipRecord]:
        """The same ties, each with its rank, without those of adults whom the file does not describe."""
        same_rank = given_twice(ties.values())
        self.doubts.extend(self._doubts_about(DoubtCode.SAME_RANK, same_rank, left_out=False))
        ranked = {tie.personne_id: tie for tie in with_ranks(ties.values())}
        unknown = [tie for tie in ranked.values() if tie.personne_id not in self.guardians]
        nameless = [tie for tie in unknown if tie.personne_id not in self.doubtful_guardians]
        self.doubts.extend(self._doubts_about(DoubtCode.UNKNOWN_GUARDIAN, nameless))
        self.doubtful_ties.update((eleve_id, tie.personne_id) for tie in unknown)
        return {key: tie for key, tie in ranked.items() if (eleve_id, key) not in self.doubtful_ties}

    @staticmethod
    def _doubts_about(code: DoubtCode, ties: Iterable[GuardianshipRecord], *, left_out: bool = True) -> list[Doubt]:
        return [
            Doubt(code, Subject.GUARDIANSHIP, tie.line, f"ELEVE_ID {tie.eleve_id}, PERSONNE_ID {tie.personne_id}", left_out)
            for tie in ties
        ]


def with_ranks(ties: Iterable[GuardianshipRecord]) -> list[GuardianshipRecord]:
    """A pupil's ties with their ranks (RL1, RL2): as an old file gives them, the others in the file's order on what is left."""
    ranked: list[GuardianshipRecord] = []
    in_order = list(ties)
    taken = {(tie.level, tie.rank) for tie in in_order if tie.rank}
    for tie in in_order:
        rank = tie.rank or next(place for place in range(1, len(in_order) + 3) if (tie.level, place) not in taken)
        taken.add((tie.level, rank))
        ranked.append(GuardianshipRecord(tie.line, tie.eleve_id, tie.personne_id, tie.level, tie.kinship, rank))
    return ranked


def given_twice(ties: Iterable[GuardianshipRecord]) -> list[GuardianshipRecord]:
    """The ties to which an old file gives a rank that another legal guardian of the pupil already has."""
    seen: set[int] = set()
    again = []
    for tie in ties:
        if tie.level != LEGAL_GUARDIAN or not tie.rank:
            continue
        if tie.rank in seen:
            again.append(tie)
        seen.add(tie.rank)
    return again


def _remember(doubtful: set[int], text: str) -> None:
    identifier = read_identifier(text)
    if identifier is not None:
        doubtful.add(identifier)
