"""Short-lived state: sessions, interactions, codes, tokens, counters. What may be lost in a crash, and nothing else.

Two adapters honour this contract, SQL and Redis, and one suite (`tests/config/test_store.py`) holds both to it.
There is none in the memory of a process: two workers and a restart must work out of the box.
"""

from typing import Any, Protocol

from config.clock import Clock

Value = dict[str, Any]


class EphemeralStore(Protocol):
    """Five verbs over (kind, key). Values are JSON objects. Keys that are secrets come as digests (`config/tokens.py`).

    Expiry follows the application's clock, not the server's, so that a frozen clock governs it too.
    """

    def put(self, kind: str, key: str, value: Value, ttl: int) -> None:
        """Keep a value for `ttl` seconds, in the place of what was there."""

    def get(self, kind: str, key: str) -> Value | None:
        """The value, unless it expired or never was."""

    def take(self, kind: str, key: str) -> Value | None:
        """Read and remove, atomically: of any number of simultaneous takers exactly one gets the value."""

    def count(self, kind: str, key: str, window: int) -> int:
        """Add one, atomically, and say how many there are in the current window of `window` seconds."""

    def delete(self, kind: str, key: str) -> None:
        """Forget the value (and the counter) if there is one."""

    def close(self) -> None:
        """Give the connections back; the values stay."""


def open_store(url: str, clock: Clock) -> EphemeralStore:
    """The store that an address names; nothing connects before the first use."""
    # Each adapter loads the library of its server, so only the one that is asked for is imported.
    if url.startswith("sqlite://"):
        from config.store.sqlite import SqliteStore

        return SqliteStore(url.removeprefix("sqlite:///"), clock)
    if url.startswith("postgresql"):
        from config.store.postgresql import PostgresqlStore

        return PostgresqlStore(url, clock)
    from config.store.redis import RedisStore

    return RedisStore(url, clock)
