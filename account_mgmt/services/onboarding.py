"""The first gate: from a provisional password to an account (R10-R15). The second gate is `services/confirmation.py`.

The right provisional password earns a ticket, which opens the first-connection screen in one browser and nothing else. There
is no session before the screen is completed; the caller opens one for `Completed.account_id`.
"""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.first_connection import FirstConnectionForm, form_problems
from account_mgmt.models import Notification
from account_mgmt.queries.accounts import account_now, account_to_change
from account_mgmt.queries.families import FirstConnection, first_connection
from account_mgmt.services.addresses import typed_address
from account_mgmt.services.birth_dates import birth_date_locked, note_wrong_birth_date
from account_mgmt.services.confirmation import send_confirmation
from account_mgmt.services.hashing import hash_password, verify_password
from account_mgmt.services.password_checks import Surroundings, password_problems
from account_mgmt.services.provisioning import revoke_notifications
from config.audit import AuditEvent
from config.database import db, transaction
from config.services import Services
from config.tokens import digest, new_token

TICKET = "first_connection"
SECOND_PRESS_SECONDS = 60
"""How long a used ticket still recognises the second press of an impatient finger."""


@dataclass(frozen=True)
class Completed:
    """The account exists and may be given a session."""

    account_id: int
    email: str | None
    """Where the confirmation message went; a pupil may have given none (R13)."""


def begin_first_connection(services: Services, notification_id: int) -> str:
    """A ticket for the first-connection screen of a letter whose password was just typed rightly (R10)."""
    token = new_token()
    seconds = services.settings.accounts.first_connection_minutes * 60
    services.store.put(TICKET, digest(token), {"notification_id": notification_id}, seconds)
    return token


def cancel_first_connection(services: Services, token: str) -> None:
    """Throw the ticket away; the letter stays as it was (R10)."""
    services.store.delete(TICKET, digest(token))


def first_connection_of(services: Services, token: str) -> FirstConnection | None:
    """What the screen shows, unless the ticket or the letter is over (R11)."""
    notification_id = _notification_of(services, token)
    known = first_connection(db.session(), notification_id) if notification_id else None
    return known if known and services.clock.now() < known.expires_at else None


def complete_first_connection(
    services: Services, token: str, form: FirstConnectionForm, interaction_id: str | None = None
) -> Completed | tuple[Problem, ...]:
    """Create the account, or say what to put right; pressing the button twice is the same as once (R11-R15)."""
    notification_id = _notification_of(services, token)
    if notification_id is None:
        return (Problem.FIRST_CONNECTION_OVER,)
    known = _letter_in_force(services, notification_id)
    if isinstance(known, FirstConnection):
        if problems := _form_problems(services, known, form):
            return problems
        if completed := _create(services, known, form, interaction_id):
            services.store.put(TICKET, digest(token), {"notification_id": notification_id}, SECOND_PRESS_SECONDS)
            return completed
        known = Problem.FIRST_CONNECTION_OVER
    before = _completed_before(notification_id, form) if known is Problem.FIRST_CONNECTION_OVER else None
    return before or (known,)


def _notification_of(services: Services, token: str) -> int | None:
    value = services.store.get(TICKET, digest(token))
    return int(value["notification_id"]) if value else None


def _letter_in_force(services: Services, notification_id: int) -> FirstConnection | Problem:
    known = first_connection(db.session(), notification_id)
    if known is None:
        return Problem.FIRST_CONNECTION_OVER
    if services.clock.now() >= known.expires_at:
        return Problem.LETTER_TOO_OLD
    return Problem.BIRTH_DATE_LOCKED if birth_date_locked(services, notification_id) else known


def _form_problems(services: Services, known: FirstConnection, form: FirstConnectionForm) -> tuple[Problem, ...]:
    names = (
        known.login,
        known.first_name,
        known.last_name,
        known.pupil_first_name,
        known.pupil_last_name,
        known.school_name,
        form.email.partition("@")[0],
    )
    born = known.birth_date
    dates = (f"{born:%d%m%Y}", f"{born:%d%m%y}", f"{born:%Y%m%d}", f"{born:%Y}")
    surroundings = Surroundings(names, dates, known.letter_hash)
    problems = form_problems(
        form,
        known.kind,
        born,
        typed_address(form.email, form.email_again),
        password_problems(services, form.password, known.policies, surroundings),
    )
    if Problem.BIRTH_DATE_WRONG in problems:
        note_wrong_birth_date(services, known.notification_id, known.account_id)
    return problems


def _create(
    services: Services, known: FirstConnection, form: FirstConnectionForm, interaction_id: str | None
) -> Completed | None:
    """Write everything at once; nothing if somebody else used the letter, or it was revoked, in the meantime."""
    password_hash = hash_password(form.password)
    now = services.clock.now()
    with transaction() as session:
        account = account_to_change(session, known.account_id)
        if account is None or not _use_letter(session, services, known.notification_id):
            return None
        account.password_hash = password_hash
        account.first_connection_at = account.password_changed_at = account.last_signed_in_at = now
        account.email = typed_address(form.email, form.email_again).normalised
        account.email_confirmed_at = None
        revoke_notifications(session, services, account.id)
        services.audit.record(
            AuditEvent.FIRST_CONNECTION_COMPLETED, actor=f"account:{account.id}", account_id=account.id, school_id=known.school_id
        )
        if account.email is not None:
            send_confirmation(session, services, account, interaction_id)
        return Completed(account.id, account.email)


def _use_letter(session: Session, services: Services, notification_id: int) -> bool:
    """Mark the letter used, if it still can be: of two at once, one succeeds."""
    now = services.clock.now()
    used = session.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.used_at.is_(None), Notification.revoked_at.is_(None))
        .where(Notification.expires_at > now)
        .values(used_at=now)
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return used.one_or_none() is not None


def _completed_before(notification_id: int, form: FirstConnectionForm) -> Completed | None:
    """The account that this very form created a moment ago: the letter is used, and the password is the one just typed."""
    session = db.session()
    notification = session.get_one(Notification, notification_id, populate_existing=True)
    account = account_now(session, notification.account_id)
    if account is None or notification.used_at is None or account.first_connection_at != notification.used_at:
        return None
    if account.password_hash is None or not verify_password(account.password_hash, form.password):
        return None
    return Completed(account.id, account.email)
