"""Places on the cores of this machine, for work that fills one: as many at a time as there are cores, over all processes.

A place is a lock on a file: it dies with its process, so that a killed worker never leaves a core unused.
"""

import fcntl
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

CORES = len(os.sched_getaffinity(0))
_threads = BoundedSemaphore(CORES)
_folders: list[Path] = []


def share_cores(folder: Path) -> None:
    """Count together with the other processes of this site, by files in that folder; without it a process counts alone."""
    _folders[:] = [folder]


@contextmanager
def a_core() -> Iterator[None]:
    """Wait for a free core, and keep it inside the block."""
    with _threads:
        if not _folders:
            yield
            return
        _folders[0].mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = _take_a_place(_folders[0])
        try:
            yield
        finally:
            os.close(descriptor)


def _take_a_place(folder: Path) -> int:
    """Whichever is free, else wait for one chosen by chance: all of them turn over within milliseconds."""
    places = random.sample(range(CORES), CORES)
    for place in places:
        descriptor = _open(folder, place)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    descriptor = _open(folder, places[0])
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def _open(folder: Path, place: int) -> int:
    return os.open(folder / str(place), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
