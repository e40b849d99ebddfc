"""No more work at a time than there are cores, whoever asks: threads of one process, or many processes."""

import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from config import cores
from config.settings import ROOT

WORK = """
import sys, time
from pathlib import Path
from config import cores
cores.share_cores(Path(sys.argv[1]))
with cores.a_core():
    start = time.monotonic_ns()
    time.sleep(0.1)
    print(start, time.monotonic_ns())
"""


def most_at_once(spans: list[tuple[int, int]]) -> int:
    """The largest number of spans that share a moment."""
    return max(sum(other[0] <= start < other[1] for other in spans) for start, _ in spans)


def test_processes_share_the_cores(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORK, str(tmp_path / "cores")]
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(cores.CORES * 3)]
    spans = []
    for worker in workers:
        start, end = worker.communicate(timeout=60)[0].split()
        spans.append((int(start), int(end)))
    assert most_at_once(spans) <= cores.CORES


def test_threads_share_the_cores(tmp_path: Path) -> None:
    cores.share_cores(tmp_path)
    spans: list[tuple[int, int]] = []

    def work() -> None:
        with cores.a_core():
            start = time.monotonic_ns()
            time.sleep(0.05)
            spans.append((start, time.monotonic_ns()))

    threads = [Thread(target=work) for _ in range(cores.CORES * 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spans) == cores.CORES * 4
    assert most_at_once(spans) <= cores.CORES


def test_a_place_is_given_back_when_the_work_fails(tmp_path: Path) -> None:
    cores.share_cores(tmp_path)
    for _ in range(cores.CORES + 1):
        with pytest.raises(ZeroDivisionError), cores.a_core():
            _ = 1 / 0
