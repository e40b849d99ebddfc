"""SIECLE's exports: which file is which, and where each field is, in both generations of element names.

A file is known by its root element; its name says nothing. Elements that are not needed here are not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml.etree import _Element

from account_mgmt.domain.siecle_gathering import Gathering
from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.domain.siecle_rows import Row
from account_mgmt.domain.siecle_values import printable, read_code
from account_mgmt.services.siecle.archive import Part
from account_mgmt.services.siecle.xml_stream import line_of, records_of, start_of


class Kind(StrEnum):
    """What a file is about."""

    PUPILS = "pupils"
    GUARDIANS = "guardians"
    NOMENCLATURE = "nomenclature"


ROOTS = {"BEE_ELEVES": Kind.PUPILS, "BEE_RESPONSABLES": Kind.GUARDIANS, "BEE_NOMENCLATURES": Kind.NOMENCLATURE}
ROOTS_OF_OTHERS = "BEE_"
"""SIECLE also exports structures, common data, geography…: they may come along, and are not read."""

Names = dict[str, tuple[str, ...]]
"""For each field, the elements that may hold it, the newest first."""

PERSON: Names = {
    "last_name": ("NOM_DE_FAMILLE", "NOM"),
    "usage_name": ("NOM_USAGE",),
    "first_name": ("PRENOM",),
    "email": ("MEL",),
    "address_id": ("ADRESSE_ID",),
}
PUPIL: Names = PERSON | {
    "birth_date": ("DATE_NAISS",),
    "exit_date": ("DATE_SORTIE",),
    "mef": ("CODE_MEF",),
    "ine": ("ID_NATIONAL", "INE_RNIE", "INE_BEA"),
}
GUARDIAN: Names = PERSON | {"civility": ("LC_CIVILITE",), "mobile": ("TEL_PORTABLE",)}
GUARDIANSHIP: Names = {
    "eleve_id": ("ELEVE_ID",),
    "personne_id": ("PERSONNE_ID",),
    "level": ("NIVEAU_RESPONSABILITE",),
    "old_level": ("RESP_LEGAL",),
    "kinship": ("CODE_PARENTE",),
}
ALWAYS_SAID = ("usage_name", "email", "civility", "mobile")
"""SIECLE leaves an element out where it has nothing to say: that is an answer, unlike a column that a CSV lacks."""
DIVISION = "D"


@dataclass(frozen=True)
class Header:
    """What the first lines of an export say."""

    kind: Kind
    uai: str
    year: str
    exported: str
    """When, in a form that sorts."""


def header_of(part: Part) -> Header | None:
    """The header of an export that is read here; nothing for one of SIECLE's other exports (R100)."""
    root = start_of(part)
    kind = ROOTS.get(str(root.tag))
    if kind is None and not str(root.tag).startswith(ROOTS_OF_OTHERS):
        raise ImportRefused(RefusalCode.NOT_SIECLE, part.name, 1, root=printable(str(root.tag), 40))
    if kind is None:
        return None
    uai = (root.findtext("PARAMETRES/UAJ") or "").strip().upper()
    if not uai:
        raise ImportRefused(RefusalCode.NO_SCHOOL, part.name, 1)
    moment = root.findtext("PARAMETRES/HORODATAGE") or root.findtext("PARAMETRES/DATE_EXPORT") or ""
    return Header(kind, uai, (root.findtext("PARAMETRES/ANNEE_SCOLAIRE") or "").strip(), _sortable(moment.strip()))


def read_pupils(part: Part, gathering: Gathering) -> None:
    """ElevesSansAdresses.xml or ElevesAvecAdresses.xml: pupils, then their classes, then their addresses."""
    addresses = _Addresses()
    for element in records_of(part, ("ELEVE", "STRUCTURES_ELEVE", "ADRESSE")):
        if element.tag == "ELEVE":
            row = _row(element, PUPIL, "eleve_id", "ELEVE_ID")
            addresses.note(gathering.add_pupil(row), row)
        elif element.tag == "STRUCTURES_ELEVE":
            _add_classes(element, gathering)
        else:
            addresses.add(element)
    gathering.set_postal_codes(addresses.postal_codes(), {})


def _add_classes(element: _Element, gathering: Gathering) -> None:
    for code in _divisions(element):
        gathering.add_class(Row(line_of(element), {"eleve_id": element.get("ELEVE_ID", ""), "class_code": code.strip()}))


def read_guardians(part: Part, gathering: Gathering) -> None:
    """ResponsablesAvecAdresses.xml or its variant without: adults, what they are to the pupils, their addresses."""
    addresses = _Addresses()
    for element in records_of(part, ("PERSONNE", "RESPONSABLE_ELEVE", "ADRESSE")):
        if element.tag == "PERSONNE":
            row = _row(element, GUARDIAN, "personne_id", "PERSONNE_ID")
            addresses.note(gathering.add_guardian(row), row)
        elif element.tag == "RESPONSABLE_ELEVE":
            gathering.add_guardianship(Row(line_of(element), _fields(element, GUARDIANSHIP)))
        else:
            addresses.add(element)
    gathering.set_postal_codes({}, addresses.postal_codes())


def read_levels(part: Part) -> dict[str, str]:
    """Nomenclature.xml: the level of each MEF, the first four digits of its statistical code."""
    levels: dict[str, str] = {}
    for element in records_of(part, ("MEF",)):
        mef, statistical = read_code(element.get("CODE_MEF", "")), read_code(element.findtext("CODE_MEFSTAT") or "")
        if mef and statistical and statistical[:4].isdigit():
            levels[mef] = statistical[:4]
    return levels


class _Addresses:
    """Postal codes, which come at the end of a file, and who lives where, which comes before."""

    def __init__(self) -> None:
        self._address_of: dict[int, str] = {}
        self._codes: dict[str, str] = {}

    def note(self, identifier: int | None, row: Row) -> None:
        if identifier is not None:
            self._address_of.setdefault(identifier, row.text("address_id"))

    def add(self, element: _Element) -> None:
        self._codes[element.get("ADRESSE_ID", "").strip()] = element.findtext("CODE_POSTAL") or ""

    def postal_codes(self) -> dict[int, str]:
        """The code of everybody, nothing at all when the file came without addresses."""
        if not self._codes:
            return {}
        return {identifier: self._codes.get(address, "") for identifier, address in self._address_of.items()}


def _row(element: _Element, names: Names, identifier: str, attribute: str) -> Row:
    fields = _fields(element, names)
    for name in ALWAYS_SAID:
        if name in names:
            fields.setdefault(name, "")
    fields[identifier] = element.get(attribute, "").strip()
    return Row(line_of(element), fields)


def _fields(element: _Element, names: Names) -> dict[str, str]:
    """The fields that an element's children hold, ends trimmed; of several that may hold one, the first that is not empty."""
    texts = {str(child.tag): child.text for child in element.iterchildren(reversed=True)}
    said = {name: _first_said(texts, tags) for name, tags in names.items()}
    return {name: text for name, text in said.items() if text is not None}


def _first_said(texts: Mapping[str, str | None], tags: Sequence[str]) -> str | None:
    """The first text of these elements that is not blank; a blank one if there is no other, none if there is none at all."""
    found = None
    for tag in tags:
        if tag in texts:
            found = (texts[tag] or "").strip()
        if found:
            break
    return found


def _divisions(element: _Element) -> Iterator[str]:
    for structure in element.iter("STRUCTURE"):
        if (structure.findtext("TYPE_STRUCTURE") or "").strip() == DIVISION:
            yield structure.findtext("CODE_STRUCTURE") or ""


def _sortable(moment: str) -> str:
    day, _, time = moment.partition(" ")
    return f"{'-'.join(reversed(day.split('/')))} {time}".strip()
