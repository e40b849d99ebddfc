"""The e-mails about accounts: one function each. They queue in the caller's transaction and decide nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from account_mgmt.domain.dates import day_in_france
from account_mgmt.models import Academy, Account
from account_mgmt.queries.families import ChildRow, children_of
from config.outbox import Mail, OutgoingMail
from config.services import Services


@dataclass(frozen=True)
class MailedChild:
    """A child as an e-mail names it: the first name and the school, no more."""

    first_name: str
    school: str


@dataclass(frozen=True)
class MailedLogin:
    """A login that serves, the children whom it opens, and the logins of the same address that it took over (R40)."""

    login: str
    children: list[MailedChild]
    replaces: list[str]
    invalidated: bool
    """New credentials are needed before it opens anything (R81)."""


@dataclass(frozen=True)
class Stranger:
    """An address that no account has, and the académie that writes to it."""

    address: str
    language: str
    academy: Academy


@dataclass(frozen=True)
class ResetLink:
    """What the message for a forgotten password holds (R50, R51)."""

    reference: str
    link: str = field(repr=False)
    code: str | None = field(repr=False)
    deadline: datetime


def confirm_address(session: Session, services: Services, account: Account, link: str) -> None:
    """Ask whoever reads this address to confirm that it belongs to the account (R15, R20)."""
    children = children_of(session, account.id, day_in_france(services.clock.now()))
    context = {
        "first_name": account.first_name,
        "login": account.login,
        "children": mailed_children(children),
        "link": link,
        "deadline": account.confirmation_expires_at,
        "academy": account.academy.name,
    }
    _queue(session, services, _owner(account), "confirm_address", context)


def accounts_grouped(session: Session, services: Services, principal: Account, absorbed: Account) -> None:
    """Tell the owners of both accounts, at their confirmed addresses, that one took over the other (R62, R63)."""
    children = children_of(session, principal.id, day_in_france(services.clock.now()))
    context = {"login": principal.login, "stopped_login": absorbed.login, "children": mailed_children(children)}
    told = {account.email: account for account in (absorbed, principal) if account.email and account.email_confirmed_at}
    for account in told.values():
        own = {"first_name": account.first_name, "academy": account.academy.name}
        _queue(session, services, _owner(account), "accounts_grouped", context | own)


def reset_password(session: Session, services: Services, account: Account, reset: ResetLink) -> OutgoingMail:
    """Send the link that lets the owner choose another password, under the request's reference (R50, R51)."""
    context = {"first_name": account.first_name, "login": account.login, "reset": reset, "academy": account.academy.name}
    return _queue(session, services, _owner(account), "reset_password", context)


def password_changed(session: Session, services: Services, account: Account) -> None:
    """Tell the owner that the password was changed, and what to do if it was somebody else (R55)."""
    context = {
        "first_name": account.first_name,
        "login": account.login,
        "changed_at": account.password_changed_at,
        "link": services.links.absolute("/mot-de-passe-oublie"),
        "academy": account.academy.name,
    }
    _queue(session, services, _owner(account), "password_changed", context)


def forgotten_logins(
    session: Session, services: Services, holder: Account, logins: list[MailedLogin], reference: str
) -> OutgoingMail:
    """List the logins tied to the confirmed address of this account (R40)."""
    context = {"logins": logins, "reference": reference, "academy": holder.academy.name}
    return _queue(session, services, _owner(holder), "forgotten_logins", context)


def no_login_known(session: Session, services: Services, stranger: Stranger, reference: str) -> OutgoingMail:
    """Tell whoever reads this address that no account is confirmed there, and what the reasons may be (R41, R54)."""
    academy = stranger.academy
    to = _Recipient(stranger.address, academy.sender, stranger.language, None)
    return _queue(session, services, to, "no_login_known", {"reference": reference, "academy": academy.name})


def address_to_validate(session: Session, services: Services, account: Account, reference: str) -> OutgoingMail:
    """Tell the owner that the address must be validated before the password can be recovered (R53, R54)."""
    context = {
        "first_name": account.first_name,
        "login": account.login,
        "reference": reference,
        "academy": account.academy.name,
    }
    return _queue(session, services, _owner(account), "address_to_validate", context)


def closing_soon(session: Session, services: Services, account: Account, last_day: date) -> None:
    """Tell the owner by which day to log in, so that the account is not invalidated (R81)."""
    context = {
        "first_name": account.first_name,
        "login": account.login,
        "last_day": last_day,
        "link": services.links.absolute("/connexion"),
        "academy": account.academy.name,
    }
    _queue(session, services, _owner(account), "closing_soon", context)


def mailed_children(rows: Iterable[ChildRow]) -> list[MailedChild]:
    """Each child of an account once, whatever the number of guardians in whose name the account sees it."""
    return list(dict.fromkeys(MailedChild(row.first_name, row.school_name) for row in rows))


@dataclass(frozen=True)
class _Recipient:
    address: str
    sender: str
    language: str | None
    account_id: int | None


def _owner(account: Account) -> _Recipient:
    if account.email is None:
        raise ValueError(f"account {account.id} has no address")
    return _Recipient(account.email, account.academy.sender, account.language, account.id)


def _queue(session: Session, services: Services, to: _Recipient, name: str, context: dict[str, Any]) -> OutgoingMail:
    text = services.documents.email(name, to.language, **context)
    mail = Mail(
        to=to.address,
        sender=to.sender,
        subject=text.subject,
        text=text.text,
        html=text.html,
        kind=name,
        account_id=to.account_id,
    )
    return services.outbox.queue(session, mail)
