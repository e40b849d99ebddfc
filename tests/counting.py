"""What a request costs: the SQL statements and the store calls between two moments."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

from config.database import db
from config.services import Services
from config.store import EphemeralStore, Value

NOT_STATEMENTS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class Spent:
    """Every statement and store call, in order."""

    statements: list[str] = field(default_factory=list)
    store_calls: list[str] = field(default_factory=list)


class CountingStore:
    """A store that writes down what it is asked, and asks the real one."""

    def __init__(self, store: EphemeralStore, spent: Spent) -> None:
        self._store = store
        self._spent = spent

    def put(self, kind: str, key: str, value: Value, ttl: int) -> None:
        self._note("put", kind)
        self._store.put(kind, key, value, ttl)

    def get(self, kind: str, key: str) -> Value | None:
        self._note("get", kind)
        return self._store.get(kind, key)

    def take(self, kind: str, key: str) -> Value | None:
        self._note("take", kind)
        return self._store.take(kind, key)

    def count(self, kind: str, key: str, window: int) -> int:
        self._note("count", kind)
        return self._store.count(kind, key, window)

    def delete(self, kind: str, key: str) -> None:
        self._note("delete", kind)
        self._store.delete(kind, key)

    def close(self) -> None:
        self._store.close()

    def _note(self, verb: str, kind: str) -> None:
        self._spent.store_calls.append(f"{verb} {kind}")


@contextmanager
def counting(app: Flask, services: Services) -> Iterator[Spent]:
    """Count what is spent inside the block, by whatever request of the application."""
    spent = Spent()
    note = _noting(spent)
    real = services.store
    object.__setattr__(services, "store", CountingStore(real, spent))
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield spent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        object.__setattr__(services, "store", real)


def _noting(spent: Spent) -> Callable[..., None]:
    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_STATEMENTS):
            spent.statements.append(statement)

    return note
