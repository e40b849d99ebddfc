"""Addresses to come back to: only paths of our own site, whatever a link says."""

from urllib.parse import urlsplit

from flask import Request, current_app
from werkzeug.exceptions import HTTPException


def local_path(candidate: str | None, default: str = "/") -> str:
    """The path to go on to when it is one of this site, else the default: never another host (open redirect)."""
    if not candidate or not candidate.startswith("/") or candidate.startswith(("//", "/\\")):
        return default
    if any(letter < " " or letter == "\\" for letter in candidate):
        return default
    parts = urlsplit(candidate)
    return candidate if not parts.scheme and not parts.netloc else default


def answers_get(request: Request) -> bool:
    """Whether a plain link can lead to the address of this request, which may be a form's."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(method="GET")
    except HTTPException:
        return False
    return True
