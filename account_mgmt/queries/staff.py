"""Staff by their address, and as a list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import StaffMember


def member_with(session: Session, email: str) -> StaffMember | None:
    """The staff member of this address (in small letters), as the table has it now."""
    statement = select(StaffMember).where(StaffMember.email == email).execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def all_members(session: Session) -> list[StaffMember]:
    """Everyone who has or had access, by address."""
    return list(session.scalars(select(StaffMember).order_by(StaffMember.email)))
