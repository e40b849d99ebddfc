"""The log: JSON lines on the standard error, one per request, with nothing that a person or a token could be known by.

A request is told by its route (`/confirmation/<token>`, never the token), its status, its time and its reference, the same
that an error page shows; a person by the number of the account. Exceptions are told by their kind and place: their
messages quote what people typed, so only development shows them.
"""

import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.typing import Processor

from config.services import Services

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No look-alikes: references are read out on the telephone."""
LONGEST_CHAIN = 5
log = structlog.get_logger("web")
Event = MutableMapping[str, Any]


def init_logs(app: Flask) -> None:
    """Log each request of this application, and give it a reference."""
    services: Services = app.extensions["services"]
    set_up_logs(verbose=services.settings.mode == "development")
    app.before_request(_begin)
    app.after_request(_end)
    # Flask's own line about an exception quotes the address, which may hold a token; `config/error_pages.py` writes ours.
    app.log_exception = _say_nothing  # type: ignore[assignment]  # a method is replaced, for this application only


def note(**ids: object) -> None:
    """Add ids to the lines of this request: `note(account=12)`."""
    bind_contextvars(**ids)


def reference() -> str:
    """The name of this request, for people to quote and operators to find."""
    return str(g.reference)


def set_up_logs(verbose: bool) -> None:
    """Send our events and those of libraries through the same formatter; done once per process."""
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        ExceptionPlace(verbose),
    ]
    structlog.configure(
        # Our own lines go straight out: the way through `logging` would cost more than many an answer.
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=lambda *_names: Lines(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = StandardError()
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, StandardError)] + [handler]
    root.setLevel(logging.WARNING)


class StandardError(logging.StreamHandler[Any]):
    """Writes to whatever the standard error is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


class ExceptionPlace:
    """Turns an exception into its kind and the places that it went through; its message only if asked for."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """A structlog processor."""
        found = event.pop("exc_info", None)
        if found is True:
            found = sys.exc_info()
        error = found[1] if isinstance(found, tuple) else found
        if isinstance(error, BaseException):
            event["exception"] = list(self._chain(error))
        return event

    def _chain(self, error: BaseException | None) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        while error is not None and len(told) < LONGEST_CHAIN:
            places = [f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)]
            told.append({"type": type(error).__qualname__, "places": places})
            if self._verbose:
                told[-1]["message"] = str(error)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return told


class Lines:
    """Where structlog puts a finished line, at any level."""

    def msg(self, line: str) -> None:
        """Write it to whatever the standard error is at the moment, in one piece."""
        sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = exception = msg


def _say_nothing(_exc_info: object) -> None:
    pass


def _begin() -> None:
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(8))
    g.reference = f"{letters[:4]}-{letters[4:]}"
    g.started = time.perf_counter()
    clear_contextvars()
    bind_contextvars(reference=g.reference)


def _end(response: Response) -> Response:
    log.info(
        "request",
        method=request.method,
        route=str(request.url_rule or "(none)"),
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
    )
    return response
