"""What an account is: its kind, the dates that make its life, and the state that follows from them.

There is no status to keep up to date: a state is read from the dates and the present moment, so that it is right
even on a day when no job ran.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class AccountKind(StrEnum):
    """Whom an account is for."""

    PUPIL = "pupil"
    GUARDIAN = "guardian"


class AccountState(StrEnum):
    """Where an account stands in its life."""

    KNOWN = "known"  # the school's file names the person; no letter was issued yet
    NOTIFIED = "notified"  # a letter is on its way, its deadline not past
    EXPIRED = "expired"  # the letter's deadline passed before the first connection
    CREATED = "created"  # first connection made, address not confirmed
    CONFIRMED = "confirmed"
    INVALIDATED = "invalidated"  # not used for too long, or not confirmed in time: new credentials are needed
    MERGED = "merged"  # another account took over
    CLOSED = "closed"


class AccountFacts(Protocol):
    """What the rules read of an account; the table offers it, and so does a test's small dataclass."""

    kind: AccountKind
    first_connection_at: datetime | None
    email_confirmed_at: datetime | None
    notification_expires_at: datetime | None
    merged_at: datetime | None
    closed_at: datetime | None
    invalidated_at: datetime | None


def state_at(account: AccountFacts, now: datetime) -> AccountState:
    """The state of an account at a moment (R05, R15, R20, R63, R80, R81)."""
    if account.closed_at is not None:
        return AccountState.CLOSED
    if account.merged_at is not None:
        return AccountState.MERGED
    if account.invalidated_at is not None:
        return AccountState.INVALIDATED
    if account.first_connection_at is not None:
        return AccountState.CONFIRMED if account.email_confirmed_at else AccountState.CREATED
    if account.notification_expires_at is None:
        return AccountState.KNOWN
    return AccountState.NOTIFIED if now < account.notification_expires_at else AccountState.EXPIRED


def is_over(account: AccountFacts) -> bool:
    """Whether no session and no token of this account holds any more, whenever it was opened (R63, R80, R81)."""
    return account.closed_at is not None or account.merged_at is not None or account.invalidated_at is not None
