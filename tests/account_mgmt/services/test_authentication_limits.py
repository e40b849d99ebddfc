"""Too many tries: slower, then locked for a while, per login and per address, and never for good (R32)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from account_mgmt.services.authentication import Locked, SignedIn, Wrong, authenticate
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.services import Services
from tests.factories import NOW, PASSWORD, Dupont

ADDRESS = "192.0.2.7"


def miss(services: Services, clock: FrozenClock, login: str, times: int) -> None:
    """So many misses, waiting in between for as long as one is asked to."""
    for _ in range(times):
        outcome = authenticate(services, login, "wrong password", ADDRESS)
        while isinstance(outcome, Locked):
            clock.advance(seconds=(outcome.until - clock.now()).total_seconds())
            outcome = authenticate(services, login, "wrong password", ADDRESS)


@pytest.mark.rule("R32")
@pytest.mark.parametrize("login", ["jean.dupont", "nobody.atall"])
def test_misses_slow_down_then_lock_and_the_lock_ends_by_itself(
    services: Services, family: Dupont, clock: FrozenClock, login: str
) -> None:
    outcomes = [authenticate(services, login, "wrong password", ADDRESS) for _ in range(6)]
    assert outcomes == [Wrong()] * 5 + [Locked(NOW + timedelta(seconds=1))]
    clock.advance(seconds=1)
    assert authenticate(services, login, "wrong password", ADDRESS) == Wrong()
    assert authenticate(services, login, "wrong password", ADDRESS) == Locked(clock.now() + timedelta(seconds=2))
    clock.advance(seconds=2)
    miss(services, clock, login, 4)
    locked = authenticate(services, login, PASSWORD, ADDRESS)
    assert locked == Locked(clock.now() + timedelta(minutes=15))
    clock.advance(minutes=15)
    outcome = authenticate(services, login, PASSWORD, ADDRESS)
    assert isinstance(outcome, SignedIn if login == "jean.dupont" else Wrong)


@pytest.mark.rule("R32")
def test_the_right_password_gives_the_tries_back(services: Services, family: Dupont, clock: FrozenClock) -> None:
    for _ in range(3):
        miss(services, clock, "jean.dupont", 4)
        assert isinstance(authenticate(services, "Jean.Dupont", PASSWORD, ADDRESS), SignedIn)


@pytest.mark.rule("R32")
def test_one_login_locked_leaves_the_others_alone(services: Services, family: Dupont, clock: FrozenClock) -> None:
    miss(services, clock, "nobody.atall", 10)
    assert isinstance(authenticate(services, "nobody.atall", PASSWORD, ADDRESS), Locked)
    assert isinstance(authenticate(services, "jean.dupont", PASSWORD, ADDRESS), SignedIn)


@pytest.mark.rule("R32")
def test_an_address_that_misses_all_over_is_locked_whatever_the_login(
    services: Services, family: Dupont, clock: FrozenClock
) -> None:
    accounts = services.settings.accounts.model_copy(update={"login_tries_per_address": 12})
    strict = replace(services, settings=services.settings.model_copy(update={"accounts": accounts}))
    for number in range(12):
        assert authenticate(strict, f"somebody.else{number}", "wrong password", ADDRESS) == Wrong()
    assert isinstance(authenticate(strict, "jean.dupont", PASSWORD, ADDRESS), Locked)
    assert isinstance(authenticate(strict, "jean.dupont", PASSWORD, "198.51.100.4"), SignedIn)
    clock.advance(minutes=accounts.login_lock_minutes)
    assert isinstance(authenticate(strict, "jean.dupont", PASSWORD, ADDRESS), SignedIn)


@pytest.mark.rule("R32")
def test_a_lock_leaves_a_trace_and_what_it_stops_leaves_none(
    services: Services, session: Session, family: Dupont, clock: FrozenClock
) -> None:
    miss(services, clock, "jean.dupont", 10)
    for _ in range(5):
        assert isinstance(authenticate(services, "jean.dupont", "wrong password", ADDRESS), Locked)
    counts = dict(session.execute(select(AuditRow.event, func.count()).group_by(AuditRow.event)).all())
    assert counts == {AuditEvent.SIGN_IN_REFUSED: 9, AuditEvent.SIGN_IN_LOCKED: 1}
    assert (
        session.scalar(select(AuditRow.account_id).where(AuditRow.event == AuditEvent.SIGN_IN_LOCKED)) == family.jean_for_dylan.id
    )
