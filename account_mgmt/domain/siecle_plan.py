"""What an import would do to one school, and what the plan is made from: what is already known.

Everything is named by ELEVE_ID and PERSONNE_ID, never by a database's numbers, so that a plan can be compared with
one made later.
"""

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from account_mgmt.domain.siecle_records import (
    Doubt,
    GuardianRecord,
    GuardianshipRecord,
    Pair,
    PupilRecord,
)


@dataclass(frozen=True, slots=True)
class KnownPupil:
    """A pupil of the académie, as the last file that named him said."""

    last_name: str
    first_name: str
    birth_date: date
    usage_name: str = ""
    email: str = ""
    postal_code: str = ""
    ine_hash: str | None = None


@dataclass(frozen=True, slots=True)
class KnownEnrolment:
    """What this school last said of the pupil's place in it."""

    class_code: str = ""
    mef: str = ""
    level: str = ""
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class KnownGuardian:
    """An adult of the académie, as the last file that named him said."""

    last_name: str
    first_name: str
    usage_name: str = ""
    civility: str = ""
    email: str = ""
    mobile: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class KnownGuardianship:
    """What an adult is to a pupil for this school."""

    level: int
    kinship: str = ""
    rank: int = 1


@dataclass(frozen=True)
class KnownSchool:
    """What is known of one school's people, and of those whom its file names."""

    pupils: Mapping[int, KnownPupil]
    enrolments: Mapping[int, KnownEnrolment]
    guardians: Mapping[int, KnownGuardian]
    guardianships: Mapping[int, Mapping[int, KnownGuardianship]]
    elsewhere: Mapping[int, frozenset[Pair]]
    """The accounts that other schools give reason to, by ELEVE_ID: a pupil may be in two schools (R101)."""
    levels: Mapping[str, str]
    """The level of each MEF already met here, for a file that comes without its nomenclature."""
    with_account: AbstractSet[Pair] = frozenset()
    """Pairs that have had an account which can serve again."""
    settled_pupils: Mapping[int, date] = field(default_factory=dict)
    """Birth dates of pupils whom an earlier file of the same import already described: the first word holds."""
    settled_guardians: AbstractSet[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PupilChange:
    """A pupil whose name, birth date or addresses change."""

    after: PupilRecord
    before: KnownPupil


@dataclass(frozen=True, slots=True)
class EnrolmentChange:
    """A pupil whose class changes, or who comes back."""

    after: PupilRecord
    before: KnownEnrolment

    @property
    def comes_back(self) -> bool:
        return self.before.left_on is not None


@dataclass(frozen=True, slots=True)
class GuardianChange:
    """An adult whose name or addresses change."""

    after: GuardianRecord
    before: KnownGuardian


@dataclass(frozen=True, slots=True)
class GuardianshipChange:
    """An adult whose responsibility for a pupil changes."""

    after: GuardianshipRecord
    before: KnownGuardianship


@dataclass(frozen=True, slots=True)
class Departure:
    """A pupil who leaves: on the day that the file says, or the day that it no longer speaks of him."""

    eleve_id: int
    name: str
    left_on: date | None
    stated: bool


@dataclass(frozen=True)
class ImportPlan:
    """All that one school's file changes, each list in the file's order. Records in it say everything (no `None` left)."""

    uai: str
    known: int
    """How many pupils the school had before."""
    unchanged: int
    known_guardians: int
    """How many legal guardians, counted once for each pupil, those who stay had before."""
    lost_guardians: int
    """How many of those are no longer legal guardians."""
    new_pupils: tuple[PupilRecord, ...]
    changed_pupils: tuple[PupilChange, ...]
    new_enrolments: tuple[PupilRecord, ...]
    changed_enrolments: tuple[EnrolmentChange, ...]
    departures: tuple[Departure, ...]
    new_guardians: tuple[GuardianRecord, ...]
    changed_guardians: tuple[GuardianChange, ...]
    new_guardianships: tuple[GuardianshipRecord, ...]
    changed_guardianships: tuple[GuardianshipChange, ...]
    ended_guardianships: tuple[tuple[int, int], ...]
    opened: tuple[Pair, ...]
    """Pairs that are to have an account from now on, and had no reason to before (R01)."""
    closed: tuple[Pair, ...]
    """Pairs whose account loses the pupil (R80)."""
    accounts: int
    """How many of the opened pairs get an account that never was; the others find theirs again."""
    reasons: Mapping[int, tuple[Pair, ...]]
    """The accounts that this school gives reason to afterwards, by ELEVE_ID."""
    described_pupils: Mapping[int, date]
    described_guardians: AbstractSet[int]
    """The people whom the file describes and the plan believes."""
    doubts: tuple[Doubt, ...]

    @property
    def missing(self) -> int:
        """How many pupils the file no longer speaks of."""
        return sum(not departure.stated for departure in self.departures)

    @property
    def rows(self) -> int:
        """How many rows there are to write."""
        return sum(len(part) for part in self._parts())

    @property
    def is_empty(self) -> bool:
        """Whether the school is already as the file says."""
        return self.rows == 0

    def digest_into(self, running: "hashlib._Hash") -> None:
        """Add all that the plan decides to a running digest."""
        running.update(self.uai.encode())
        for part in self._parts():
            running.update(f"\x1e{len(part)}".encode())
            for item in part:
                running.update(repr(item).encode())

    def _parts(self) -> Iterable[tuple[object, ...]]:
        return [getattr(self, name) for name in PARTS]


PARTS = (
    "new_pupils",
    "changed_pupils",
    "new_enrolments",
    "changed_enrolments",
    "departures",
    "new_guardians",
    "changed_guardians",
    "new_guardianships",
    "changed_guardianships",
    "ended_guardianships",
    "opened",
    "closed",
)
"""The parts of a plan that are to be written."""

UNUSUAL_SHARE = 3
UNUSUAL_NUMBER = 5


def is_unusual(plan: ImportPlan) -> bool:
    """Whether so many people vanish without a word that somebody should say that it is right: a truncated export does that.

    More than a third of the pupils known, or of the legal guardians of those who stay, and more than a handful. Pupils whom
    the file itself says to have left do not count: a whole year leaves each summer.
    """
    return _is_much(plan.missing, plan.known) or _is_much(plan.lost_guardians, plan.known_guardians)


def _is_much(gone: int, known: int) -> bool:
    return gone > UNUSUAL_NUMBER and gone * UNUSUAL_SHARE > known
