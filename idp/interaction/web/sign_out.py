"""Logging out: a button on a page, never a mere link, so that no other site can do it for the person."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from account_mgmt.web.access import clear_session_cookie, current_session
from config.access import public
from config.services import current
from idp.interaction import services
from idp.interaction.web.answers import blueprint, page


@blueprint.get("/deconnexion")
@public
def sign_out() -> Response:
    """The button, or the news that one is logged out."""
    return page("interaction/sign_out.html", signed_in=current_session() is not None)


@blueprint.post("/deconnexion")
@public
def end_session() -> Response:
    """Log out; who wants another account for a request that waits goes on with it (R98b)."""
    session = current_session()
    if session is not None:
        services.sign_out(current(), session)
    interaction_id = request.form.get("interaction")
    there = url_for("interaction.resume", interaction_id=interaction_id) if interaction_id else url_for("interaction.sign_out")
    response = redirect(there, 303)
    clear_session_cookie(response, current().settings)
    return response
