"""Dates as the rules count them: in calendar months, and as people type them in three fields."""

import re
from calendar import monthrange
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
LAST_SECOND = time(23, 59, 59)


def day_in_france(moment: datetime) -> date:
    """The day that the schools' calendars show at that moment."""
    return moment.astimezone(PARIS).date()


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time some months on; the month's last day where that day does not exist (R05, R20, R81)."""
    index = moment.year * 12 + (moment.month - 1) + months
    year, month = divmod(index, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def deadline(start: datetime, months: int) -> datetime:
    """The end, in France, of the same day some months on: people read a day, and have all of that day (R05, R20)."""
    return datetime.combine(months_later(start.astimezone(PARIS), months).date(), LAST_SECOND, PARIS)


def date_from_fields(day: str, month: str, year: str) -> date | None:
    """The date that three form fields say, or nothing if there is no such day (R11)."""
    fields = [text.strip() for text in (day, month, year)]
    if not all(re.fullmatch("[0-9]+", text) for text in fields) or len(fields[2]) < len("2013"):
        return None
    try:
        return date(int(fields[2]), int(fields[1]), int(fields[0]))
    except ValueError:
        return None
