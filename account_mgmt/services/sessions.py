"""Sessions: who is logged in on which browser. Nothing of what one may do; the gates and the pipeline decide that.

The browser holds a random id, the store its digest. A session ends when idle for too long, when it is too old, when it is
closed, or when its account signed out everywhere (`Account.signed_out_at`, compared by whoever loads the account: `outlived_by`).
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from blinker import Signal

from config.services import Services
from config.tokens import digest, new_token

PASSWORD_ONLY = ("pwd",)
"""Authentication methods, in the words of RFC 8176."""

SESSION = "session"
ENDED = "session_ended"
TOUCH_EVERY = timedelta(minutes=3)

session_closed = Signal("A session ended. Sent with the session; arguments `services` and `reason`, a CloseReason.")


class CloseReason(StrEnum):
    """Why a session was closed."""

    SIGNED_OUT = "signed_out"
    REPLACED = "replaced"  # someone logged in again in the same browser


@dataclass(frozen=True)
class Session:
    """A session as it was found; `handle` names it in logs and tokens without opening it."""

    handle: str
    account_id: int
    """The account; for the kind `staff`, the staff member."""
    authenticated_at: datetime
    opened_at: datetime
    last_seen_at: datetime
    methods: tuple[str, ...] = PASSWORD_ONLY
    kind: Literal["account", "staff"] = "account"
    previous_sign_in_at: datetime | None = None
    """When the account was used before this session (R33)."""

    def outlived_by(self, signed_out_at: datetime | None) -> bool:
        """Whether the account (or staff member) ended all its sessions since this one was opened."""
        return signed_out_at is not None and self.opened_at <= signed_out_at


def open_session(
    services: Services,
    account_id: int,
    methods: tuple[str, ...] = PASSWORD_ONLY,
    replaces: Session | None = None,
    previous_sign_in_at: datetime | None = None,
) -> tuple[str, Session]:
    """Open a session under a fresh id, and close the browser's earlier one; returns the cookie's value too."""
    now = services.clock.now()
    return _open(services, Session("", account_id, now, now, now, methods, "account", previous_sign_in_at), replaces)


def open_staff_session(
    services: Services,
    member_id: int,
    methods: tuple[str, ...] = PASSWORD_ONLY,
    replaces: Session | None = None,
    previous_sign_in_at: datetime | None = None,
) -> tuple[str, Session]:
    """Open a session of someone who works at a school or an académie (R111)."""
    now = services.clock.now()
    return _open(services, Session("", member_id, now, now, now, methods, "staff", previous_sign_in_at), replaces)


def find(services: Services, cookie_value: str | None, kind: Literal["account", "staff"] = "account") -> Session | None:
    """The session of this cookie, unless it ended. One store call, and a few more once every few minutes."""
    if not cookie_value:
        return None
    handle = digest(cookie_value)
    value = services.store.get(SESSION, handle)
    if value is None:
        return None
    session = _read(handle, value)
    if session.kind != kind or _seconds_left(services, session) <= 0:
        return None
    if services.clock.now() - session.last_seen_at < TOUCH_EVERY:
        return session
    return _touch(services, session)


def close(services: Services, session: Session, reason: CloseReason = CloseReason.SIGNED_OUT) -> None:
    """End a session, and tell whoever listens to `session_closed`."""
    # The mark comes first: a request that just read the session and is about to prolong it sees one of the two.
    services.store.put(ENDED, session.handle, {}, int(_idle_time(services, session).total_seconds()))
    services.store.delete(SESSION, session.handle)
    session_closed.send(session, services=services, reason=reason)


def _open(services: Services, draft: Session, replaces: Session | None) -> tuple[str, Session]:
    if replaces is not None:
        close(services, replaces, CloseReason.REPLACED)
    cookie_value = new_token()
    session = replace(draft, handle=digest(cookie_value))
    _write(services, session)
    return cookie_value, session


def _touch(services: Services, session: Session) -> Session | None:
    seen = replace(session, last_seen_at=services.clock.now())
    _write(services, seen)
    if services.store.get(ENDED, session.handle) is None:
        return seen
    services.store.delete(SESSION, session.handle)
    return None


def _idle_time(services: Services, session: Session) -> timedelta:
    accounts = services.settings.accounts
    return timedelta(minutes=accounts.staff_session_idle_minutes if session.kind == "staff" else accounts.session_idle_minutes)


def _seconds_left(services: Services, session: Session) -> int:
    """How long the session still lasts if nothing more happens in it."""
    accounts = services.settings.accounts
    ends_at = min(
        session.last_seen_at + _idle_time(services, session),
        session.opened_at + timedelta(hours=accounts.session_absolute_hours),
    )
    return int((ends_at - services.clock.now()).total_seconds())


def _write(services: Services, session: Session) -> None:
    value = asdict(session)
    del value["handle"]
    for name in ("authenticated_at", "opened_at", "last_seen_at", "previous_sign_in_at"):
        value[name] = value[name].isoformat() if value[name] else None
    services.store.put(SESSION, session.handle, value, max(1, _seconds_left(services, session)))


def _read(handle: str, value: dict[str, Any]) -> Session:
    dates = {
        name: datetime.fromisoformat(value[name]) if value[name] else None
        for name in ("authenticated_at", "opened_at", "last_seen_at", "previous_sign_in_at")
    }
    return Session(**{**value, **dates, "handle": handle, "methods": tuple(value["methods"])})
