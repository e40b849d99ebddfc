"""What the database finds to do in a night is what the rules say, whatever the dates."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.lifecycle import due, is_forgettable, start_of
from account_mgmt.models import Account, ChildLink, Enrolment
from account_mgmt.queries.lifecycle import Night, count_due, due_in_sql, guardians_to_forget, night_at, pupils_to_forget
from tests.factories import NOW, Dupont, Stage, dupont

DAY = timedelta(days=1)
near = st.integers(-2, 2)
"""Days around the borders, which are what rules get wrong."""
moments = st.none() | st.sampled_from([0, -7, -8, -30, -80, -180, -181, -335, -358, -365]).flatmap(
    lambda days: st.tuples(near, st.integers(0, 23)).map(lambda more: NOW + timedelta(days=days + more[0], hours=more[1]))
)
rarely = st.one_of(st.none(), st.none(), st.none(), moments)
ends = st.none() | st.integers(-83, 3).map(lambda days: day_in_france(NOW) + days * DAY)
dates = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(AccountKind),
        "first_connection_at": moments,
        "email_confirmed_at": moments,
        "notification_expires_at": moments,
        "confirmation_expires_at": moments,
        "last_signed_in_at": moments,
        "first_warning_at": rarely,
        "last_warning_at": rarely,
        "merged_at": rarely,
        "closed_at": rarely,
        "invalidated_at": rarely,
        "erased_at": rarely,
    }
)
Around = tuple[date | None, date | None, datetime | None]
"""When the pupil left, when the link ended, when the principal was erased."""
around = st.tuples(ends, ends, rarely)
on_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


@dataclass
class Life:
    """The account's row, and what other rows say of it."""

    row: Account
    has_child: bool
    last_child_until: datetime | None
    principal_erased_at: datetime | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session, Stage.CONFIRMED, Stage.CONFIRMED)
    session.commit()
    return family


def change(session: Session, table: type[Any], number: int, values: dict[str, Any]) -> None:
    session.execute(update(table).where(table.id == number).values(values).execution_options(synchronize_session=False))


@pytest.mark.rule("R82")
@on_one_database
@given(values=dates, months=st.sampled_from([6, 12]), around=around)
def test_what_is_due_in_sql_is_what_is_due_by_the_rule(
    session: Session, family: Dupont, values: dict[str, Any], months: int, around: Around
) -> None:
    left_on, ended, principal_erased_at = around
    account, principal = family.jean_for_dylan, family.alice_for_dylan
    ended_at = None if ended is None else start_of(ended)
    change(session, Account, account.id, values | {"principal_id": principal.id})
    change(session, Account, principal.id, {"erased_at": principal_erased_at})
    session.execute(update(ChildLink).where(ChildLink.account_id == account.id).values(ended_at=ended_at))
    session.execute(update(Enrolment).where(Enrolment.pupil_id == family.dylan.id).values(left_on=left_on))
    session.refresh(account)
    there = left_on is None or left_on > day_in_france(NOW)
    if not there and ended_at is None:
        session.rollback()  # the night ends such a link before it looks at accounts
        return
    life = Life(account, there and ended_at is None, ended_at, principal_erased_at)
    night = Night(NOW, {months: [family.academy.id]})
    in_sql = session.scalar(select(due_in_sql(night)).where(Account.id == account.id))
    assert in_sql == due(life, months, NOW)
    session.rollback()


@pytest.mark.rule("R80")
@on_one_database
@given(left_on=ends, ended=ends, guardian_ended=ends)
def test_who_is_forgotten_in_sql_is_who_is_forgettable_by_the_rule(
    session: Session, family: Dupont, left_on: date | None, ended: date | None, guardian_ended: date | None
) -> None:
    def moment(day: date | None) -> datetime | None:
        return None if day is None else start_of(day)

    of_dylan = [family.dylans_account, family.alice_for_dylan]
    for account, end in [*((each, ended) for each in of_dylan), (family.jean_for_dylan, guardian_ended)]:
        session.execute(update(ChildLink).where(ChildLink.account_id == account.id).values(ended_at=moment(end)))
    session.execute(update(ChildLink).where(ChildLink.account_id == family.jean_for_florian.id).values(ended_at=moment(ended)))
    session.execute(update(Enrolment).values(left_on=left_on))
    night = night_at(session, NOW)
    rights_of_jean = [moment(left_on), moment(guardian_ended), moment(ended)]
    rights_of_dylan = [moment(left_on), moment(ended), moment(guardian_ended)]
    assert (family.jean.id in session.scalars(guardians_to_forget(night))) == is_forgettable(rights_of_jean, NOW)
    assert (family.dylan.id in session.scalars(pupils_to_forget(night))) == is_forgettable(rights_of_dylan, NOW)
    session.rollback()


def test_each_academie_is_judged_by_its_own_policy(session: Session, family: Dupont) -> None:
    change(session, Account, family.jean_for_dylan.id, {"first_connection_at": NOW - 200 * DAY, "last_signed_in_at": None})
    assert count_due(session, night_at(session, NOW)) == {}
    family.academy.preset = "caen"
    session.flush()
    assert count_due(session, night_at(session, NOW)).keys() == {"last_warning"}
