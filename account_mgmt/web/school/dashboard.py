"""The office's first pages: which school, then how far its families are."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.permissions import Action
from account_mgmt.models import School
from account_mgmt.services import school_office
from account_mgmt.web.access import staff_only, the_staff
from account_mgmt.web.school.pages import at_school, blueprint, page
from account_mgmt.web.school.texts import SHOWN_STATES, state_texts
from config.services import current

PUPILS = "eleves"


@blueprint.get("")
@staff_only(Action.VIEW_SCHOOL)
def choose() -> Response:
    """The schools that one works for; with one only, straight to it."""
    schools = school_office.schools_of(the_staff())
    if len(schools) == 1:
        return redirect(url_for("school.dashboard", uai=schools[0].uai), 303)
    return page("choose.html", schools=schools)


@blueprint.get("/<uai>")
@at_school(Action.VIEW_SCHOOL)
def dashboard(school: School) -> Response:
    """How many accounts stand where, by class: for guardians, or for pupils (R110)."""
    kind = AccountKind.PUPIL if request.args.get("qui") == PUPILS else AccountKind.GUARDIAN
    return page(
        "dashboard.html",
        kind=kind,
        overview=school_office.overview(current(), school, kind),
        to_write=school_office.to_write(current(), school),
        states=SHOWN_STATES,
        state_texts=state_texts(),
    )
