"""What all pages of the school office share: their blueprint, the guard by which a page acts for one school, rendering."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import flask
from flask import Blueprint, g, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from account_mgmt.domain.permissions import Action
from account_mgmt.models import School
from account_mgmt.services import school_office
from account_mgmt.web.access import staff_only, the_staff
from account_mgmt.web.theme import use_theme_of
from config.errors import ApplicationError

View = Callable[..., Any]
REFRESH_SECONDS = 3

blueprint = Blueprint("school", __name__, url_prefix="/etablissement")


def at_school(action: Action) -> Callable[[View], View]:
    """Only for staff who may do this at the school of the address; another's is not found, as if there were none (R110)."""

    def decorate(view: View) -> View:
        @staff_only(action)
        @wraps(view)
        def acting_for(uai: str, **values: Any) -> Any:
            school = school_office.school_for(the_staff(), uai, action)
            if school is None:
                raise ApplicationError("not_found")
            g.school = school
            use_theme_of(school.academy)
            return view(school, **values)

        return acting_for

    return decorate


def actor() -> str:
    """Who acts on this page, in the audit trail's words."""
    return f"staff:{the_staff().id}"


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A page of the school office; where it acts for a school, with that school's navigation."""
    return page_of(f"account_mgmt/school/{template}", status, **context)


def page_of(template: str, status: int = 200, **context: Any) -> Response:
    """The same for another package's template."""
    rendered = render_template(template, school=g.get("school"), member=g.get("staff"), **context)
    return flask.make_response(rendered, status)


def page_that_refreshes(template: str, **context: Any) -> Response:
    """A page that follows a job: the browser asks for it again every few seconds, until the reader says not to.

    By a header and not by a meta element: readers of the page can be told of it and stop it (WCAG 2.2.1).
    """
    follows = flask.request.args.get("suivre") != "non"
    response = page(template, follows=follows, **context)
    if follows:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def to(endpoint: str, school: School, **values: Any) -> Response:
    """Go on to another page of the same school, after a POST."""
    return flask.redirect(url_for(f"school.{endpoint}", uai=school.uai, **values), 303)


def form_texts(form: FlaskForm, texts: Iterable[str]) -> FlaskForm:
    """The form with sentences that concern all of it, for the summary on top of the page."""
    form.form_errors = [*form.form_errors, *texts]
    return form
