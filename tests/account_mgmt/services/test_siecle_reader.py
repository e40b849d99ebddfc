"""SIECLE's exports as schools get them, and everything that is not one (R100)."""

import re
from dataclasses import replace
from datetime import date

import pytest

from account_mgmt.domain.siecle_records import DoubtCode, SchoolRecords
from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.domain.siecle_rows import Reading
from account_mgmt.services.siecle.archive import Upload
from account_mgmt.services.siecle_reader import schools_in
from idp.demo.siecle_xml import Child, Export, Tie
from tests.school_files import DYLAN, JEAN, export, sent, texts, upload, zipped

READING = Reading(date(2026, 11, 16), lambda ine: f"digest of {ine}")
PUPILS, GUARDIANS, NOMENCLATURE = "ElevesSansAdresses.xml", "ResponsablesAvecAdresses.xml", "Nomenclature.xml"
pytestmark = pytest.mark.rule("R100")


def read(said: Upload, only: str | None = None) -> SchoolRecords:
    (school,) = schools_in(said.content, only)
    return school.read(READING)


def refused(said: Upload, only: str | None = None) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        for school in schools_in(said.content, only):
            school.read(READING)
    return caught.value


def changed(name: str, old: bytes, new: bytes, said: Export | None = None) -> Upload:
    """The Duponts' files, with something put in the place of something."""
    files = texts(said or export())
    assert old in files[name]
    return sent(*((each, content.replace(old, new, 1) if each == name else content) for each, content in files.items()))


def line_in(name: str, text: bytes) -> int:
    """The line of a text in one of the Duponts' files."""
    return texts(export())[name].split(text)[0].count(b"\n") + 1


def test_the_zip_of_a_school_is_read_whole() -> None:
    records = read(upload(export()))
    assert records.uai == "0790031E"
    assert [(pupil.first_name, pupil.class_code, pupil.level) for pupil in records.pupils.values()] == [
        ("Dylan", "5 B", "2112"),
        ("Zoé", "4 C", "2115"),
    ]
    assert records.pupils[1003].last_name == "D'ÉON"
    assert records.pupils[1001].ine_hash == "digest of 070832327JA"
    assert records.guardians[2002].usage_name == "DUPONT"
    assert records.guardians[2001].postal_code == "79000"
    assert {key: (tie.level, tie.kinship, tie.rank) for key, tie in records.guardianships[1001].items()} == {
        2001: (1, "20", 1),
        2002: (1, "10", 2),
    }
    assert records.doubts == ()


def test_each_record_knows_its_line() -> None:
    records = read(upload(export()))
    assert records.pupils[1003].line == line_in(PUPILS, b'<ELEVE ELEVE_ID="1003"')
    assert records.guardians[2002].line == line_in(GUARDIANS, b'<PERSONNE PERSONNE_ID="2002"')
    assert records.guardianships[1001][2001].line == line_in(GUARDIANS, b"<RESPONSABLE_ELEVE>")


@pytest.mark.rule("R102")
def test_the_old_generation_of_names_says_the_same() -> None:
    new, old = export(), replace(export(), old_names=True)
    assert b"<NOM>" in texts(old)[PUPILS]
    assert b"RESP_LEGAL" in texts(old)[GUARDIANS]
    told, said = read(upload(old)), read(upload(new))
    assert (told.pupils.keys(), told.guardians.keys()) == (said.pupils.keys(), said.guardians.keys())
    assert told.pupils[1001].last_name == "DUPONT"
    assert [(tie.level, tie.rank) for tie in told.guardianships[1001].values()] == [(1, 1), (1, 2)]


def test_the_encoding_is_the_one_that_the_file_declares() -> None:
    files = texts(export())
    utf8 = {
        name: content.decode("iso-8859-15").replace("ISO-8859-15", "UTF-8").encode("utf-8") for name, content in files.items()
    }
    utf16 = {
        name: content.decode("iso-8859-15").replace("ISO-8859-15", "UTF-16").encode("utf-16") for name, content in files.items()
    }
    for said in (utf8, utf16):
        assert read(sent(*said.items())).pupils[1003].first_name == "Zoé"
    assert "Œuvrard €" in repr(read(changed(PUPILS, b"DUPONT", "Œuvrard €".encode("iso-8859-15"))).pupils[1001])


def test_a_file_that_lies_about_its_encoding_is_doubtful_where_it_shows() -> None:
    records = read(changed(PUPILS, b"Zo\xe9", "Zoé".encode()))
    assert [doubt.code for doubt in records.doubts if doubt.code is not DoubtCode.UNKNOWN_PUPIL] == [DoubtCode.GARBLED_NAME]


def test_files_are_known_by_their_root_and_not_by_their_name() -> None:
    files = texts(export())
    said = sent(("1.txt", files[GUARDIANS]), ("2", files[PUPILS]), ("3.zip", zipped(n_dat=files[NOMENCLATURE])))
    assert read(said).pupils[1001].level == "2112"


def test_other_exports_come_along_unread() -> None:
    extra = b"<?xml version='1.0'?><BEE_STRUCTURES><DONNEES/></BEE_STRUCTURES>"
    assert read(sent(*texts(export()).items(), ("Structures.xml", extra))).rows == 8


def test_unknown_files_in_a_zip_are_passed_over_and_unknown_files_that_were_sent_are_refused() -> None:
    files = {name.replace(".", "_"): content for name, content in texts(export()).items()}
    assert read(sent(("a.zip", zipped(**files, lisezmoi_txt=b"bonjour")))).rows == 8
    assert refused(sent(*texts(export()).items(), ("photo.jpg", b"\xff\xd8\xff"))).code is RefusalCode.UNKNOWN_KIND
    assert refused(sent(*texts(export()).items(), ("vide.xml", b""))).code is RefusalCode.EMPTY
    assert refused(sent()).code is RefusalCode.EMPTY


def test_only_the_division_is_the_class() -> None:
    assert b"LATIN 1" in texts(export())[PUPILS]
    assert read(upload(export())).pupils[1001].class_code == "5 B"
    spaced = changed(PUPILS, b"<CODE_STRUCTURE>5 B</CODE_STRUCTURE>", b"<CODE_STRUCTURE>  5 B </CODE_STRUCTURE>")
    assert read(spaced).pupils[1001].class_code == "5 B"


def test_a_file_without_addresses_says_nothing_of_postal_codes() -> None:
    files = texts(export())
    without = re.sub(rb"<ADRESSES>.*</ADRESSES>", b"", files[GUARDIANS], flags=re.DOTALL)
    records = read(sent((PUPILS, files[PUPILS]), (GUARDIANS, without)))
    assert records.guardians[2001].postal_code is None
    assert records.pupils[1001].postal_code is None
    assert records.pupils[1001].level is None


def test_a_pupils_file_with_addresses_gives_postal_codes() -> None:
    files = texts(export())
    addresses = b'<ADRESSES><ADRESSE ADRESSE_ID="5"><CODE_POSTAL>86000</CODE_POSTAL></ADRESSE></ADRESSES>'
    pupils = files[PUPILS].replace(b"<PRENOM>Dylan</PRENOM>", b"<PRENOM>Dylan</PRENOM><ADRESSE_ID>5</ADRESSE_ID>")
    records = read(sent((PUPILS, pupils.replace(b"<BOURSES/>", addresses)), (GUARDIANS, files[GUARDIANS])))
    assert (records.pupils[1001].postal_code, records.pupils[1003].postal_code) == ("86000", "")


def test_a_comment_in_a_name_is_not_part_of_it() -> None:
    assert read(changed(PUPILS, b">DUPONT<", b">DU<!-- x -->PONT<")).pupils[1001].last_name == "DUPONT"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"</STRUCTURES_ELEVE>", b"</STRICTURES_ELEVE>", RefusalCode.MALFORMED_XML),
        (b">Dylan<", b">&pirate;<", RefusalCode.ENTITY),
        (b">Dylan<", b">Dy\x01lan<", RefusalCode.MALFORMED_XML),
        (b">Dylan<", b">&#2;<", RefusalCode.MALFORMED_XML),
    ],
    ids=["tags", "entity", "control", "reference"],
)
def test_malformed_xml_is_refused_with_its_line(old: bytes, new: bytes, code: RefusalCode) -> None:
    refusal = refused(changed(PUPILS, old, new))
    assert (refusal.code, refusal.file, refusal.line) == (code, PUPILS, line_in(PUPILS, old))


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_truncated_xml_file_is_refused(kept: float) -> None:
    files = texts(export())
    cut = files[GUARDIANS][: int(len(files[GUARDIANS]) * kept)]
    assert refused(sent((PUPILS, files[PUPILS]), (GUARDIANS, cut))).code is RefusalCode.MALFORMED_XML


def test_an_unknown_encoding_or_bytes_that_are_not_in_it_are_refused() -> None:
    for declared in (b"klingon", b"UTF-8"):
        assert refused(changed(PUPILS, b"ISO-8859-15", declared)).code is RefusalCode.MALFORMED_XML


@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE BEE_ELEVES>",
        b'<!DOCTYPE BEE_ELEVES SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE BEE_ELEVES [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE BEE_ELEVES [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE BEE_ELEVES PUBLIC "x" "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>',
    ],
    ids=["bare", "external", "entity", "laughs", "network"],
)
def test_a_doctype_is_refused_whatever_it_holds(doctype: bytes) -> None:
    refusal = refused(changed(PUPILS, b"<BEE_ELEVES", doctype + b"\n<BEE_ELEVES"))
    assert (refusal.code, refusal.file, refusal.line) == (RefusalCode.DOCTYPE, PUPILS, 2)


def test_a_doctype_that_hides_behind_an_encoding_is_refused_too() -> None:
    text = texts(export())[PUPILS].decode("iso-8859-15").replace("ISO-8859-15", "UTF-16")
    hidden = text.replace("<BEE_ELEVES", "<!DOCTYPE BEE_ELEVES []><BEE_ELEVES", 1).encode("utf-16")
    assert refused(sent((PUPILS, hidden))).code is RefusalCode.DOCTYPE


def test_xml_of_something_else_is_refused() -> None:
    refusal = refused(sent(("page.xml", b"<html><body/></html>")))
    assert (refusal.code, refusal.details) == (RefusalCode.NOT_SIECLE, {"root": "html"})
    endless = b"<?xml version='1.0'?><!DOCTYPE a [" + b"<!-- x -->" * 20_000
    assert refused(sent(("a.xml", endless))).code is RefusalCode.NOT_SIECLE


@pytest.mark.rule("R101")
def test_a_file_of_another_school_is_refused() -> None:
    refusal = refused(upload(export()), only="0860033X")
    assert (refusal.code, refusal.details) == (RefusalCode.WRONG_SCHOOL, {"expected": "0860033X", "found": "0790031E"})
    assert refused(changed(PUPILS, b"<UAJ>0790031E</UAJ>", b"<UAJ/>")).code is RefusalCode.NO_SCHOOL
    assert refused(changed(PUPILS, b"PARAMETRES", b"PARAMETERS")).code is RefusalCode.MALFORMED_XML


@pytest.mark.parametrize(
    ("left_out", "code"),
    [(GUARDIANS, RefusalCode.NO_GUARDIANS_FILE), (PUPILS, RefusalCode.NO_PUPILS_FILE)],
    ids=["guardians", "pupils"],
)
def test_one_file_of_the_two_is_not_enough(left_out: str, code: RefusalCode) -> None:
    files = [(name, content) for name, content in texts(export()).items() if name != left_out]
    assert refused(sent(*files)).code is code


def test_two_files_of_one_kind_are_refused() -> None:
    files = texts(export())
    refusal = refused(sent(*files.items(), ("ElevesAvecAdresses.xml", files[PUPILS])))
    assert (refusal.code, refusal.details) == (RefusalCode.SAME_FILE_TWICE, {"other": PUPILS})


def test_files_of_two_school_years_are_refused() -> None:
    refusal = refused(changed(GUARDIANS, b"<ANNEE_SCOLAIRE>2026", b"<ANNEE_SCOLAIRE>2025"))
    assert (refusal.code, refusal.details) == (RefusalCode.DIFFERENT_YEARS, {"pupils": "2026", "guardians": "2025"})


def test_a_pupils_file_without_pupils_is_refused() -> None:
    without = re.sub(rb"<ELEVES>.*</ELEVES>", b"<ELEVES/>", texts(export())[PUPILS], flags=re.DOTALL)
    assert refused(sent((PUPILS, without), (GUARDIANS, texts(export())[GUARDIANS]))).code is RefusalCode.NO_PUPILS


def test_the_schools_of_an_academie_come_the_last_exported_first() -> None:
    older = replace(export("0860033X"), exported_on=date(2026, 9, 2))
    newer = replace(export("0860034Y"), exported_on=date(2026, 10, 1))
    schools = schools_in(upload(older, newer, export()).content)
    assert [school.uai for school in schools] == ["0860034Y", "0790031E", "0860033X"]


def test_a_pupil_with_ties_to_nobody_and_a_stranger_with_ties_are_told_with_their_lines() -> None:
    said = export("0790031E", DYLAN, adults=(JEAN,), ties=(Tie(1001, 2001), Tie(1001, 2099), Tie(1099, 2001)))
    doubts = read(upload(said)).doubts
    assert {doubt.code for doubt in doubts} == {DoubtCode.UNKNOWN_GUARDIAN, DoubtCode.UNKNOWN_PUPIL}
    assert all(doubt.line > 1 for doubt in doubts)


def test_who_has_left_says_when() -> None:
    left = Child(1004, "DURAND", "Paul", date(2013, 1, 1), "5 B", "10110001110", left_on=date(2026, 10, 2))
    assert read(upload(export("0790031E", DYLAN, left))).pupils[1004].left_on == date(2026, 10, 2)
