"""The store in PostgreSQL: for installations that have one. Its tables are UNLOGGED: a crash of the server empties them."""

from threading import Lock
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from config.clock import Clock
from config.store.sql import TABLES, SqlStore

CREATION_LOCK = 7_321_960
"""Any number, as long as it stays: who creates the tables holds this lock, since IF NOT EXISTS alone loses races."""
POOL_SIZE = 8


class PostgresqlStore(SqlStore):
    """Each statement is a transaction; the pool is opened by the first one, after the server has made its processes."""

    locking = "for update skip locked"

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(clock)
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._opening = Lock()
        self._pool: ConnectionPool[Connection[Any]] | None = None

    def run(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        pool = self._pool or self._open()
        with pool.connection() as connection:
            cursor = connection.execute(statement.replace("?", "%s").encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _open(self) -> ConnectionPool[Connection[Any]]:
        with self._opening:
            if self._pool is None:
                settings = {"autocommit": True, "prepare_threshold": 1, "options": "-c synchronous_commit=off"}
                pool = ConnectionPool(self._url, min_size=1, max_size=POOL_SIZE, kwargs=settings, open=True, timeout=15)
                with pool.connection() as connection, connection.transaction():
                    connection.execute("select pg_advisory_xact_lock(%s)", (CREATION_LOCK,))
                    connection.execute(TABLES.format(unlogged="unlogged").encode())
                self._pool = pool
            return self._pool
