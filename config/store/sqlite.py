"""The store in a SQLite file of its own: the default, for one machine and any number of processes on it.

WAL with synchronous=NORMAL: a power cut may lose the last moments, which is what this store may lose; a commit waits for no disk.
It is not the main database's file, so a session being written never waits for a school's import.
"""

import sqlite3
import time
from collections import deque
from pathlib import Path
from typing import Any

from config.clock import Clock
from config.files import create_private
from config.store.sql import TABLES, SqlStore

BUSY_SECONDS = 15.0


class SqliteStore(SqlStore):
    """Connections are lent for one statement each, so there are as many as there were threads at work at once."""

    def __init__(self, path: str, clock: Clock) -> None:
        super().__init__(clock)
        self._path = Path(path)
        self._idle: deque[sqlite3.Connection] = deque()

    def run(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            # All rows are read: SQLite commits a DELETE … RETURNING only once its last row was asked for.
            return connection.execute(statement, parameters).fetchall()
        finally:
            self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _connect(self) -> sqlite3.Connection:
        create_private(self._path)
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._write_ahead(connection)
        connection.execute("pragma synchronous = normal")
        connection.executescript(TABLES.format(unlogged=""))
        return connection

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch the file to WAL; of several that do it to a new file at once, SQLite refuses some without waiting."""
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return
