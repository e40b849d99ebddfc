"""The second gate: the confirmation message, sent, sent again, sent elsewhere, and its link followed (R15, R20-R25).

A link is bound to the account, to a serial number that each message moves on, and to the address: only the last one counts.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import deadline
from account_mgmt.domain.email_confirmation import ConfirmationLink, address_problems, link_problem, sending_problem
from account_mgmt.domain.errors import Problem, in_order
from account_mgmt.models import Account
from account_mgmt.queries.accounts import account_now, account_to_change
from account_mgmt.services import emails
from account_mgmt.services.addresses import typed_address
from config.audit import AuditEvent
from config.database import db, transaction
from config.limits import Budget, note_failure, too_many
from config.links import LinkExpired, LinkInvalid
from config.services import Services
from config.tokens import digest

PURPOSE = "confirm_address"
BY_ACCOUNT = "confirmation_messages"


@dataclass(frozen=True)
class Sent:
    """A message is on its way to this address."""

    email: str


@dataclass(frozen=True)
class Waiting:
    """What the waiting screen shows after the right password (R21, R22)."""

    kind: AccountKind
    email: str | None
    problem: Problem | None
    """Why no other message can be sent: too late, or not needed any more."""
    deadline: datetime | None


@dataclass(frozen=True)
class Confirmable:
    """A link that counts: what its page shows above the button (R25)."""

    login: str
    email: str
    confirmed: bool
    """It was followed already: the page says so instead of showing the button."""
    interaction_id: str | None


@dataclass(frozen=True)
class Confirmed:
    """The address is confirmed, by this press of the button or an earlier one."""

    account_id: int
    login: str
    interaction_id: str | None
    """Where to go on, if that request is still alive (R24)."""


def send_confirmation(session: Session, services: Services, account: Account, interaction_id: str | None = None) -> None:
    """Queue the message, in the caller's transaction, and kill the links of earlier ones (R15, R20, R22)."""
    if account.email is None:
        raise ValueError(f"account {account.id} has no address to confirm")
    account.confirmation_serial += 1
    account.confirmation_expires_at = deadline(services.clock.now(), account.academy.policies.confirmation_months)
    session.flush()
    link = ConfirmationLink(account.id, account.confirmation_serial, digest(account.email), interaction_id)
    token = services.links.sign(PURPOSE, asdict(link))
    emails.confirm_address(session, services, account, services.links.absolute(f"/confirmation/{token}"))
    services.audit.record(AuditEvent.CONFIRMATION_SENT, actor=f"account:{account.id}", account_id=account.id)


def waiting_of(services: Services, account_id: int) -> Waiting | None:
    """Where an account stands before the second gate; for a session of that account only (R21)."""
    account = account_now(db.session(), account_id)
    if account is None:
        return None
    problem = sending_problem(account, services.clock.now())
    return Waiting(account.kind, account.email, problem, account.confirmation_expires_at)


def resend_confirmation(services: Services, account_id: int, interaction_id: str | None = None) -> Sent | Problem:
    """Send the message again, at the wish of someone logged in to that account (R22)."""
    return _send_again(services, account_id, None, interaction_id)


def correct_address(
    services: Services, account_id: int, email: str, email_again: str, interaction_id: str | None = None
) -> Sent | tuple[Problem, ...]:
    """Replace an address that was never confirmed and send the message there, for someone logged in to that account (R22)."""
    address = typed_address(email, email_again)
    if problems := address_problems(address, mandatory=True):
        return in_order(problems)
    sent = _send_again(services, account_id, address.normalised, interaction_id)
    return sent if isinstance(sent, Sent) else (sent,)


def read_confirmation(services: Services, token: str) -> Confirmable | Problem:
    """What a link would confirm; nothing is written, since mail scanners follow links too (R25)."""
    link = _read(services, token)
    if isinstance(link, Problem):
        return link
    account = account_now(db.session(), link.account_id)
    if account is None or account.email is None:
        return Problem.LINK_INVALID
    problem = link_problem(link, account, digest(account.email), services.clock.now())
    return problem or Confirmable(account.login, account.email, account.email_confirmed_at is not None, link.interaction_id)


def confirm_email(services: Services, token: str) -> Confirmed | Problem:
    """Confirm the address that a link was sent to; the same link again says the same (R20, R24, R25)."""
    link = _read(services, token)
    if isinstance(link, Problem):
        return link
    now = services.clock.now()
    with transaction() as session:
        account = account_to_change(session, link.account_id)
        if account is None or account.email is None:
            return Problem.LINK_INVALID
        if problem := link_problem(link, account, digest(account.email), now):
            return problem
        if account.email_confirmed_at is None:
            account.email_confirmed_at = now
            services.audit.record(AuditEvent.EMAIL_CONFIRMED, actor=f"account:{account.id}", account_id=account.id)
        return Confirmed(account.id, account.login, link.interaction_id)


def _read(services: Services, token: str) -> ConfirmationLink | Problem:
    try:
        return ConfirmationLink(**services.links.read(PURPOSE, token, None))
    except (LinkInvalid, LinkExpired):
        return Problem.LINK_INVALID


def _send_again(services: Services, account_id: int, new_email: str | None, interaction_id: str | None) -> Sent | Problem:
    budget = Budget(services.settings.accounts.confirmations_per_hour, 3600)
    if too_many(services, BY_ACCOUNT, str(account_id), budget):
        return Problem.TOO_MANY_MESSAGES
    with transaction() as session:
        account = account_to_change(session, account_id)
        problem = sending_problem(account, services.clock.now()) if account else Problem.NO_ADDRESS
        if account is None or problem is not None:
            return problem or Problem.NO_ADDRESS
        if new_email is not None and new_email != account.email:
            account.email = new_email
            services.audit.record(AuditEvent.EMAIL_CORRECTED, actor=f"account:{account.id}", account_id=account.id)
        if account.email is None:
            return Problem.NO_ADDRESS
        send_confirmation(session, services, account, interaction_id)
        sent = Sent(account.email)
    note_failure(services, BY_ACCOUNT, str(account_id), budget)
    return sent
