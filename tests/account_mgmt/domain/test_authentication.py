"""Which outcome a right password has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from account_mgmt.domain.authentication import (
    Credentials,
    LetterFacts,
    LetterTooOld,
    Provisional,
    SignedIn,
    TakenOver,
    Wrong,
    outcome_for,
)

NOW = datetime(2026, 11, 16, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
IN_USE = Credentials(
    account_id=1,
    login="jean.dupont",
    password_hash="own hash",
    last_signed_in_at=YESTERDAY,
    closed_at=None,
    invalidated_at=None,
    principal_login=None,
    letter=None,
)
LETTER = LetterFacts(notification_id=7, school_id=3, password_hash="letter's hash", expires_at=NOW + timedelta(days=1))
NOTIFIED = replace(IN_USE, password_hash=None, last_signed_in_at=None, letter=LETTER)


@pytest.mark.rule("R33")
def test_an_account_in_use_is_signed_in_and_remembers_the_time_before() -> None:
    assert outcome_for(IN_USE, NOW) == SignedIn(1, YESTERDAY)


@pytest.mark.rule("R10")
def test_a_letter_in_force_opens_the_first_connection() -> None:
    assert outcome_for(NOTIFIED, NOW) == Provisional(7)


@pytest.mark.rule("R05")
def test_a_letter_past_its_deadline_names_the_school() -> None:
    assert outcome_for(NOTIFIED, LETTER.expires_at) == LetterTooOld(3)


@pytest.mark.rule("R63")
def test_an_absorbed_account_names_the_one_that_took_over_half_hidden() -> None:
    assert outcome_for(replace(IN_USE, principal_login="alice.martin2"), NOW) == TakenOver("a•••.m•••2")


@pytest.mark.rule("R32")
def test_a_closed_account_is_like_one_that_never_was() -> None:
    assert outcome_for(replace(IN_USE, closed_at=YESTERDAY), NOW) == Wrong()
    assert outcome_for(replace(IN_USE, closed_at=YESTERDAY, invalidated_at=YESTERDAY), NOW) == Wrong()
    assert outcome_for(replace(IN_USE, principal_login="alice.martin2", closed_at=YESTERDAY), NOW) == Wrong()


def test_an_account_without_password_or_letter_lets_nobody_in() -> None:
    assert outcome_for(replace(NOTIFIED, letter=None), NOW) == Wrong()
    assert replace(NOTIFIED, letter=None).held_against("anything") is None


@pytest.mark.rule("R03")
def test_the_accounts_own_password_is_taken_as_typed_and_the_letters_in_any_case() -> None:
    assert IN_USE.held_against("k7mw 2p9r") == ("own hash", "k7mw 2p9r")
    assert NOTIFIED.held_against("k7mw 2p9r") == ("letter's hash", "K7MW2P9R")


def test_hashes_stay_out_of_what_is_printed() -> None:
    assert "hash" not in repr(NOTIFIED).replace("password_hash", "")
    assert "letter's" not in repr(NOTIFIED)
