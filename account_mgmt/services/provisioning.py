"""How accounts come to be: opened one by one or by the thousand, and brought to life by a notification.

Everything here runs inside the caller's transaction: an import, a run of letters, the opening of one account.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import deadline
from account_mgmt.domain.login_names import Pattern, base_of
from account_mgmt.models import Academy, Account, ChildLink, Notification
from account_mgmt.queries.accounts import account_to_change
from account_mgmt.services.logins import CHUNK, allocate_logins
from config.audit import AuditEvent
from config.services import Services


@dataclass(frozen=True)
class NewAccount:
    """An account to open: for a pupil, or for one guardian of one pupil (R01)."""

    academy_id: int
    kind: AccountKind
    last_name: str
    first_name: str
    pupil_id: int
    guardian_id: int | None = None
    """Empty for the pupil's own account."""


@dataclass(frozen=True)
class OpenedAccount:
    """An account as it was opened."""

    account_id: int
    login: str


@dataclass(frozen=True)
class Issue:
    """A notification to issue: by whom, how it travels, and the hash of the provisional password in it."""

    school_id: int
    channel: str
    """`paper` or `email`."""
    issued_by: str
    """In the audit trail's words: `staff:12`, `cli`."""
    password_hash: str = field(repr=False)


def open_account(session: Session, services: Services, new: NewAccount, actor: str) -> OpenedAccount:
    """Open one account, with a line in the audit trail."""
    (opened,) = open_accounts(session, services, [new])
    services.audit.record(AuditEvent.ACCOUNT_OPENED, actor=actor, account_id=opened.account_id)
    return opened


def open_accounts(session: Session, services: Services, rows: Sequence[NewAccount]) -> list[OpenedAccount]:
    """Open any number of accounts, in a few statements for hundreds of them; an import leaves one audit line for them all."""
    patterns = _login_patterns(session, {row.academy_id for row in rows})
    opened: list[OpenedAccount] = []
    for start in range(0, len(rows), CHUNK):
        opened += _open_chunk(session, services, rows[start : start + CHUNK], patterns)
    return opened


def issue_notification(session: Session, services: Services, account: Account, issue: Issue) -> Notification:
    """Give an account new credentials: whatever opened it before, password, letter, session or token, is dead at once (R05, R07).

    The caller makes the provisional password, and keeps it only as long as it takes to print or send it.
    """
    account_to_change(session, account.id)
    if account.merged_at is not None or account.closed_at is not None:
        raise ValueError(f"account {account.id} was grouped or closed: no credentials can be issued for it")
    now = services.clock.now()
    revoke_notifications(session, services, account.id)
    if account.first_connection_at is not None:
        account.signed_out_at = now
    account.password_hash = account.first_connection_at = account.email_confirmed_at = account.confirmation_expires_at = None
    account.invalidated_at = account.first_warning_at = account.last_warning_at = None
    account.confirmation_serial += 1
    account.notification_expires_at = deadline(now, account.academy.policies.activation_months)
    notification = Notification(
        account_id=account.id,
        school_id=issue.school_id,
        password_hash=issue.password_hash,
        issued_at=now,
        expires_at=account.notification_expires_at,
        channel=issue.channel,
        issued_by=issue.issued_by,
    )
    session.add(notification)
    session.flush()
    services.audit.record(AuditEvent.LETTER_ISSUED, actor=issue.issued_by, account_id=account.id, school_id=issue.school_id)
    return notification


def revoke_notifications(session: Session, services: Services, account_id: int) -> None:
    """Kill the letters of an account that could still be used."""
    session.execute(
        update(Notification)
        .where(Notification.account_id == account_id, Notification.used_at.is_(None), Notification.revoked_at.is_(None))
        .values(revoked_at=services.clock.now())
    )


def _login_patterns(session: Session, academy_ids: Iterable[int]) -> dict[int, Pattern]:
    academies = session.scalars(select(Academy).where(Academy.id.in_(set(academy_ids))))
    return {academy.id: academy.policies.login_pattern for academy in academies}


def _open_chunk(
    session: Session, services: Services, rows: Sequence[NewAccount], patterns: dict[int, Pattern]
) -> list[OpenedAccount]:
    now = services.clock.now()
    bases = [base_of(row.first_name, row.last_name, patterns[row.academy_id]) for row in rows]
    logins = allocate_logins(session, bases)
    if not rows:
        return []
    connection = session.connection()  # rows, not objects: the mapper would take as long as the database
    connection.execute(
        insert(Account), [_account_values(row, login) | {"opened_at": now} for row, login in zip(rows, logins, strict=True)]
    )
    # Not by RETURNING: SQLite gives its rows back in no promised order.
    ids = dict(session.execute(select(Account.login, Account.id).where(Account.login.in_(logins))).all())
    links = [
        {
            "account_id": ids[login],
            "issued_account_id": ids[login],
            "pupil_id": row.pupil_id,
            "guardian_id": row.guardian_id,
            "since": now,
        }
        for row, login in zip(rows, logins, strict=True)
    ]
    connection.execute(insert(ChildLink), links)
    return [OpenedAccount(ids[login], login) for login in logins]


def _account_values(row: NewAccount, login: str) -> dict[str, object]:
    return {
        "academy_id": row.academy_id,
        "kind": row.kind,
        "login": login,
        "last_name": row.last_name,
        "first_name": row.first_name,
    }
