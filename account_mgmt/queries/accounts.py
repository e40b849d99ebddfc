"""Accounts by themselves, as they are now: nothing is remembered from what the page loaded before."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account


def account_now(session: Session, account_id: int) -> Account | None:
    """The account as it is now, to look at."""
    statement = select(Account).where(Account.id == account_id).execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def account_to_change(session: Session, account_id: int) -> Account | None:
    """The account as it is now, held for this transaction: no other one changes it meanwhile."""
    return accounts_to_change(session, [account_id]).get(account_id)


def accounts_to_change(session: Session, account_ids: list[int]) -> dict[int, Account]:
    """Several accounts, held one after the other in the order of their ids, so that two use cases cannot block one another."""
    statement = (
        select(Account)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {account.id: account for account in session.scalars(statement)}
