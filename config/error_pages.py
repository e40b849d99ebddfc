"""From what stopped a request to what its sender gets: a French page with a reference, or JSON for programs.

One page for each code of `config/errors.py`: `templates/errors/<code>.html`. Unforeseen faults are logged with their
place under the reference of the page, and say nothing of it on the page.
"""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, current_app, jsonify, make_response, render_template, request
from jinja2 import TemplateError
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed
from werkzeug.wrappers import Response

from config.errors import ApplicationError
from config.logs import reference

View = Callable[..., Any]
MARK = "answers_json"
CODES = {
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    429: "too_many_requests",
}
CODES |= {502: "unavailable", 503: "unavailable", 504: "unavailable"}
SERVER_ERROR = 500
LAST_RESORT = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Incident – Préau</title>
<h1>Quelque chose n'a pas marché de notre côté</h1><p>Réessayez dans quelques minutes. Référence : {reference}</p></html>"""
log = structlog.get_logger("web")


def answers_json(view: View) -> View:
    """Mark a view that programs call: its errors are JSON."""
    setattr(view, MARK, True)
    return view


def init_error_pages(app: Flask) -> None:
    """Answer for every error of the application."""
    app.register_error_handler(ApplicationError, _application_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _fault)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    for out_of_reach in (OperationalError, InterfaceError, RedisError):
        app.register_error_handler(out_of_reach, _out_of_reach)


def _application_error(error: ApplicationError) -> Response:
    return answer(error.code, error.status, error.context)


def _http_error(error: HTTPException) -> Response:
    status = error.code or SERVER_ERROR
    code = CODES.get(status, "internal" if status >= SERVER_ERROR else "bad_request")
    response = answer(code, status, {})
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _fault(error: InternalServerError) -> Response:
    log.error("request.failed", exc_info=error.original_exception or error)
    return answer("internal", SERVER_ERROR, {})


def _changed_meanwhile(_error: StaleDataError) -> Response:
    return answer("conflict", 409, {})


def _out_of_reach(error: Exception) -> Response:
    log.error("request.out_of_reach", exc_info=error)
    response = answer("unavailable", 503, {})
    response.headers["Retry-After"] = "30"
    return response


def answer(code: str, status: int, context: dict[str, Any]) -> Response:
    """The answer for a code, in the form that this request can read."""
    if _wants_json():
        return make_response(jsonify(error=code, reference=reference()), status)
    try:
        page = render_template(f"errors/{code}.html", code=code, reference=reference(), **context)
    except (TemplateError, SQLAlchemyError, RedisError, OSError):
        log.exception("request.error_page_failed", code=code)
        page = LAST_RESORT.format(reference=reference())
    return make_response(page, status)


def _wants_json() -> bool:
    if getattr(_view(), MARK, False):
        return True
    accepted = request.accept_mimetypes
    return bool(accepted["application/json"] > accepted["text/html"])


def _view() -> View | None:
    """The view of this request; for a wrong method, the one that stands at the address for another."""
    endpoint = request.endpoint
    if isinstance(request.routing_exception, MethodNotAllowed) and request.routing_exception.valid_methods:
        method = next(iter(request.routing_exception.valid_methods))
        adapter = current_app.create_url_adapter(request)
        endpoint = adapter.match(method=method)[0] if adapter else None
    return current_app.view_functions.get(endpoint or "")
