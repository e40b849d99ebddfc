"""The help page, in a tired parent's words, and how to reach a school. Both can be printed."""

from flask import Blueprint, render_template, request

from account_mgmt.services.schools import FOUND_AT_ONCE, find_schools
from config.access import public

blueprint = Blueprint("help", __name__)


@blueprint.get("/aide")
@public
def help_page() -> str:
    """Answers to what families ask."""
    return render_template("account_mgmt/help.html")


@blueprint.get("/aide/etablissement")
@public
def find_school() -> str:
    """How to reach a school, by its name or city: public knowledge, so nobody has to say who they are (R41)."""
    words = request.args.get("recherche", "").strip()[:100]
    found = find_schools(words)
    more = len(found) > FOUND_AT_ONCE
    return render_template("account_mgmt/find_school.html", words=words, schools=found[:FOUND_AT_ONCE], more=more)
