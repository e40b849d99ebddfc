"""Attempt budgets: slower and slower, then locked for a while, and never for good."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clock import FrozenClock
from config.limits import Budget, Delay, forget, note_failure, too_many, wait_after
from config.services import Services

BUDGET = Budget(limit=10, window_seconds=900, slow_after=5)
PLAIN = Budget(limit=3, window_seconds=600)


def fail(services: Services, times: int, key: str = "jean.dupont1", budget: Budget = BUDGET) -> Delay | None:
    delay = None
    for _ in range(times):
        delay = note_failure(services, "login", key, budget)
    return delay


@pytest.mark.rule("R32")
def test_a_few_failures_cost_nothing(services: Services) -> None:
    assert fail(services, 4) is None
    assert too_many(services, "login", "jean.dupont1", BUDGET) is None


@pytest.mark.rule("R32")
def test_then_each_failure_costs_a_wait_twice_as_long(services: Services) -> None:
    assert [wait_after(count, BUDGET) for count in range(1, 12)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 900, 900]


@pytest.mark.rule("R32")
def test_a_wait_ends_by_itself(services: Services, clock: FrozenClock) -> None:
    fail(services, 6)
    delay = too_many(services, "login", "jean.dupont1", BUDGET)
    assert delay == Delay(clock.now() + timedelta(seconds=2), locked=False)
    clock.advance(seconds=2)
    assert too_many(services, "login", "jean.dupont1", BUDGET) is None


@pytest.mark.rule("R32", "R14")
def test_at_the_limit_it_is_locked_for_the_window_and_not_for_good(services: Services, clock: FrozenClock) -> None:
    assert fail(services, 10) == Delay(clock.now() + timedelta(minutes=15), locked=True)
    clock.advance(minutes=14, seconds=59)
    assert too_many(services, "login", "jean.dupont1", BUDGET)
    clock.advance(seconds=1)
    assert too_many(services, "login", "jean.dupont1", BUDGET) is None
    assert fail(services, 1) is None, "a new window has a whole budget"


def test_keys_and_kinds_do_not_disturb_one_another(services: Services) -> None:
    fail(services, 10)
    assert too_many(services, "login", "alice.dupont1", BUDGET) is None
    assert too_many(services, "birth date", "jean.dupont1", BUDGET) is None


@pytest.mark.rule("R32")
def test_a_success_gives_the_budget_back(services: Services) -> None:
    fail(services, 9)
    forget(services, "login", "jean.dupont1")
    assert too_many(services, "login", "jean.dupont1", BUDGET) is None
    assert fail(services, 4) is None


def test_a_budget_without_slow_down_only_locks(services: Services, clock: FrozenClock) -> None:
    assert fail(services, 2, budget=PLAIN) is None
    assert fail(services, 1, budget=PLAIN) == Delay(clock.now() + timedelta(minutes=10), locked=True)


def test_a_shorter_lock_in_the_settings_holds_for_locks_in_force(services: Services, clock: FrozenClock) -> None:
    fail(services, 10)
    clock.advance(minutes=5)
    assert too_many(services, "login", "jean.dupont1", Budget(10, 240, 5)) is None


@given(st.integers(1, 10_000), st.integers(1, 50), st.integers(1, 100_000), st.none() | st.integers(1, 50))
def test_a_wait_is_never_longer_than_the_window(count: int, limit: int, window: int, slow_after: int | None) -> None:
    assert 0 <= wait_after(count, Budget(limit, window, slow_after)) <= window
