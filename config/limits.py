"""Attempt budgets: after some failures one has to wait a little, longer each time, then for a while, never for good.

Counters and waits live in the ephemeral store under digests, so that it names neither account nor address. A wait is
refused by the caller, not slept through: sleeping would let a stranger occupy the workers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.services import Services
from config.tokens import digest


@dataclass(frozen=True)
class Budget:
    """How many failures are let through in a window, and from which one on each costs a wait (R14, R32, R54)."""

    limit: int
    window_seconds: int
    slow_after: int | None = None
    """From this failure on the waits double: 1, 2, 4… seconds. Without it there is only the lock at `limit`."""


@dataclass(frozen=True)
class Delay:
    """Until when nothing is tried any more, and whether it is the lock or only a slow-down."""

    until: datetime
    locked: bool


def too_many(services: Services, kind: str, key: str, budget: Budget) -> Delay | None:
    """The wait in force for this key, if there is one (R32)."""
    held = services.store.get(_wait_kind(kind), digest(key))
    if held is None:
        return None
    delay = _delay(held["count"], datetime.fromisoformat(held["at"]), budget)
    return delay if delay and services.clock.now() < delay.until else None


def note_failure(services: Services, kind: str, key: str, budget: Budget) -> Delay | None:
    """Count a failure, and say which wait it starts (R14, R32, R54)."""
    count = services.store.count(_count_kind(kind), digest(key), budget.window_seconds)
    now = services.clock.now()
    delay = _delay(count, now, budget)
    if delay is not None:
        value = {"count": count, "at": now.isoformat()}
        services.store.put(_wait_kind(kind), digest(key), value, wait_after(count, budget))
    return delay


def forget(services: Services, kind: str, key: str) -> None:
    """Give the whole budget back: after a success, for the account (never for the address, which others share)."""
    services.store.delete(_count_kind(kind), digest(key))
    services.store.delete(_wait_kind(kind), digest(key))


def wait_after(count: int, budget: Budget) -> int:
    """The seconds to wait after the n-th failure of a window: none, then doubling, then the whole window."""
    if count >= budget.limit:
        return budget.window_seconds
    if budget.slow_after is None or count < budget.slow_after:
        return 0
    return int(min(2 ** (count - budget.slow_after), budget.window_seconds))


def _delay(count: int, at: datetime, budget: Budget) -> Delay | None:
    seconds = wait_after(count, budget)
    return Delay(at + timedelta(seconds=seconds), count >= budget.limit) if seconds else None


def _count_kind(kind: str) -> str:
    return f"attempts:{kind}"


def _wait_kind(kind: str) -> str:
    return f"wait:{kind}"
