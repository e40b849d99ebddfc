"""The pages of an account: what it is, its language, and grouping another account into it (R60-R64, R67, R71, R72)."""

from collections.abc import Iterable
from typing import cast

import flask
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.grouping import principal_problem
from account_mgmt.domain.lifecycle import closing_day
from account_mgmt.queries.families import ChildRow
from account_mgmt.services import grouping, profile
from account_mgmt.services.grouping import OtherAccount, Preview
from account_mgmt.services.sessions import Session
from account_mgmt.web.access import current_session, signed_in, the_account
from account_mgmt.web.forms import GroupingForm, show_problems
from account_mgmt.web.language import LANGUAGES, remember_choice
from account_mgmt.web.texts import text_of
from config.services import current

blueprint = Blueprint("family", __name__)


@blueprint.get("/compte")
@signed_in
def account() -> Response:
    """The account: login, address, language, children, and the way to group (R72)."""
    mine = the_account()
    last_day = closing_day(mine, mine.academy.policies.inactivity_months)
    return _page("account.html", account=mine, children=profile.children_seen(current(), mine.id), last_day=last_day)


@blueprint.post("/compte/langue")
@signed_in
def choose_language() -> Response:
    """Speak another language, on pages and in messages (R73)."""
    response = redirect(url_for("family.account"), 303)
    language = request.form.get("langue", "")
    if language in LANGUAGES:
        profile.choose_language(the_account().id, language)
        remember_choice(response, language)
    return response


@blueprint.get("/compte/regrouper")
@signed_in
def group() -> Response:
    """Ask which account joins this one; or say why none can (R60, R61)."""
    problem = principal_problem(the_account(), current().clock.now())
    if problem is not None:
        return _page("grouping_refused.html", 403, text=text_of(problem, {}), again=False)
    return _page("group.html", form=GroupingForm(formdata=None))


@blueprint.post("/compte/regrouper")
@signed_in
def preview() -> Response:
    """Show what will happen, with a button to do it; nothing is changed yet (R62)."""
    form = GroupingForm()
    outcome = grouping.preview_grouping(current(), _session(), _typed(form), request.remote_addr or "")
    if isinstance(outcome, Preview):
        return _page("grouping_preview.html", preview=outcome, joining=names(outcome.joining), held=names(outcome.held))
    show_problems(form, [outcome], {})
    return _page("group.html", 422, form=form)


@blueprint.post("/compte/regrouper/confirmer")
@signed_in
def confirm_grouping() -> Response:
    """Do what the preview said; pressed twice, it is done once (R62, R67)."""
    outcome = grouping.group_accounts(current(), _session(), request.form.get("apercu", ""))
    if isinstance(outcome, Problem):
        return _page("grouping_refused.html", 409, text=text_of(outcome, {}), again=True)
    return _page("grouped.html", grouped=outcome, children=names(outcome.children))


def names(rows: Iterable[ChildRow]) -> list[tuple[str, str]]:
    """Each child once per school, with what tells it apart: (name, school and class)."""
    return list(dict.fromkeys((f"{row.first_name} {row.last_name}", _where(row)) for row in rows))


def _where(row: ChildRow) -> str:
    return f"{row.school_name}, {row.class_code}" if row.class_code else row.school_name


def _session() -> Session:
    return cast(Session, current_session())


def _typed(form: GroupingForm) -> OtherAccount:
    date = form.birth_date.form
    return OtherAccount(
        login=form.login.data or "",
        password=form.password.data or "",
        birth_day=date.day.data or "",
        birth_month=date.month.data or "",
        birth_year=date.year.data or "",
    )


def _page(template: str, status: int = 200, **context: object) -> Response:
    return flask.make_response(render_template(f"account_mgmt/family/{template}", **context), status)
