"""The end session endpoint, and the page that asks where nothing proves who wants it (RP-Initiated Logout §2, §6)."""

from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from account_mgmt.web.access import clear_session_cookie, current_session
from config.access import public
from config.csrf import without_csrf
from config.links import LinkExpired, LinkInvalid
from config.services import Services, current
from idp.interaction.services import sign_out
from idp.oidc.discovery import END_SESSION_PATH
from idp.oidc.logout import is_proven, read_logout
from idp.oidc.web.requests import private, query_or_form

PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")
PURPOSE = "oidc logout"
QUESTION_LASTS = timedelta(hours=1)

blueprint = Blueprint("oidc_logout", __name__)


@blueprint.route(END_SESSION_PATH, methods=["GET", "POST"])
@public
@without_csrf
def end_session() -> Response:
    """Log out, or ask; then go back to the relying party where it registered the address."""
    if request.method == "POST":
        # From another site: the cookies that say who is signed in only come with the GET that follows.
        return private(redirect(f"{END_SESSION_PATH}?{query_or_form().as_query(PARAMETERS)}", 303))
    services, session = current(), current_session()
    asked = read_logout(services, query_or_form())
    if session is None:
        return _signed_out(services, asked.return_to if asked.hint else None)
    if is_proven(services, asked, session):
        sign_out(services, session)
        return _signed_out(services, asked.return_to)
    return_to = services.links.sign(PURPOSE, {"return_to": asked.return_to}) if asked.return_to else ""
    return private(make_response(render_template("oidc/logout.html", client=asked.client, return_to=return_to)))


@blueprint.post(f"{END_SESSION_PATH}/confirmation")
@public
def confirm() -> Response:
    """The person pressed the button: log out, and go to the address that the question carried along."""
    services, session = current(), current_session()
    if session is not None:
        sign_out(services, session)
    return _signed_out(services, _carried(services, request.form.get("return_to", "")))


def _carried(services: Services, token: str) -> str | None:
    try:
        return str(services.links.read(PURPOSE, token, QUESTION_LASTS)["return_to"])
    except (LinkInvalid, LinkExpired):
        return None


def _signed_out(services: Services, return_to: str | None) -> Response:
    """On to the relying party, or to the page that says that one is logged out."""
    response = redirect(return_to or url_for("interaction.sign_out"), 303)
    clear_session_cookie(response, services.settings)
    return private(response)
