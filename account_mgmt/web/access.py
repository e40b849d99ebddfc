"""Who is at the other end: the session of this request, and the decorators by which a view says whom it serves.

Families and staff have separate cookies, so that a parent who works at a school may be both in one browser.
Signing in itself happens elsewhere; whoever does it sets and clears the cookie with the helpers here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, cast

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from account_mgmt.domain.gates import pending_gate
from account_mgmt.domain.permissions import ALLOWED, Action
from account_mgmt.models import Account, StaffMember
from account_mgmt.services import profile, sessions
from account_mgmt.services.sessions import Session
from account_mgmt.web.theme import use_theme_of
from config.access import declare_access
from config.errors import ApplicationError
from config.logs import note
from config.services import current
from config.settings import Settings

Kind = Literal["account", "staff"]
View = Callable[..., Any]

COOKIES: dict[Kind, str] = {"account": "preau", "staff": "preau-staff"}


def session_cookie_name(settings: Settings, kind: Kind = "account") -> str:
    """The name of the session's cookie: with the prefix `__Host-` wherever the site is on https (RFC 6265bis §4.1.3.2)."""
    return f"__Host-{COOKIES[kind]}" if settings.http.secure else COOKIES[kind]


def set_session_cookie(response: Response, settings: Settings, value: str, kind: Kind = "account") -> None:
    """Hand the browser the session's secret, until it is closed; scripts and other sites' requests do not get it."""
    response.set_cookie(
        session_cookie_name(settings, kind), value, secure=settings.http.secure, httponly=True, samesite="Lax", path="/"
    )


def clear_session_cookie(response: Response, settings: Settings, kind: Kind = "account") -> None:
    """Make the browser forget the session."""
    response.delete_cookie(
        session_cookie_name(settings, kind), secure=settings.http.secure, httponly=True, samesite="Lax", path="/"
    )


def current_session() -> Session | None:
    """The family's session of this request, looked for once (one store call)."""
    return _current("account")


def current_staff_session() -> Session | None:
    """The staff member's session of this request, looked for once."""
    return _current("staff")


def _current(kind: Kind) -> Session | None:
    found: dict[str, Session | None] = g.setdefault("sessions", {})
    if kind not in found:
        services = current()
        session = sessions.find(services, request.cookies.get(session_cookie_name(services.settings, kind)), kind)
        if session is not None:
            note(**{kind: session.account_id})
        found[kind] = session
    return found[kind]


def current_account() -> Account | None:
    """The account that is signed in, if its session still holds; looked for once, and the page takes its look."""
    if "account" not in g:
        session = current_session()
        g.account = profile.account_of(session) if session else None
        if g.account is not None:
            g.account_language = g.account.language
            use_theme_of(g.account.academy)
    return cast(Account | None, g.account)


def current_staff() -> StaffMember | None:
    """The staff member who is signed in, if the session still holds; looked for once."""
    if "staff" not in g:
        session = current_staff_session()
        g.staff = profile.staff_member_of(session) if session else None
    return cast(StaffMember | None, g.staff)


def signed_in(view: View) -> View:
    """Only for a signed-in account past both gates; others go through the sign-in page and come back (R10, R21, R23)."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        account = current_account()
        if account is None or pending_gate(account) is not None:
            return redirect(url_for("interaction.sign_in", suite=_here()), 303)
        return view(*args, **kwargs)

    return declare_access(guarded, "signed_in")


def past_password(view: View) -> View:
    """Only after the right password, whatever gates still stand in the way: the waiting page is before one (R22)."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_account() is None:
            return redirect(url_for("interaction.sign_in", suite=_here()), 303)
        return view(*args, **kwargs)

    return declare_access(guarded, "past_password")


def staff_only(action: Action) -> Callable[[View], View]:
    """Only for staff with a role that allows the action somewhere; the view asks `may()` for the school at hand (R110)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            member = current_staff()
            if member is None:
                return redirect(url_for("school.sign_in", suite=_here()), 303)
            if not any(action in ALLOWED[held.role] for held in member.roles):
                raise ApplicationError("forbidden")
            return view(*args, **kwargs)

        return declare_access(guarded, f"staff:{action}")

    return decorate


def the_account() -> Account:
    """The account of this request, in a view that `signed_in` or `past_password` guards."""
    account = current_account()
    if account is None:
        raise LookupError("no account is signed in: the view is not guarded")
    return account


def the_staff() -> StaffMember:
    """The staff member of this request, in a view that `staff_only` guards."""
    member = current_staff()
    if member is None:
        raise LookupError("no staff member is signed in: the view is not guarded")
    return member


def _here() -> str:
    """Where to come back after signing in: this page, or the one that a form was sent from."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
