"""Whose a session is, and what a person settles about the own account apart from the gates and groupings."""

from account_mgmt.models import Account, StaffMember
from account_mgmt.services.sessions import Session
from config.database import db, transaction
from config.services import Services


def account_of(session: Session) -> Account | None:
    """The account of this session, unless the account ended all its sessions, was grouped into another or closed."""
    account = db.session.get(Account, session.account_id)
    if account is None or session.outlived_by(account.signed_out_at):
        return None
    return account if account.merged_at is None and account.closed_at is None else None


def staff_member_of(session: Session) -> StaffMember | None:
    """The staff member of this session, unless it was ended everywhere or the member left (R111)."""
    member = db.session.get(StaffMember, session.account_id)
    if member is None or session.outlived_by(member.signed_out_at):
        return None
    return member if member.closed_at is None else None


def choose_language(services: Services, account_id: int, language: str) -> None:
    """Write to this account in that language from now on (R73)."""
    with transaction() as session:
        account = session.get_one(Account, account_id)
        account.language = language
