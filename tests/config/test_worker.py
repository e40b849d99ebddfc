"""Jobs by name, and the timetable: each turn is taken once, and nothing runs twice at the same time."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from config.clock import FrozenClock
from config.job_queue import queue_of
from config.services import Services
from config.worker import JOBS, TIMETABLE, Line, Timekeeper, enqueue, job, periodic, run_job, run_waiting, turns
from tests.config.test_outbox import mail_to, queue
from tests.conftest import RecordingMailer


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """What a test registers is gone afterwards."""
    jobs, timetable = dict(JOBS), dict(TIMETABLE)
    yield
    JOBS.clear()
    JOBS.update(jobs)
    TIMETABLE.clear()
    TIMETABLE.update(timetable)


@pytest.fixture
def done() -> list[object]:
    return []


def test_a_job_is_asked_for_by_name_and_done_later(services: Services, done: list[object]) -> None:
    @job("test.note")
    def note(services: Services, run_id: int, words: list[str]) -> None:
        done.append((services.settings.mode, run_id, words))

    enqueue(services, "test.note", run_id=3, words=["é"])
    assert done == []
    assert run_waiting(services) == 1
    assert done == [("test", 3, ["é"])]
    assert run_waiting(services) == 0


def test_a_job_that_nobody_registered_is_refused_at_once(services: Services) -> None:
    with pytest.raises(ValueError, match=r"no job is called test\.nothing"):
        enqueue(services, "test.nothing")


def test_a_name_belongs_to_one_job() -> None:
    job("test.once")(lambda services: None)
    with pytest.raises(ValueError, match=r"two jobs are called test\.once"):
        job("test.once")(lambda services: None)


def test_a_line_of_the_timetable_needs_an_interval_or_an_hour() -> None:
    with pytest.raises(ValueError, match="either an interval or an hour"):
        periodic("test.never")
    with pytest.raises(ValueError, match="either an interval or an hour"):
        periodic("test.both", every=timedelta(hours=1), daily=time(3))


def test_the_outbox_asks_for_its_delivery(services: Services, mailer: RecordingMailer) -> None:
    queue(services, mail_to())
    assert run_waiting(services) == 1
    assert [mail.to for mail in mailer.sent] == ["jean@example.org"]


def test_the_same_job_does_not_run_twice_at_once(app_on_each: Flask, done: list[object]) -> None:
    services: Services = app_on_each.extensions["services"]
    begun, finish = Event(), Event()

    @job("test.slow")
    def slow(services: Services, run_id: int) -> None:
        done.append(run_id)
        if run_id == 1:
            begun.set()
            assert finish.wait(20)

    def run_elsewhere() -> None:
        with app_on_each.app_context():
            run_job(services, "test.slow", {"run_id": 1})

    thread = Thread(target=run_elsewhere)
    thread.start()
    assert begun.wait(20)
    with app_on_each.app_context():
        run_job(services, "test.slow", {"run_id": 1})
        run_job(services, "test.slow", {"run_id": 2})
        assert done == [1, 2], "another order is another job"
        finish.set()
        thread.join()
        run_job(services, "test.slow", {"run_id": 1})
    assert done == [1, 2, 1], "once the first is over it may run again"


def test_a_job_that_fails_leaves_no_lock_behind(services_on_each: Services, done: list[object]) -> None:
    @job("test.fails")
    def fails(services: Services) -> None:
        done.append(1)
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            run_job(services_on_each, "test.fails", {})
    assert done == [1, 1]


def test_each_turn_is_taken_once_by_all_workers_together(services: Services, clock: FrozenClock) -> None:
    TIMETABLE.clear()
    periodic("test.often", every=timedelta(seconds=5))(lambda services: None)
    first, second = dict[str, str](), dict[str, str]()
    assert turns(services, first) == ["test.often"]
    assert turns(services, first) == []
    assert turns(services, second) == [], "another worker"
    clock.advance(seconds=5)
    assert turns(services, second) == ["test.often"]
    assert turns(services, first) == []


def test_a_daily_job_runs_from_its_hour_on_even_late(services: Services, clock: FrozenClock) -> None:
    TIMETABLE.clear()
    periodic("test.nightly", daily=time(3, 10))(lambda services: None)
    assert turns(services, {}) == ["test.nightly"], "the worker was down at ten past three, it is past nine"
    assert turns(services, {}) == []
    clock.advance(hours=15)
    assert turns(services, {}) == [], "the next day, before its hour"
    clock.advance(hours=3)
    assert turns(services, {}) == ["test.nightly"]


def test_the_hour_is_that_of_paris_in_summer_and_winter() -> None:
    line = Line("test.nightly", daily=time(3, 10))
    assert line.slot(datetime(2026, 7, 1, 1, 9, tzinfo=UTC)) is None
    assert line.slot(datetime(2026, 7, 1, 1, 10, tzinfo=UTC)) == "2026-07-01"
    assert line.slot(datetime(2026, 12, 1, 2, 9, tzinfo=UTC)) is None
    assert line.slot(datetime(2026, 12, 1, 2, 10, tzinfo=UTC)) == "2026-12-01"


def test_every_line_of_the_timetable_is_a_job_that_can_run_now(services: Services, mailer: RecordingMailer) -> None:
    assert TIMETABLE.keys() <= JOBS.keys()
    for name in ("mail.deliver", "mail.purge", "audit.seal", "audit.seal_all"):
        run_job(services, name, {})


def test_the_timekeeper_asks_for_what_was_cut_short_and_then_for_each_turn(app: Flask, clock: FrozenClock) -> None:
    TIMETABLE.clear()
    periodic("test.resume", every=timedelta(hours=1), at_start=True)(lambda services: None)
    periodic("test.often", every=timedelta(seconds=5))(lambda services: None)
    timekeeper, waiting = timekeeper_of(app)
    timekeeper.initialize()
    assert waiting() == ["test.resume"]
    timekeeper.loop()
    assert sorted(waiting()) == ["test.often", "test.resume"]
    timekeeper.loop()
    assert waiting() == []


def test_a_store_out_of_reach_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    TIMETABLE.clear()
    periodic("test.often", every=timedelta(seconds=5))(lambda services: None)
    timekeeper, waiting = timekeeper_of(app)
    timekeeper.initialize()

    def away(*call: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(type(app.extensions["services"].store), "count", away)
        timekeeper.loop()
    assert waiting() == []
    timekeeper.loop()
    assert waiting() == ["test.often"]


def test_a_worker_does_jobs_until_it_is_told_to_stop(app: Flask, done: list[object]) -> None:
    """In this process, so it is told by a signal to ourselves; a job that cannot reach its database does not end it."""
    TIMETABLE.clear()

    @job("test.fails")
    def fails(services: Services) -> None:
        raise OperationalError("select", {}, LookupError())

    @job("test.stop")
    def stop(services: Services) -> None:
        done.append(services.settings.mode)
        os.kill(os.getpid(), signal.SIGTERM)

    with app.app_context():
        enqueue(app.extensions["services"], "test.fails")
        enqueue(app.extensions["services"], "test.stop")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        result = app.test_cli_runner().invoke(app.cli, ["worker", "--threads", "1"])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("Stopped; nothing is lost.\n")
    assert done == ["test"]


def timekeeper_of(app: Flask) -> tuple[Timekeeper, Callable[[], list[str]]]:
    """A timekeeper that does not wait between its looks, and what it asked for since the last time."""

    @contextmanager
    def workplace() -> Iterator[Services]:
        with app.app_context():
            yield app.extensions["services"]

    queue, stopped = queue_of(app.extensions["services"].settings), Event()
    stopped.set()
    kind = type("TestTimekeeper", (Timekeeper,), {"workplace": staticmethod(workplace), "queue": queue})

    def waiting() -> list[str]:
        found: list[str] = []
        while (task := queue.huey.dequeue()) is not None:
            found.append(task.args[0])
        return found

    return kind(queue.huey, stopped, interval=1, periodic=False), waiting
