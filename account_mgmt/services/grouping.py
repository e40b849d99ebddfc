"""Grouping two guardian accounts into one: first a preview of what will happen, then the deed (R60-R64, R67).

The preview is kept in the store and only opens to the session that asked for it. What it says is checked again, under
lock, when the deed is done: two groupings at once end as if one came after the other.
"""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from account_mgmt.domain.authentication import Credentials, Locked
from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.first_connection import birth_date_problem
from account_mgmt.domain.grouping import grouping_problem, link_moves, principal_problem
from account_mgmt.models import Account, ChildLink, Notification
from account_mgmt.queries.accounts import account_now, accounts_to_change
from account_mgmt.queries.families import ChildRow, children_of, first_connection
from account_mgmt.services import emails
from account_mgmt.services.authentication import verify_credentials
from account_mgmt.services.birth_dates import birth_date_locked, note_wrong_birth_date
from account_mgmt.services.sessions import Session
from config.audit import AuditEvent
from config.database import db, transaction
from config.services import Services
from config.tokens import digest, new_token

PREVIEW = "grouping"
PREVIEW_SECONDS = 15 * 60


@dataclass(frozen=True)
class OtherAccount:
    """The account to join, as typed: the birth date only counts for a letter that was not used yet (R61)."""

    login: str
    password: str = field(repr=False)
    birth_day: str = ""
    birth_month: str = ""
    birth_year: str = ""


@dataclass(frozen=True)
class Preview:
    """What will happen (R62)."""

    token: str
    login: str
    """The one that stays."""
    stopping_login: str
    joining: tuple[ChildRow, ...]
    """The children who come in."""
    held: tuple[ChildRow, ...]
    """The children who are there already."""


@dataclass(frozen=True)
class Grouped:
    """What happened."""

    login: str
    stopped_login: str
    children: tuple[ChildRow, ...]


def preview_grouping(services: Services, session: Session, other: OtherAccount, address: str) -> Preview | Problem:
    """Say what grouping another account into the session's own would do; a wrong password counts as at login (R61, R62, R67)."""
    principal = account_now(db.session(), session.account_id)
    if principal is None:
        return Problem.PRINCIPAL_GONE
    if problem := principal_problem(principal, services.clock.now()):
        return problem
    credentials = verify_credentials(services, other.login, other.password, address)
    if not isinstance(credentials, Credentials):
        return Problem.OTHER_LOCKED if isinstance(credentials, Locked) else Problem.OTHER_WRONG_PASSWORD
    joining = db.session().get_one(Account, credentials.account_id, populate_existing=True)
    problem = grouping_problem(principal, joining, services.clock.now()) or _letter_problem(services, credentials, other)
    return problem or _preview(services, session, principal, joining)


def group_accounts(services: Services, session: Session, token: str) -> Grouped | Problem:
    """Do what the preview said; pressing the button twice is the same as once (R62-R64, R67)."""
    preview = services.store.get(PREVIEW, digest(token))
    if preview is None or preview["session"] != session.handle:
        return Problem.GROUPING_OVER
    return _group(services, session.account_id, preview["other_id"], preview["other_version"])


def _letter_problem(services: Services, credentials: Credentials, other: OtherAccount) -> Problem | None:
    """What is wrong with the birth date, where the other account is a letter that was not used yet (R14, R61)."""
    if credentials.password_hash is not None or credentials.letter is None:
        return None
    notification_id = credentials.letter.notification_id
    known = first_connection(db.session(), notification_id)
    if known is None:
        return Problem.GROUPING_OVER
    if birth_date_locked(services, notification_id):
        return Problem.BIRTH_DATE_LOCKED
    problem = birth_date_problem((other.birth_day, other.birth_month, other.birth_year), known.birth_date)
    if problem is Problem.BIRTH_DATE_WRONG:
        note_wrong_birth_date(services, notification_id, credentials.account_id)
    return problem


def _preview(services: Services, session: Session, principal: Account, joining: Account) -> Preview:
    token = new_token()
    kept = {"session": session.handle, "other_id": joining.id, "other_version": joining.version}
    services.store.put(PREVIEW, digest(token), kept, PREVIEW_SECONDS)
    today = day_in_france(services.clock.now())
    return Preview(
        token=token,
        login=principal.login,
        stopping_login=joining.login,
        joining=tuple(children_of(db.session(), joining.id, today)),
        held=tuple(children_of(db.session(), principal.id, today)),
    )


def _group(services: Services, principal_id: int, other_id: int, version: int) -> Grouped | Problem:
    now = services.clock.now()
    with transaction() as database:
        # With the two, the accounts that the other one took over before: they change hands too.
        followers = database.scalars(select(Account.id).where(Account.principal_id == other_id)).all()
        accounts = accounts_to_change(database, [principal_id, other_id, *followers])
        principal, other = accounts.get(principal_id), accounts.get(other_id)
        if principal is None or other is None:
            return Problem.GROUPING_OVER
        if other.principal_id == principal_id:
            return _grouped(services, database, principal, other)
        if problem := grouping_problem(principal, other, now):
            return problem
        if other.version != version:
            return Problem.GROUPING_OVER
        _move_links(services, database, principal, other)
        _absorb(services, database, principal, other)
        services.audit.record(
            AuditEvent.ACCOUNTS_GROUPED, actor=f"account:{principal_id}", account_id=principal_id, details={"absorbed": other_id}
        )
        emails.accounts_grouped(database, services, principal, other)
        return _grouped(services, database, principal, other)


def _move_links(services: Services, database: Database, principal: Account, other: Account) -> None:
    statement = select(ChildLink).where(ChildLink.account_id.in_([principal.id, other.id]))
    links = database.scalars(statement.execution_options(populate_existing=True)).all()
    moves = link_moves(
        [link for link in links if link.account_id == principal.id], [link for link in links if link.account_id == other.id]
    )
    for link in links:
        if link.id in moves.to_move:
            link.account_id = principal.id
        elif link.id in moves.to_reopen:
            link.ended_at = None
        elif link.id in moves.to_end:
            link.ended_at = services.clock.now()


def _absorb(services: Services, database: Database, principal: Account, other: Account) -> None:
    now = services.clock.now()
    letter = database.scalars(
        select(Notification).where(
            Notification.account_id == other.id, Notification.used_at.is_(None), Notification.revoked_at.is_(None)
        )
    ).first()
    if letter is not None:
        letter.used_at = now
        # So that its password still tells, and only its password, which account took over (R63).
        other.password_hash = other.password_hash or letter.password_hash
    other.merged_at = other.signed_out_at = now
    other.principal_id = principal.id
    for follower in database.scalars(select(Account).where(Account.principal_id == other.id)):
        follower.principal_id = principal.id
    database.flush()


def _grouped(services: Services, database: Database, principal: Account, other: Account) -> Grouped:
    children = children_of(database, principal.id, day_in_france(services.clock.now()))
    return Grouped(principal.login, other.login, tuple(children))
