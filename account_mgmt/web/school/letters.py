"""Letters: ordering them for the school or a class, following the order, fetching the document (R04)."""

import io

from flask import request, send_file
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from account_mgmt.domain.letters import LetterProblem
from account_mgmt.domain.permissions import Action
from account_mgmt.models import LetterRun, School
from account_mgmt.services import school_office
from account_mgmt.services.letter_jobs import start_letters
from account_mgmt.services.letters import KEPT_AFTER_DOWNLOAD, KEPT_AT_MOST, LetterOrder, download_document, request_letters
from account_mgmt.web.school.forms import ALL, LettersForm
from account_mgmt.web.school.pages import actor, at_school, blueprint, form_texts, page, page_that_refreshes, to
from account_mgmt.web.school.texts import EVERY_CLASS, letter_problem, whole_school
from config.errors import ApplicationError
from config.services import current


@blueprint.get("/<uai>/courriers")
@at_school(Action.ISSUE_LETTERS)
def letters(school: School) -> Response:
    """Order letters, and see the earlier orders."""
    return _page(school, LettersForm(formdata=None, class_code=request.args.get("classe", EVERY_CLASS)))


@blueprint.post("/<uai>/courriers")
@at_school(Action.ISSUE_LETTERS)
def order_letters(school: School) -> Response:
    """Write the order down, and have the worker do it."""
    form = LettersForm()
    if not form.validate():
        return _page(school, form, 422)
    chosen = form.class_code.data
    order = LetterOrder(
        school.id,
        actor(),
        class_code=None if chosen == EVERY_CLASS else chosen,
        replace_valid=form.reach.data == ALL,
        by_email=bool(form.by_email.data),
    )
    run = request_letters(current(), order)
    if isinstance(run, LetterProblem):
        return _page(school, form_texts(form, [letter_problem(run)]), 422)
    start_letters(current(), run.id)
    return to("letter_run", school, run_id=run.id)


@blueprint.get("/<uai>/courriers/<int:run_id>")
@at_school(Action.ISSUE_LETTERS)
def letter_run(school: School, run_id: int) -> Response:
    """How far an order is; then its document."""
    run = _run(school, run_id)
    if run.finished_at is None:
        return page_that_refreshes("letters_running.html", run=run)
    deleted_on = run.downloaded_at + KEPT_AFTER_DOWNLOAD if run.downloaded_at else run.finished_at + KEPT_AT_MOST
    return page("letters_done.html", run=run, deleted_on=deleted_on)


@blueprint.post("/<uai>/courriers/<int:run_id>/document")
@at_school(Action.ISSUE_LETTERS)
def letters_document(school: School, run_id: int) -> Response:
    """The document; a POST, since fetching it is written down and starts the day after which it goes."""
    run = _run(school, run_id)
    document = download_document(current(), run, actor())
    if document is None:
        raise ApplicationError("not_found")
    name = f"courriers-{school.uai}-{run.id}.pdf"
    response = send_file(io.BytesIO(document), mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _run(school: School, run_id: int) -> LetterRun:
    run = school_office.run_at(school, run_id)
    if run is None:
        raise ApplicationError("not_found")
    return run


def _page(school: School, form: LettersForm, status: int = 200) -> Response:
    classes = school_office.class_codes(current(), school)
    form.class_code.choices = [SelectChoice(EVERY_CLASS, whole_school()), *map(SelectChoice, classes)]
    to_write = school_office.to_write(current(), school)
    return page("letters.html", status, form=form, runs=school_office.runs(school), to_write=to_write)
