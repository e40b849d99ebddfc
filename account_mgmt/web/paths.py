"""Addresses to come back to: only paths of our own site, whatever a link says."""

from urllib.parse import urlsplit


def local_path(candidate: str | None, default: str = "/") -> str:
    """The path to go on to when it is one of this site, else the default: never another host (open redirect)."""
    if not candidate or not candidate.startswith("/") or candidate.startswith(("//", "/\\")):
        return default
    if any(letter < " " or letter == "\\" for letter in candidate):
        return default
    parts = urlsplit(candidate)
    return candidate if not parts.scheme and not parts.netloc else default
