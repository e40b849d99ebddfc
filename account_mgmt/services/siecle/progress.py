"""How far an import is, for who waits: kept in the store, since nobody sees the tables of a transaction that still runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from config.services import Services

KIND = "import_progress"
KEPT_SECONDS = 3600
INTERVAL_SECONDS = 0.5

Watch = Callable[["Progress"], None]


@dataclass(frozen=True)
class Progress:
    """Rows done, of how many; while a file is read for the first time, schools."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class Meter:
    """Counts what is done, and says so now and then, to the store and to who started the import."""

    def __init__(self, services: Services, batch_id: int, total: int, watch: Watch | None) -> None:
        self._store = services.store
        self._batch_id = batch_id
        self._watch = watch
        self._done = 0
        self._total = total
        self._said_at = 0.0
        self._say()

    def add(self, rows: int) -> None:
        """So many more are done."""
        self._done = min(self._done + rows, self._total)
        if time.monotonic() - self._said_at > INTERVAL_SECONDS:
            self._say()

    def finish(self) -> None:
        """All is done, whatever the estimate was."""
        self._done = self._total
        self._say()

    def _say(self) -> None:
        self._said_at = time.monotonic()
        self._store.put(KIND, str(self._batch_id), {"done": self._done, "total": self._total}, KEPT_SECONDS)
        if self._watch is not None:
            self._watch(Progress(self._done, self._total))


def progress_of(services: Services, batch_id: int) -> Progress | None:
    """How far an import is, if it runs or has just run."""
    value = services.store.get(KIND, str(batch_id))
    return Progress(value["done"], value["total"]) if value else None
