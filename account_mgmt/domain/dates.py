"""Dates as the rules count them: in calendar months, and as people type them in three fields."""

import re
from calendar import monthrange
from datetime import date, datetime


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time some months on; the month's last day where that day does not exist (R05, R20, R81)."""
    index = moment.year * 12 + (moment.month - 1) + months
    year, month = divmod(index, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def date_from_fields(day: str, month: str, year: str) -> date | None:
    """The date that three form fields say, or nothing if there is no such day (R11)."""
    fields = [text.strip() for text in (day, month, year)]
    if not all(re.fullmatch("[0-9]+", text) for text in fields) or len(fields[2]) < len("2013"):
        return None
    try:
        return date(int(fields[2]), int(fields[1]), int(fields[0]))
    except ValueError:
        return None
