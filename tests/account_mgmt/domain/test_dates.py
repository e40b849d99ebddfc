"""Dates in calendar months, and as typed in three fields."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.dates import date_from_fields, months_later


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
