"""The two CSV files give what the exports give (R100)."""

from datetime import date

import pytest

from account_mgmt.domain.siecle_records import DoubtCode, SchoolRecords
from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.domain.siecle_rows import Reading
from account_mgmt.services.siecle.csv_files import LARGEST
from account_mgmt.services.siecle_reader import schools_in
from tests.school_files import export, sent, texts, upload

READING = Reading(date(2026, 11, 16), lambda ine: f"digest of {ine}")
UAI = "0790031E"
PUPILS = """\
Identifiant_élève;Nom;Prénom;Date_naissance;Classe;MEF;Niveau;Mel;Code_postal;INE;Date_sortie;Nom_usage
1001;DUPONT;Dylan;14/05/2013;5 B;10110001110;2112;;79000;070832327JA;;
1003;D'ÉON;Zoé;31/01/2012;4 C;10210001110;2115;;;;;
"""
GUARDIANS = """\
identifiant_responsable;identifiant_eleve;nom;prenom;nom_usage;civilite;niveau_responsabilite;rang;code_parente;mel;portable;code_postal
2001;1001;DUPONT;Jean;;M.;1;1;20;jean@famille.example;+33600000001;79000
2002;1001;MARTIN;Alice;DUPONT;MME;1;2;10;jean@famille.example;;79000
2003;1003;D'ÉON;Hélène;;MME;1;;10;;06 00 00 00 03;
"""
pytestmark = pytest.mark.rule("R100")


def read(pupils: bytes = PUPILS.encode(), guardians: bytes = GUARDIANS.encode()) -> SchoolRecords:
    (school,) = schools_in(sent(("eleves.csv", pupils), ("responsables.csv", guardians)).content, UAI)
    return school.read(READING)


def refused(pupils: bytes = PUPILS.encode(), guardians: bytes = GUARDIANS.encode()) -> tuple[RefusalCode, str, int | None]:
    with pytest.raises(ImportRefused) as caught:
        read(pupils, guardians)
    return caught.value.code, caught.value.file, caught.value.line


def test_csv_gives_the_same_records_as_the_exports() -> None:
    (school,) = schools_in(upload(export()).content)
    exported, told = school.read(READING), read()
    assert told.doubts == ()
    assert told.pupils.keys() == exported.pupils.keys()
    for eleve_id, pupil in exported.pupils.items():
        said = told.pupils[eleve_id]
        assert (said.last_name, said.first_name, said.birth_date, said.class_code, said.mef, said.level, said.ine_hash) == (
            (pupil.last_name, pupil.first_name, pupil.birth_date, pupil.class_code, pupil.mef, pupil.level, pupil.ine_hash)
        )
    ties = {key: (tie.level, tie.kinship, tie.rank) for ties in told.guardianships.values() for key, tie in ties.items()}
    assert ties == {2001: (1, "20", 1), 2002: (1, "10", 2), 2003: (1, "10", 1)}
    assert {key: (who.usage_name, who.mobile) for key, who in told.guardians.items()} == {
        2001: ("", "+33600000001"),
        2002: ("DUPONT", ""),
        2003: ("", "06 00 00 00 03"),
    }


def test_each_row_knows_its_line() -> None:
    assert read().pupils[1003].line == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_spreadsheets_of_all_kinds_are_read(encoding: str, delimiter: str) -> None:
    pupils = PUPILS.replace(";", delimiter).replace("\n", "\r\n").replace("D'ÉON", "D’ÉON" if encoding == "cp1252" else "D'ÉON")
    records = read(pupils.encode(encoding), GUARDIANS.replace(";", delimiter).encode(encoding))
    assert records.pupils[1003].first_name == "Zoé"
    assert records.pupils[1003].last_name in ("D'ÉON", "D’ÉON")


def test_a_column_that_is_absent_says_nothing_and_an_empty_field_says_that_there_is_nothing() -> None:
    pupils = "identifiant_eleve,nom,prenom,date_naissance,nom_usage\n1001,DUPONT,Dylan,14/05/2013,\n"
    pupil = read(pupils.encode()).pupils[1001]
    assert (pupil.usage_name, pupil.email, pupil.mef, pupil.class_code) == ("", None, None, "")


def test_a_guardian_of_two_pupils_has_a_line_for_each() -> None:
    again = GUARDIANS + "2001;1003;DUPONT;Jean;;M.;2;;20;jean@famille.example;+33600000001;79000\n"
    records = read(guardians=again.encode())
    assert records.doubts == ()
    assert records.guardianships[1003][2001].level == 2


def test_a_guardian_who_is_two_people_is_left_out() -> None:
    again = GUARDIANS + "2001;1003;DUPONT;Paul;;M.;1;;20;;;\n"
    records = read(guardians=again.encode())
    assert [(doubt.code, doubt.line) for doubt in records.doubts if doubt.code is DoubtCode.DUPLICATE] == [
        (DoubtCode.DUPLICATE, 5)
    ]
    assert 2001 not in records.guardians


def test_empty_lines_and_unknown_columns_are_passed_over() -> None:
    pupils = "remarque;identifiant_eleve;nom;prenom;date_naissance\n\nbonjour;1001;DUPONT;Dylan;2013-05-14\n;;;;\n"
    assert read(pupils.encode()).pupils.keys() == {1001}


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("1004;DURAND;Paul", 4),
        (PUPILS.splitlines()[1] + ";;", 4),
        ('1004;"DURAND;Paul;14/05/2013;;;;;;;;', 4),
        ('1004;"DU"RAND;x', 4),
    ],
    ids=["short", "long", "unclosed", "quotes"],
)
def test_a_malformed_line_is_refused_with_its_number(row: str, line: int) -> None:
    assert refused((PUPILS + row + "\n").encode()) == (RefusalCode.MALFORMED_CSV, "eleves.csv", line)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ImportRefused) as caught:
        read(b"identifiant_eleve;nom;prenom\n1;A;B\n")
    assert (caught.value.code, caught.value.details) == (RefusalCode.MISSING_COLUMN, {"column": "date_naissance"})


@pytest.mark.rule("R101")
def test_a_row_of_another_school_is_refused_with_its_line() -> None:
    pupils = "uai;identifiant_eleve;nom;prenom;date_naissance\n0790031e;1;A;B;14/05/2013\n0860033X;2;A;B;14/05/2013\n"
    assert refused(pupils.encode()) == (RefusalCode.WRONG_SCHOOL, "eleves.csv", 3)


def test_one_file_of_the_two_is_not_enough_and_two_of_a_kind_are_too_many() -> None:
    for files, code in (
        ([("a.csv", PUPILS)], RefusalCode.NO_GUARDIANS_FILE),
        ([("a.csv", GUARDIANS)], RefusalCode.NO_PUPILS_FILE),
        ([("a.csv", PUPILS), ("b.csv", PUPILS)], RefusalCode.SAME_FILE_TWICE),
    ):
        with pytest.raises(ImportRefused) as caught:
            schools_in(sent(*((name, text.encode()) for name, text in files)).content, UAI)
        assert caught.value.code is code


def test_csv_and_an_export_of_the_same_school_are_too_much() -> None:
    with pytest.raises(ImportRefused) as caught:
        files = [("a.csv", PUPILS.encode()), ("b.csv", GUARDIANS.encode()), *texts(export()).items()]
        schools_in(sent(*files).content, UAI)
    assert caught.value.code is RefusalCode.SAME_FILE_TWICE


def test_a_file_larger_than_a_school_is_refused() -> None:
    with pytest.raises(ImportRefused) as caught:
        read(PUPILS.encode() + b"\n" * LARGEST)
    assert caught.value.code is RefusalCode.TOO_LARGE


def test_csv_needs_to_be_told_the_school() -> None:
    with pytest.raises(ImportRefused) as caught:
        schools_in(sent(("a.csv", PUPILS.encode())).content)
    assert caught.value.code is RefusalCode.CSV_NEEDS_A_SCHOOL


def test_what_is_in_a_row_is_checked_as_in_an_export() -> None:
    pupils = (
        "identifiant_eleve;nom;prenom;date_naissance\n1001;DU|PONT;Dylan;14/05/2013\n1003;D'ÉON;Zoé;31/02/2012\n1;A;B;1/1/2013\n"
    )
    doubts = [(doubt.code, doubt.line) for doubt in read(pupils.encode()).doubts if doubt.subject == "pupil"]
    assert doubts == [(DoubtCode.UNSAFE_NAME, 2), (DoubtCode.IMPOSSIBLE_BIRTH_DATE, 3)]
