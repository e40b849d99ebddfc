"""What a forgotten login or password leads to, and where a request stands, by the rules alone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from account_mgmt.domain.accounts import AccountKind, AccountState
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.policies import PRESETS
from account_mgmt.domain.recovery import (
    STANDINGS,
    MailFacts,
    RecoveryKind,
    RequestState,
    ResetForm,
    Standing,
    link_problem,
    new_reference,
    proof_problems,
    reference_as_typed,
    standing_of,
    state_of,
)
from tests.factories import NOW

SENT = MailFacts(NOW, None)
LATER = NOW + timedelta(minutes=61)


@dataclass
class AnAccount:
    kind: AccountKind = AccountKind.GUARDIAN
    first_connection_at: datetime | None = NOW - timedelta(days=5)
    email_confirmed_at: datetime | None = NOW - timedelta(days=4)
    notification_expires_at: datetime | None = NOW + timedelta(days=80)
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    invalidated_at: datetime | None = None
    password_changed_at: datetime | None = NOW - timedelta(days=5)


@dataclass
class ARequest:
    kind: RecoveryKind = RecoveryKind.PASSWORD
    discreet: bool = False
    requested_at: datetime = NOW
    expires_at: datetime | None = NOW + timedelta(hours=1)
    answered_at: datetime | None = NOW
    opened_at: datetime | None = None
    used_at: datetime | None = None


ACCOUNT, REQUEST = AnAccount(), ARequest()


@pytest.mark.rule("R23", "R50", "R52", "R53")
@pytest.mark.parametrize(
    ("account", "standing"),
    [
        (ACCOUNT, Standing.RECOVERABLE),
        (replace(ACCOUNT, kind=AccountKind.PUPIL), Standing.RECOVERABLE),
        (None, Standing.UNKNOWN),
        (replace(ACCOUNT, closed_at=NOW), Standing.UNKNOWN),
        (replace(ACCOUNT, merged_at=NOW), Standing.TAKEN_OVER),
        (replace(ACCOUNT, invalidated_at=NOW), Standing.INVALIDATED),
        (replace(ACCOUNT, email_confirmed_at=None), Standing.NOT_CONFIRMED),
        (replace(ACCOUNT, email_confirmed_at=None, kind=AccountKind.PUPIL), Standing.PUPIL_NOT_CONFIRMED),
        (replace(ACCOUNT, first_connection_at=None), Standing.NOT_CREATED),
        (replace(ACCOUNT, first_connection_at=None, notification_expires_at=None), Standing.NOT_CREATED),
    ],
)
def test_what_can_be_done_for_a_forgotten_password_follows_from_the_account(
    account: AnAccount | None, standing: Standing
) -> None:
    assert standing_of(account, NOW) is standing


def test_every_state_of_an_account_has_its_answer() -> None:
    assert set(STANDINGS) == set(AccountState)


@pytest.mark.rule("R50")
def test_references_are_easy_to_read_out_and_never_the_same() -> None:
    references = {new_reference() for _ in range(200)}
    assert len(references) == 200
    assert all(len(reference) == 9 and reference[4] == "-" for reference in references)
    assert not set("".join(references)) & set("01OIQ")


@pytest.mark.rule("R50")
@pytest.mark.parametrize("text", ["K7MW-2P9R", "k7mw2p9r", " k7mw 2p9r ", "K7MW–2P9R"])
def test_a_reference_is_found_however_it_is_typed(text: str) -> None:
    assert reference_as_typed(text) == "K7MW-2P9R"


@pytest.mark.parametrize("text", ["", "K7MW-2P9", "K7MW-2P9R3", "K7MW-2P90", "jean.dupont"])
def test_what_cannot_be_a_reference_is_not_looked_up(text: str) -> None:
    assert reference_as_typed(text) is None


@pytest.mark.rule("R50", "R51")
@pytest.mark.parametrize(
    ("request_", "mail", "now", "state"),
    [
        (replace(REQUEST, answered_at=None), None, NOW, RequestState.TAKEN_IN),
        (REQUEST, MailFacts(None, None), NOW, RequestState.TAKEN_IN),
        (REQUEST, None, NOW, RequestState.NOT_SENT),
        (REQUEST, SENT, NOW, RequestState.SENT),
        (REQUEST, MailFacts(None, NOW), LATER, RequestState.REFUSED),
        (replace(REQUEST, opened_at=NOW), SENT, NOW, RequestState.OPENED),
        (replace(REQUEST, opened_at=NOW), SENT, LATER, RequestState.EXPIRED),
        (replace(REQUEST, opened_at=NOW, used_at=NOW), SENT, LATER, RequestState.USED),
        (replace(REQUEST, kind=RecoveryKind.LOGIN, expires_at=None), SENT, LATER, RequestState.SENT),
    ],
)
def test_a_request_stands_where_its_dates_say(
    request_: ARequest, mail: MailFacts | None, now: datetime, state: RequestState
) -> None:
    assert state_of(request_, mail, now) is state


@pytest.mark.rule("R51")
@pytest.mark.parametrize(
    ("request_", "account", "now", "problem"),
    [
        (REQUEST, ACCOUNT, LATER - timedelta(minutes=2), None),
        (REQUEST, ACCOUNT, LATER, Problem.RESET_EXPIRED),
        (replace(REQUEST, expires_at=None), ACCOUNT, NOW, Problem.RESET_EXPIRED),
        (replace(REQUEST, used_at=NOW), ACCOUNT, LATER, Problem.RESET_USED),
        (REQUEST, replace(ACCOUNT, password_changed_at=NOW + timedelta(minutes=1)), NOW, Problem.RESET_OVERTAKEN),
        (REQUEST, replace(ACCOUNT, email_confirmed_at=NOW + timedelta(minutes=1)), NOW, Problem.RESET_OVERTAKEN),
        (REQUEST, replace(ACCOUNT, first_connection_at=None), NOW, Problem.RESET_OVERTAKEN),
        (REQUEST, replace(ACCOUNT, merged_at=NOW), NOW, Problem.RESET_OVERTAKEN),
        (REQUEST, replace(ACCOUNT, closed_at=NOW), NOW, Problem.RESET_OVERTAKEN),
    ],
)
def test_a_link_serves_once_for_an_hour_and_for_the_account_as_it_was(
    request_: ARequest, account: AnAccount, now: datetime, problem: Problem | None
) -> None:
    assert link_problem(request_, account, now) is problem


@pytest.mark.rule("R51")
def test_behind_the_link_the_login_and_the_code_are_asked_for() -> None:
    form = ResetForm("jean.dupont", "x", "x")
    assert proof_problems(form, login_right=True, code_right=True) == frozenset()
    assert proof_problems(form, login_right=False, code_right=False) == {Problem.RESET_LOGIN_WRONG, Problem.RESET_CODE_WRONG}
    assert proof_problems(replace(form, login=""), login_right=False, code_right=True) == {Problem.LOGIN_MISSING}


@pytest.mark.rule("R51", "R54")
def test_presets_differ_in_the_code_and_agree_on_the_hour() -> None:
    assert {name for name, policies in PRESETS.items() if policies.reset_code} == {"caen"}
    assert {policies.reset_minutes for policies in PRESETS.values()} == {60}
    assert {policies.recovery_messages for policies in PRESETS.values()} == {"plain"}
