"""Logout beyond the certification's modules: whose session a hint may end, and where a confirmed logout leads."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from tests.factories import Dupont, Stage, make_account
from tests.idp.oidc.conftest import Desk, MakeDesk
from tests.relying_parties import LOGGED_OUT_URI
from tests.visitor import Page

SignIn = Callable[[Account], None]


def log_out(desk: Desk, **parameters: str) -> Page:
    return desk.visitor.open(f"{desk.party.provider['end_session_endpoint']}?{urlencode(parameters)}")


def hint(desk: Desk) -> str:
    return str(desk.log_in().members["id_token"])


def is_signed_in(desk: Desk) -> bool:
    return "code" in desk.ask(prompt="none")


def test_a_hint_from_an_earlier_session_of_the_same_person_ends_the_present_one(
    desk: Desk, sign_in: SignIn, family: Dupont, clock: FrozenClock
) -> None:
    old = hint(desk)
    clock.advance(days=1)
    sign_in(family.jean_for_dylan)
    assert log_out(desk, id_token_hint=old, post_logout_redirect_uri=LOGGED_OUT_URI).location == LOGGED_OUT_URI
    assert not is_signed_in(desk)


def test_a_hint_about_somebody_else_asks(desk: Desk, sign_in: SignIn, session: Session, family: Dupont) -> None:
    others = hint(desk)
    sign_in(make_account(session, family.dylan, stage=Stage.CREATED))
    page = log_out(desk, id_token_hint=others, post_logout_redirect_uri=LOGGED_OUT_URI)
    assert page.heading == "Voulez-vous vous déconnecter ?"
    assert "Icart" in page.text
    assert is_signed_in(desk)


def test_a_hint_under_another_clients_name_asks(desk: Desk, make_desk: MakeDesk) -> None:
    make_desk("other")
    page = log_out(desk, id_token_hint=hint(desk), client_id="other", post_logout_redirect_uri=LOGGED_OUT_URI)
    assert page.location == ""
    assert is_signed_in(desk)


def test_a_client_that_only_gives_its_name_is_believed_once_the_person_agrees(desk: Desk) -> None:
    log_out(desk, client_id="icart", post_logout_redirect_uri=LOGGED_OUT_URI, state="s 1")
    assert is_signed_in(desk)
    log_out(desk, client_id="icart", post_logout_redirect_uri=LOGGED_OUT_URI, state="s 1")
    page = desk.visitor.submit(button="Se déconnecter", form="confirmation")
    assert page.location == f"{LOGGED_OUT_URI}?state=s+1"
    assert not is_signed_in(desk)


def test_the_address_that_the_question_carries_cannot_be_changed(desk: Desk) -> None:
    log_out(desk, client_id="icart", post_logout_redirect_uri=LOGGED_OUT_URI)
    page = desk.visitor.submit({"return_to": "https://evil.example"}, button="Se déconnecter", form="confirmation")
    assert page.path == "/deconnexion"
    assert not is_signed_in(desk)


def test_the_confirmation_takes_no_form_of_another_site(desk: Desk) -> None:
    answer = desk.visitor.client.post("https://preau.test/oidc/logout/confirmation", data={})
    assert answer.status_code == 400
    assert is_signed_in(desk)


def test_somebody_who_is_signed_out_already_goes_straight_back(desk: Desk) -> None:
    token = hint(desk)
    log_out(desk, id_token_hint=token)
    assert log_out(desk, id_token_hint=token, post_logout_redirect_uri=LOGGED_OUT_URI).location == LOGGED_OUT_URI
    assert log_out(desk, client_id="icart", post_logout_redirect_uri=LOGGED_OUT_URI).path == "/deconnexion"


def test_a_confirmation_pressed_twice_is_no_error(desk: Desk) -> None:
    question = log_out(desk)
    desk.visitor.submit(button="Se déconnecter", form="confirmation")
    desk.visitor.page = question
    assert desk.visitor.submit(button="Se déconnecter", form="confirmation").path == "/deconnexion"


def test_a_state_of_any_length_never_stops_somebody_from_leaving(desk: Desk) -> None:
    page = log_out(desk, id_token_hint=hint(desk), post_logout_redirect_uri=LOGGED_OUT_URI, state="s" * 3000)
    assert page.location == LOGGED_OUT_URI


def test_a_logout_is_written_down(desk: Desk, session: Session) -> None:
    log_out(desk, id_token_hint=hint(desk))
    assert session.scalars(select(AuditRow.event).order_by(AuditRow.id.desc())).first() == AuditEvent.SIGNED_OUT


@pytest.mark.parametrize("name", ["id_token_hint", "post_logout_redirect_uri"])
def test_a_parameter_given_twice_is_not_believed(desk: Desk, name: str) -> None:
    given = {"id_token_hint": hint(desk), "client_id": "icart", "post_logout_redirect_uri": LOGGED_OUT_URI}
    page = desk.visitor.open(f"{desk.party.provider['end_session_endpoint']}?{urlencode(given)}&{name}={given[name]}")
    assert not page.location.startswith(LOGGED_OUT_URI)
