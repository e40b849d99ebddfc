"""What stops a request: one exception with a stable code, and the catalogue of the codes with their HTTP status.

What a person can correct is not an error of this kind: rules return it as a value, shown beside the field.
The page for a code is `templates/errors/<code>.html`; `config/error_pages.py` shows it.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ErrorKind:
    """A line of the catalogue: the HTTP status, and what happened, for the person who operates the site."""

    status: int
    meaning: str


CATALOGUE: dict[str, ErrorKind] = {
    "bad_request": ErrorKind(400, "The request cannot be understood."),
    "forbidden": ErrorKind(403, "The person is signed in, but may not do this."),
    "not_found": ErrorKind(404, "There is nothing at this address, or nothing that this person may see."),
    "method_not_allowed": ErrorKind(405, "The address exists, but not for this method."),
    "conflict": ErrorKind(409, "Somebody else changed the same record in the meantime; doing it again will work."),
    "too_large": ErrorKind(413, "The request or the file that was sent is larger than allowed."),
    "too_many_requests": ErrorKind(429, "Too many tries in a short time; the wait ends by itself."),
    "form_expired": ErrorKind(
        400, "The form was too old, or came from another page or browser, and could not be shown again by itself."
    ),
    "link_expired": ErrorKind(410, "A link of an e-mail was followed after its deadline."),
    "link_invalid": ErrorKind(400, "A link of an e-mail was cut, changed, already used, or replaced by a later one."),
    "internal": ErrorKind(500, "A fault of the site; the log holds the details under the reference that the page shows."),
    "oidc_unknown_client": ErrorKind(400, "A request of OpenID Connect comes from a client that is not registered."),
    "oidc_unknown_return_address": ErrorKind(400, "A client asks for an answer at an address that it did not register."),
    "unavailable": ErrorKind(503, "A part that the site needs (database, store) does not answer."),
}
"""Packages add their own codes here, with a page for each in `templates/errors/`."""


class ApplicationError(Exception):
    """Stops the request with a code of the catalogue; `context` is what the page may show, never a secret."""

    def __init__(self, code: str, status: int | None = None, **context: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status if status is not None else CATALOGUE[code].status
        self.context = context
