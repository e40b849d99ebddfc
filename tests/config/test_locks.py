"""Locks that die with their process: one holder at a time, nothing left behind."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Lock, Thread

from flask import Flask

from config.locks import exclusive
from config.services import Services

HOLD_IN_ANOTHER_PROCESS = """
import sys
import wsgi
from config.locks import exclusive
from config.settings import Settings
app = wsgi.create_app(Settings.model_validate_json(sys.argv[1]))
with app.app_context(), exclusive("job") as ours:
    print(ours, flush=True)
    sys.stdin.readline()
"""


def test_one_holds_it_and_the_others_do_not_wait(services_on_each: Services) -> None:
    with exclusive("job") as first, exclusive("job") as second, exclusive("another job") as other:
        assert (first, second, other) == (True, False, True)
    with exclusive("job") as again:
        assert again


def test_of_many_threads_never_two_hold_it_at_once(app_on_each: Flask) -> None:
    barrier, inside, held = Barrier(6), Lock(), list[bool]()

    def work() -> None:
        barrier.wait()
        for _ in range(30):
            with app_on_each.app_context(), exclusive("job") as ours:
                if ours:
                    held.append(inside.acquire(blocking=False))
                    inside.release()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held
    assert all(held)


def test_a_killed_holder_holds_it_no_more(services_on_each: Services) -> None:
    settings = services_on_each.settings
    values = {"mode": "test", "secret_key": settings.secret_key.get_secret_value(), "http": {"base_url": settings.http.base_url}}
    values |= {"database": {"url": settings.database.url}, "store": {"url": settings.store.url}}
    command = [sys.executable, "-c", HOLD_IN_ANOTHER_PROCESS, json.dumps(values)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    assert holder.stdout.readline() == "True\n"
    with exclusive("job") as ours:
        assert not ours
    holder.kill()
    holder.communicate()
    assert _soon(lambda: _free("job"))


def test_nothing_is_left_in_the_folder(services: Services, tmp_path: Path) -> None:
    for number in range(5):
        with exclusive(f"job {number}"):
            pass
    assert list((tmp_path / "preau.locks").iterdir()) == []


def _free(name: str) -> bool:
    with exclusive(name) as ours:
        return ours


def _soon(true: Callable[[], bool]) -> bool:
    """PostgreSQL takes a moment to see that the other end of a connection is gone."""
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()
