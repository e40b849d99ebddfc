"""The worker's part of imports: large files are read and applied by it, and nothing is lost when it stops (R100)."""

from dataclasses import replace

import pytest

from account_mgmt.models import ImportBatch
from account_mgmt.services import siecle_jobs
from account_mgmt.services.siecle_import import receive, request_apply
from account_mgmt.services.siecle_jobs import start_apply, start_preview
from config.clock import FrozenClock
from config.database import db
from config.job_queue import OUT_OF_REACH
from config.services import Services
from config.worker import run_job, run_waiting
from tests.account_mgmt.services.school_office import ACTOR, Office, open_office
from tests.school_files import DYLAN, ZOE, export, sent, upload

pytestmark = pytest.mark.rule("R100")


@pytest.fixture
def office(services: Services) -> Office:
    return open_office(services)


def again(batch_id: int) -> ImportBatch:
    batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
    db.session.commit()
    return batch


def test_the_worker_reads_a_file_then_applies_it_in_the_name_of_who_asked(office: Office) -> None:
    services = office.services
    batch = receive(services, upload(export()), office.scope(), ACTOR)
    start_preview(services, batch.id)
    assert again(batch.id).previewed_at is None
    run_waiting(services)
    assert again(batch.id).plan["totals"]["pupils_created"] == 2
    assert request_apply(services, batch.id, "staff:7") is None
    start_apply(services, batch.id)
    run_waiting(services)
    assert again(batch.id).applied_at is not None
    assert len(office.accounts()) == 5


def test_what_a_stopped_worker_left_is_taken_up(office: Office) -> None:
    services = office.services
    unread = receive(services, upload(export()), office.scope(), ACTOR)
    unapplied = office.preview(upload(export()))
    request_apply(services, unapplied.id, ACTOR)
    run_job(services, "siecle.resume", {})
    run_waiting(services)
    assert again(unread.id).previewed_at is not None
    assert again(unapplied.id).applied_at is not None
    run_job(services, "siecle.resume", {})
    assert run_waiting(services) == 0


def test_a_refused_or_stale_import_is_not_taken_up_for_ever(office: Office) -> None:
    services = office.services
    refused = receive(services, sent(("a.txt", b"bonjour")), office.scope(), ACTOR)
    stale = office.preview(upload(export()))
    request_apply(services, stale.id, ACTOR)
    office.imports(replace(export(), children=(replace(DYLAN, class_code="5 C"), ZOE)))
    run_job(services, "siecle.resume", {})
    assert run_waiting(services) == 2
    assert again(refused.id).problem["code"] == "unknown_kind"
    assert again(stale.id).applied_at is None
    assert again(stale.id).plan["totals"]["pupils_changed"] == 1  # the preview was made again
    run_job(services, "siecle.resume", {})
    assert run_waiting(services) == 0


def test_old_files_are_forgotten_by_themselves(office: Office, clock: FrozenClock) -> None:
    batch = office.preview(upload(export()))
    clock.advance(days=8)
    run_job(office.services, "siecle.forget", {})
    assert again(batch.id).discarded_at is not None
    run_job(office.services, "siecle.forget", {})


def test_a_queue_out_of_reach_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    services = office.services
    batch = receive(services, upload(export()), office.scope(), ACTOR)

    def out_of_reach(*_: object, **__: object) -> None:
        raise OUT_OF_REACH[0]

    with monkeypatch.context() as patched:
        patched.setattr(siecle_jobs, "enqueue", out_of_reach)
        start_preview(services, batch.id)
    run_job(services, "siecle.resume", {})
    run_waiting(services)
    assert again(batch.id).previewed_at is not None
