"""One row of a school's file: from its fields as text to a record, or to the doubt that keeps it out.

The readers of XML and of CSV bring rows under the same field names; what a row is worth is decided here, once for both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from account_mgmt.domain.siecle_records import (
    Doubt,
    DoubtCode,
    GuardianRecord,
    GuardianshipRecord,
    PupilRecord,
    Subject,
)
from account_mgmt.domain.siecle_values import (
    is_possible_birth,
    name_problem,
    printable,
    read_code,
    read_date,
    read_email,
    read_identifier,
    read_kinship,
    read_level,
    read_mobile,
    read_postal_code,
    read_school_level,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read: where it is, and its fields, blank ends trimmed; a field that the file does not have is absent."""

    line: int
    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What every row is judged by: the day, and the digest that stands for a national identifier."""

    today: date
    digest_ine: Callable[[str], str]


Doubts = tuple[Doubt, ...]


def read_pupil(row: Row, reading: Reading) -> tuple[PupilRecord | None, Doubts]:
    """The pupil of a row, and its doubts; no pupil when the row cannot be used (R100)."""
    eleve_id = read_identifier(row.text("eleve_id"))

    def doubt(code: DoubtCode, *, left_out: bool = True) -> Doubt:
        return Doubt(code, Subject.PUPIL, row.line, _label(row, "eleve_id"), left_out)

    if eleve_id is None:
        return None, (doubt(DoubtCode.MISSING_IDENTIFIER),)
    dates = _dates(row, reading.today)
    if problem := _names_problem(row):
        return None, (doubt(problem),)
    if isinstance(dates, DoubtCode):
        return None, (doubt(dates),)
    details = _Details(row)
    record = PupilRecord(
        line=row.line,
        eleve_id=eleve_id,
        last_name=row.text("last_name"),
        first_name=row.text("first_name"),
        birth_date=dates[0],
        usage_name=_said(row, "usage_name"),
        mef=details.read("mef", read_code, DoubtCode.UNREADABLE_CODE),
        level=read_school_level(row.text("level")),
        email=details.read("email", read_email, DoubtCode.UNREADABLE_EMAIL),
        postal_code=_postal_code(row),
        ine_hash=reading.digest_ine(row.text("ine").upper()) if row.text("ine") else None,
        left_on=dates[1],
    )
    return record, tuple(doubt(code, left_out=False) for code in details.codes)


def read_guardian(row: Row) -> tuple[GuardianRecord | None, Doubts]:
    """The adult of a row, and its doubts; none when the row cannot be used (R100)."""
    personne_id = read_identifier(row.text("personne_id"))

    def doubt(code: DoubtCode, *, left_out: bool = True) -> Doubt:
        return Doubt(code, Subject.GUARDIAN, row.line, _label(row, "personne_id"), left_out)

    if personne_id is None:
        return None, (doubt(DoubtCode.MISSING_IDENTIFIER),)
    if problem := _names_problem(row):
        return None, (doubt(problem),)
    details = _Details(row)
    record = GuardianRecord(
        line=row.line,
        personne_id=personne_id,
        last_name=row.text("last_name"),
        first_name=row.text("first_name"),
        usage_name=_said(row, "usage_name"),
        civility=printable(row.text("civility"), 10) if "civility" in row.fields else None,
        email=details.read("email", read_email, DoubtCode.UNREADABLE_EMAIL),
        mobile=details.read("mobile", read_mobile, DoubtCode.UNREADABLE_MOBILE),
        postal_code=_postal_code(row),
    )
    return record, tuple(doubt(code, left_out=False) for code in details.codes)


def read_guardianship(row: Row) -> tuple[GuardianshipRecord | None, Doubts]:
    """What the row says an adult is to a pupil, rank 0 where it gives none; nothing when it cannot be used (R102)."""
    eleve_id, personne_id = read_identifier(row.text("eleve_id")), read_identifier(row.text("personne_id"))
    level = read_level(row.text("level"), row.text("old_level"))
    if eleve_id is None or personne_id is None or level is None:
        code = DoubtCode.MISSING_LEVEL if eleve_id and personne_id else DoubtCode.MISSING_IDENTIFIER
        label = f"ELEVE_ID {printable(row.text('eleve_id'), 12)}, PERSONNE_ID {printable(row.text('personne_id'), 12)}"
        return None, (Doubt(code, Subject.GUARDIANSHIP, row.line, label),)
    return GuardianshipRecord(row.line, eleve_id, personne_id, level[0], read_kinship(row.text("kinship")), level[1]), ()


class _Details:
    """Reads what a row can do without: an unreadable one is noted, and taken as not given."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.codes: list[DoubtCode] = []

    def read(self, name: str, read: Callable[[str], str | None], code: DoubtCode) -> str | None:
        if name not in self.row.fields:
            return None
        value = read(self.row.fields[name])
        if value is None:
            self.codes.append(code)
            return ""
        return value


def _names_problem(row: Row) -> DoubtCode | None:
    return (
        name_problem(row.text("last_name"))
        or name_problem(row.text("first_name"))
        or name_problem(row.text("usage_name"), needed=False)
    )


def _dates(row: Row, today: date) -> tuple[date, date | None] | DoubtCode:
    """The day of birth and, where the row has it, the day the pupil left; or why they cannot be."""
    if not row.text("birth_date"):
        return DoubtCode.MISSING_BIRTH_DATE
    born, left_on = read_date(row.text("birth_date")), read_date(row.text("exit_date"))
    if born is None or not is_possible_birth(born, today):
        return DoubtCode.IMPOSSIBLE_BIRTH_DATE
    if row.text("exit_date") and (left_on is None or left_on < born):
        return DoubtCode.IMPOSSIBLE_EXIT_DATE
    return born, left_on


def _postal_code(row: Row) -> str | None:
    return read_postal_code(row.fields["postal_code"]) if "postal_code" in row.fields else None


def _said(row: Row, name: str) -> str | None:
    return row.text(name) if name in row.fields else None


def _label(row: Row, identifier: str) -> str:
    return printable(" ".join(filter(None, (row.text(identifier), row.text("last_name"), row.text("first_name")))))
