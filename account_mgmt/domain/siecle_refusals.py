"""Why a school's file is refused as a whole: nothing of it is written, and the person is told what and where."""

from enum import StrEnum
from typing import Any


class RefusalCode(StrEnum):
    """What is wrong with a file. The page and the command each have a sentence for every code."""

    EMPTY = "empty"  # nothing was sent
    TOO_LARGE = "too_large"  # the file, or what it unpacks to
    UNKNOWN_KIND = "unknown_kind"  # neither a zip, nor XML, nor one of the two CSV files

    # Zip files
    BROKEN_ZIP = "broken_zip"  # truncated, damaged, or packed in a way that nobody uses
    ENCRYPTED_ZIP = "encrypted_zip"
    TOO_MANY_ENTRIES = "too_many_entries"
    TOO_COMPRESSED = "too_compressed"  # unpacks to far more than school files do: a zip bomb
    NESTED_TOO_DEEP = "nested_too_deep"  # zips in zips in zips
    UNSAFE_ENTRY = "unsafe_entry"  # a name that points outside, or a link

    # XML
    MALFORMED_XML = "malformed_xml"  # with the line
    DOCTYPE = "doctype"  # SIECLE has none; what it could hold is an attack
    ENTITY = "entity"
    OVERSIZED_RECORD = "oversized_record"
    NOT_SIECLE = "not_siecle"  # XML, but no export of SIECLE

    # CSV
    MALFORMED_CSV = "malformed_csv"  # with the line
    MISSING_COLUMN = "missing_column"

    # What the files are about
    NO_SCHOOL = "no_school"  # the file does not say which school it is of
    WRONG_SCHOOL = "wrong_school"
    UNKNOWN_SCHOOL = "unknown_school"  # no school of the académie has that number
    NO_PUPILS_FILE = "no_pupils_file"
    NO_GUARDIANS_FILE = "no_guardians_file"
    SAME_FILE_TWICE = "same_file_twice"  # two pupils' (or guardians') files for one school
    DIFFERENT_YEARS = "different_years"  # the two files are not of the same school year
    NO_PUPILS = "no_pupils"  # a pupils' file without any pupil
    CSV_NEEDS_A_SCHOOL = "csv_needs_a_school"  # CSV is for one school's import


class ImportRefused(Exception):
    """A file that cannot be imported, with the place of the fault and what its sentence needs."""

    def __init__(self, code: RefusalCode, file: str = "", line: int | None = None, **details: str) -> None:
        super().__init__(code, file, line)
        self.code = code
        self.file = file
        self.line = line
        self.details = details

    def as_problem(self) -> dict[str, Any]:
        """The refusal as it is kept with the import."""
        return {"code": str(self.code), "file": self.file, "line": self.line, "details": self.details}
