"""What a login is held against: one SELECT for everything that a try needs to know."""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from account_mgmt.domain.authentication import Credentials, LetterFacts
from account_mgmt.models import Account, Notification


def credentials_of(session: Session, login: str) -> Credentials | None:
    """The credentials behind a login as `login_names.typed` gives it, or nothing."""
    principal = aliased(Account)
    in_force = and_(Notification.account_id == Account.id, Notification.used_at.is_(None), Notification.revoked_at.is_(None))
    row = session.execute(
        select(
            Account.id,
            Account.login,
            Account.password_hash,
            Account.last_signed_in_at,
            Account.closed_at,
            Account.invalidated_at,
            principal.login.label("principal_login"),
            Notification.id.label("notification_id"),
            Notification.school_id,
            Notification.password_hash.label("letter_hash"),
            Notification.expires_at,
        )
        .outerjoin(principal, Account.principal_id == principal.id)
        .outerjoin(Notification, in_force)
        .where(Account.login == login)
        .order_by(Notification.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    letter = None
    if row.notification_id is not None:
        letter = LetterFacts(row.notification_id, row.school_id, row.letter_hash, row.expires_at)
    return Credentials(
        account_id=row.id,
        login=row.login,
        password_hash=row.password_hash,
        last_signed_in_at=row.last_signed_in_at,
        closed_at=row.closed_at,
        invalidated_at=row.invalidated_at,
        principal_login=row.principal_login,
        letter=letter,
    )
