"""Dates in calendar months, and as typed in three fields."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.dates import date_from_fields, day_in_france, deadline, months_later


@pytest.mark.rule("R05")
@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-11-16", 3, "2027-02-16"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_a_deadline_is_the_same_day_some_months_later(start: str, months: int, expected: str) -> None:
    moment = datetime.fromisoformat(f"{start}T08:15:00+00:00")
    assert months_later(moment, months) == datetime.fromisoformat(f"{expected}T08:15:00+00:00")


moments = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moments, st.integers(1, 60))
def test_a_deadline_is_always_later_and_never_by_more_than_its_months(moment: datetime, months: int) -> None:
    days = (months_later(moment, months) - moment).days
    assert 28 * months <= days <= 31 * months


@pytest.mark.rule("R05")
@pytest.mark.parametrize("hour", [0, 9, 22, 23])
def test_a_deadline_leaves_all_of_its_last_day_in_france(hour: int) -> None:
    end = deadline(datetime(2026, 11, 16, hour, 30, tzinfo=UTC), 3)
    assert end.isoformat() == f"2027-02-{17 if hour == 23 else 16}T23:59:59+01:00"


@pytest.mark.rule("R11")
@pytest.mark.parametrize("fields", [("7", "3", "2012"), ("07", "03", "2012"), (" 7 ", "3", " 2012")])
def test_three_fields_make_a_date(fields: tuple[str, str, str]) -> None:
    assert date_from_fields(*fields) == date(2012, 3, 7)


@pytest.mark.rule("R14")
@pytest.mark.parametrize(
    "fields",
    [
        ("31", "2", "2012"),
        ("7", "13", "2012"),
        ("7", "3", "12"),
        ("", "3", "2012"),
        ("7", "mars", "2012"),
        ("-7", "3", "2012"),
        ("\u0667", "3", "2012"),
        ("0", "3", "2012"),
        ("7", "3", "99999"),
    ],
)
def test_fields_that_are_no_date_make_none(fields: tuple[str, str, str]) -> None:
    assert date_from_fields(*fields) is None


def test_the_day_changes_at_midnight_in_france() -> None:
    assert day_in_france(datetime(2026, 11, 16, 22, 59, tzinfo=UTC)) == date(2026, 11, 16)
    assert day_in_france(datetime(2026, 11, 16, 23, 0, tzinfo=UTC)) == date(2026, 11, 17)
    assert day_in_france(datetime(2026, 7, 14, 22, 0, tzinfo=UTC)) == date(2026, 7, 15)
