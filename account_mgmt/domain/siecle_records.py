"""What a school's file says, once read: pupils, guardians, who is what to whom, and the lines that raise a doubt.

The same records come from SIECLE's XML and from CSV. `None` in a field means that the file does not speak of it
(a file without addresses says nothing of postal codes), as opposed to an empty text, which says that there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Pair = tuple[int, int | None]
"""An account's reason to be: (ELEVE_ID, PERSONNE_ID), or (ELEVE_ID, None) for the pupil's own."""

LEGAL_GUARDIAN = 1
IN_CHARGE = 2
TO_CONTACT = 3


class DoubtCode(StrEnum):
    """Why a line deserves a look before the import is applied."""

    MISSING_IDENTIFIER = "missing_identifier"
    DUPLICATE = "duplicate"
    MISSING_NAME = "missing_name"
    LONG_NAME = "long_name"
    UNSAFE_NAME = "unsafe_name"
    GARBLED_NAME = "garbled_name"
    MISSING_BIRTH_DATE = "missing_birth_date"
    IMPOSSIBLE_BIRTH_DATE = "impossible_birth_date"
    IMPOSSIBLE_EXIT_DATE = "impossible_exit_date"
    SEVERAL_CLASSES = "several_classes"
    UNREADABLE_CODE = "unreadable_code"
    UNREADABLE_EMAIL = "unreadable_email"
    UNREADABLE_MOBILE = "unreadable_mobile"
    MISSING_LEVEL = "missing_level"
    UNKNOWN_PUPIL = "unknown_pupil"
    UNKNOWN_GUARDIAN = "unknown_guardian"
    SAME_RANK = "same_rank"
    NO_LEGAL_GUARDIAN = "no_legal_guardian"
    ANOTHER_CHILD = "another_child"
    ANOTHER_PERSON = "another_person"


class Subject(StrEnum):
    """What a line is about."""

    PUPIL = "pupil"
    GUARDIAN = "guardian"
    GUARDIANSHIP = "guardianship"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful line. Left out, it changes nothing: what was known stays as it was; else only a detail is left out."""

    code: DoubtCode
    subject: Subject
    line: int
    label: str
    """The identifier and name as far as they could be read, for the person who looks the line up."""
    left_out: bool = True


@dataclass(frozen=True, slots=True)
class PupilRecord:
    """A pupil's line, checked."""

    line: int
    eleve_id: int
    last_name: str
    first_name: str
    birth_date: date
    usage_name: str | None = None
    class_code: str = ""
    mef: str | None = None
    level: str | None = None
    email: str | None = None
    postal_code: str | None = None
    ine_hash: str | None = None
    left_on: date | None = None
    inactive: bool = False
    """In SIECLE's class of those who no longer come, without a date."""

    def has_left(self, today: date) -> bool:
        """Whether the file itself says that the pupil is no longer there (R101)."""
        return self.inactive or (self.left_on is not None and self.left_on <= today)


@dataclass(frozen=True, slots=True)
class GuardianRecord:
    """An adult's line, checked: legal guardian or not."""

    line: int
    personne_id: int
    last_name: str
    first_name: str
    usage_name: str | None = None
    civility: str | None = None
    email: str | None = None
    mobile: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class GuardianshipRecord:
    """What an adult is to a pupil (R102)."""

    line: int
    eleve_id: int
    personne_id: int
    level: int
    kinship: str
    rank: int


@dataclass(frozen=True)
class SchoolRecords:
    """All that one school's files say, by identifier. Doubtful identifiers are in the files, but cannot be used."""

    uai: str
    pupils: Mapping[int, PupilRecord]
    guardians: Mapping[int, GuardianRecord]
    guardianships: Mapping[int, Mapping[int, GuardianshipRecord]]
    """By ELEVE_ID, then by PERSONNE_ID, in the file's order."""
    doubtful_pupils: frozenset[int] = frozenset()
    doubtful_guardians: frozenset[int] = frozenset()
    doubtful_guardianships: frozenset[tuple[int, int]] = frozenset()
    doubts: tuple[Doubt, ...] = ()

    @property
    def rows(self) -> int:
        """How many lines there are to carry over, for a progress bar."""
        return len(self.pupils) + len(self.guardians) + sum(len(ties) for ties in self.guardianships.values())
