"""Pairwise identifiers: stable, different for each sector, telling nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.subjects import Sector

KEY = b"k" * 32
ICART = Sector(KEY, "client:i-cart")
PRONOTE = Sector(KEY, "client:pronote")

NUMBERS = st.integers(min_value=1, max_value=2**31)


@pytest.mark.rule("R95")
def test_a_subject_is_the_same_each_time() -> None:
    assert ICART.account(12) == Sector(KEY, "client:i-cart").account(12)


@pytest.mark.rule("R95")
@given(NUMBERS)
def test_two_services_know_a_person_under_two_subjects(account_id: int) -> None:
    assert ICART.account(account_id) != PRONOTE.account(account_id)


@pytest.mark.rule("R96")
@given(NUMBERS)
def test_two_services_know_a_child_under_two_identifiers(pupil_id: int) -> None:
    assert ICART.pupil(pupil_id) != PRONOTE.pupil(pupil_id)


@given(NUMBERS)
def test_an_account_and_a_child_of_the_same_number_have_nothing_in_common(number: int) -> None:
    assert ICART.account(number) != ICART.pupil(number)


@given(NUMBERS, NUMBERS)
def test_two_accounts_have_two_subjects(one: int, other: int) -> None:
    assert (ICART.account(one) == ICART.account(other)) == (one == other)


def test_without_the_key_nothing_can_be_computed() -> None:
    assert Sector(b"x" * 32, "client:i-cart").account(12) != ICART.account(12)


def test_a_sector_cannot_be_written_so_as_to_be_another_one() -> None:
    assert Sector(KEY, "a\x001").account(2) != Sector(KEY, "a").account(12)


def test_a_subject_fits_in_every_protocol() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", ICART.account(12))
