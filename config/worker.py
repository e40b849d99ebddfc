"""What runs beside the web: jobs by name, the timetable, and the process that does them (`flask worker`).

A job is a function `(services, **arguments)` that can be run twice or late without harm: what is left to do it reads from
tables, so a killed worker loses nothing. One job with the same arguments never runs twice at once, on any machine.
"""

import signal
import time as timer
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from huey.consumer import Consumer, Scheduler
from sqlalchemy.exc import DBAPIError

from config import audit_seals, delivery
from config.job_queue import OUT_OF_REACH, JobQueue, queue_of
from config.locks import exclusive
from config.services import Services

Job = Callable[..., str | None]
Workplace = Callable[[], AbstractContextManager[Services]]
PARIS = ZoneInfo("Europe/Paris")
STOP_SECONDS = 25
"""How long a stop waits for the jobs under way; what is not finished then is taken up at the next start."""
log = structlog.get_logger("jobs")


@dataclass(frozen=True)
class Line:
    """A line of the timetable: every so often, or daily at an hour of Paris; `at_start` for what may have been cut short."""

    name: str
    every: timedelta | None = None
    daily: time | None = None
    at_start: bool = False

    def slot(self, now: datetime) -> str | None:
        """The name of the turn that is due at this moment; the same for all machines."""
        if self.every is not None:
            return str(int(now.timestamp() // self.every.total_seconds()))
        local = now.astimezone(PARIS)
        return f"{local:%Y-%m-%d}" if self.daily and local.time() >= self.daily else None

    @property
    def period(self) -> timedelta:
        return self.every or timedelta(days=1)


JOBS: dict[str, Job] = {}
TIMETABLE: dict[str, Line] = {}


def job(name: str) -> Callable[[Job], Job]:
    """Register a function as a job; it may return a sentence for the log, without personal data."""

    def register(function: Job) -> Job:
        if name in JOBS:
            raise ValueError(f"two jobs are called {name}")
        JOBS[name] = function
        return function

    return register


def periodic(
    name: str, *, every: timedelta | None = None, daily: time | None = None, at_start: bool = False
) -> Callable[[Job], Job]:
    """Register a job without arguments, and put it on the timetable."""
    if (every is None) == (daily is None):
        raise ValueError(f"{name} needs either an interval or an hour")
    TIMETABLE[name] = Line(name, every, daily, at_start)
    return job(name)


def enqueue(services: Services, name: str, **arguments: Any) -> None:
    """Have the worker do a job soon; call it after the commit of what the job will read."""
    if name not in JOBS:
        raise ValueError(f"no job is called {name}")
    queue_of(services.settings).put(name, arguments)


def run_job(services: Services, name: str, arguments: dict[str, Any]) -> None:
    """Do a job here and now, unless somebody is at it."""
    started = timer.monotonic()
    label = ",".join(f"{key}={value}" for key, value in sorted(arguments.items()))
    with exclusive(f"job {name} {label}") as ours:
        summary = JOBS[name](services, **arguments) if ours else None
    if summary:
        log.info("jobs.done", job=name, summary=summary, ms=round((timer.monotonic() - started) * 1000))


def run_waiting(services: Services) -> int:
    """Do all jobs of the queue in this process, and say how many there were: for tests and one-off machines."""
    queue = queue_of(services.settings)
    queue.runner = lambda name, arguments: run_job(services, name, arguments)
    done = 0
    while (task := queue.huey.dequeue()) is not None:
        task.execute()
        done += 1
    return done


def turns(services: Services, seen: dict[str, str]) -> list[str]:
    """The jobs whose turn it is now; of all workers of the site, one gets each turn.

    `seen` is what this worker already asked about, so that it does not ask the store again within the same turn.
    """
    due = []
    now = services.clock.now()
    for line in TIMETABLE.values():
        slot = line.slot(now)
        if slot is None or seen.get(line.name) == slot:
            continue
        seen[line.name] = slot
        window = int(2 * line.period.total_seconds())
        if services.store.count("timetable", f"{line.name}:{slot}", window) == 1:
            due.append(line.name)
    return due


class Timekeeper(Scheduler):  # type: ignore[misc]  # huey is not typed
    """Huey's scheduler knows minutes at best; this one reads our timetable each second."""

    workplace: Workplace
    queue: JobQueue

    def initialize(self) -> None:
        """Ask for what an earlier worker may have left in the middle."""
        self._seen: dict[str, str] = {}
        for line in TIMETABLE.values():
            if line.at_start:
                self.queue.put(line.name, {})

    def loop(self, now: datetime | None = None) -> None:
        """One look at the timetable; a store or queue out of reach is tried again a second later."""
        try:
            with self.workplace() as services:
                for name in turns(services, self._seen):
                    self.queue.put(name, {})
        except OUT_OF_REACH as error:
            self._seen.clear()
            log.warning("jobs.timetable_out_of_reach", reason=type(error).__name__)
        # Until the next second, or until the worker stops.
        self.stop_flag.wait(1)


def work(workplace: Workplace, threads: int) -> None:
    """Do jobs until the process is told to stop; SIGTERM and SIGINT let the jobs under way finish."""
    with workplace() as services:
        queue = queue_of(services.settings)

    def run(name: str, arguments: dict[str, Any]) -> None:
        try:
            with workplace() as services:
                run_job(services, name, arguments)
        except (*OUT_OF_REACH, DBAPIError) as error:
            # The timetable, or the job's own resumption, asks for it again.
            log.warning("jobs.out_of_reach", job=name, exc_info=error)

    queue.runner = run
    timekeeper = type("SiteTimekeeper", (Timekeeper,), {"workplace": staticmethod(workplace), "queue": queue})
    consumer_class = type("SiteConsumer", (Consumer,), {"scheduler_class": timekeeper})
    consumer = consumer_class(
        queue.huey, workers=threads, periodic=False, max_delay=0.5, shutdown_timeout=STOP_SECONDS, graceful_signal="TERM"
    )
    # Both signals mean the same here: finish what is under way, then go.
    consumer._signal_actions[signal.SIGINT] = (False, True)  # noqa: SLF001 - huey lets one choose only one of the two
    consumer.run()


@periodic("mail.deliver", every=timedelta(seconds=3))
def deliver_mail(services: Services) -> str | None:
    """Send what the outbox holds; also asked for at each commit that queues a message."""
    report = delivery.deliver(services)
    return f"{report.sent} sent, {report.postponed} postponed, {report.failed} failed" if report.tried else None


@periodic("mail.purge", daily=time(3, 10))
def purge_mail(services: Services) -> str | None:
    """Forget messages that were sent or given up long ago."""
    return f"{delivery.purge(services)} old messages forgotten"


@periodic("audit.seal", every=timedelta(seconds=5))
def seal_audit(services: Services) -> None:
    """Chain the latest events of the audit trail."""
    audit_seals.seal(services)


@periodic("audit.seal_all", daily=time(3, 20))
def seal_whole_audit(services: Services) -> None:
    """Chain also events whose transaction was committed long after its beginning."""
    audit_seals.seal(services, everything=True)
