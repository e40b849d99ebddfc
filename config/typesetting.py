"""Long documents: their pages are set by processes that end afterwards, then bound into one tagged PDF.

Decision: typst keeps about 0.6 MB of memory for each page that it has set, for as long as its process lives. A school of
1,500 pupils has 4,200 letters: 2.3 GB in one piece. So the pages are set in parts, as many at once as there are cores, each
by a process of its own, and one more binds them, which takes about 0.1 MB a page. Rejected: a document per part, which an
office would have to print one after the other.

The data travels through pipes, since it may hold passwords: never through a file or the command line.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import typst

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 900
"""No process of this module takes as long: one that does hangs."""
LENGTH_BYTES = 8
WORDS_OF_A_FAILURE = 500


class TypesettingFailed(Exception):
    """A process could not set or bind its pages; the message is its own last words, which name no data."""


def set_pages(templates: Path, name: str, data: dict[str, Any], moment: datetime) -> bytes:
    """The pages of a template as a tagged PDF (PDF/UA-1), set in this process."""
    return typst.compile(
        templates / name,
        root=templates,
        # Only the fonts inside typst: the same page on every machine.
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=moment.replace(microsecond=0),
    )


def set_book(templates: Path, name: str, parts: Iterable[dict[str, Any]], moment: datetime) -> bytes:
    """The pages of all parts, one after the other in one document; parts are asked for while earlier ones are being set."""

    def set_part(data: dict[str, Any]) -> bytes:
        order = {"templates": str(templates), "name": name, "data": data, "moment": moment.isoformat()}
        return _ask("set", json.dumps(order).encode())

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as desks:
        made = list(desks.map(set_part, parts))
    return made[0] if len(made) == 1 else _ask("bind", b"".join(_framed(part) for part in made))


def _ask(task: str, content: bytes) -> bytes:
    """Have a new process do it."""
    command = [sys.executable, "-m", "config.typesetting", task]
    try:
        done = subprocess.run(command, input=content, capture_output=True, cwd=ROOT, timeout=SECONDS, check=False)  # noqa: S603 - our own module
    except subprocess.TimeoutExpired:
        # Not as its cause: it holds what was asked, passwords included.
        raise TypesettingFailed(f"{task} took longer than {SECONDS} seconds") from None
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()[-WORDS_OF_A_FAILURE:]
        raise TypesettingFailed(f"{task} ended with {done.returncode}: {words}")
    return done.stdout


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(LENGTH_BYTES) + part


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    while length := stream.read(LENGTH_BYTES):
        yield stream.read(int.from_bytes(length))


def _main(task: str) -> None:
    """What the new process does: reads its order from standard input, writes the PDF to standard output."""
    if task == "set":
        order = json.load(sys.stdin.buffer)
        result = set_pages(Path(order["templates"]), order["name"], order["data"], datetime.fromisoformat(order["moment"]))
    else:
        from config.bookbinding import bind  # noqa: PLC0415 - only this process loads its library

        result = bind(_parts(sys.stdin.buffer))
    sys.stdout.buffer.write(result)


if __name__ == "__main__":
    _main(sys.argv[1])
