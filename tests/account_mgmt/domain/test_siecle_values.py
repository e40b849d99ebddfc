"""Each field of a school's file, on its own (R100)."""

from datetime import date

import pytest

from account_mgmt.domain.siecle_records import IN_CHARGE, LEGAL_GUARDIAN, TO_CONTACT, DoubtCode
from account_mgmt.domain.siecle_values import (
    is_garbled,
    is_possible_birth,
    name_problem,
    printable,
    read_class,
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

pytestmark = pytest.mark.rule("R100")


@pytest.mark.parametrize(
    "name", ["DUPONT", "D'ÉON", "L’Hermite", "Saint-Exupère", "de La Tour", "Œuvrard", "Ñuñez", "Żak", "N'Diaye (Ba)", "Петров"]
)
def test_a_name_of_any_language_is_taken_as_it_is(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", DoubtCode.MISSING_NAME),
        ("A" * 101, DoubtCode.LONG_NAME),
        ("DUPONT|2", DoubtCode.UNSAFE_NAME),
        ("DUPONT;DURAND", DoubtCode.UNSAFE_NAME),
        ("DU\nPONT", DoubtCode.UNSAFE_NAME),
        ("DU\u0085PONT", DoubtCode.UNSAFE_NAME),
        ("DU\u200bPONT", DoubtCode.UNSAFE_NAME),
        ("DUPONT\u202e", DoubtCode.UNSAFE_NAME),
        ("---", DoubtCode.UNSAFE_NAME),
        ("42", DoubtCode.UNSAFE_NAME),
        ("HÃ©lÃ¨ne", DoubtCode.GARBLED_NAME),
        ("HÃ©lÃšne", DoubtCode.GARBLED_NAME),
        ("H\ufffdlène", DoubtCode.GARBLED_NAME),
    ],
)
def test_a_name_that_would_break_what_carries_it_is_doubtful(name: str, problem: DoubtCode) -> None:
    assert name_problem(name) is problem


def test_a_name_that_may_be_absent_is_no_problem_when_it_is() -> None:
    assert name_problem("", needed=False) is None


@pytest.mark.parametrize("name", ["Hélène", "HÉLÈNE", "Zoé", "Dupont", "Œuvrard", "Ýr"])
def test_accents_that_are_right_are_not_taken_for_garbled_ones(name: str) -> None:
    assert not is_garbled(name)


@pytest.mark.parametrize(("text", "number"), [("1826500", 1826500), (" 7 ", 7), ("007", 7), ("2147483647", 2**31 - 1)])
def test_an_identifier_is_a_whole_number(text: str, number: int) -> None:
    assert read_identifier(text) == number


@pytest.mark.parametrize("text", ["", "0", "-3", "12a", "1.5", "2147483648", "99999999999", "١٢", "1e3"])
def test_anything_else_is_no_identifier(text: str) -> None:
    assert read_identifier(text) is None


@pytest.mark.parametrize("text", ["14/05/2013", "2013-05-14", " 14/5/2013 "])
def test_a_date_is_read_as_siecle_or_iso_write_it(text: str) -> None:
    assert read_date(text) == date(2013, 5, 14)


@pytest.mark.parametrize("text", ["", "31/02/2013", "14/05/13", "2013-13-01", "00/00/0000", "14-05-2013", "14/05/2013 10:00"])
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_nobody_at_school_was_born_in_the_future_or_two_centuries_ago() -> None:
    today = date(2026, 11, 16)
    assert is_possible_birth(date(1931, 1, 1), today)
    assert not is_possible_birth(date(2026, 11, 17), today)
    assert not is_possible_birth(date(1899, 12, 31), today)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jeanne@example.org", "jeanne@example.org"),
        ("  J.D+a@ac-x.fr ", "J.D+a@ac-x.fr"),
        ("", ""),
        ("aucun", None),
        ("a@b", None),
        ("a@b@c.fr", None),
        ("a b@c.fr", None),
        ("a@c.fr\nBcc: x@y.fr", None),
        ("é@c.fr", None),
        ("a" * 250 + "@c.fr", None),
    ],
)
def test_an_address_is_one_that_mail_can_be_sent_to(text: str, address: str | None) -> None:
    assert read_email(text) == address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+33764444288", "+33764444288"),
        (" 07 64 44 42 88 ", "07 64 44 42 88"),
        ("", ""),
        ("non", None),
        ("0" * 21, None),
        ("06", None),
    ],
)
def test_a_mobile_number_is_kept_as_schools_type_it(text: str, number: str | None) -> None:
    assert read_mobile(text) == number


def test_a_class_keeps_its_inner_spaces_and_loses_those_at_its_ends() -> None:
    assert read_class("  3 A ") == "3 A"
    assert read_class("4  EME B") == "4  EME B"
    assert read_class("3\tA") is None
    assert read_class("A" * 33) is None


def test_codes_have_the_length_that_they_have() -> None:
    assert read_code(" 10310019110 ") == "10310019110"
    assert read_code("1031001911") is None
    assert read_code("") == ""
    assert read_school_level("2115") == "2115"
    assert read_school_level("21") is None


def test_a_postal_code_that_cannot_be_one_is_left_out() -> None:
    assert read_postal_code(" 79000 ") == "79000"
    assert read_postal_code("79000<script>") == ""


@pytest.mark.parametrize(
    ("text", "code"), [("10", "10"), ("2", "10"), ("1", "20"), ("01", "20"), ("7", "70"), ("", ""), ("xx", ""), ("100", "")]
)
def test_kinship_of_the_old_files_is_said_in_the_present_codes(text: str, code: str) -> None:
    assert read_kinship(text) == code


@pytest.mark.rule("R102")
@pytest.mark.parametrize(
    ("level", "old_level", "expected"),
    [
        ("1", "", (LEGAL_GUARDIAN, 0)),
        ("2", "", (IN_CHARGE, 0)),
        ("3", "", (TO_CONTACT, 0)),
        ("", "1", (LEGAL_GUARDIAN, 1)),
        ("", "2", (LEGAL_GUARDIAN, 2)),
        ("", "0", (TO_CONTACT, 0)),
        ("", "TRUE", (LEGAL_GUARDIAN, 1)),
        ("", "false", (TO_CONTACT, 0)),
        ("1", "2", (LEGAL_GUARDIAN, 2)),
        ("2", "1", (IN_CHARGE, 0)),
        ("", "", None),
        ("4", "", None),
        ("x", "1", None),
        ("", "3", None),
    ],
)
def test_both_generations_say_who_is_a_legal_guardian(level: str, old_level: str, expected: tuple[int, int] | None) -> None:
    assert read_level(level, old_level) == expected


def test_what_is_shown_of_a_file_is_fit_to_be_shown() -> None:
    assert printable("DU\x00PONT\u202e") == "DU\ufffdPONT\ufffd"
    assert printable("A" * 200) == "A" * 120
