"""Sessions: opened, found, prolonged, ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from account_mgmt.services import sessions
from account_mgmt.services.sessions import CloseReason, Session, close, find, open_session, open_staff_session, session_closed
from config.clock import FrozenClock
from config.services import Services
from config.store import EphemeralStore, Value
from config.tokens import digest
from tests.factories import NOW


class CountingStore:
    """The store, and how often it was asked."""

    def __init__(self, store: EphemeralStore) -> None:
        self._store = store
        self.calls: list[str] = []

    def put(self, kind: str, key: str, value: Value, ttl: int) -> None:
        self.calls.append("put")
        self._store.put(kind, key, value, ttl)

    def get(self, kind: str, key: str) -> Value | None:
        self.calls.append("get")
        return self._store.get(kind, key)

    def take(self, kind: str, key: str) -> Value | None:
        self.calls.append("take")
        return self._store.take(kind, key)

    def count(self, kind: str, key: str, window: int) -> int:
        self.calls.append("count")
        return self._store.count(kind, key, window)

    def delete(self, kind: str, key: str) -> None:
        self.calls.append("delete")
        self._store.delete(kind, key)

    def close(self) -> None:
        self._store.close()


def test_the_browser_holds_an_id_of_which_the_store_has_only_the_digest(services: Services) -> None:
    cookie, session = open_session(services, 12, previous_sign_in_at=NOW - timedelta(days=9))
    assert len(cookie) >= 43
    assert session.handle == digest(cookie) != cookie
    assert services.store.get("session", cookie) is None
    assert find(services, cookie) == session


def test_an_unknown_or_missing_cookie_is_no_session(services: Services) -> None:
    assert find(services, None) is None
    assert find(services, "") is None
    assert find(services, "made up") is None


def test_a_family_cookie_opens_no_staff_session_and_the_other_way_round(services: Services) -> None:
    family, _ = open_session(services, 12)
    staff, opened = open_staff_session(services, 12)
    assert find(services, staff, "staff") == opened
    assert find(services, family, "staff") is None
    assert find(services, staff) is None


def test_a_session_lasts_while_it_is_used_and_no_longer_than_the_idle_time_after(services: Services, clock: FrozenClock) -> None:
    cookie, _ = open_session(services, 12)
    for _ in range(5):
        clock.advance(minutes=25)
        assert find(services, cookie) is not None
    clock.advance(minutes=30)
    assert find(services, cookie) is None


def test_a_session_in_use_ends_all_the_same_when_it_is_too_old(services: Services, clock: FrozenClock) -> None:
    cookie, _ = open_session(services, 12)
    for _ in range(35):
        clock.advance(minutes=20)
        assert find(services, cookie) is not None
    clock.advance(minutes=20)
    assert find(services, cookie) is None


def test_finding_a_session_asks_the_store_once_and_writes_every_few_minutes_only(services: Services, clock: FrozenClock) -> None:
    cookie, _ = open_session(services, 12)
    store = CountingStore(services.store)
    counted = replace(services, store=store)
    clock.advance(seconds=100)
    find(counted, cookie)
    assert store.calls == ["get"]
    clock.advance(seconds=100)
    prolonged = find(counted, cookie)
    assert store.calls.count("put") == 1
    assert prolonged is not None
    assert prolonged.last_seen_at == clock.now()
    store.calls.clear()
    find(counted, cookie)
    assert store.calls == ["get"]


def test_logging_in_again_changes_the_id_and_ends_the_session_before(services: Services) -> None:
    heard: list[tuple[Session, CloseReason]] = []

    def listener(session: Session, services: Services, reason: CloseReason) -> None:
        heard.append((session, reason))

    old_cookie, old = open_session(services, 12)
    with session_closed.connected_to(listener):
        new_cookie, new = open_session(services, 13, replaces=old)
    assert (find(services, old_cookie), find(services, new_cookie)) == (None, new)
    assert heard == [(old, CloseReason.REPLACED)]


def test_closing_a_session_ends_it_and_tells_whoever_listens(services: Services) -> None:
    heard: list[tuple[Session, CloseReason]] = []

    def listener(session: Session, services: Services, reason: CloseReason) -> None:
        heard.append((session, reason))

    cookie, session = open_session(services, 12)
    with session_closed.connected_to(listener):
        close(services, session)
    assert find(services, cookie) is None
    assert heard == [(session, CloseReason.SIGNED_OUT)]


def test_a_session_closed_while_another_request_prolongs_it_stays_closed(
    services: Services, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie, session = open_session(services, 12)
    clock.advance(minutes=5)
    write = sessions._write

    def close_then_write(services: Services, prolonged: Session) -> None:
        close(services, session)
        write(services, prolonged)

    monkeypatch.setattr(sessions, "_write", close_then_write)
    assert find(services, cookie) is None
    monkeypatch.undo()
    assert find(services, cookie) is None


@pytest.mark.rule("R07")
def test_an_account_outlives_the_sessions_from_before_it_signed_out_everywhere(services: Services) -> None:
    _, session = open_session(services, 12)
    assert not session.outlived_by(None)
    assert not session.outlived_by(NOW - timedelta(seconds=1))
    assert session.outlived_by(NOW)


@pytest.mark.rule("R33")
def test_a_session_remembers_when_the_account_was_used_before(services: Services) -> None:
    cookie, _ = open_session(services, 12, previous_sign_in_at=NOW - timedelta(days=9))
    found = find(services, cookie)
    assert found is not None
    assert (found.previous_sign_in_at, found.methods) == (NOW - timedelta(days=9), ("pwd",))
