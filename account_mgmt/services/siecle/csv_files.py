"""The two CSV files for schools without SIECLE, with French headings; they give the same records as the exports.

The pupils' file: `identifiant_eleve`, `nom`, `prenom`, `date_naissance`, and if wanted `uai`, `nom_usage`, `classe`, `mef`,
`niveau`, `mel`, `code_postal`, `ine`, `date_sortie`. The guardians' file, a line for each guardian of each pupil:
`identifiant_responsable`, `identifiant_eleve`, `nom`, `prenom`, `niveau_responsabilite`, and if wanted `uai`, `rang`,
`code_parente`, `nom_usage`, `civilite`, `mel`, `portable`, `code_postal`. In any order, case and accents indifferent; separated
by semicolons or commas; UTF-8, or what spreadsheets write in France. A column that is absent says nothing, an empty field
says that there is nothing.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from account_mgmt.domain.login_names import fold
from account_mgmt.domain.siecle_gathering import Gathering
from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.domain.siecle_rows import Row
from account_mgmt.domain.siecle_values import printable
from account_mgmt.services.siecle.archive import MIB, Part
from account_mgmt.services.siecle.xml_files import Kind

PUPIL_COLUMNS = {
    "uai": "uai",
    "identifiant-eleve": "eleve_id",
    "nom": "last_name",
    "nom-usage": "usage_name",
    "prenom": "first_name",
    "date-naissance": "birth_date",
    "classe": "class_code",
    "mef": "mef",
    "niveau": "level",
    "mel": "email",
    "code-postal": "postal_code",
    "ine": "ine",
    "date-sortie": "exit_date",
}
GUARDIAN_COLUMNS = {
    "uai": "uai",
    "identifiant-responsable": "personne_id",
    "identifiant-eleve": "eleve_id",
    "nom": "last_name",
    "nom-usage": "usage_name",
    "prenom": "first_name",
    "civilite": "civility",
    "niveau-responsabilite": "level",
    "rang": "old_level",
    "code-parente": "kinship",
    "mel": "email",
    "portable": "mobile",
    "code-postal": "postal_code",
}
NEEDED = {
    Kind.PUPILS: ("identifiant-eleve", "nom", "prenom", "date-naissance"),
    Kind.GUARDIANS: ("identifiant-responsable", "identifiant-eleve", "nom", "prenom", "niveau-responsabilite"),
}
COLUMNS: Mapping[Kind, Mapping[str, str]] = {Kind.PUPILS: PUPIL_COLUMNS, Kind.GUARDIANS: GUARDIAN_COLUMNS}
LONGEST_HEADINGS = 4096
LARGEST = 64 * MIB
WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
"""Bytes that are control characters in Latin-9, but letters and quotes in the Windows code page of Excel."""


def csv_kind(part: Part) -> Kind | None:
    """Which of the two files this is, by its headings; none for anything else."""
    with part.opened() as stream:
        start = stream.read(LONGEST_HEADINGS).splitlines()
    names = {fold(heading) for heading in re.split("[;,]", _decoded(start[0], part))} if start else set()
    if "identifiant-responsable" in names:
        return Kind.GUARDIANS
    return Kind.PUPILS if "identifiant-eleve" in names else None


def read_pupils_csv(part: Part, gathering: Gathering) -> None:
    """Read the pupils' file: a line each, class included."""
    for row in _rows(part, Kind.PUPILS, gathering.uai):
        if gathering.add_pupil(row) is not None:
            gathering.add_class(row)


def read_guardians_csv(part: Part, gathering: Gathering) -> None:
    """Read the guardians' file: a line for each guardian of each pupil: a guardian comes once for each child."""
    for row in _rows(part, Kind.GUARDIANS, gathering.uai):
        gathering.add_guardian(row, may_repeat=True)
        gathering.add_guardianship(row)


def _rows(part: Part, kind: Kind, uai: str) -> Iterator[Row]:
    with part.opened() as stream:
        text = _decoded(stream.read(LARGEST + 1), part)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = _columns(next(reader), part, kind)
        for values in reader:
            if any(values):
                yield _row(values, columns, part, reader.line_num, uai)
    except csv.Error as error:
        raise ImportRefused(RefusalCode.MALFORMED_CSV, part.name, reader.line_num) from error


def _row(values: Sequence[str], columns: Sequence[str], part: Part, line: int, uai: str) -> Row:
    if len(values) != len(columns):
        raise ImportRefused(RefusalCode.MALFORMED_CSV, part.name, line)
    row = Row(line, {name: value.strip() for name, value in zip(columns, values, strict=True) if name})
    said = row.text("uai").upper()
    if said not in ("", uai):
        raise ImportRefused(RefusalCode.WRONG_SCHOOL, part.name, line, expected=uai, found=printable(said, 20))
    return row


def _columns(headings: Sequence[str], part: Part, kind: Kind) -> list[str]:
    """The field of each column, nothing for one that is not read."""
    folded = [fold(heading) for heading in headings]
    for heading in NEEDED[kind]:
        if heading not in folded:
            raise ImportRefused(RefusalCode.MISSING_COLUMN, part.name, 1, column=heading.replace("-", "_"))
    return [COLUMNS[kind].get(name, "") for name in folded]


def _delimiter(text: str) -> str:
    headings = text.split("\n", 1)[0]
    return ";" if headings.count(";") >= headings.count(",") else ","


def _decoded(content: bytes, part: Part) -> str:
    """UTF-8 where it is, else what spreadsheets write in France: Latin-9, or the Windows code page."""
    if len(content) > LARGEST:
        raise ImportRefused(RefusalCode.TOO_LARGE, part.name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = "cp1252" if WINDOWS_ONLY.search(content) else "iso-8859-15"
    return content.decode(encoding, errors="replace")
