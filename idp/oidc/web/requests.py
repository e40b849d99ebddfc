"""What the endpoints share: reading a request's parameters, and answering in JSON."""

import json
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from idp.oidc.errors import OAuthError, invalid_request
from idp.oidc.parameters import Parameters

LARGEST_FORM = 64 * 1024
FORM = "application/x-www-form-urlencoded"


def form_parameters() -> Parameters:
    """The parameters of a POST, which come as a form and not in the address (RFC 6749 §3.2)."""
    request.max_content_length = LARGEST_FORM
    if request.mimetype != FORM:
        raise invalid_request(f"The content type is not {FORM}.")
    return Parameters(request.form.lists())


def query_or_form() -> Parameters:
    """The parameters of an endpoint that browsers open: the address of a GET, the form of a POST (OIDC Core §3.1.2.1)."""
    request.max_content_length = LARGEST_FORM
    return Parameters(request.form.lists() if request.method == "POST" else request.args.lists())


def json_answer(body: dict[str, Any], status: int = 200) -> Response:
    """An answer that nobody keeps (RFC 6749 §5.1)."""
    return private(Response(json.dumps(body), status, mimetype="application/json"))


def error_answer(error: OAuthError) -> Response:
    """An error of RFC 6749 §5.2 or RFC 6750 §3; a 401 without a word asks for authentication and says nothing else."""
    response = json_answer(error.members(), error.status) if error.error else private(Response(status=error.status))
    if error.challenge is not None:
        response.headers["WWW-Authenticate"] = error.challenge
    return response


def private(response: Response) -> Response:
    """Let no cache keep this answer."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
