"""The discovery document and the keys: what any relying party reads before it asks anything."""

from flask import Blueprint
from werkzeug.wrappers import Response

from config.access import public
from config.error_pages import answers_json
from config.services import current
from idp.oidc import cors
from idp.oidc.discovery import JWKS_PATH, KeySetDocument, document

FOR_AN_HOUR = "public, max-age=3600"
FOR_A_WHILE = "public, max-age=300"
"""Keys change by rotation, announced a day before; five minutes is for the operator who had to hurry."""

blueprint = Blueprint("oidc_documents", __name__)
_keys = KeySetDocument()


@blueprint.get("/.well-known/openid-configuration")
@blueprint.get("/.well-known/oauth-authorization-server")
@public
@answers_json
def configuration() -> Response:
    """What the provider supports, and where (OIDC Discovery §4, RFC 8414 §3)."""
    return _document(document(current().settings.http.base_url), FOR_AN_HOUR)


@blueprint.get(JWKS_PATH)
@public
@answers_json
def jwks() -> Response:
    """The public keys of the provider (RFC 7517 §5)."""
    return _document(_keys.of(current()), FOR_A_WHILE)


def _document(content: bytes, caching: str) -> Response:
    response = Response(content, mimetype="application/json")
    response.headers["Cache-Control"] = caching
    return cors.for_everybody(response)
