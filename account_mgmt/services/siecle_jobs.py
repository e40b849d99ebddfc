"""The worker's part of imports: reading and applying large files, taking up what a stopped worker left, forgetting old files."""

from datetime import timedelta

import structlog
from sqlalchemy import select, update

from account_mgmt.models import ImportBatch
from account_mgmt.services.siecle_import import ApplyProblem, apply, forget_files, preview_batch
from config.database import db, transaction
from config.job_queue import OUT_OF_REACH
from config.services import Services
from config.worker import enqueue, job, periodic

PREVIEW, APPLY = "siecle.preview", "siecle.apply"
log = structlog.get_logger("imports")


def start_preview(services: Services, batch_id: int) -> None:
    """Have the worker read a received file; `siecle.resume` finds it later if the queue is out of reach."""
    _start(services, PREVIEW, batch_id)


def start_apply(services: Services, batch_id: int) -> None:
    """Have the worker apply an import for which `request_apply` found no obstacle."""
    _start(services, APPLY, batch_id)


@job(PREVIEW)
def _preview(services: Services, batch_id: int) -> str:
    batch = preview_batch(services, batch_id)
    return f"import {batch_id}: {'refused' if batch.problem else 'previewed'}"


@job(APPLY)
def _apply(services: Services, batch_id: int) -> str:
    batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
    result = apply(services, batch_id, batch.apply_requested_by)
    if not isinstance(result, ApplyProblem):
        return f"import {batch_id}: applied"
    with transaction() as session:  # it was answered: nothing is left to take up
        session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(apply_requested_at=None))
    if result is ApplyProblem.STALE:
        preview_batch(services, batch_id)
    return f"import {batch_id}: {result}"


@periodic("siecle.resume", every=timedelta(minutes=5), at_start=True)
def _resume(services: Services) -> str | None:
    waiting = select(ImportBatch.id).where(ImportBatch.content.is_not(None), ImportBatch.discarded_at.is_(None))
    unread = db.session.scalars(waiting.where(ImportBatch.previewed_at.is_(None))).all()
    unapplied = db.session.scalars(waiting.where(ImportBatch.apply_requested_at.is_not(None))).all()
    db.session.commit()
    for batch_id in unread:
        start_preview(services, batch_id)
    for batch_id in unapplied:
        start_apply(services, batch_id)
    return f"{len(unread) + len(unapplied)} imports taken up" if unread or unapplied else None


@periodic("siecle.forget", every=timedelta(hours=6))
def _forget(services: Services) -> str | None:
    forgotten = forget_files(services)
    return f"{forgotten} school files deleted" if forgotten else None


def _start(services: Services, name: str, batch_id: int) -> None:
    try:
        enqueue(services, name, batch_id=batch_id)
    except OUT_OF_REACH as error:
        log.warning("imports.queue_out_of_reach", batch=batch_id, reason=type(error).__name__)
