"""The pipeline's refusals in the words of OpenID Connect: what a relying party hears at each gate, and that it hears no code."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from account_mgmt.models import Account
from config.clock import FrozenClock
from tests.factories import Dupont, Stage, make_account
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk

SignIn = Callable[[Account], None]


def refused(desk: Desk, error: str) -> None:
    attempt = desk.party.ask(prompt="none")
    checks.authorization_error(attempt, desk.send(attempt), desk.party.provider["issuer"], error)


@pytest.mark.rule("R10")
@pytest.mark.rule("R21")
@pytest.mark.parametrize("stage", [Stage.NOTIFIED, Stage.CREATED])
def test_a_request_that_may_show_nothing_stops_at_each_gate(
    make_desk: MakeDesk, sign_in: SignIn, session: Session, family: Dupont, stage: Stage
) -> None:
    sign_in(make_account(session, family.florian, family.alice, stage))
    refused(make_desk(), "interaction_required")


@pytest.mark.rule("R21")
def test_an_unconfirmed_guardian_gets_no_code(make_desk: MakeDesk, sign_in: SignIn, session: Session, family: Dupont) -> None:
    sign_in(make_account(session, family.florian, family.alice, Stage.CREATED))
    desk = make_desk()
    page = desk.visitor.open(desk.party.address(desk.party.ask()))
    assert page.location == ""
    assert page.path == "/confirmation"


@pytest.mark.rule("R23")
def test_an_unconfirmed_pupil_gets_one(make_desk: MakeDesk, sign_in: SignIn, session: Session, family: Dupont) -> None:
    sign_in(make_account(session, family.florian, stage=Stage.CREATED))
    assert make_desk().log_in().claims["sub"]


def test_nobody_is_signed_in(make_desk: MakeDesk, family: Dupont) -> None:
    refused(make_desk(), "login_required")


@pytest.mark.rule("R97")
def test_no_child_is_left_to_speak_of(desk: Desk, make_desk: MakeDesk) -> None:
    refused(make_desk("elsewhere", columns={"schools": {"uais": ["0140070A"]}}), "access_denied")


@pytest.mark.rule("R98b")
def test_the_account_is_of_another_kind(desk: Desk, make_desk: MakeDesk) -> None:
    refused(make_desk("pupils-only", columns={"audience": ["pupil"]}), "access_denied")


def test_somebody_turns_back_at_the_login_page(make_desk: MakeDesk, family: Dupont) -> None:
    desk = make_desk()
    attempt = desk.party.ask()
    desk.visitor.open(desk.party.address(attempt))
    page = desk.visitor.submit(button="Annuler")
    answer = desk.party.answer(page.location)
    checks.authorization_error(attempt, answer, desk.party.provider["issuer"], "access_denied")


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_a_prompt_asks_for_the_password_again(desk: Desk, clock: FrozenClock, prompt: str) -> None:
    clock.advance(seconds=1)
    page = desk.visitor.open(desk.party.address(desk.party.ask(prompt=prompt)))
    assert page.path == "/connexion"


def test_a_prompt_for_consent_finds_nothing_to_ask(desk: Desk) -> None:
    assert "code" in desk.ask(prompt="consent")
