"""The authorization endpoint: reads the request, and hands it to the pipeline (OIDC Core §3.1.2)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from config.access import public
from config.csrf import without_csrf
from config.services import current
from idp.interaction.web.answers import answer
from idp.oidc.authorization import asking_client, read_request, return_address
from idp.oidc.discovery import AUTHORIZE_PATH
from idp.oidc.errors import OAuthError
from idp.oidc.front_end import send_error
from idp.oidc.web.requests import query_or_form

blueprint = Blueprint("oidc_authorize", __name__)


@blueprint.route(AUTHORIZE_PATH, methods=["GET", "POST"])
@public
@without_csrf
def authorize() -> Response:
    """Answer at once where nothing is asked of the person, else let the pages of the pipeline do it."""
    services, parameters = current(), query_or_form()
    client = asking_client(parameters)
    address = return_address(client, parameters)
    try:
        request = read_request(services, client, address, parameters)
    except OAuthError as error:
        return send_error(services, address, error)
    return answer(request, client)
