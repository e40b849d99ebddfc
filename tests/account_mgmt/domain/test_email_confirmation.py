"""Whether a confirmation link counts, and whether another may be sent."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.email_confirmation import ConfirmationLink, link_problem, sending_problem
from account_mgmt.domain.errors import Problem

NOW = datetime(2026, 11, 16, tzinfo=UTC)
LINK = ConfirmationLink(account_id=1, serial=2, address_digest="digest")


@dataclass
class Waiting:
    kind: AccountKind = AccountKind.GUARDIAN
    first_connection_at: datetime | None = NOW - timedelta(days=3)
    notification_expires_at: datetime | None = None
    email: str | None = "jean@example.org"
    email_confirmed_at: datetime | None = None
    confirmation_serial: int = 2
    confirmation_expires_at: datetime | None = NOW + timedelta(days=80)
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    invalidated_at: datetime | None = None


@pytest.mark.rule("R20")
def test_the_last_link_counts_until_its_deadline() -> None:
    assert link_problem(LINK, Waiting(), "digest", NOW) is None
    assert link_problem(LINK, Waiting(confirmation_expires_at=NOW), "digest", NOW) is Problem.LINK_EXPIRED
    assert link_problem(LINK, Waiting(confirmation_expires_at=None), "digest", NOW) is Problem.LINK_EXPIRED


@pytest.mark.rule("R22")
def test_a_link_dies_with_a_later_message_or_a_corrected_address() -> None:
    assert link_problem(replace(LINK, serial=1), Waiting(), "digest", NOW) is Problem.LINK_REPLACED
    assert link_problem(LINK, Waiting(), "digest of another address", NOW) is Problem.LINK_REPLACED


@pytest.mark.rule("R20")
def test_the_link_that_confirmed_says_the_same_again_even_after_its_deadline() -> None:
    confirmed = Waiting(email_confirmed_at=NOW, confirmation_expires_at=NOW - timedelta(days=1))
    assert link_problem(LINK, confirmed, "digest", NOW) is None


@pytest.mark.parametrize("over", [Waiting(merged_at=NOW), Waiting(closed_at=NOW)])
def test_a_link_of_an_account_that_is_over_confirms_nothing(over: Waiting) -> None:
    assert link_problem(LINK, over, "digest", NOW) is Problem.LINK_INVALID


@pytest.mark.rule("R22")
def test_a_guardian_may_ask_again_until_the_deadline() -> None:
    assert sending_problem(Waiting(), NOW) is None
    assert sending_problem(Waiting(confirmation_expires_at=NOW), NOW) is Problem.CONFIRMATION_EXPIRED


@pytest.mark.rule("R23")
def test_a_pupil_may_ask_at_any_time() -> None:
    assert sending_problem(Waiting(AccountKind.PUPIL, confirmation_expires_at=NOW - timedelta(days=400)), NOW) is None
    assert sending_problem(Waiting(AccountKind.PUPIL, confirmation_expires_at=None), NOW) is None


def test_nothing_is_sent_to_an_address_that_is_confirmed() -> None:
    assert sending_problem(Waiting(email_confirmed_at=NOW), NOW) is Problem.ALREADY_CONFIRMED
