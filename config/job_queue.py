"""The queue by which web processes tell the worker that there is something to do: huey over SQLite, PostgreSQL or Redis.

The queue is a messenger, not the truth: what has to be done is derived from tables, and a lost message costs only time.
Messages are signed JSON: whoever can write to the queue's database still cannot make the worker run code of theirs.
"""

import hmac
import json
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
import redis
import structlog
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from config.encryption import derive_key
from config.settings import Settings

NAME = "preau"
OUT_OF_REACH = (OSError, sqlite3.Error, psycopg.Error, redis.RedisError)
TABLES_LOCK = 0x5072_6175
"""The PostgreSQL advisory lock under which the queue's tables are made: two processes may start at once."""
MOST_QUEUES = 16
"""A process needs one; only tests come by more, and the oldest is closed then."""
log = structlog.get_logger("jobs")


class SignedJson(Serializer):  # type: ignore[misc]  # huey is not typed
    """Messages as JSON with an HMAC-SHA-256, in the place of huey's pickles."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._key = key

    def _serialize(self, data: Any) -> bytes:
        content = json.dumps(data).encode()
        return self._mac(content) + content

    def _deserialize(self, data: bytes) -> Any:
        mac, content = bytes(data[:32]), bytes(data[32:])
        if not hmac.compare_digest(mac, self._mac(content)):
            raise ValueError("a message of the job queue is not signed with this site's secret key")
        return Message(*json.loads(content))

    def _mac(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")


class JobQueue:
    """Names of jobs and their arguments, in and out. Whoever takes them out sets `runner`."""

    def __init__(self, url: str, secret: str) -> None:
        self.huey = _huey(url, SignedJson(derive_key(secret, "job queue")))
        self._task = self.huey.task(name="job")(self._run)
        self.runner: Any = None

    def put(self, name: str, arguments: dict[str, Any]) -> None:
        """Ask for a job."""
        self._task(name, arguments)

    def close(self) -> None:
        """Give the connection back; what waits in the queue stays there."""
        self.huey.storage.close()

    def _run(self, name: str, arguments: dict[str, Any]) -> None:
        self.runner(name, arguments)


_open_queues: dict[tuple[str, str], JobQueue] = {}
_opening = Lock()


def queue_of(settings: Settings) -> JobQueue:
    """The queue beside the short-lived state: the same server, a file of its own with SQLite."""
    found = (settings.store.url, settings.secret_key.get_secret_value())
    with _opening:
        if found not in _open_queues:
            while len(_open_queues) >= MOST_QUEUES:
                _open_queues.pop(next(iter(_open_queues))).close()
            _open_queues[found] = JobQueue(*found)
        return _open_queues[found]


def nudge(settings: Settings, name: str) -> None:
    """Ask for a job that the timetable would do soon anyway: a queue out of reach is no reason to fail."""
    try:
        queue_of(settings).put(name, {})
    except OUT_OF_REACH as error:
        log.warning("jobs.queue_out_of_reach", job=name, reason=type(error).__name__)


def _huey(url: str, serializer: SignedJson) -> Huey:
    options: dict[str, Any] = {"name": NAME, "results": False, "serializer": serializer}
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        store = Path("/" + rest.lstrip("/"))
        store.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(filename=str(store.with_suffix(".jobs.sqlite")), **options)
    if scheme.startswith("postgresql"):
        dsn = f"postgresql://{rest}"
        huey = PostgresHuey(dsn=dsn, create_tables=False, **options)
        with psycopg.connect(dsn) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (TABLES_LOCK,))
            for statement in huey.storage.ddl:
                connection.execute(statement)
        return huey
    return RedisHuey(url=url, **options)
