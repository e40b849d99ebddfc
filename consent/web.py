"""The office's page for the reply slips that come back: who refuses the téléservices for a pupil, or no longer does (R06).

It stands among the pages of the school office (`account_mgmt/web/school`), which cannot know of consent: it borrows their
frame and their guard.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from account_mgmt.domain.permissions import Action
from account_mgmt.models import School
from account_mgmt.queries.school_accounts import AccountRow, Search
from account_mgmt.services import school_office
from account_mgmt.web.school.forms import SearchForm
from account_mgmt.web.school.pages import actor, at_school, page_of
from config.errors import ApplicationError
from config.services import current
from consent import services
from consent.queries import Slip

blueprint = Blueprint("refusals", __name__, url_prefix="/etablissement/<uai>/refus")


@dataclass(frozen=True)
class Found:
    """A guardian and a pupil whom a slip may be about, and since when they refuse."""

    account: AccountRow
    slip: Slip
    refused_at: datetime | None


@blueprint.get("")
@at_school(Action.RECORD_REFUSALS)
def refusals(school: School) -> Response:
    """The refusals in force, and the family that some words find: names, or the reference printed on the slip."""
    form = SearchForm(request.args)
    words = form.recherche.data or ""
    found = _found(school, words) if words else []
    in_force = services.refusals_at(school.id)
    return page_of("consent/refusals.html", form=form, words=words, found=found, in_force=in_force)


@blueprint.post("/enregistrer")
@at_school(Action.RECORD_REFUSALS)
def record(school: School) -> Response:
    """Write a refusal down: téléservices are closed for that guardian and pupil at once."""
    services.record_refusal(current(), _slip(school), actor())
    return redirect(url_for("refusals.refusals", uai=school.uai), 303)


@blueprint.post("/retirer")
@at_school(Action.RECORD_REFUSALS)
def withdraw(school: School) -> Response:
    """End a refusal, because the family changed its mind."""
    services.withdraw_refusal(current(), _slip(school), actor())
    return redirect(url_for("refusals.refusals", uai=school.uai), 303)


def _found(school: School, words: str) -> list[Found]:
    accounts = school_office.find_accounts(current(), school, Search(words=words))
    since = services.refused_since(account.pupil_id for account in accounts)
    slips = [(account, Slip(account.guardian_id, account.pupil_id)) for account in accounts if account.guardian_id is not None]
    return [Found(account, slip, since.get(slip)) for account, slip in slips]


def _slip(school: School) -> Slip:
    """The two people of the form, if this school's own file says that they belong together (R101)."""
    try:
        slip = Slip(int(request.form.get("responsable", "")), int(request.form.get("eleve", "")))
    except ValueError:
        raise ApplicationError("bad_request") from None
    if not services.belongs_to(school.id, slip):
        raise ApplicationError("not_found")
    return slip


BLUEPRINTS: tuple[Blueprint, ...] = (blueprint,)
