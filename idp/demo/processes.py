"""The processes of the demonstration: Préau's web server and worker, and in this one the mailbox and the sample services.

Whichever of them stops, all stop: a demonstration with half of its parts would only puzzle.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import httpx2
from flask import Flask
from werkzeug.serving import make_server

from config.settings import ROOT, Settings

LOOPBACK = "127.0.0.1"
STARTING_SECONDS = 60
PATIENCE_SECONDS = 20


def run_all(settings: Settings, site: Flask, site_port: int, ready: Callable[[], None]) -> None:
    """Run until something stops or Ctrl-C is pressed; `ready` is called once everything answers."""
    stop = threading.Event()
    children = [_start(command, settings.keys.directory.parent) for command in _commands(settings)]
    with _stopping_on_signals(stop), _ending(children):
        _wait_for(f"{settings.http.base_url}/.well-known/openid-configuration", children, stop)
        if stop.is_set():
            return
        server = make_server(LOOPBACK, site_port, site, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ready()
        while not stop.wait(1) and all(child.poll() is None for child in children):
            pass
        server.shutdown()


def _commands(settings: Settings) -> list[list[str]]:
    binaries = Path(sys.executable).parent
    port = urlsplit(settings.http.base_url).port or 80
    web = [
        str(binaries / "granian"),
        "--interface",
        "wsgi",
        "--factory",
        "wsgi:create_app",
        "--host",
        LOOPBACK,
        "--port",
        str(port),
    ]
    web += ["--workers", "2", "--blocking-threads", "4", "--log-level", "warning"]
    return [web, [str(binaries / "flask"), "--app", "wsgi", "worker"]]


def _start(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches this process alone, which ends the others in order."""
    with (folder / f"{Path(command[0]).name}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=log, stderr=log, start_new_session=True)  # noqa: S603


def _wait_for(address: str, children: list[subprocess.Popen[bytes]], stop: threading.Event) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while not stop.wait(0.2):
        if stopped := [child.args for child in children if child.poll() is not None]:
            raise RuntimeError(f"{stopped[0]!r} stopped at once: its reasons are in the demonstration's *.log files")
        if _answers(address):
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"{address} did not answer within {STARTING_SECONDS} seconds; see the demonstration's *.log files")


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=2).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


@contextmanager
def _stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before: dict[int, Any] = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _ending(children: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)  # with the workers that it started
