"""The store over SQL: the statements, which SQLite and PostgreSQL share, and the upkeep. How each connects is in its own file.

Raw drivers, one statement a verb: measured here, SQLAlchemy Core would cost more than the database does. Expired rows are
left where they are, invisible, and removed a few hundred at a time by the puts that follow.
"""

import json
from abc import ABC, abstractmethod
from itertools import count as counter
from typing import Any

from config.clock import Clock
from config.store import Value

PUTS_BETWEEN_PURGES = 256
PURGED_AT_ONCE = 1000
"""More than the puts between two purges, so that what expires never piles up."""

TABLES = """
create {unlogged} table if not exists store_entry (
    kind text not null, key text not null, value text not null, expires_at double precision not null, primary key (kind, key));
create index if not exists store_entry_expires_at on store_entry (expires_at);
create {unlogged} table if not exists store_counter (
    kind text not null, key text not null, hits integer not null, expires_at double precision not null, primary key (kind, key));
create index if not exists store_counter_expires_at on store_counter (expires_at);
"""
PUT = """
insert into store_entry (kind, key, value, expires_at) values (?, ?, ?, ?)
on conflict (kind, key) do update set value = excluded.value, expires_at = excluded.expires_at"""
GET = "select value, expires_at from store_entry where kind = ? and key = ?"
TAKE = "delete from store_entry where kind = ? and key = ? returning value, expires_at"
COUNT = """
insert into store_counter (kind, key, hits, expires_at) values (?, ?, 1, ?)
on conflict (kind, key) do update set
    hits = case when store_counter.expires_at <= ? then 1 else store_counter.hits + 1 end,
    expires_at = case when store_counter.expires_at <= ? then excluded.expires_at else store_counter.expires_at end
returning hits"""
DELETE = ("delete from store_entry where kind = ? and key = ?", "delete from store_counter where kind = ? and key = ?")
PURGE = tuple(
    f"delete from {table} where (kind, key) in "  # noqa: S608 - two names of ours, no input
    f"(select kind, key from {table} where expires_at <= ? limit ? {{locking}})"
    for table in ("store_entry", "store_counter")
)


class SqlStore(ABC):
    """The five verbs; a subclass runs one statement and returns its rows, each committed by itself."""

    locking = ""
    """What a purge adds so that two of them do not wait for one another."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._puts = counter(1)

    @abstractmethod
    def run(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Execute and commit one statement whose parameters are written `?`."""

    @abstractmethod
    def close(self) -> None:
        """Give the connections back; the values stay."""

    def put(self, kind: str, key: str, value: Value, ttl: int) -> None:
        self.run(PUT, kind, key, json.dumps(value, separators=(",", ":")), self._now() + ttl)
        if next(self._puts) % PUTS_BETWEEN_PURGES == 0:
            self.purge()

    def get(self, kind: str, key: str) -> Value | None:
        return self._alive(self.run(GET, kind, key))

    def take(self, kind: str, key: str) -> Value | None:
        return self._alive(self.run(TAKE, kind, key))

    def count(self, kind: str, key: str, window: int) -> int:
        now = self._now()
        ((hits,),) = self.run(COUNT, kind, key, now + window, now, now)
        return int(hits)

    def delete(self, kind: str, key: str) -> None:
        for statement in DELETE:
            self.run(statement, kind, key)

    def purge(self) -> None:
        """Remove some of what expired."""
        for statement in PURGE:
            self.run(statement.format(locking=self.locking), self._now(), PURGED_AT_ONCE)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _alive(self, rows: list[tuple[Any, ...]]) -> Value | None:
        if not rows or rows[0][1] <= self._now():
            return None
        value: Value = json.loads(rows[0][0])
        return value
