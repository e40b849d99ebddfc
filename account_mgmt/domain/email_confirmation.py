"""The second gate: what an address must look like on a form, whether a link still counts, whether another may be sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from account_mgmt.domain.accounts import AccountFacts, AccountKind
from account_mgmt.domain.errors import Problem


class ConfirmationFacts(AccountFacts, Protocol):
    """What the rules read of an account whose address is to be confirmed."""

    email: str | None
    confirmation_serial: int
    confirmation_expires_at: datetime | None


@dataclass(frozen=True)
class ConfirmationLink:
    """What a link of a confirmation message says; the address as a digest, since links end up in logs."""

    account_id: int
    serial: int
    address_digest: str
    interaction_id: str | None = None
    """The request of a relying party that the person came from (R24)."""


@dataclass(frozen=True)
class TypedAddress:
    """An address as typed twice, and what it comes to: empty if it is no address."""

    first: str
    again: str
    normalised: str | None
    normalised_again: str | None


def address_problems(address: TypedAddress, *, mandatory: bool) -> frozenset[Problem]:
    """What is wrong with an address that someone gave (R11, R13)."""
    if not address.first.strip() and not address.again.strip():
        return frozenset({Problem.EMAIL_MISSING}) if mandatory else frozenset()
    if address.normalised is None:
        return frozenset({Problem.EMAIL_INVALID})
    if address.normalised != address.normalised_again:
        return frozenset({Problem.EMAILS_DIFFER})
    return frozenset()


def link_problem(link: ConfirmationLink, account: ConfirmationFacts, address_digest: str, now: datetime) -> Problem | None:
    """Why this link confirms nothing; none if it does, or did already (R20, R22)."""
    if account.closed_at is not None or account.merged_at is not None:
        return Problem.LINK_INVALID
    if account.invalidated_at is not None:
        return Problem.LINK_EXPIRED
    if link.serial != account.confirmation_serial or link.address_digest != address_digest:
        return Problem.LINK_REPLACED
    if account.email_confirmed_at is not None:
        return None
    if account.confirmation_expires_at is None or now >= account.confirmation_expires_at:
        return Problem.LINK_EXPIRED
    return None


def sending_problem(account: ConfirmationFacts, now: datetime) -> Problem | None:
    """Why no confirmation message may be sent to this account's address now (R20, R22, R23).

    Each message starts the months anew; once they have all passed, a guardian needs new credentials from the school.
    A pupil, whom this gate does not stop, may ask at any time.
    """
    if account.email_confirmed_at is not None:
        return Problem.ALREADY_CONFIRMED
    if account.kind is AccountKind.PUPIL:
        return None
    deadline = account.confirmation_expires_at
    return Problem.CONFIRMATION_EXPIRED if deadline is not None and now >= deadline else None
