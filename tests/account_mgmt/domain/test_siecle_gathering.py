"""A school's rows brought together: what is said twice, what refers to nobody, in which order guardians come (R100, R102)."""

from datetime import date

import pytest

from account_mgmt.domain.siecle_gathering import Gathering
from account_mgmt.domain.siecle_records import Doubt, DoubtCode, Subject
from account_mgmt.domain.siecle_rows import Reading, Row

TODAY = date(2026, 11, 16)
pytestmark = pytest.mark.rule("R100")


@pytest.fixture
def gathering() -> Gathering:
    return Gathering("0790031E", Reading(TODAY, lambda ine: f"digest of {ine}"))


def pupil(line: int = 1, eleve_id: str = "1", **fields: str) -> Row:
    said = {"eleve_id": eleve_id, "last_name": "DUPONT", "first_name": "Dylan", "birth_date": "14/05/2013"}
    return Row(line, said | fields)


def guardian(line: int = 1, personne_id: str = "11", **fields: str) -> Row:
    return Row(line, {"personne_id": personne_id, "last_name": "DUPONT", "first_name": "Jean"} | fields)


def tie(line: int = 1, eleve_id: str = "1", personne_id: str = "11", **fields: str) -> Row:
    return Row(line, {"eleve_id": eleve_id, "personne_id": personne_id, "level": "1", "kinship": "20"} | fields)


def codes(doubts: tuple[Doubt, ...]) -> list[tuple[DoubtCode, int, bool]]:
    return [(doubt.code, doubt.line, doubt.left_out) for doubt in doubts]


def test_a_pupil_is_read_with_all_that_the_file_says(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(12, usage_name="MARTIN", mef="10110001110", email="d@x.fr", ine="070832327ja", exit_date=""))
    gathering.add_pupil(pupil(30, "2", mef="10310019110"))
    gathering.add_class(Row(40, {"eleve_id": "1", "class_code": " 5 B "}))
    gathering.set_levels({"10110001110": "2112"})
    assert gathering.records().pupils[2].level is None
    record = gathering.records().pupils[1]
    assert (record.line, record.last_name, record.usage_name, record.class_code) == (12, "DUPONT", "MARTIN", "5 B")
    assert (record.birth_date, record.mef, record.level, record.email) == (date(2013, 5, 14), "10110001110", "2112", "d@x.fr")
    assert record.ine_hash == "digest of 070832327JA"
    assert record.left_on is None
    assert not record.has_left(TODAY)


def test_what_a_file_does_not_speak_of_is_not_taken_for_nothing(gathering: Gathering) -> None:
    gathering.add_pupil(pupil())
    record = gathering.records().pupils[1]
    assert (record.usage_name, record.mef, record.level, record.email, record.postal_code) == (None,) * 5


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"eleve_id": ""}, DoubtCode.MISSING_IDENTIFIER),
        ({"last_name": ""}, DoubtCode.MISSING_NAME),
        ({"first_name": ""}, DoubtCode.MISSING_NAME),
        ({"last_name": "DU|PONT"}, DoubtCode.UNSAFE_NAME),
        ({"usage_name": "DU;PONT"}, DoubtCode.UNSAFE_NAME),
        ({"birth_date": ""}, DoubtCode.MISSING_BIRTH_DATE),
        ({"birth_date": "31/02/2013"}, DoubtCode.IMPOSSIBLE_BIRTH_DATE),
        ({"birth_date": "17/11/2026"}, DoubtCode.IMPOSSIBLE_BIRTH_DATE),
        ({"exit_date": "32/01/2026"}, DoubtCode.IMPOSSIBLE_EXIT_DATE),
        ({"exit_date": "01/01/2012"}, DoubtCode.IMPOSSIBLE_EXIT_DATE),
    ],
    ids=str,
)
def test_a_pupils_row_that_cannot_be_used_is_left_out_with_its_line(
    gathering: Gathering, fields: dict[str, str], code: DoubtCode
) -> None:
    gathering.add_pupil(pupil(7, **fields))
    records = gathering.records()
    assert records.pupils == {}
    assert codes(records.doubts) == [(code, 7, True)]
    assert records.doubtful_pupils == (frozenset({1}) if fields.get("eleve_id", "1") else frozenset())


def test_an_unreadable_detail_is_noted_and_the_pupil_kept(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(7, email="aucun", mef="?"))
    records = gathering.records()
    assert (records.pupils[1].email, records.pupils[1].mef) == ("", "")
    assert codes(records.doubts) == [(DoubtCode.UNREADABLE_CODE, 7, False), (DoubtCode.UNREADABLE_EMAIL, 7, False)]


def test_the_same_pupil_twice_alike_is_kept_and_noted(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(1))
    gathering.add_class(Row(2, {"eleve_id": "1", "class_code": "5 B"}))
    gathering.add_pupil(pupil(3))
    records = gathering.records()
    assert records.pupils[1].class_code == "5 B"
    assert codes(records.doubts) == [(DoubtCode.DUPLICATE, 3, False)]


def test_two_pupils_under_one_identifier_are_both_left_out(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(1))
    gathering.add_pupil(pupil(3, first_name="Florian"))
    records = gathering.records()
    assert records.pupils == {}
    assert records.doubtful_pupils == {1}
    assert codes(records.doubts) == [(DoubtCode.DUPLICATE, 3, True)]


def test_of_two_divisions_the_first_holds(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(1))
    for line, code in ((4, "5 B"), (5, "5 B"), (6, "5 C")):
        gathering.add_class(Row(line, {"eleve_id": "1", "class_code": code}))
    records = gathering.records()
    assert records.pupils[1].class_code == "5 B"
    assert codes(records.doubts) == [(DoubtCode.SEVERAL_CLASSES, 6, False)]


def test_a_class_of_nobody_or_without_a_code_is_nothing(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(1))
    gathering.add_class(Row(4, {"eleve_id": "2", "class_code": "5 B"}))
    gathering.add_class(Row(5, {"eleve_id": "x", "class_code": "5 B"}))
    gathering.add_class(Row(6, {"eleve_id": "1", "class_code": " "}))
    assert gathering.records().doubts == ()


def test_a_class_code_that_cannot_be_one_is_noted(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(1))
    gathering.add_class(Row(4, {"eleve_id": "1", "class_code": "5\u200bB"}))
    records = gathering.records()
    assert records.pupils[1].class_code == ""
    assert codes(records.doubts) == [(DoubtCode.UNREADABLE_CODE, 4, False)]


@pytest.mark.rule("R101")
def test_who_is_in_the_class_of_the_inactive_has_left(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(1))
    gathering.add_class(Row(4, {"eleve_id": "1", "class_code": "INACTIFS"}))
    assert gathering.records().pupils[1].has_left(TODAY)


@pytest.mark.rule("R101")
def test_a_date_of_departure_counts_from_that_day_on(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(1, exit_date="16/11/2026"))
    gathering.add_pupil(pupil(2, "2", exit_date="17/11/2026"))
    records = gathering.records()
    assert records.pupils[1].has_left(TODAY)
    assert not records.pupils[2].has_left(TODAY)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"personne_id": "x"}, DoubtCode.MISSING_IDENTIFIER), ({"first_name": ""}, DoubtCode.MISSING_NAME)],
    ids=["identifier", "name"],
)
def test_an_adults_row_that_cannot_be_used_is_left_out(gathering: Gathering, fields: dict[str, str], code: DoubtCode) -> None:
    gathering.add_guardian(guardian(9, **fields))
    records = gathering.records()
    assert records.guardians == {}
    assert codes(records.doubts) == [(code, 9, True)]


def test_an_adults_unreadable_details_are_noted(gathering: Gathering) -> None:
    gathering.add_guardian(guardian(9, email="x", mobile="non", civility="MADAME LA COMTESSE", postal_code="79000"))
    record = gathering.records().guardians[11]
    assert (record.email, record.mobile, record.civility, record.postal_code) == ("", "", "MADAME LA ", "79000")
    assert [doubt.code for doubt in gathering.doubts] == [DoubtCode.UNREADABLE_EMAIL, DoubtCode.UNREADABLE_MOBILE]


def test_an_adult_may_come_once_for_each_child_where_the_file_is_made_so(gathering: Gathering) -> None:
    gathering.add_guardian(guardian(1), may_repeat=True)
    gathering.add_guardian(guardian(2), may_repeat=True)
    gathering.add_guardian(guardian(3, first_name="Paul"), may_repeat=True)
    records = gathering.records()
    assert records.guardians == {}
    assert codes(records.doubts) == [(DoubtCode.DUPLICATE, 3, True)]
    assert records.doubtful_guardians == {11}


def gathered(gathering: Gathering, *ties: Row) -> dict[int, tuple[int, int]]:
    """The level and rank of each adult of pupil 1."""
    gathering.add_pupil(pupil())
    for personne_id in {row.text("personne_id") for row in ties}:
        gathering.add_guardian(guardian(1, personne_id))
    for row in ties:
        gathering.add_guardianship(row)
    return {key: (said.level, said.rank) for key, said in gathering.records().guardianships.get(1, {}).items()}


@pytest.mark.rule("R102")
def test_ranks_follow_the_files_order_among_legal_guardians(gathering: Gathering) -> None:
    ties = gathered(
        gathering,
        tie(1, personne_id="13", level="2"),
        tie(2, personne_id="12"),
        tie(3, personne_id="11"),
        tie(4, personne_id="14"),
        tie(5, personne_id="15", level="3"),
    )
    assert ties == {13: (2, 1), 12: (1, 1), 11: (1, 2), 14: (1, 3), 15: (3, 1)}


@pytest.mark.rule("R102")
def test_the_ranks_of_an_old_file_are_kept(gathering: Gathering) -> None:
    ties = gathered(
        gathering,
        tie(1, personne_id="12", level="", old_level="2"),
        tie(2, personne_id="11", level="", old_level="1"),
        tie(3, personne_id="13", level="", old_level="0"),
        tie(4, personne_id="14", level="1"),
    )
    assert ties == {12: (1, 2), 11: (1, 1), 13: (3, 1), 14: (1, 3)}


@pytest.mark.rule("R102")
def test_two_first_legal_guardians_are_both_kept_and_noted(gathering: Gathering) -> None:
    ties = gathered(
        gathering, tie(1, personne_id="12", level="", old_level="1"), tie(2, personne_id="11", level="", old_level="1")
    )
    assert ties == {12: (1, 1), 11: (1, 1)}
    assert codes(tuple(gathering.doubts)) == [(DoubtCode.SAME_RANK, 2, False)]


def test_a_tie_without_a_level_is_left_out(gathering: Gathering) -> None:
    assert gathered(gathering, tie(5, level="")) == {}
    records = gathering.records()
    assert codes(records.doubts) == [(DoubtCode.MISSING_LEVEL, 5, True)]
    assert records.doubtful_guardianships == {(1, 11)}


def test_a_tie_without_identifiers_is_left_out(gathering: Gathering) -> None:
    gathering.add_guardianship(tie(5, eleve_id="x"))
    records = gathering.records()
    assert codes(records.doubts) == [(DoubtCode.MISSING_IDENTIFIER, 5, True)]
    assert records.doubtful_guardianships == frozenset()


def test_ties_of_pupils_whom_the_file_does_not_have_are_noted(gathering: Gathering) -> None:
    assert gathered(gathering, tie(5, eleve_id="99")) == {}
    assert codes(tuple(gathering.doubts)) == [(DoubtCode.UNKNOWN_PUPIL, 5, True)]


def test_ties_of_doubtful_pupils_are_passed_over_in_silence(gathering: Gathering) -> None:
    gathering.add_pupil(pupil(3, "99", last_name=""))
    gathered(gathering, tie(5, eleve_id="99"))
    assert [doubt.line for doubt in gathering.doubts] == [3]


def test_ties_of_adults_whom_the_file_does_not_describe_are_noted(gathering: Gathering) -> None:
    gathering.add_pupil(pupil())
    gathering.add_guardianship(tie(5, personne_id="77"))
    records = gathering.records()
    assert records.guardianships == {}
    assert codes(records.doubts) == [(DoubtCode.UNKNOWN_GUARDIAN, 5, True)]
    assert records.doubtful_guardianships == {(1, 77)}


def test_the_same_tie_twice_is_kept_alike_and_left_out_otherwise(gathering: Gathering) -> None:
    same = gathered(gathering, tie(1), tie(2))
    assert same == {11: (1, 1)}
    gathering.add_guardianship(tie(3, level="2"))
    records = gathering.records()
    assert records.guardianships == {}
    assert [code for code in codes(records.doubts) if code[0] is DoubtCode.DUPLICATE] == [
        (DoubtCode.DUPLICATE, 2, False),
        (DoubtCode.DUPLICATE, 3, True),
    ]


def test_postal_codes_are_filled_in_from_the_list_of_addresses(gathering: Gathering) -> None:
    gathering.add_pupil(pupil())
    gathering.add_guardian(guardian())
    gathering.set_postal_codes({1: "79000", 99: "x"}, {11: "", 99: "x"})
    records = gathering.records()
    assert records.pupils[1].postal_code == "79000"
    assert records.guardians[11].postal_code == ""
    assert records.rows == 2


def test_doubts_come_by_subject_and_line(gathering: Gathering) -> None:
    gathering.add_guardian(guardian(2, first_name=""))
    gathering.add_pupil(pupil(9, last_name=""))
    gathering.add_pupil(pupil(4, "2", last_name=""))
    doubts = gathering.records().doubts
    assert [(doubt.subject, doubt.line) for doubt in doubts] == [(Subject.GUARDIAN, 2), (Subject.PUPIL, 4), (Subject.PUPIL, 9)]
    assert doubts[2].label == "1 Dylan"
