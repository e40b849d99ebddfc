"""The worker's part of letters: doing an order, taking up what a stopped worker left, forgetting old documents."""

from datetime import timedelta

import structlog

from account_mgmt.queries.letters import unfinished_runs
from account_mgmt.services.letters import forget_documents, run_letters
from config.database import db
from config.job_queue import OUT_OF_REACH
from config.services import Services
from config.worker import enqueue, job, periodic, run_job

RUN = "letters.run"
log = structlog.get_logger("letters")


def start_letters(services: Services, run_id: int) -> None:
    """Have the worker do an order; if the queue is out of reach, `letters.resume` finds the order a little later."""
    try:
        enqueue(services, RUN, run_id=run_id)
    except OUT_OF_REACH as error:
        log.warning("letters.queue_out_of_reach", run=run_id, reason=type(error).__name__)


def do_letters_now(services: Services, run_id: int) -> None:
    """Do an order in this process, unless the worker is at it."""
    run_job(services, RUN, {"run_id": run_id})


@job(RUN)
def _run(services: Services, run_id: int) -> str:
    run = run_letters(services, run_id)
    return f"run {run.id}: {run.printed} printed, {run.emailed} sent by e-mail"


@periodic("letters.resume", every=timedelta(minutes=5), at_start=True)
def _resume(services: Services) -> str | None:
    runs = unfinished_runs(db.session())
    db.session.commit()
    for run_id in runs:
        start_letters(services, run_id)
    return f"{len(runs)} runs taken up" if runs else None


@periodic("letters.forget", every=timedelta(hours=1))
def _forget(services: Services) -> str | None:
    forgotten = forget_documents(services)
    return f"{forgotten} documents deleted" if forgotten else None
