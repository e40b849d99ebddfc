"""What comes next for a request, read from dates alone."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from account_mgmt.domain.accounts import AccountKind
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.release import Refusal, RefusalReason
from idp.domain.steps import CHECKS, PASSIVE_REFUSALS, Facts, SignedIn, Step, decide, next_step

RECEIVED = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
BEFORE = RECEIVED - timedelta(minutes=10)
AFTER = RECEIVED + timedelta(minutes=1)
REQUEST = AuthenticationRequest("fake", 1, RECEIVED)


@dataclass
class FakeAccount:
    kind: AccountKind = AccountKind.GUARDIAN
    first_connection_at: datetime | None = BEFORE
    email_confirmed_at: datetime | None = BEFORE
    notification_expires_at: datetime | None = None
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    invalidated_at: datetime | None = None


@dataclass(frozen=True)
class FakeSession:
    authenticated_at: datetime = BEFORE


def person(account: FakeAccount | None = None, authenticated_at: datetime = BEFORE) -> SignedIn:
    return SignedIn(FakeSession(authenticated_at), account or FakeAccount(), "subject-of-jean")


UNCONFIRMED = FakeAccount(email_confirmed_at=None)
NEVER_CONNECTED = FakeAccount(first_connection_at=None, email_confirmed_at=None)


@pytest.mark.rule("R30")
def test_nobody_signed_in_has_to_sign_in() -> None:
    assert decide(Facts(REQUEST, None)) is Step.SIGN_IN


def test_somebody_signed_in_whose_gates_are_passed_has_nothing_left_to_do() -> None:
    assert decide(Facts(REQUEST, person())) is None


@pytest.mark.rule("R10")
def test_an_account_that_never_made_its_first_connection_stands_before_the_first_gate() -> None:
    assert decide(Facts(REQUEST, person(NEVER_CONNECTED))) is Step.FIRST_CONNECTION


@pytest.mark.rule("R21")
def test_an_unconfirmed_guardian_stands_before_the_second_gate() -> None:
    assert decide(Facts(REQUEST, person(UNCONFIRMED))) is Step.EMAIL_CONFIRMATION


@pytest.mark.rule("R23")
def test_an_unconfirmed_pupil_passes() -> None:
    pupil = replace(UNCONFIRMED, kind=AccountKind.PUPIL)
    assert decide(Facts(REQUEST, person(pupil))) is None


def test_signing_in_comes_before_the_gates() -> None:
    request = replace(REQUEST, reauthenticate=True)
    assert next_step(Facts(request, person(UNCONFIRMED))) is Step.SIGN_IN


def test_a_forced_login_is_done_once_it_is_newer_than_the_request() -> None:
    request = replace(REQUEST, reauthenticate=True)
    assert decide(Facts(request, person())) is Step.SIGN_IN
    assert decide(Facts(request, person(authenticated_at=AFTER))) is None


@pytest.mark.parametrize(
    ("max_age", "asked_again"), [(None, False), (599, True), (600, False), (10_000, False), (0, True)], ids=str
)
def test_a_login_older_than_max_age_is_asked_again(max_age: int | None, asked_again: bool) -> None:
    step = decide(Facts(replace(REQUEST, max_age=max_age), person()))
    assert step is (Step.SIGN_IN if asked_again else None)


def test_time_spent_at_a_later_step_does_not_make_a_login_too_old_again() -> None:
    request = replace(REQUEST, max_age=0)
    assert decide(Facts(request, person(authenticated_at=AFTER))) is None


def test_another_person_than_the_expected_one_is_asked_to_sign_in() -> None:
    request = replace(REQUEST, expected_subject="subject-of-alice")
    assert decide(Facts(request, person())) is Step.SIGN_IN


def test_another_person_who_has_just_signed_in_is_refused_instead_of_asked_for_ever() -> None:
    request = replace(REQUEST, expected_subject="subject-of-alice")
    assert decide(Facts(request, person(authenticated_at=AFTER))) == Refusal(RefusalReason.LOGIN_REQUIRED)


def test_the_expected_person_goes_on() -> None:
    request = replace(REQUEST, expected_subject="subject-of-jean")
    assert decide(Facts(request, person())) is None


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (None, RefusalReason.LOGIN_REQUIRED),
        (person(NEVER_CONNECTED), RefusalReason.INTERACTION_REQUIRED),
        (person(UNCONFIRMED), RefusalReason.INTERACTION_REQUIRED),
    ],
    ids=["nobody", "before the first connection", "before the confirmation"],
)
@pytest.mark.rule("R21")
def test_a_passive_request_is_refused_at_each_gate_with_its_own_word(who: SignedIn | None, reason: RefusalReason) -> None:
    assert decide(Facts(replace(REQUEST, passive=True), who)) == Refusal(reason)


@pytest.mark.parametrize("asks", [{"reauthenticate": True}, {"max_age": 60}, {"expected_subject": "subject-of-alice"}], ids=str)
def test_a_passive_request_that_would_need_a_login_is_told_login_required(asks: dict[str, object]) -> None:
    request = replace(REQUEST, passive=True, **asks)  # type: ignore[arg-type]  # the fields are of several types
    assert decide(Facts(request, person())) == Refusal(RefusalReason.LOGIN_REQUIRED)


def test_a_passive_request_goes_through_where_nothing_is_left_to_do() -> None:
    assert decide(Facts(replace(REQUEST, passive=True), person())) is None


def test_each_step_has_one_check_and_one_word_for_passive_requests() -> None:
    assert [step for step, _check in CHECKS] == list(Step)
    assert set(PASSIVE_REFUSALS) == set(Step)
