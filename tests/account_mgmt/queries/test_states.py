"""The state that the database computes is the one that the rule says, whatever the dates."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import state_at
from account_mgmt.models import Account
from account_mgmt.queries.schools import state_at_in_sql
from tests.factories import NOW, Stage, dupont

moments = st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))
DATES = ("first_connection_at", "email_confirmed_at", "notification_expires_at", "merged_at", "closed_at", "invalidated_at")


@pytest.fixture
def account(session: Session) -> Account:
    account = dupont(session, Stage.KNOWN).jean_for_dylan
    session.commit()
    return account


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(dates=st.fixed_dictionaries(dict.fromkeys(DATES, moments)))
def test_the_state_in_sql_is_the_state_of_the_rule(session: Session, account: Account, dates: dict[str, datetime | None]) -> None:
    values: dict[str, Any] = dates
    session.execute(update(Account).where(Account.id == account.id).values(values))
    session.refresh(account)
    in_sql = session.scalar(select(state_at_in_sql(NOW)).where(Account.id == account.id))
    assert in_sql == state_at(account, NOW).value
    session.rollback()
