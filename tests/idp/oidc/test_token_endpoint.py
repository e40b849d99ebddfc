"""Codes and refresh tokens: single use, bound to their client, and a replay ends what it gave."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account, ChildLink
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.services import Services
from consent.models import TeleserviceRefusal
from tests.conftest import BASE_URL
from tests.factories import Dupont
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk
from tests.relying_parties import Attempt, RelyingParty

TAKERS = 50


@pytest.fixture
def offline(make_desk: MakeDesk, sign_in: Callable[[Account], None], family: Dupont) -> Desk:
    """A relying party that may have refresh tokens."""
    made = make_desk("offline", offline_access=True)
    sign_in(family.jean_for_dylan)
    return made


def events(session: Session) -> list[AuditEvent]:
    return [AuditEvent(event) for event in session.scalars(select(AuditRow.event).order_by(AuditRow.id))]


def kept(services: Services) -> bytes:
    """Every byte of the store's files."""
    path = Path(services.settings.store.url.removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_a_code_gives_tokens_to_exactly_one_of_fifty_who_show_it_at_once(desk: Desk, app: Flask) -> None:
    attempt, code = desk.code()

    def show(_number: int) -> int:
        party = RelyingParty(app.test_client(), BASE_URL)
        return party.exchange(attempt, code).status_code

    with ThreadPoolExecutor(10) as threads:
        answers = Counter(threads.map(show, range(TAKERS)))
    assert answers == {200: 1, 400: TAKERS - 1}


def test_a_replayed_code_ends_the_tokens_that_it_gave_and_is_written_down(
    desk: Desk, session: Session, clock: FrozenClock
) -> None:
    attempt, code = desk.code()
    tokens = desk.party.verified(desk.party.exchange(attempt, code))
    assert desk.party.userinfo(tokens.access_token)
    clock.advance(seconds=20)
    checks.token_error(desk.party.exchange(attempt, code), "invalid_grant")
    assert desk.party.call("introspection_endpoint", {"token": tokens.access_token}).json == {"active": False}
    assert events(session)[-1] is AuditEvent.TOKEN_REPLAYED


def test_a_code_that_never_was_ends_nothing(desk: Desk, session: Session) -> None:
    tokens = desk.log_in()
    family = tokens.access_token.partition(".")[0]
    for code in ("nonsense", family, family + "x" * 43):
        checks.token_error(desk.party.exchange(Attempt({}), code), "invalid_grant")
    assert desk.party.userinfo(tokens.access_token)
    assert AuditEvent.TOKEN_REPLAYED not in events(session)


def test_a_code_dies_after_a_minute(desk: Desk, clock: FrozenClock) -> None:
    attempt, code = desk.code()
    clock.advance(seconds=61)
    checks.token_error(desk.party.exchange(attempt, code), "invalid_grant")


def test_a_code_is_worth_nothing_to_another_client_and_is_used_up_by_the_try(desk: Desk, make_desk: MakeDesk) -> None:
    other = make_desk("other")
    attempt, code = desk.code()
    checks.token_error(other.party.exchange(attempt, code), "invalid_grant")
    checks.token_error(desk.party.exchange(attempt, code), "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://icart.example/other"},
        {"redirect_uri": ""},
        {"code_verifier": "x" * 50},
        {"code_verifier": "short"},
        {"code_verifier": ""},
    ],
)
def test_a_code_with_anything_wrong_beside_it_is_refused(desk: Desk, changes: dict[str, str]) -> None:
    attempt, code = desk.code()
    checks.token_error(desk.party.exchange(attempt, code, **changes), "invalid_grant")
    checks.token_error(desk.party.exchange(attempt, code), "invalid_grant")


def test_a_verifier_for_a_request_that_had_no_challenge_is_refused(desk: Desk, make_desk: MakeDesk) -> None:
    old = make_desk("old", profile="standard")
    attempt = old.party.ask(without=("code_challenge", "code_challenge_method"))
    code = old.send(attempt)["code"]
    checks.token_error(old.party.exchange(attempt, code, code_verifier="v" * 50), "invalid_grant")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "password", "username": "x", "password": "y"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "a.b"}, "unauthorized_client"),
    ],
)
def test_what_is_no_grant_of_ours_is_refused(desk: Desk, data: dict[str, str], error: str) -> None:
    checks.token_error(desk.party.call("token_endpoint", data), error)


def test_a_call_that_is_no_form_or_says_a_thing_twice_is_refused(desk: Desk) -> None:
    address = desk.party.provider["token_endpoint"]
    checks.token_error(desk.party.http.post(address, json={"grant_type": "authorization_code"}), "invalid_request")
    twice = desk.party.http.post(address, data={"client_id": ["icart", "icart"]})
    checks.token_error(twice, "invalid_request")
    answer = desk.party.http.get(address)
    assert (answer.status_code, answer.content_type) == (405, "application/json")


def test_a_call_of_unreasonable_size_is_not_read(desk: Desk) -> None:
    answer = desk.party.call("token_endpoint", {"grant_type": "authorization_code", "code": "x" * 100_000})
    assert (answer.status_code, answer.content_type) == (413, "application/json")


def test_parameters_in_the_address_of_the_token_endpoint_are_not_read(desk: Desk) -> None:
    attempt, code = desk.code()
    query = f"?grant_type=authorization_code&code={code}&code_verifier={attempt.verifier}"
    answer = desk.party.http.post(desk.party.provider["token_endpoint"] + query, data={"client_id": "icart"})
    checks.token_error(answer, "invalid_client")


def test_nothing_in_the_store_is_what_was_handed_out(offline: Desk, services: Services) -> None:
    attempt, code = offline.code(scope="openid offline_access")
    assert code.encode() not in kept(services)
    tokens = offline.party.verified(offline.party.exchange(attempt, code))
    for token in (tokens.access_token, tokens.members["refresh_token"]):
        family, secret = token.split(".")
        assert family.encode() not in kept(services)
        assert secret.encode() not in kept(services)


def test_a_refresh_token_comes_only_with_the_scope_and_the_registration_for_it(desk: Desk, offline: Desk) -> None:
    assert "refresh_token" not in desk.log_in(scope="openid offline_access").members
    assert "refresh_token" not in offline.log_in(scope="openid").members
    assert "refresh_token" in offline.log_in(scope="openid offline_access").members


def test_a_rotated_out_refresh_token_ends_the_family(offline: Desk, session: Session) -> None:
    first = offline.log_in(scope="openid offline_access").members["refresh_token"]
    second = offline.party.verified(offline.party.refresh(first))
    checks.token_error(offline.party.refresh(first), "invalid_grant")
    checks.token_error(offline.party.refresh(second.members["refresh_token"]), "invalid_grant")
    assert offline.party.call("introspection_endpoint", {"token": second.access_token}).json == {"active": False}
    assert events(session)[-1] is AuditEvent.TOKEN_REPLAYED


def test_a_refresh_replaces_the_access_token_and_keeps_the_claims(offline: Desk) -> None:
    first = offline.log_in(scope="openid profile offline_access")
    claims = offline.party.userinfo(first.access_token)
    second = offline.party.verified(offline.party.refresh(first.members["refresh_token"]))
    assert offline.party.userinfo(second.access_token) == claims
    assert offline.party.call("introspection_endpoint", {"token": first.access_token}).json == {"active": False}


def test_a_refresh_may_ask_for_less_and_get_all_of_it_again_later(offline: Desk) -> None:
    first = offline.log_in(scope="openid profile email offline_access")
    less = offline.party.verified(offline.party.refresh(first.members["refresh_token"], scope="openid email phone"))
    assert less.members["scope"] == "openid email"
    assert set(offline.party.userinfo(less.access_token)) == {"sub", "email", "email_verified"}
    again = offline.party.verified(offline.party.refresh(less.members["refresh_token"]))
    assert "name" in offline.party.userinfo(again.access_token)


def test_a_refresh_token_that_is_not_used_dies(offline: Desk, clock: FrozenClock, services: Services) -> None:
    token = offline.log_in(scope="openid offline_access").members["refresh_token"]
    days = services.settings.protocols.refresh_token_days
    clock.advance(days=days - 1)
    token = offline.party.verified(offline.party.refresh(token)).members["refresh_token"]
    clock.advance(days=days, seconds=1)
    checks.token_error(offline.party.refresh(token), "invalid_grant")


@pytest.mark.rule("R55")
@pytest.mark.parametrize("date", ["signed_out_at", "closed_at", "merged_at", "invalidated_at"])
def test_what_ends_an_account_ends_its_tokens(
    offline: Desk, family: Dupont, session: Session, clock: FrozenClock, date: str
) -> None:
    tokens = offline.log_in(scope="openid offline_access")
    clock.advance(seconds=5)
    setattr(family.jean_for_dylan, date, clock.now())
    session.commit()
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    assert offline.party.http.get(offline.party.provider["userinfo_endpoint"], headers=headers).status_code == 401
    checks.token_error(offline.party.refresh(tokens.members["refresh_token"]), "invalid_grant")


@pytest.mark.rule("R66")
def test_a_child_who_left_the_account_is_not_told_again_by_a_refresh(
    offline: Desk, family: Dupont, session: Session, clock: FrozenClock
) -> None:
    token = offline.log_in(scope="openid enfants offline_access").members["refresh_token"]
    clock.advance(seconds=5)
    link = session.scalars(select(ChildLink).where(ChildLink.account_id == family.jean_for_dylan.id)).one()
    link.ended_at = clock.now()
    session.commit()
    checks.token_error(offline.party.refresh(token), "invalid_grant")


@pytest.mark.rule("R06")
@pytest.mark.parametrize("teleservice", [True, False])
def test_a_refusal_stops_the_refresh_of_teleservices_and_of_nothing_else(
    offline: Desk, family: Dupont, session: Session, clock: FrozenClock, teleservice: bool
) -> None:
    offline.registered.teleservice = teleservice
    token = offline.log_in(scope="openid enfants offline_access").members["refresh_token"]
    at = clock.now() + timedelta(seconds=5)
    session.add(TeleserviceRefusal(family.jean.id, family.dylan.id, recorded_at=at, recorded_by="staff:1"))
    session.commit()
    clock.advance(seconds=10)
    assert offline.party.refresh(token).status_code == (400 if teleservice else 200)


def test_a_suspended_client_gets_no_more_tokens_and_its_tokens_tell_nothing(
    offline: Desk, session: Session, clock: FrozenClock
) -> None:
    tokens = offline.log_in(scope="openid offline_access")
    offline.registered.suspended_at = clock.now()
    session.commit()
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    assert offline.party.http.get(offline.party.provider["userinfo_endpoint"], headers=headers).status_code == 401
    checks.token_error(offline.party.refresh(tokens.members["refresh_token"]), "invalid_client")
