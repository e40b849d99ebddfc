"""The state of an account, read from its dates; the gates before it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from account_mgmt.domain.accounts import AccountKind, AccountState, state_at
from account_mgmt.domain.gates import Gate, pending_gate

NOW = datetime(2026, 11, 16, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Dates:
    kind: AccountKind = AccountKind.GUARDIAN
    first_connection_at: datetime | None = None
    email_confirmed_at: datetime | None = None
    notification_expires_at: datetime | None = None
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    invalidated_at: datetime | None = None


@pytest.mark.rule("R05")
def test_a_letter_is_good_until_its_deadline_and_not_at_it() -> None:
    assert state_at(Dates(notification_expires_at=NOW + DAY), NOW) is AccountState.NOTIFIED
    assert state_at(Dates(notification_expires_at=NOW), NOW) is AccountState.EXPIRED


@pytest.mark.rule("R05")
def test_the_letters_deadline_means_nothing_once_the_account_is_created() -> None:
    used = Dates(notification_expires_at=NOW - DAY, first_connection_at=NOW - 2 * DAY)
    assert state_at(used, NOW) is AccountState.CREATED
    assert state_at(replace(used, email_confirmed_at=NOW), NOW) is AccountState.CONFIRMED


def test_an_account_without_a_letter_is_only_known() -> None:
    assert state_at(Dates(), NOW) is AccountState.KNOWN


@pytest.mark.rule("R63")
def test_merged_and_closed_win_over_everything_before() -> None:
    lived = Dates(first_connection_at=NOW, email_confirmed_at=NOW, merged_at=NOW)
    assert state_at(lived, NOW) is AccountState.MERGED
    assert state_at(replace(lived, closed_at=NOW), NOW) is AccountState.CLOSED


@pytest.mark.rule("R10")
@pytest.mark.parametrize("kind", list(AccountKind))
def test_nobody_passes_before_the_first_connection(kind: AccountKind) -> None:
    assert pending_gate(Dates(kind, email_confirmed_at=NOW)) is Gate.FIRST_CONNECTION


@pytest.mark.rule("R21")
def test_a_guardian_waits_until_the_address_is_confirmed() -> None:
    waiting = Dates(first_connection_at=NOW)
    assert pending_gate(waiting) is Gate.EMAIL_CONFIRMATION
    assert pending_gate(replace(waiting, email_confirmed_at=NOW)) is None


@pytest.mark.rule("R23")
def test_a_pupil_is_let_in_without_a_confirmed_address() -> None:
    assert pending_gate(Dates(AccountKind.PUPIL, first_connection_at=NOW)) is None
