"""A school's files, read: from an upload to the records of each school in it.

An upload holds one school's export, or many schools' (an académie's); files are sorted by what they say they are. The
readers underneath are in `siecle/`; what a row is worth is decided in `account_mgmt/domain/siecle_rows.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from account_mgmt.domain.siecle_gathering import Gathering
from account_mgmt.domain.siecle_records import SchoolRecords
from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.domain.siecle_rows import Reading
from account_mgmt.services.siecle.archive import Limits, Part, parts_of
from account_mgmt.services.siecle.csv_files import csv_kind, read_guardians_csv, read_pupils_csv
from account_mgmt.services.siecle.xml_files import Header, Kind, header_of, read_guardians, read_levels, read_pupils

XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")
UPLOADED = 1
"""The depth of a file that was sent as such: there, one that we cannot use is a mistake to be told."""
MISSING = {Kind.PUPILS: RefusalCode.NO_PUPILS_FILE, Kind.GUARDIANS: RefusalCode.NO_GUARDIANS_FILE}


@dataclass(frozen=True)
class SchoolFiles:
    """The files of one school, one of each kind."""

    uai: str
    parts: Mapping[Kind, Part]
    is_csv: bool = False
    exported: str = ""
    """When the pupils were exported, in a form that sorts; empty where nobody says."""

    def read(self, reading: Reading) -> SchoolRecords:
        """All that these files say (R100)."""
        gathering = Gathering(self.uai, reading)
        if self.is_csv:
            read_pupils_csv(self.parts[Kind.PUPILS], gathering)
            read_guardians_csv(self.parts[Kind.GUARDIANS], gathering)
        else:
            read_pupils(self.parts[Kind.PUPILS], gathering)
            read_guardians(self.parts[Kind.GUARDIANS], gathering)
        if Kind.NOMENCLATURE in self.parts:
            gathering.set_levels(read_levels(self.parts[Kind.NOMENCLATURE]))
        if not gathering.pupils:
            raise ImportRefused(RefusalCode.NO_PUPILS, self.parts[Kind.PUPILS].name)
        return gathering.records()


def schools_in(upload: bytes, only: str | None = None, limits: Limits | None = None) -> list[SchoolFiles]:
    """The schools of a packed upload, those exported last first; `only` is the school that it must be of (R101).

    A file that cannot be used raises ImportRefused: wrong school, one of the two files missing, two of a kind…
    """
    sorting = _Sorting(only)
    for part in parts_of(upload, limits or Limits()):
        sorting.take(part)
    return sorting.schools()


@dataclass
class _Found:
    """What was found of one school so far."""

    parts: dict[Kind, Part] = field(default_factory=dict)
    headers: dict[Kind, Header] = field(default_factory=dict)


class _Sorting:
    """Sorts the files of an upload by school and kind."""

    def __init__(self, only: str | None) -> None:
        self.only = only
        self._xml: dict[str, _Found] = {}
        self._csv: dict[Kind, Part] = {}

    def take(self, part: Part) -> None:
        """Find out what one file is, and put it where it belongs."""
        with part.opened() as stream:
            start = stream.read(64)
        if start.lstrip().startswith(XML_STARTS):
            self._take_xml(part)
        elif kind := csv_kind(part):
            self._take_csv(part, kind)
        elif part.depth == UPLOADED:
            raise ImportRefused(RefusalCode.UNKNOWN_KIND if start else RefusalCode.EMPTY, part.name)

    def schools(self) -> list[SchoolFiles]:
        """The schools, each with all the files it needs."""
        schools = [self._school(uai, found) for uai, found in self._xml.items()]
        schools.sort(key=lambda school: school.uai)
        schools.sort(key=lambda school: school.exported, reverse=True)
        if self._csv and self.only:
            _need_both(self.only, self._csv)
            schools.append(SchoolFiles(self.only, self._csv, is_csv=True))
        if not schools:
            raise ImportRefused(RefusalCode.EMPTY)
        if len(schools) > 1 and self._csv:
            raise ImportRefused(RefusalCode.SAME_FILE_TWICE, self._csv[Kind.PUPILS].name)
        return schools

    def _take_xml(self, part: Part) -> None:
        header = header_of(part)
        if header is None:
            return
        if self.only is not None and header.uai != self.only:
            raise ImportRefused(RefusalCode.WRONG_SCHOOL, part.name, 1, expected=self.only, found=header.uai)
        found = self._xml.setdefault(header.uai, _Found())
        if header.kind in found.parts:
            raise ImportRefused(RefusalCode.SAME_FILE_TWICE, part.name, other=found.parts[header.kind].name)
        found.parts[header.kind] = part
        found.headers[header.kind] = header

    def _take_csv(self, part: Part, kind: Kind) -> None:
        if self.only is None:
            raise ImportRefused(RefusalCode.CSV_NEEDS_A_SCHOOL, part.name)
        if kind in self._csv:
            raise ImportRefused(RefusalCode.SAME_FILE_TWICE, part.name, other=self._csv[kind].name)
        self._csv[kind] = part

    @staticmethod
    def _school(uai: str, found: _Found) -> SchoolFiles:
        _need_both(uai, found.parts)
        pupils, guardians = found.headers[Kind.PUPILS], found.headers[Kind.GUARDIANS]
        if pupils.year != guardians.year:
            years = {"pupils": pupils.year, "guardians": guardians.year}
            raise ImportRefused(RefusalCode.DIFFERENT_YEARS, found.parts[Kind.GUARDIANS].name, 1, **years)
        return SchoolFiles(uai, found.parts, exported=pupils.exported)


def _need_both(uai: str, parts: Mapping[Kind, Part]) -> None:
    for kind, code in MISSING.items():
        if kind not in parts:
            raise ImportRefused(code, next(iter(parts.values())).name, school=uai)
