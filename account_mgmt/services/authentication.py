"""Logging in: a login and a password become one of seven outcomes. Opening the session is up to the caller.

Tries are counted per login, known or not, and per address; the waits end by themselves (R32). A password is verified outside
any transaction: a hash takes milliseconds, during which nobody else's writes should wait.
"""

from datetime import datetime
from typing import TypeGuard

from sqlalchemy import update

from account_mgmt.domain.authentication import (
    Credentials,
    Invalidated,
    LetterTooOld,
    Locked,
    Outcome,
    Provisional,
    SignedIn,
    TakenOver,
    Wrong,
    outcome_for,
)
from account_mgmt.domain.login_names import typed
from account_mgmt.models import Account
from account_mgmt.queries.credentials import credentials_of
from account_mgmt.services.hashing import hash_password, needs_rehash, verify_password, waste_time
from config.audit import AuditEvent
from config.database import db, transaction
from config.limits import Budget, Delay, forget, note_failure, too_many
from config.services import Services

__all__ = [
    "Invalidated",
    "LetterTooOld",
    "Locked",
    "Outcome",
    "Provisional",
    "SignedIn",
    "TakenOver",
    "Wrong",
    "authenticate",
    "forget_misses",
    "verify_credentials",
]

BY_LOGIN = "login"
BY_ADDRESS = "login_address"


def authenticate(services: Services, login: str, password: str, address: str) -> Outcome:
    """Try a login and a password from a network address (R05, R10, R32, R63)."""
    credentials = verify_credentials(services, login, password, address)
    if not isinstance(credentials, Credentials):
        return credentials
    outcome = outcome_for(credentials, services.clock.now())
    if isinstance(outcome, SignedIn) and not _note_sign_in(services, credentials, password):
        # The account changed while the password was being verified: what it is now decides.
        return authenticate(services, login, password, address)
    return outcome


def verify_credentials(services: Services, login: str, password: str, address: str) -> Credentials | Wrong | Locked:
    """The credentials behind a login if the password is theirs; every miss is counted, whatever the login is tried for."""
    name = typed(login)
    if delay := _wait_in_force(services, name, address):
        return Locked(delay.until)
    session = db.session()
    credentials = credentials_of(session, name)
    session.commit()  # nothing was written: this gives the connection back while the password is verified
    if _is_right(credentials, password):
        forget(services, BY_LOGIN, name)
        return credentials
    delay = _count_miss(services, name, address)
    _audit_miss(services, credentials.account_id if credentials else None, delay)
    return Wrong()


def forget_misses(services: Services, login: str) -> None:
    """Give a login its tries back: its owner just proved by another way who they are (R32, R51)."""
    forget(services, BY_LOGIN, typed(login))


def _is_right(credentials: Credentials | None, password: str) -> TypeGuard[Credentials]:
    """Whether it is the password of these credentials; one hash is computed in every case (R32)."""
    held_against = credentials.held_against(password) if credentials else None
    if held_against is None:
        waste_time(password)
        return False
    return verify_password(*held_against)


def _budgets(services: Services) -> tuple[Budget, Budget]:
    accounts = services.settings.accounts
    seconds = accounts.login_lock_minutes * 60
    by_login = Budget(accounts.login_tries, seconds, slow_after=accounts.login_tries_before_slowing)
    return by_login, Budget(accounts.login_tries_per_address, seconds)


def _wait_in_force(services: Services, name: str, address: str) -> Delay | None:
    by_login, by_address = _budgets(services)
    return too_many(services, BY_LOGIN, name, by_login) or too_many(services, BY_ADDRESS, address, by_address)


def _count_miss(services: Services, name: str, address: str) -> Delay | None:
    by_login, by_address = _budgets(services)
    note_failure(services, BY_ADDRESS, address, by_address)
    return note_failure(services, BY_LOGIN, name, by_login)


def _audit_miss(services: Services, account_id: int | None, delay: Delay | None) -> None:
    # Also where there is no account: a miss takes the same time for every login (R32).
    with transaction():
        locked = delay is not None and delay.locked
        event = AuditEvent.SIGN_IN_LOCKED if locked else AuditEvent.SIGN_IN_REFUSED
        services.audit.record(event, actor="system", account_id=account_id)


def _note_sign_in(services: Services, credentials: Credentials, password: str) -> bool:
    """Write the date down (R33), and the hash anew where it was made with earlier parameters; false if overtaken."""
    changes: dict[str, datetime | str | None] = {"last_signed_in_at": services.clock.now()}
    changes |= {"first_warning_at": None, "last_warning_at": None}  # the account is in use again (R81)
    account_id, known_hash = credentials.account_id, credentials.password_hash
    if known_hash is not None and needs_rehash(known_hash):
        changes["password_hash"] = hash_password(password)
    with transaction() as session:
        # Straight to the table, past the version: a login is no change for which another use case should start again.
        written = session.execute(
            update(Account)
            .where(Account.id == account_id, Account.password_hash == known_hash)
            .where(Account.merged_at.is_(None), Account.closed_at.is_(None), Account.invalidated_at.is_(None))
            .values(changes)
            .returning(Account.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if written is not None:
            services.audit.record(AuditEvent.SIGNED_IN, actor=f"account:{account_id}", account_id=account_id)
    return written is not None
