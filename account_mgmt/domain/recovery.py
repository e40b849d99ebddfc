"""Self-service recovery: what a forgotten login or password leads to, how a request is named, and where it stands.

Which answer a stranger gets to read (the plain one, or the same for everybody) is decided in `services/recovery.py`.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Protocol

from account_mgmt.domain.accounts import AccountFacts, AccountKind, AccountState, state_at
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.passwords import PROVISIONAL_ALPHABET

REFERENCE_LENGTH = 8
REFERENCE = re.compile(f"[{PROVISIONAL_ALPHABET}]{{{REFERENCE_LENGTH}}}")


class RecoveryKind(StrEnum):
    """What was forgotten."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 - a kind of request


class Standing(StrEnum):
    """What a login stands for when its password was forgotten."""

    RECOVERABLE = auto()  # in use, its address confirmed: a message can leave (R50)
    UNKNOWN = auto()  # nobody's, or of a closed account (R52)
    TAKEN_OVER = auto()  # grouped: another login opens what it opened
    INVALIDATED = auto()  # not used for too long, or not confirmed in time: the school issues new credentials (R81)
    NOT_CREATED = auto()  # a letter waits for its first connection, or there is none yet (R53)
    NOT_CONFIRMED = auto()  # a guardian's address waits for its confirmation (R53)
    PUPIL_NOT_CONFIRMED = auto()  # a pupil gave no address, or never confirmed it: the school helps (R23, R53)


STANDINGS = {
    AccountState.KNOWN: Standing.NOT_CREATED,
    AccountState.NOTIFIED: Standing.NOT_CREATED,
    AccountState.EXPIRED: Standing.NOT_CREATED,
    AccountState.CREATED: Standing.NOT_CONFIRMED,
    AccountState.CONFIRMED: Standing.RECOVERABLE,
    AccountState.INVALIDATED: Standing.INVALIDATED,
    AccountState.MERGED: Standing.TAKEN_OVER,
    AccountState.CLOSED: Standing.UNKNOWN,
}


class RequestState(StrEnum):
    """Where a request stands, for whoever holds its reference."""

    TAKEN_IN = auto()
    SENT = auto()
    OPENED = auto()
    USED = auto()
    EXPIRED = auto()
    REFUSED = auto()  # by the mail server, for good
    NOT_SENT = auto()  # there was no confirmed address to write to, or too many messages had left


class RequestFacts(Protocol):
    """What the rules read of a request."""

    kind: RecoveryKind
    discreet: bool
    requested_at: datetime
    expires_at: datetime | None
    answered_at: datetime | None
    opened_at: datetime | None
    used_at: datetime | None


class RecoverableFacts(AccountFacts, Protocol):
    """What the rules read of the account of a request."""

    password_changed_at: datetime | None


@dataclass(frozen=True)
class MailFacts:
    """What became of a message."""

    sent_at: datetime | None
    failed_at: datetime | None


@dataclass(frozen=True)
class ResetForm:
    """The form behind the link, as it was typed (R51)."""

    login: str
    password: str = field(repr=False)
    password_again: str = field(repr=False)
    code: str = field(default="", repr=False)


def standing_of(account: AccountFacts | None, now: datetime) -> Standing:
    """What can be done for a login whose password was forgotten (R23, R50, R52, R53)."""
    if account is None:
        return Standing.UNKNOWN
    state = state_at(account, now)
    if state is AccountState.CREATED and account.kind is AccountKind.PUPIL:
        return Standing.PUPIL_NOT_CONFIRMED
    return STANDINGS[state]


def new_reference() -> str:
    """The name of a request: eight letters and digits that no eye or ear takes for one another, in two groups (R50)."""
    return _written("".join(secrets.choice(PROVISIONAL_ALPHABET) for _ in range(REFERENCE_LENGTH)))


def reference_as_typed(text: str) -> str | None:
    """A reference as it is looked up, in small letters or without its hyphen as well; nothing if it cannot be one."""
    letters = re.sub(r"[\s.–-]+", "", text).upper()
    return _written(letters) if REFERENCE.fullmatch(letters) else None


def state_of(request: RequestFacts, mail: MailFacts | None, now: datetime) -> RequestState:
    """Where a request really stands: for the school office, and for who got a plain answer."""
    if request.used_at is not None:
        return RequestState.USED
    if mail is None:
        return RequestState.TAKEN_IN if request.answered_at is None else RequestState.NOT_SENT
    if mail.failed_at is not None:
        return RequestState.REFUSED
    if request.expires_at is not None and now >= request.expires_at:
        return RequestState.EXPIRED
    if request.opened_at is not None:
        return RequestState.OPENED
    return RequestState.SENT if mail.sent_at is not None else RequestState.TAKEN_IN


def link_problem(request: RequestFacts, account: RecoverableFacts, now: datetime) -> Problem | None:
    """Why the link of a request opens nothing; none if it still does (R51).

    What changed the account since the request (another password, another address, new credentials) ends its link too.
    """
    if request.used_at is not None:
        return Problem.RESET_USED
    if request.expires_at is None or now >= request.expires_at:
        return Problem.RESET_EXPIRED
    changes = (account.password_changed_at, account.email_confirmed_at)
    changed = any(change is not None and change > request.requested_at for change in changes)
    return Problem.RESET_OVERTAKEN if changed or standing_of(account, now) is not Standing.RECOVERABLE else None


def proof_problems(form: ResetForm, *, login_right: bool, code_right: bool) -> frozenset[Problem]:
    """What is wrong with what shows that the message reached its owner: the login typed again, and the code (R51)."""
    found = set()
    if not form.login:
        found.add(Problem.LOGIN_MISSING)
    elif not login_right:
        found.add(Problem.RESET_LOGIN_WRONG)
    if not code_right:
        found.add(Problem.RESET_CODE_WRONG)
    return frozenset(found)


def _written(letters: str) -> str:
    half = REFERENCE_LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"
