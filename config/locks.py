"""A lock that belongs to a process and dies with it: for jobs that must not run twice at once, on any machine of the site.

With PostgreSQL it is an advisory lock of a connection, with SQLite (one machine) a lock on a file beside the database.
Neither can stay behind when a worker is killed, as a row or a key with an expiry would.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from sqlalchemy import text

from config.database import db


@contextmanager
def exclusive(name: str) -> Iterator[bool]:
    """True inside the block if the lock was free; False, without waiting, if somebody holds it."""
    if db.engine.dialect.name == "postgresql":
        with _in_postgresql(name) as ours:
            yield ours
    else:
        with _in_a_file(name) as ours:
            yield ours


@contextmanager
def _in_postgresql(name: str) -> Iterator[bool]:
    key = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    # Outside any transaction: a job may last for minutes, and an idle transaction would hold back vacuum.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ours = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield ours
        finally:
            if ours:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


@contextmanager
def _in_a_file(name: str) -> Iterator[bool]:
    folder = Path(str(db.engine.url.database)).with_suffix(".locks")
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / sha256(name.encode()).hexdigest()[:16]
    with path.open("w") as file:
        ours = _taken(file, path)
        try:
            yield ours
        finally:
            if ours:
                # Before the lock is gone with the file; who opened the file meanwhile sees that it is no longer there.
                path.unlink()


def _taken(file: IO[str], path: Path) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(file.fileno()).st_ino == path.stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
