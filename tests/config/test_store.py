"""What every store promises, held against each of them: SQLite, PostgreSQL, Redis or Valkey."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Timer
from typing import Any

import pytest

from config.clock import FrozenClock
from config.store import EphemeralStore, open_store
from config.store.sql import PURGED_AT_ONCE, PUTS_BETWEEN_PURGES, SqlStore

TAKERS = 50
NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)

TAKE_IN_ANOTHER_PROCESS = """
import sys
from config.clock import SystemClock
from config.store import open_store
store = open_store(sys.argv[1], SystemClock())
store.get("code", "warm-up")
print("ready", flush=True)
sys.stdin.readline()
print(*[name for name in sys.argv[2:] if store.take("code", name)], flush=True)
store.close()
"""
COUNT_IN_ANOTHER_PROCESS = """
import sys
from config.clock import SystemClock
from config.store import open_store
store = open_store(sys.argv[1], SystemClock())
for _ in range(int(sys.argv[2])):
    store.count("tries", "k", 600)
store.close()
"""


@pytest.fixture
def clock() -> FrozenClock:
    """Its own clock, at the real time: other processes of these tests look at the machine's."""
    return FrozenClock(datetime.now(UTC))


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/store.sqlite"
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
def store(url: str, clock: FrozenClock) -> Iterator[EphemeralStore]:
    store = open_store(url, clock)
    yield store
    store.close()


def at_once(action: Callable[[int], Any], times: int = TAKERS) -> list[Any]:
    """The results of many threads that start together."""
    barrier = Barrier(times)

    def run(number: int) -> Any:
        barrier.wait()
        return action(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def processes(program: str, number: int, *arguments: str) -> list["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", program, *arguments]
    return [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(number)]


def test_what_is_put_is_found_again_until_it_is_deleted(store: EphemeralStore) -> None:
    value = {"name": "Élodie « 学 »", "numbers": [1, 2.5, None, True], "deep": {"a": {}}}
    store.put("session", "k", value, 60)
    assert store.get("session", "k") == value
    assert store.get("session", "k") == value
    store.delete("session", "k")
    assert store.get("session", "k") is None


def test_what_was_never_there_is_neither_found_nor_taken_nor_a_trouble_to_delete(store: EphemeralStore) -> None:
    assert store.get("session", "nobody") is None
    assert store.take("session", "nobody") is None
    store.delete("session", "nobody")


def test_kinds_and_keys_do_not_mix(store: EphemeralStore) -> None:
    store.put("code", "k", {"is": "a code"}, 60)
    store.put("session", "k", {"is": "a session"}, 60)
    store.put("session", "k:2", {"is": "another"}, 60)
    assert store.take("code", "k") == {"is": "a code"}
    assert store.get("session", "k") == {"is": "a session"}
    assert store.get("session", "k:2") == {"is": "another"}


def test_putting_again_replaces_the_value_and_its_time(store: EphemeralStore, clock: FrozenClock) -> None:
    store.put("session", "k", {"version": 1}, 10)
    store.put("session", "k", {"version": 2}, 100)
    clock.advance(seconds=50)
    assert store.get("session", "k") == {"version": 2}


def test_a_value_is_over_at_its_second_by_the_clock_of_the_application(store: EphemeralStore, clock: FrozenClock) -> None:
    store.put("code", "k", {"v": 1}, 60)
    store.put("code", "other", {"v": 1}, 60)
    clock.advance(seconds=59)
    assert store.get("code", "k") == {"v": 1}
    clock.advance(seconds=1)
    assert store.get("code", "k") is None
    assert store.take("code", "k") is None
    assert store.take("code", "other") is None


def test_what_is_taken_is_gone(store: EphemeralStore) -> None:
    store.put("code", "k", {"v": 1}, 60)
    assert store.take("code", "k") == {"v": 1}
    assert store.take("code", "k") is None
    assert store.get("code", "k") is None


def test_of_fifty_threads_that_take_at_once_exactly_one_gets_the_value(store: EphemeralStore) -> None:
    for attempt in range(5):
        store.put("code", f"k{attempt}", {"v": attempt}, 60)
        taken = at_once(lambda _, attempt=attempt: store.take("code", f"k{attempt}"))  # type: ignore[misc]  # bound early
        assert [value for value in taken if value is not None] == [{"v": attempt}]


def test_of_processes_that_take_at_once_exactly_one_gets_each_value(store: EphemeralStore, url: str) -> None:
    names = [f"k{number}" for number in range(200)]
    for name in names:
        store.put("code", name, {"v": name}, 600)
    takers = processes(TAKE_IN_ANOTHER_PROCESS, 4, url, *names)
    for taker in takers:
        assert taker.stdout is not None
        assert taker.stdout.readline() == "ready\n"
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("go\n")
        taker.stdin.flush()
    taken = [taker.communicate(timeout=60)[0].split() for taker in takers]
    assert sorted(name for names in taken for name in names) == sorted(names)


def test_a_counter_counts_from_one_and_by_key(store: EphemeralStore) -> None:
    assert [store.count("tries", "k", 60) for _ in range(3)] == [1, 2, 3]
    assert store.count("tries", "other", 60) == 1
    assert store.count("mails", "k", 60) == 1


def test_a_window_opens_with_its_first_count_and_closes_by_itself(store: EphemeralStore, clock: FrozenClock) -> None:
    store.count("tries", "k", 60)
    clock.advance(seconds=59)
    assert store.count("tries", "k", 60) == 2
    clock.advance(seconds=1)
    assert store.count("tries", "k", 60) == 1
    clock.advance(seconds=59)
    assert store.count("tries", "k", 60) == 2


def test_deleting_forgets_the_counter_too(store: EphemeralStore) -> None:
    store.count("tries", "k", 60)
    store.delete("tries", "k")
    assert store.count("tries", "k", 60) == 1


def test_no_count_of_fifty_threads_is_lost_or_given_twice(store: EphemeralStore) -> None:
    assert sorted(at_once(lambda _: store.count("tries", "k", 600))) == list(range(1, TAKERS + 1))


def test_no_count_of_several_processes_is_lost(store: EphemeralStore, url: str) -> None:
    counters = processes(COUNT_IN_ANOTHER_PROCESS, 4, url, "100")
    assert [counter.wait(60) for counter in counters] == [0] * 4
    for counter in counters:
        counter.communicate()
    assert store.count("tries", "k", 600) == 401


def test_values_and_counters_survive_a_restart(store: EphemeralStore, url: str, clock: FrozenClock) -> None:
    store.put("session", "k", {"v": 1}, 60)
    store.count("tries", "k", 60)
    store.close()
    reopened = open_store(url, clock)
    assert reopened.get("session", "k") == {"v": 1}
    assert reopened.count("tries", "k", 60) == 2
    reopened.close()


def test_two_processes_may_open_an_empty_store_at_once(url: str, clock: FrozenClock) -> None:
    stores = [open_store(url, clock) for _ in range(8)]
    at_once(lambda number: stores[number].put("session", f"k{number}", {"v": number}, 60), 8)
    assert [stores[0].get("session", f"k{number}") for number in range(8)] == [{"v": number} for number in range(8)]
    for store in stores:
        store.close()


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_what_expired_is_swept_a_batch_at_a_time_by_later_puts(store: SqlStore, clock: FrozenClock) -> None:
    for number in range(20):
        store.put("code", f"old{number}", {}, 10)
        store.count("tries", f"old{number}", 10)
    clock.advance(seconds=11)
    for number in range(PUTS_BETWEEN_PURGES):
        store.put("code", f"new{number}", {}, 60)
    assert store.run("select count(*) from store_entry where key like ?", "old%") == [(0,)]
    assert store.run("select count(*) from store_counter") == [(0,)]
    assert store.run("select count(*) from store_entry where key like ?", "new%") == [(PUTS_BETWEEN_PURGES,)]


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_a_purge_never_holds_the_store_for_long(store: SqlStore, clock: FrozenClock) -> None:
    statement = "insert into store_entry (kind, key, value, expires_at) values (?, ?, '{}', 0)"
    for number in range(PURGED_AT_ONCE + 1):
        store.run(statement, "code", str(number))
    store.purge()
    assert store.run("select count(*) from store_entry") == [(1,)]


def test_the_file_of_a_sqlite_store_is_for_its_user_alone(tmp_path: Path, clock: FrozenClock) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", clock)
    store.put("session", "k", {}, 60)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("store.sqlite*")} == {0}
    store.close()


def test_a_new_sqlite_store_waits_for_whoever_is_at_its_file(tmp_path: Path, clock: FrozenClock) -> None:
    with closing(sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None, check_same_thread=False)) as other:
        other.execute("begin exclusive")
        Timer(0.3, other.rollback).start()
        store = open_store(f"sqlite:///{tmp_path}/store.sqlite", clock)
        store.put("session", "k", {"v": 1}, 60)
        assert store.get("session", "k") == {"v": 1}
        store.close()


def test_a_sqlite_store_that_stays_locked_is_an_error_in_the_end(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.store.sqlite.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)) as other:
        other.execute("begin exclusive")
        store = open_store(f"sqlite:///{tmp_path}/store.sqlite", clock)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            store.get("session", "k")
        other.rollback()
