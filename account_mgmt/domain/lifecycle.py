"""How accounts end: what the night has to do with each of them, and by which day.

Days are counted in France: what a page or a message calls the last day is a whole day on which logging in still helps. A
family that comes back within the summer finds its account again: closing takes nothing away, erasing does, and waits.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from account_mgmt.domain.accounts import AccountFacts, AccountKind, AccountState, state_at
from account_mgmt.domain.dates import PARIS, day_in_france, months_later

FIRST_NOTICE_DAYS, LAST_NOTICE_DAYS = 30, 7
KEPT_DAYS = 80
"""From the last right to the erasure: the arrêté of 30 November 2006 (art. 6) allows three months; nights may be missed."""


class Due(StrEnum):
    """What the night does with an account."""

    LETTER_EXPIRED = "letter_expired"  # deleted at once, and a new account awaits a letter in its place (R05)
    NO_CHILD = "no_child"  # closed; it opens again if the child comes back in time (R80)
    CONFIRMATION_EXPIRED = "confirmation_expired"  # invalidated: only new credentials help (R20)
    INACTIVE = "inactive"  # invalidated as well (R81)
    FIRST_WARNING = "first_warning"
    LAST_WARNING = "last_warning"
    ERASURE = "erasure"


class UseFacts(AccountFacts, Protocol):
    """What tells how long an account has not been used, and what was said about it."""

    last_signed_in_at: datetime | None
    last_warning_at: datetime | None


class LifeFacts(UseFacts, Protocol):
    """What the rules read of an account's life."""

    confirmation_expires_at: datetime | None
    first_warning_at: datetime | None
    erased_at: datetime | None
    has_child: bool
    """Whether a link leads to a pupil who is at a school today."""
    last_child_until: datetime | None
    """When the last link ended that is over."""
    principal_erased_at: datetime | None


def due(account: LifeFacts, inactivity_months: int, now: datetime) -> Due | None:
    """What is to be done with this account at this moment; an account is done one thing a night (R05, R20, R80-R82)."""
    if account.erased_at is not None:
        return None
    state = state_at(account, now)
    if state in {AccountState.MERGED, AccountState.CLOSED}:
        return Due.ERASURE if _is_erasable(account, now) else None
    if state is AccountState.EXPIRED:
        return Due.LETTER_EXPIRED
    if not account.has_child:
        return Due.NO_CHILD
    if state in {AccountState.CREATED, AccountState.CONFIRMED}:
        return _due_of_one_in_use(account, inactivity_months, now)
    return None


def closing_day(account: UseFacts, inactivity_months: int) -> date | None:
    """The last day on which logging in keeps this account alive; none before its first connection (R81).

    Never sooner than a week after the last warning: a night that was missed costs nobody the notice.
    """
    if account.first_connection_at is None:
        return None
    used = max(account.first_connection_at, account.last_signed_in_at or account.first_connection_at)
    day = _months_on(day_in_france(used), inactivity_months)
    if account.last_warning_at is None:
        return day
    return max(day, day_in_france(account.last_warning_at) + timedelta(days=LAST_NOTICE_DAYS))


def used_too_early(by: date, inactivity_months: int) -> datetime:
    """The moment before which a last use gives a closing day of `by` or sooner; for whoever compares by the thousand."""
    day = _months_on(by, -inactivity_months)
    while _months_on(day + timedelta(days=1), inactivity_months) <= by:
        day += timedelta(days=1)  # short months: 28, 29, 30 and 31 August all lead to 28 February
    return start_of(day + timedelta(days=1))


def erasable_before(now: datetime) -> datetime:
    """The moment before which rights must have ended for their holder to be erased."""
    return start_of(day_in_france(now) - timedelta(days=KEPT_DAYS))


def is_forgettable(rights_until: Iterable[datetime | None], now: datetime) -> bool:
    """Whether a pupil or an adult has had no right for long enough; `None` is a right that lasts."""
    return all(until is not None and until < erasable_before(now) for until in rights_until)


def start_of(day: date) -> datetime:
    """The first moment of a day in France."""
    return datetime.combine(day, time(), PARIS)


def _due_of_one_in_use(account: LifeFacts, months: int, now: datetime) -> Due | None:
    confirmed = account.email_confirmed_at is not None
    if account.kind is AccountKind.GUARDIAN and not confirmed and _is_past(account.confirmation_expires_at, now):
        return Due.CONFIRMATION_EXPIRED
    last_day = closing_day(account, months)
    if last_day is None:
        return None
    if not confirmed or account.last_warning_at is not None:  # nobody to warn, or nothing more to say
        return Due.INACTIVE if last_day < day_in_france(now) else None
    return _warning(account, last_day - day_in_france(now))


def _warning(account: LifeFacts, left: timedelta) -> Due | None:
    if left.days <= LAST_NOTICE_DAYS:
        return Due.LAST_WARNING
    return Due.FIRST_WARNING if left.days <= FIRST_NOTICE_DAYS and account.first_warning_at is None else None


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _is_erasable(account: LifeFacts, now: datetime) -> bool:
    """Counted from the last child's departure, however late the night was that closed the account."""
    if account.closed_at is None:  # grouped: it goes a night after the account that took over
        return account.principal_erased_at is not None and account.principal_erased_at < now
    before = erasable_before(now)
    if account.closed_at < before:
        return True
    return not account.has_child and (account.last_child_until is None or account.last_child_until < before)


def _months_on(day: date, months: int) -> date:
    return months_later(start_of(day), months).date()
