"""School files: sending them, looking at what they would change, applying it (R100, R101)."""

from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from account_mgmt.domain.permissions import Action
from account_mgmt.domain.siecle_refusals import ImportRefused
from account_mgmt.models import ImportBatch, School
from account_mgmt.services import school_office, siecle_import
from account_mgmt.services.siecle.archive import pack
from account_mgmt.services.siecle.plans import Scope
from account_mgmt.services.siecle.progress import progress_of
from account_mgmt.services.siecle_import import ApplyProblem
from account_mgmt.services.siecle_jobs import start_apply, start_preview
from account_mgmt.web.school.forms import ImportForm
from account_mgmt.web.school.import_texts import apply_problem, doubt_text, field_text, refusal_text
from account_mgmt.web.school.pages import actor, at_school, blueprint, form_texts, page, page_that_refreshes, to
from config.errors import ApplicationError
from config.services import current


@blueprint.get("/<uai>/import")
@at_school(Action.IMPORT_PUPILS)
def imports(school: School) -> Response:
    """Send the school's files, and see the earlier imports."""
    return _page(school, ImportForm(formdata=None))


@blueprint.post("/<uai>/import")
@at_school(Action.IMPORT_PUPILS)
def send_files(school: School) -> Response:
    """Take the files in; the worker reads them, nothing is changed yet."""
    form = ImportForm()
    files: list[FileStorage] = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        return _page(school, form_texts(form, [gettext("Choisissez au moins un fichier.")]), 422)
    try:
        upload = pack([(file.filename or "", file.stream) for file in files])
    except ImportRefused as refusal:
        return _page(school, form_texts(form, [refusal_text(refusal.as_problem())]), 422)
    batch = siecle_import.receive(current(), upload, Scope(school.academy_id, school.id), actor())
    start_preview(current(), batch.id)
    return to("import_batch", school, batch_id=batch.id)


@blueprint.get("/<uai>/import/<int:batch_id>")
@at_school(Action.IMPORT_PUPILS)
def import_batch(school: School, batch_id: int) -> Response:
    """Where an import stands: being read, refused, to be decided, being applied, applied, given up."""
    return _stage_page(_batch(school, batch_id))


@blueprint.post("/<uai>/import/<int:batch_id>/appliquer")
@at_school(Action.IMPORT_PUPILS)
def apply_import(school: School, batch_id: int) -> Response:
    """Have it applied, all of it or nothing."""
    batch = _batch(school, batch_id)
    if request.form.get("departs") == "oui":
        siecle_import.confirm_departures(current(), batch.id, actor())
    problem = siecle_import.request_apply(current(), batch.id, actor())
    if problem is not None and problem is not ApplyProblem.ALREADY_APPLIED:
        return _stage_page(batch, 409, problem=apply_problem(problem))
    start_apply(current(), batch.id)
    return to("import_batch", school, batch_id=batch.id)


@blueprint.post("/<uai>/import/<int:batch_id>/abandonner")
@at_school(Action.IMPORT_PUPILS)
def discard_import(school: School, batch_id: int) -> Response:
    """Give it up; its file is deleted at once."""
    siecle_import.discard(current(), _batch(school, batch_id).id, actor())
    return to("imports", school)


def _stage_page(batch: ImportBatch, status: int = 200, **context: Any) -> Response:
    if batch.problem:
        return page("import_refused.html", status, batch=batch, text=refusal_text(batch.problem))
    if batch.discarded_at is not None:
        return page("import_over.html", status, batch=batch)
    if batch.applied_at is not None:
        return page("import_applied.html", status, batch=batch, plan=batch.plan)
    if batch.previewed_at is None or batch.apply_requested_at is not None:
        return page_that_refreshes("import_running.html", batch=batch, progress=progress_of(current(), batch.id))
    return page(
        "import_preview.html", status, batch=batch, plan=batch.plan, doubt_text=doubt_text, field_text=field_text, **context
    )


def _batch(school: School, batch_id: int) -> ImportBatch:
    batch = school_office.import_at(school, batch_id)
    if batch is None:
        raise ApplicationError("not_found")
    return batch


def _page(school: School, form: ImportForm, status: int = 200) -> Response:
    return page("imports.html", status, form=form, batches=school_office.imports(school))
