"""Passwords: what a chosen one must satisfy, and the provisional one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.passwords import (
    CEILING,
    PROVISIONAL_ALPHABET,
    Estimate,
    known_words,
    problems,
    provisional_as_typed,
    provisional_password,
)
from account_mgmt.domain.policies import PRESETS, Policies

SOLID = Estimate(guesses_log10=20)


def wrong_with(password: str, policies: Policies | None = None, estimate: Estimate = SOLID) -> set[Problem]:
    return set(problems(password, policies or Policies(), estimate))


@pytest.mark.rule("R12")
def test_eight_characters_with_a_letter_and_a_digit_will_do() -> None:
    assert wrong_with("cheval8p") == set()
    assert wrong_with("cheval8") == {Problem.PASSWORD_TOO_SHORT}
    assert wrong_with("chevalpomme") == {Problem.PASSWORD_NEEDS_LETTERS_AND_DIGITS}
    assert wrong_with("1234567890123") == {Problem.PASSWORD_NEEDS_LETTERS_AND_DIGITS}
    assert wrong_with("") == {Problem.PASSWORD_MISSING}


@pytest.mark.rule("R12")
def test_spaces_and_any_letter_of_the_world_are_allowed() -> None:
    assert wrong_with("où est mon 2e âne ?") == set()
    assert wrong_with("密码密码密码密码7") == set()


@pytest.mark.rule("R12")
def test_there_is_no_cap_below_a_password_managers_length_by_default() -> None:
    assert wrong_with("a1" * 64) == set()
    assert wrong_with("a1" * CEILING) == {Problem.PASSWORD_TOO_LONG}


@pytest.mark.rule("R12")
def test_the_legacy_preset_caps_at_fourteen() -> None:
    assert wrong_with("a1" * 7, PRESETS["legacy"]) == set()
    assert wrong_with("a1" * 7 + "b", PRESETS["legacy"]) == {Problem.PASSWORD_TOO_LONG}


@pytest.mark.rule("R12")
def test_the_strong_preset_asks_for_length_and_not_for_digits() -> None:
    assert wrong_with("chevalpommes", PRESETS["strong"]) == set()
    assert wrong_with("chevalpomme", PRESETS["strong"]) == {Problem.PASSWORD_TOO_SHORT}


@pytest.mark.rule("R12")
def test_a_password_that_a_guesser_finds_is_refused() -> None:
    assert wrong_with("cheval8p", estimate=Estimate(7.9)) == {Problem.PASSWORD_TOO_EASY}
    assert wrong_with("cheval8p", estimate=Estimate(8)) == set()
    assert wrong_with("chevalpommes", PRESETS["strong"], Estimate(9.9)) == {Problem.PASSWORD_TOO_EASY}


@pytest.mark.rule("R12")
def test_a_breached_password_is_refused_however_hard_to_guess() -> None:
    assert wrong_with("cheval8p", estimate=Estimate(20, breached=True)) == {Problem.PASSWORD_KNOWN_TO_THIEVES}


@pytest.mark.rule("R03")
def test_the_letters_password_cannot_be_kept() -> None:
    assert wrong_with("K7MW2P9R", estimate=Estimate(20, provisional=True)) == {Problem.PASSWORD_IS_PROVISIONAL}


@given(st.text(max_size=20), st.floats(0, 30), st.booleans())
def test_a_password_without_problems_satisfies_every_demand(password: str, guesses: float, breached: bool) -> None:
    if not problems(password, Policies(), Estimate(guesses, breached)):
        assert len(password) >= 8
        assert any(c.isalpha() for c in password)
        assert any(c.isdigit() for c in password)
        assert guesses >= 8
        assert not breached


@pytest.mark.rule("R03")
def test_a_provisional_password_has_eight_capitals_and_digits_without_look_alikes() -> None:
    made = {provisional_password() for _ in range(500)}
    assert len(made) == 500
    assert {len(password) for password in made} == {8}
    used = set("".join(made))
    assert used == set(PROVISIONAL_ALPHABET)
    assert not used & set("0OQ1I")
    assert all(c.isdigit() or c.isupper() for c in used)


@pytest.mark.rule("R03")
def test_a_provisional_password_may_be_typed_in_small_letters_and_in_groups() -> None:
    assert provisional_as_typed(" k7mw 2p9r ") == "K7MW2P9R"


@pytest.mark.rule("R12")
def test_a_guesser_knows_each_part_of_a_name() -> None:
    assert known_words(["Jean-Pierre", "jean.dupont1", "Collège Arthur Rimbaud", "A"]) == sorted(
        ["jean-pierre", "jean", "pierre", "jean.dupont1", "dupont1", "collège arthur rimbaud", "collège", "arthur", "rimbaud"]
    )
