"""The import of a school's or an académie's file: received, previewed, then applied as a whole or given up (R100-R103).

A preview writes nothing but itself. An apply reads the file again, decides again, and refuses to write anything else than
what was shown. The file is kept encrypted, and only as long as it may still be applied.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.siecle_refusals import ImportRefused
from account_mgmt.models import Academy, ImportBatch
from account_mgmt.services.siecle.accounts import write_accounts
from account_mgmt.services.siecle.archive import Upload
from account_mgmt.services.siecle.plans import Plans, SchoolPlan, Scope
from account_mgmt.services.siecle.progress import Meter, Watch
from account_mgmt.services.siecle.summary import Summary, counts_of
from account_mgmt.services.siecle.writing import Growth, Target, write_enrolments, write_people
from config.audit import AuditEvent
from config.database import db, transaction
from config.encryption import decrypt, encrypt
from config.services import Services

PURPOSE = "school file"
KEPT_AT_MOST = timedelta(days=7)
"""A file that nobody applied has grown old, and holds a whole school's families; so do the lists of a preview, in part."""
FORGOTTEN_AT_ONCE = 200


class ApplyProblem(StrEnum):
    """Why an import was not applied; nothing was written."""

    NOT_PREVIEWED = "not_previewed"  # its preview is not finished
    REFUSED = "refused"  # its file cannot be imported
    ALREADY_APPLIED = "already_applied"
    DISCARDED = "discarded"
    STALE = "stale"  # the data changed since the preview: look at a new one
    DEPARTURES_UNCONFIRMED = "departures_unconfirmed"  # so many people vanish that somebody must say that it is right


def receive(services: Services, upload: Upload, scope: Scope, actor: str) -> ImportBatch:
    """Take a file in, encrypted; it is read by `preview_batch`."""
    with transaction() as session:
        batch = ImportBatch(
            academy_id=scope.academy_id,
            school_id=scope.school_id,
            requested_by=actor,
            requested_at=services.clock.now(),
            file_name=upload.file_name,
            file_digest=upload.digest,
            content=encrypt(services.settings, PURPOSE, upload.content),
        )
        session.add(batch)
    return batch


def preview(services: Services, upload: Upload, scope: Scope, actor: str, watch: Watch | None = None) -> ImportBatch:
    """Take a file in and say what it would change, or in `problem` why it is refused (R100)."""
    return preview_batch(services, receive(services, upload, scope, actor).id, watch)


def preview_batch(services: Services, batch_id: int, watch: Watch | None = None) -> ImportBatch:
    """Read a received file, and keep with it what it would change; can be done again when the data has changed."""
    batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
    content = _content(db.session(), services, batch_id)
    if content is None:
        return batch
    try:
        summary, digest = _compare(services, batch, content, watch)
    except ImportRefused as refusal:
        return _refuse(services, batch_id, refusal)
    with transaction() as session:
        batch = session.get_one(ImportBatch, batch_id, populate_existing=True)
        batch.plan, batch.plan_digest, batch.total = summary.as_json(), digest, summary.rows
        batch.previewed_at = services.clock.now()
        services.audit.record(
            AuditEvent.IMPORT_PREVIEWED,
            actor=batch.requested_by,
            school_id=batch.school_id,
            details={"import": batch.id, **summary.totals},
        )
    return batch


def confirm_departures(services: Services, batch_id: int, actor: str) -> None:
    """Write down that somebody looked at an unusual number of departures, and that it is right."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        batch.departures_confirmed = True
        services.audit.record(
            AuditEvent.IMPORT_DEPARTURES_CONFIRMED, actor=actor, school_id=batch.school_id, details={"import": batch_id}
        )


def request_apply(services: Services, batch_id: int, actor: str) -> ApplyProblem | None:
    """Write down that an import is to be applied; the job `siecle.apply` does it. None when nothing stands in the way."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, batch_id, populate_existing=True, with_for_update=True)
        problem = obstacle(batch)
        if problem is None:
            batch.apply_requested_at, batch.apply_requested_by = services.clock.now(), actor
    return problem


def apply(services: Services, batch_id: int, actor: str, watch: Watch | None = None) -> ImportBatch | ApplyProblem:
    """Do what the preview showed, all of it or nothing; an import that changes nothing says so with counts of zero (R100)."""
    try:
        with transaction() as session:
            batch = session.get_one(ImportBatch, batch_id, populate_existing=True, with_for_update=True)
            problem = obstacle(batch)
            if problem is None:
                _take_turn(session, batch.academy_id)
                _carry_out(session, services, batch, actor, watch)
    except (_Stale, ImportRefused):
        return ApplyProblem.STALE
    return batch if problem is None else problem


def obstacle(batch: ImportBatch) -> ApplyProblem | None:
    """Why an import cannot be applied as it stands; none when it can."""
    if batch.applied_at is not None:
        return ApplyProblem.ALREADY_APPLIED
    if batch.discarded_at is not None:
        return ApplyProblem.DISCARDED
    if batch.problem:
        return ApplyProblem.REFUSED
    if batch.previewed_at is None:
        return ApplyProblem.NOT_PREVIEWED
    if batch.plan["unusual"] and not batch.departures_confirmed:
        return ApplyProblem.DEPARTURES_UNCONFIRMED
    return None


def discard(services: Services, batch_id: int, actor: str) -> None:
    """Give an import up: its file is gone at once. One that was applied stays as it is."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        if batch.applied_at is None and batch.discarded_at is None:
            batch.discarded_at, batch.content = services.clock.now(), None
            services.audit.record(
                AuditEvent.IMPORT_DISCARDED, actor=actor, school_id=batch.school_id, details={"import": batch_id}
            )


def forget_files(services: Services) -> int:
    """Delete the files of old imports that nobody applied, and the names that previews listed; says how many."""
    now = services.clock.now()
    with transaction() as session:
        held = or_(ImportBatch.content.is_not(None), ImportBatch.plan_digest != "")
        old = (
            select(ImportBatch.id, ImportBatch.plan)
            .where(held, ImportBatch.requested_at < now - KEPT_AT_MOST)
            .limit(FORGOTTEN_AT_ONCE)
        )
        rows = session.execute(old).all()
        forgotten = [row.id for row in rows]
        of_these = update(ImportBatch).where(ImportBatch.id.in_(forgotten))
        session.execute(of_these.where(ImportBatch.content.is_not(None)).values(content=None, discarded_at=now))
        for number, plan in rows:
            nameless = plan | {"lists": {kind: [] for kind in plan.get("lists", {})}} if plan else plan
            session.execute(update(ImportBatch).where(ImportBatch.id == number).values(plan=nameless, plan_digest=""))
    return len(forgotten)


class _Stale(Exception):
    """The plan made under the lock is not the one that was shown."""


def _compare(services: Services, batch: ImportBatch, content: bytes, watch: Watch | None) -> tuple[Summary, str]:
    session, summary = db.session(), Summary()
    plans = _plans(session, services, batch)
    schools = plans.schools(content)
    meter = Meter(services, batch.id, len(schools), watch)
    for each in plans.make(schools):
        summary.add(each)
        meter.add(1)
    session.commit()  # nothing was written: no transaction stays open
    meter.finish()
    return summary, plans.digest


def _carry_out(session: Session, services: Services, batch: ImportBatch, actor: str, watch: Watch | None) -> None:
    content = _content(session, services, batch.id)
    plans, summary = _plans(session, services, batch), Summary()
    meter, growth = Meter(services, batch.id, batch.total, watch), Growth(session)
    for each in plans.make(plans.schools(content or b"")):
        meter.add(each.rows)
        _write(Target(session, each.school, day_in_france(services.clock.now()), meter.add), services, each)
        growth.note(each.plan.rows)
        summary.add(each)
        services.audit.record(
            AuditEvent.IMPORT_APPLIED,
            actor=actor,
            school_id=each.school.id,
            details={"import": batch.id, **counts_of(each.plan)},
        )
    if plans.digest != batch.plan_digest:
        raise _Stale
    batch.plan, batch.done, batch.content = summary.as_json(), batch.total, None
    batch.applied_at = services.clock.now()
    meter.finish()


def _write(target: Target, services: Services, each: SchoolPlan) -> None:
    if each.plan.is_empty:
        return
    people = write_people(target, each.plan)
    write_enrolments(target, each.plan, people)
    write_accounts(target, services, each.plan, people)


def _plans(session: Session, services: Services, batch: ImportBatch) -> Plans:
    return Plans(session, services.settings, Scope(batch.academy_id, batch.school_id), day_in_france(services.clock.now()))


def _refuse(services: Services, batch_id: int, refusal: ImportRefused) -> ImportBatch:
    with transaction() as session:
        batch = session.get_one(ImportBatch, batch_id, populate_existing=True)
        batch.problem, batch.content = refusal.as_problem(), None
        services.audit.record(
            AuditEvent.IMPORT_REFUSED,
            actor=batch.requested_by,
            school_id=batch.school_id,
            details={"import": batch_id, "code": str(refusal.code), "line": refusal.line},
        )
    return batch


def _content(session: Session, services: Services, batch_id: int) -> bytes | None:
    box = session.scalar(select(ImportBatch.content).where(ImportBatch.id == batch_id))
    return None if box is None else decrypt(services.settings, PURPOSE, box)


def _take_turn(session: Session, academy_id: int) -> None:
    """Imports of one académie come one after the other: they share families. Accounts may go on pointing to it meanwhile."""
    session.execute(select(Academy.id).where(Academy.id == academy_id).with_for_update(key_share=True))
