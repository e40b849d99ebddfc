"""Logins: folding of names, order numbers, what is typed and what is shown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.login_names import PART_LENGTH, Pattern, base_of, fold, login, mask_login, typed


@pytest.mark.rule("R02")
@pytest.mark.parametrize(
    ("first_name", "last_name", "expected"),
    [
        ("Jean", "DUPONT", "jean.dupont"),
        ("Hélène", "Lefèvre", "helene.lefevre"),
        ("Jean-Pierre", "DE LA TOUR", "jean-pierre.de-la-tour"),
        ("Anne Marie", "Saint-Exupéry", "anne-marie.saint-exupery"),
        ("Maël", "D'ARTAGNAN", "mael.dartagnan"),
        ("Maël", "D’ARTAGNAN", "mael.dartagnan"),
        ("Œdipe", "Cæsar", "oedipe.caesar"),
        ("Łukasz", "Groß", "lukasz.gross"),
        ("Søren", "Đặng", "soren.dang"),
        ("İbrahim", "Ñandú", "ibrahim.nandu"),
        ("M'Bap", "N\u00b4Golo", "mbap.ngolo"),
        ("  Zoé  ", "  --Le  Goff-- ", "zoe.le-goff"),
        ("Jean 2", "Dupont 3e", "jean.dupont-e"),
        ("李", "王", "x.x"),
        ("", "Madonna", "x.madonna"),
    ],
)
def test_a_name_folds_predictably(first_name: str, last_name: str, expected: str) -> None:
    assert base_of(first_name, last_name) == expected


@pytest.mark.rule("R02")
def test_an_academie_may_shorten_the_first_name() -> None:
    assert base_of("Jean-Pierre", "Dupont", "p.nom") == "j.dupont"


@pytest.mark.rule("R02")
def test_the_first_of_a_name_has_no_number_and_homonyms_count_from_one() -> None:
    assert [login("jean.dupont", number) for number in range(3)] == ["jean.dupont", "jean.dupont1", "jean.dupont2"]


@pytest.mark.rule("R02")
@pytest.mark.parametrize("text", ["jean.dupont1", "JEAN.DUPONT1", " Jean.Dupont1 "])
def test_a_login_is_typed_in_any_case(text: str) -> None:
    assert typed(text) == "jean.dupont1"


@pytest.mark.rule("R63")
@pytest.mark.parametrize(
    ("shown", "expected"), [("jean.dupont12", "j•••.d•••12"), ("x.li", "x•••.l•••"), ("jean.dupont", "j•••.d•••")]
)
def test_a_masked_login_keeps_initials_and_number(shown: str, expected: str) -> None:
    assert mask_login(shown) == expected


@given(st.text(), st.text(), st.sampled_from(["prenom.nom", "p.nom"]))
def test_whatever_the_name_its_base_can_be_typed_on_any_keyboard(first_name: str, last_name: str, pattern: Pattern) -> None:
    base = base_of(first_name, last_name, pattern)
    assert re.fullmatch(r"[a-z]([a-z-]*[a-z])?\.[a-z]([a-z-]*[a-z])?", base)
    assert len(base) <= 2 * PART_LENGTH + 1


@given(st.text())
def test_folding_again_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(), st.text(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_two_people_never_meet_on_one_login(one_name: str, other_name: str, one_number: int, other_number: int) -> None:
    one, other = base_of("Jean", one_name), base_of("Jean", other_name)
    same = (one, one_number) == (other, other_number)
    assert (login(one, one_number) == login(other, other_number)) is same


@given(st.text(), st.text(), st.integers(0, 10**6))
def test_a_login_is_found_again_as_it_is_given(first_name: str, last_name: str, number: int) -> None:
    given_login = login(base_of(first_name, last_name), number)
    assert typed(given_login.upper()) == given_login
