"""« Ce n'est pas mon enfant »: the way out of the first screen for somebody whom a letter reached by mistake (R102)."""

import flask
from flask import redirect, url_for
from werkzeug.wrappers import Response

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.services import onboarding
from account_mgmt.services.wrong_child import disown_letter
from account_mgmt.web.onboarding import TICKET, blueprint, page
from config.access import public
from config.services import current


@blueprint.get("/premiere-connexion/pas-mon-enfant")
@public
def wrong_child() -> Response:
    """Ask before anything is done: the letter would stop working."""
    first = onboarding.first_connection_of(current(), flask.session.get(TICKET, ""))
    if first is None or first.kind is not AccountKind.GUARDIAN:
        return redirect(url_for("onboarding.first_connection"), 303)
    return page("wrong_child.html", first=first)


@blueprint.post("/premiere-connexion/pas-mon-enfant")
@public
def disown() -> Response:
    """Take the letter back, and say that the school has been told."""
    school = disown_letter(current(), flask.session.get(TICKET, ""))
    if school is None:
        return redirect(url_for("onboarding.first_connection"), 303)
    flask.session.pop(TICKET, None)
    return page("wrong_child_told.html", school=school)
