"""School files as SIECLE exports them, written from a description of a school: for the demonstration, the bench and tests.

Latin-9, one element to a line, both generations of element names. Only what an import reads has a meaning of its own; the
rest is there because real files have it.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO
from xml.sax.saxutils import escape, quoteattr

FIXED_DATE = (2026, 9, 14, 6, 0, 0)
"""The date of every file in the zips: writing them again gives the same bytes."""
LEVELS = {
    "10010012110": ("6EME", "21110010001"),
    "10110001110": ("5EME", "21120010001"),
    "10210001110": ("4EME", "21150010001"),
    "10310019110": ("3EME", "21160010001"),
    "20010019110": ("2DE GENERALE ET TECHNO", "22110010001"),
    "20111010110": ("1ERE GENERALE", "22120010001"),
    "20211010110": ("TERMINALE GENERALE", "22130010001"),
}
"""MEF codes, with their name and their MEFSTAT code."""


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil of an export."""

    eleve_id: int
    last_name: str
    first_name: str
    birth_date: date
    class_code: str
    mef: str
    is_girl: bool = False
    usage_name: str = ""
    email: str = ""
    ine: str = ""
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Adult:
    """An adult of an export."""

    personne_id: int
    civility: str
    last_name: str
    first_name: str
    usage_name: str = ""
    email: str = ""
    mobile: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """What an adult is to a pupil; `rank` is for the old generation, which has no other level than legal or not."""

    eleve_id: int
    personne_id: int
    level: int = 1
    kinship: str = "10"
    rank: int = 0


@dataclass(frozen=True)
class Export:
    """What a school exports on a day."""

    uai: str
    children: Sequence[Child]
    adults: Sequence[Adult]
    ties: Sequence[Tie]
    year: int = 2026
    exported_on: date = date(2026, 9, 14)
    old_names: bool = False
    """The element names of before 2016, and RESP_LEGAL in the place of NIVEAU_RESPONSABILITE."""


def write_zip(target: IO[bytes], exports: Iterable[Export]) -> None:
    """A zip with the files of one school, or of many in a folder each."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for export in exports:
            for name, lines in files_of(export).items():
                _write(archive, f"{export.uai}/{name}", lines)


def zip_of(*exports: Export) -> bytes:
    """The same, in memory."""
    blob = io.BytesIO()
    write_zip(blob, exports)
    return blob.getvalue()


def files_of(export: Export) -> dict[str, Iterator[str]]:
    """The files of one school, by name, as pieces of text."""
    return {
        "ElevesSansAdresses.xml": pupils_file(export),
        "ResponsablesAvecAdresses.xml": guardians_file(export),
        "Nomenclature.xml": nomenclature_file(export),
        "Communs.xml": commons_file(export),
    }


def text_of(pieces: Iterable[str]) -> bytes:
    """A file's bytes: Latin-9, and character references for what it lacks."""
    return "".join(pieces).encode("iso-8859-15", errors="xmlcharrefreplace")


def pupils_file(export: Export) -> Iterator[str]:
    """ElevesSansAdresses.xml."""
    yield _start("BEE_ELEVES", "3.0", export)
    yield "<ELEVES>\n"
    for child in export.children:
        yield _child(child, _family_name(export))
    yield "</ELEVES>\n<OPTIONS>\n"
    for child in export.children:
        yield (
            f'<OPTION ELEVE_ID="{child.eleve_id}"><OPTIONS_ELEVE><NUM_OPTION>1</NUM_OPTION>'
            "<CODE_MODALITE_ELECT>O</CODE_MODALITE_ELECT><CODE_MATIERE>030201</CODE_MATIERE></OPTIONS_ELEVE></OPTION>\n"
        )
    yield "</OPTIONS>\n<STRUCTURES>\n"
    for child in export.children:
        yield _structures(child)
    yield "</STRUCTURES>\n<BOURSES/>\n" + _end("BEE_ELEVES")


def guardians_file(export: Export) -> Iterator[str]:
    """ResponsablesAvecAdresses.xml."""
    yield _start("BEE_RESPONSABLES", "2.1", export)
    yield "<PERSONNES>\n"
    for adult in export.adults:
        yield _adult(adult, _family_name(export))
    yield "</PERSONNES>\n<RESPONSABLES>\n"
    for tie in export.ties:
        yield _tie(tie, export.old_names)
    yield "</RESPONSABLES>\n<ADRESSES>\n"
    for adult in export.adults:
        yield (
            f'<ADRESSE ADRESSE_ID="{adult.personne_id}"><LIGNE1_ADRESSE>1 RUE DE L\'ECOLE</LIGNE1_ADRESSE>'
            f"{_element('CODE_POSTAL', adult.postal_code)}<CODE_PAYS>100</CODE_PAYS><LL_PAYS>FRANCE</LL_PAYS></ADRESSE>\n"
        )
    yield "</ADRESSES>\n" + _end("BEE_RESPONSABLES")


def nomenclature_file(export: Export) -> Iterator[str]:
    """Nomenclature.xml."""
    yield _start("BEE_NOMENCLATURES", "3.1", export)
    yield "<MEFS>\n"
    for mef, (name, statistical) in LEVELS.items():
        yield f'<MEF CODE_MEF="{mef}">{_element("LIBELLE_LONG", name)}{_element("CODE_MEFSTAT", statistical)}</MEF>\n'
    yield "</MEFS>\n<MATIERES/>\n" + _end("BEE_NOMENCLATURES")


def commons_file(export: Export) -> Iterator[str]:
    """Communs.xml, which comes along and which nobody needs."""
    yield _start("BEE_COMMUN", "1.0", export)
    yield f"<UAJ>{_element('ETAB_UAJ_ID', export.uai)}</UAJ>\n" + _end("BEE_COMMUN")


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterator[str]) -> None:
    entry = zipfile.ZipInfo(name, FIXED_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w") as target, io.BufferedWriter(target, 1 << 16) as buffered:
        for piece in pieces:
            buffered.write(piece.encode("iso-8859-15", errors="xmlcharrefreplace"))


def _start(root: str, version: str, export: Export) -> str:
    day = f"{export.exported_on:%d/%m/%Y}"
    return (
        f'<?xml version="1.0" encoding="ISO-8859-15"?>\n<{root} VERSION="{version}">\n<PARAMETRES>\n'
        f"<UAJ>{export.uai}</UAJ>\n<ANNEE_SCOLAIRE>{export.year}</ANNEE_SCOLAIRE>\n<DATE_EXPORT>{day}</DATE_EXPORT>\n"
        f"<HORODATAGE>{day} 06:00:00</HORODATAGE>\n</PARAMETRES>\n<DONNEES>\n"
    )


def _end(root: str) -> str:
    return f"</DONNEES>\n</{root}>\n"


def _family_name(export: Export) -> str:
    return "NOM" if export.old_names else "NOM_DE_FAMILLE"


def _child(child: Child, family_name: str) -> str:
    lines = [
        f'<ELEVE ELEVE_ID="{child.eleve_id}" ELENOET="{child.eleve_id % 10_000}">',
        _element("ID_NATIONAL", child.ine) if child.ine else "",
        _element(family_name, child.last_name),
        _element("NOM_USAGE", child.usage_name) if child.usage_name else "",
        _element("PRENOM", child.first_name),
        f"<DATE_NAISS>{child.birth_date:%d/%m/%Y}</DATE_NAISS>",
        "<DOUBLEMENT>0</DOUBLEMENT><CODE_PAYS>100</CODE_PAYS><ACCEPTE_SMS>0</ACCEPTE_SMS>",
        _element("MEL", child.email) if child.email else "",
        "<CODE_REGIME>2</CODE_REGIME><DATE_ENTREE>01/09/2026</DATE_ENTREE>",
        f"<DATE_SORTIE>{child.left_on:%d/%m/%Y}</DATE_SORTIE>" if child.left_on else "",
        f"<CODE_SEXE>{2 if child.is_girl else 1}</CODE_SEXE><CODE_STATUT>ST</CODE_STATUT>",
        _element("CODE_MEF", child.mef),
        "<SCOLARITE_AN_DERNIER><CODE_MEF>10010012110</CODE_MEF><CODE_STRUCTURE>6 A</CODE_STRUCTURE></SCOLARITE_AN_DERNIER>",
        "</ELEVE>\n",
    ]
    return "\n".join(line for line in lines if line)


def _structures(child: Child) -> str:
    return (
        f'<STRUCTURES_ELEVE ELEVE_ID="{child.eleve_id}">\n'
        "<STRUCTURE><CODE_STRUCTURE>LATIN 1</CODE_STRUCTURE><TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE>\n"
        f"<STRUCTURE>{_element('CODE_STRUCTURE', child.class_code)}<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>\n"
        "</STRUCTURES_ELEVE>\n"
    )


def _adult(adult: Adult, family_name: str) -> str:
    lines = [
        f"<PERSONNE PERSONNE_ID={quoteattr(str(adult.personne_id))}>",
        _element("LC_CIVILITE", adult.civility),
        _element(family_name, adult.last_name),
        _element("NOM_USAGE", adult.usage_name) if adult.usage_name else "",
        _element("PRENOM", adult.first_name),
        _element("TEL_PORTABLE", adult.mobile) if adult.mobile else "",
        "<ACCEPTE_SMS>1</ACCEPTE_SMS>",
        _element("MEL", adult.email) if adult.email else "",
        f"<ADRESSE_ID>{adult.personne_id}</ADRESSE_ID>",
        "<CODE_PROFESSION>75</CODE_PROFESSION>",
        "</PERSONNE>\n",
    ]
    return "\n".join(line for line in lines if line)


def _tie(tie: Tie, old_names: bool) -> str:
    if old_names:
        level = f"<RESP_LEGAL>{tie.rank}</RESP_LEGAL><RESP_FINANCIER>1</RESP_FINANCIER><PERS_PAIMENT>0</PERS_PAIMENT>"
    else:
        level = f"<NIVEAU_RESPONSABILITE>{tie.level}</NIVEAU_RESPONSABILITE><PAIE_FRAIS_SCOLAIRES>1</PAIE_FRAIS_SCOLAIRES>"
    return (
        f"<RESPONSABLE_ELEVE>\n<ELEVE_ID>{tie.eleve_id}</ELEVE_ID>\n<PERSONNE_ID>{tie.personne_id}</PERSONNE_ID>\n{level}\n"
        f"<CODE_PARENTE>{tie.kinship}</CODE_PARENTE>\n<PERCOIT_LES_AIDES>true</PERCOIT_LES_AIDES>\n</RESPONSABLE_ELEVE>\n"
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"
