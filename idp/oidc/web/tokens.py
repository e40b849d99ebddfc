"""The endpoints that relying parties call themselves: token, UserInfo, revocation, introspection."""

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from config.access import public
from config.csrf import without_csrf
from config.error_pages import answers_json
from config.services import Services, current
from idp.oidc import cors, grants, token_management, userinfo
from idp.oidc.client_authentication import TOKEN_PATH, authenticate
from idp.oidc.discovery import INTROSPECTION_PATH, REVOCATION_PATH, USERINFO_PATH
from idp.oidc.errors import OAuthError
from idp.oidc.parameters import Parameters
from idp.oidc.web.requests import FORM, error_answer, form_parameters, json_answer, private
from idp.relying_parties.domain import Registration

blueprint = Blueprint("oidc_tokens", __name__)

Use = Callable[[Services, Registration, Parameters], Response]


def _for_client(use: Use) -> Response:
    """Let an authenticated client use an endpoint; errors are JSON, and a public client's pages may read both."""
    services, origins = current(), tuple[str, ...]()
    try:
        parameters = form_parameters()
        client = authenticate(services, parameters, request.headers.get("Authorization"), request.path)
        origins = client.oidc.origins if client.oidc.public else ()
        response = use(services, client, parameters)
    except OAuthError as error:
        response = error_answer(error)
    return cors.for_origins(response, request.headers.get("Origin"), origins)


@blueprint.post(TOKEN_PATH, provide_automatic_options=False)
@public
@without_csrf
@answers_json
@answers_json
def token() -> Response:
    """Tokens for a code or a refresh token (RFC 6749 §3.2)."""
    return _for_client(lambda services, client, parameters: json_answer(grants.answer(services, client, parameters)))


@blueprint.post(REVOCATION_PATH, provide_automatic_options=False)
@public
@without_csrf
@answers_json
@answers_json
def revocation() -> Response:
    """The end of a token (RFC 7009)."""

    def revoke(services: Services, client: Registration, parameters: Parameters) -> Response:
        token_management.revoke(services, client, parameters.required("token"))
        return private(Response(status=200))

    return _for_client(revoke)


@blueprint.post(INTROSPECTION_PATH)
@public
@without_csrf
@answers_json
@answers_json
def introspection() -> Response:
    """What a token is worth (RFC 7662)."""

    def introspect(services: Services, client: Registration, parameters: Parameters) -> Response:
        return json_answer(token_management.introspect(services, client, parameters.required("token")))

    return _for_client(introspect)


@blueprint.route(USERINFO_PATH, methods=["GET", "POST"], provide_automatic_options=False)
@public
@without_csrf
@answers_json
@answers_json
def user_info() -> Response:
    """The claims of an access token (OIDC Core §5.3)."""
    services, origin = current(), request.headers.get("Origin")
    try:
        in_body = form_parameters().get("access_token") if request.method == "POST" and request.mimetype == FORM else None
        known = userinfo.present(services, userinfo.bearer_token(request.headers.get("Authorization"), in_body))
    except OAuthError as error:
        return error_answer(error)
    return cors.for_origins(json_answer(userinfo.claims_of(known)), origin, known.origins)


def _preflight() -> Response:
    return cors.preflight(request.headers.get("Origin"), "GET, POST" if request.path == USERINFO_PATH else "POST")


for _path in (TOKEN_PATH, REVOCATION_PATH, USERINFO_PATH):
    blueprint.add_url_rule(
        _path, endpoint=f"preflight{_path.replace('/', '_')}", view_func=public(answers_json(_preflight)), methods=["OPTIONS"]
    )
