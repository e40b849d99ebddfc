"""When accounts end: deadlines, warnings, closing days, and how long what is over is kept."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import day_in_france, deadline, months_later
from account_mgmt.domain.lifecycle import (
    Due,
    closing_day,
    due,
    erasable_before,
    is_forgettable,
    start_of,
    used_too_early,
)
from tests.factories import NOW

DAY = timedelta(days=1)
YEAR = 12


@dataclass
class Life:
    """An account in use, confirmed, with a child, used just now."""

    kind: AccountKind = AccountKind.GUARDIAN
    first_connection_at: datetime | None = NOW - 400 * DAY
    email_confirmed_at: datetime | None = NOW - 399 * DAY
    notification_expires_at: datetime | None = NOW - 320 * DAY
    confirmation_expires_at: datetime | None = NOW - 300 * DAY
    last_signed_in_at: datetime | None = NOW
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    invalidated_at: datetime | None = None
    first_warning_at: datetime | None = None
    last_warning_at: datetime | None = None
    erased_at: datetime | None = None
    has_child: bool = True
    last_child_until: datetime | None = None
    principal_erased_at: datetime | None = None


IN_USE = Life()
WITH_LETTER = Life(first_connection_at=None, email_confirmed_at=None, last_signed_in_at=None, confirmation_expires_at=None)


def unused(days: int, **changes: Any) -> Life:
    """An account whose last day under a policy of twelve months is so many days away."""
    last_day = day_in_france(NOW) + days * DAY
    used = months_later(start_of(last_day), -YEAR) + timedelta(hours=15)
    return replace(IN_USE, last_signed_in_at=used, **changes)


@pytest.mark.rule("R05")
def test_a_letters_account_goes_when_the_letters_last_day_is_over_and_not_before() -> None:
    printed = deadline(NOW - 92 * DAY, 3)
    letter = replace(WITH_LETTER, notification_expires_at=printed)
    assert due(letter, YEAR, printed - timedelta(seconds=1)) is None
    assert due(letter, YEAR, printed) is Due.LETTER_EXPIRED
    assert due(replace(WITH_LETTER, notification_expires_at=None), YEAR, NOW) is None


@pytest.mark.rule("R20")
def test_a_guardian_who_never_confirmed_is_invalidated_after_the_deadline_and_a_pupil_is_not() -> None:
    waiting = replace(IN_USE, email_confirmed_at=None, confirmation_expires_at=NOW)
    assert due(waiting, YEAR, NOW - timedelta(seconds=1)) is None
    assert due(waiting, YEAR, NOW) is Due.CONFIRMATION_EXPIRED
    assert due(replace(waiting, kind=AccountKind.PUPIL), YEAR, NOW) is None


@pytest.mark.rule("R80")
def test_an_account_without_a_child_closes_whatever_it_has_come_to() -> None:
    assert due(replace(IN_USE, has_child=False), YEAR, NOW) is Due.NO_CHILD
    assert due(replace(IN_USE, has_child=False, invalidated_at=NOW), YEAR, NOW) is Due.NO_CHILD
    assert due(replace(WITH_LETTER, notification_expires_at=None, has_child=False), YEAR, NOW) is Due.NO_CHILD


def test_a_grouped_account_holds_no_child_and_stays_as_long_as_the_one_that_took_over() -> None:
    absorbed = replace(IN_USE, merged_at=NOW, has_child=False)
    assert due(absorbed, YEAR, NOW) is None
    assert due(replace(absorbed, principal_erased_at=NOW - DAY), YEAR, NOW) is Due.ERASURE


@pytest.mark.rule("R81")
@pytest.mark.parametrize(
    ("life", "expected"),
    [
        (unused(31), None),
        (unused(30), Due.FIRST_WARNING),
        (unused(8, first_warning_at=NOW - DAY), None),
        (unused(7, first_warning_at=NOW - DAY), Due.LAST_WARNING),
        (unused(7), Due.LAST_WARNING),  # one message, where two nights were missed
        (unused(0, last_warning_at=NOW - 7 * DAY), None),
        (unused(-1, last_warning_at=NOW - 8 * DAY), Due.INACTIVE),
        (unused(-90), Due.LAST_WARNING),  # nobody is shut out without a week's notice
        (unused(-90, last_warning_at=NOW - 7 * DAY), None),
        (unused(-90, last_warning_at=NOW - 8 * DAY), Due.INACTIVE),
        (unused(5, email_confirmed_at=None, confirmation_expires_at=None), None),
        (unused(-1, email_confirmed_at=None, confirmation_expires_at=None), Due.INACTIVE),
        (unused(-90, invalidated_at=NOW), None),
    ],
)
def test_warnings_come_a_month_and_a_week_before_and_then_the_end(life: Life, expected: Due | None) -> None:
    assert due(life, YEAR, NOW) is expected


@pytest.mark.rule("R81")
def test_the_policy_of_six_months_ends_sooner() -> None:
    assert closing_day(replace(IN_USE, last_signed_in_at=start_of(date(2026, 8, 31))), 6) == date(2027, 2, 28)
    assert closing_day(replace(IN_USE, last_signed_in_at=start_of(date(2026, 8, 31))), YEAR) == date(2027, 8, 31)


def test_a_new_first_connection_counts_as_use() -> None:
    renewed = replace(IN_USE, first_connection_at=NOW, last_signed_in_at=NOW - 500 * DAY)
    assert closing_day(renewed, YEAR) == date(2027, 11, 16)
    assert closing_day(WITH_LETTER, YEAR) is None


@given(
    last_used=st.timedeltas(-2000 * DAY, 2000 * DAY).map(NOW.__add__),
    by=st.dates(date(2020, 1, 1), date(2034, 12, 31)),
    months=st.integers(1, 24),
)
def test_comparing_with_one_moment_is_the_same_as_counting_months_for_each_account(
    last_used: datetime, by: date, months: int
) -> None:
    life = replace(IN_USE, first_connection_at=last_used, last_signed_in_at=None)
    last_day = closing_day(life, months)
    assert last_day is not None
    assert (last_used < used_too_early(by, months)) == (last_day <= by)


@pytest.mark.rule("R80")
def test_a_closed_account_is_erased_within_three_months_of_the_last_right() -> None:
    left = NOW - 81 * DAY
    closed = replace(IN_USE, has_child=False, closed_at=left + 60 * DAY, last_child_until=left)
    assert due(closed, YEAR, NOW) is Due.ERASURE
    assert due(closed, YEAR, NOW - 2 * DAY) is None
    assert due(replace(closed, erased_at=NOW), YEAR, NOW + 900 * DAY) is None
    assert erasable_before(NOW) > months_later(NOW, -3)


def test_a_right_that_lasts_or_ended_lately_keeps_a_person_known() -> None:
    assert is_forgettable([], NOW)
    assert is_forgettable([NOW - 81 * DAY], NOW)
    assert not is_forgettable([NOW - 81 * DAY, None], NOW)
    assert not is_forgettable([NOW - 81 * DAY, NOW - 79 * DAY], NOW)
