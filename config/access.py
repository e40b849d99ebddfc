"""Who may use a route: each view says it, and a test refuses a route that does not."""

from collections.abc import Callable
from typing import Any

View = Callable[..., Any]


def declare_access(view: View, access: str) -> View:
    """Write on the view who may use it; `tests/test_access.py` reads it back."""
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone may open this route, signed in or not."""
    return declare_access(view, "public")
