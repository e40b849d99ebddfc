"""The demonstration from its command to its end: what it prints is true, what one does is kept, Ctrl-C ends all of it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from config.settings import ROOT

STARTING_SECONDS = 120


def free_ports(count: int) -> int:
    """The first of `count` neighbouring ports that nobody uses right now."""
    for port in range(20_000 + os.getpid() % 10_000, 60_000, count):
        try:
            for wanted in range(port, port + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", wanted))
        except OSError:
            continue
        return port
    raise AssertionError("no free ports")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The demonstration's settings, at another place and on other ports."""
    port = free_ports(3)
    return os.environ | {
        "PREAU_CONFIG": str(ROOT / "config" / "deploy" / "demonstration.toml"),
        "PREAU_HTTP__BASE_URL": f"http://localhost:{port}",
        "PREAU_MAIL__PORT": str(port + 2),
        "PREAU_DATABASE__URL": f"sqlite:///{tmp_path}/preau.sqlite",
        "PREAU_STORE__URL": f"sqlite:///{tmp_path}/store.sqlite",
        "PREAU_KEYS__DIRECTORY": str(tmp_path / "keys"),
    }


@contextmanager
def running(environment: dict[str, str]) -> Iterator[str]:
    """The demonstration, and what it printed once ready; afterwards it was asked to stop, and did."""
    command = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "demo"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        try:
            yield printed
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(STARTING_SECONDS) == 0


def test_it_starts_says_what_to_open_and_keeps_its_data(environment: dict[str, str]) -> None:
    with running(environment) as printed:
        site = re.search(r"commencez par (\S+)", printed)
        assert site is not None
        index = httpx2.get(site[1])
        codes = re.findall(r"Mot de passe provisoire +([A-Z0-9]{8})", printed)
        assert len(codes) == 2
        assert all(code in index.text for code in codes)
        for path in ("courrier", "services/i-cart", "fichiers/lettres.pdf", "fichiers/0869003U.zip"):
            assert httpx2.get(site[1] + path).status_code == 200
        assert httpx2.get(site[1] + "fichiers/preau.sqlite").status_code == 404
        office = re.search(r"Le secrétariat +(\S+)", printed)
        assert office is not None
        assert httpx2.get(office[1], follow_redirects=True).status_code == 200
    with running(environment) as printed_again:
        assert printed_again == printed
