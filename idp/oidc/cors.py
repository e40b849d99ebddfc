"""Which pages of other sites may read the answers: those of a public client's registered origins, and all for public documents.

There are no cookies in these calls, so an origin that is let through gains nothing but what its token or code is worth.
"""

from werkzeug.wrappers import Response

PREFLIGHT_SECONDS = "3600"


def for_everybody(response: Response) -> Response:
    """A document that holds nothing private."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def for_origins(response: Response, origin: str | None, origins: tuple[str, ...]) -> Response:
    """An answer that only pages of these origins may read."""
    response.headers.add("Vary", "Origin")
    if origin is not None and origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    return response


def preflight(origin: str | None, methods: str) -> Response:
    """The browser's question before a call. Nobody says yet which client is calling: the call's own answer decides."""
    response = Response(status=204)
    response.headers.add("Vary", "Origin")
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response
