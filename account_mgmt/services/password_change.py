"""Another password for an account in use, by whatever way it was earned: what ends with the old one, and who is told (R55)."""

from sqlalchemy.orm import Session

from account_mgmt.models import Account
from account_mgmt.queries.recovery import end_open_links
from account_mgmt.services import emails
from config.audit import AuditEvent
from config.services import Services


def replace_password(session: Session, services: Services, account: Account, password_hash: str, way: str) -> None:
    """Put a new password in force; sessions, refresh tokens and open recovery links are over, and the owner gets a message.

    Runs in the caller's transaction, which holds the account. A caller whose own session goes on opens a fresh one afterwards.
    """
    now = services.clock.now()
    account.password_hash = password_hash
    account.password_changed_at = account.signed_out_at = now
    end_open_links(session, account.id, now)
    if account.email is not None and account.email_confirmed_at is not None:
        emails.password_changed(session, services, account)
    services.audit.record(AuditEvent.PASSWORD_CHANGED, actor=f"account:{account.id}", account_id=account.id, details={"way": way})
