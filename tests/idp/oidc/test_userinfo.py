"""UserInfo, revocation, introspection and what pages of other sites may read of them."""

import pytest
from werkzeug.test import TestResponse

from config.clock import FrozenClock
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk

ORIGIN = "https://page.example"


def ask(desk: Desk, **headers: str) -> TestResponse:
    return desk.party.http.get(desk.party.provider["userinfo_endpoint"], headers=headers)


@pytest.fixture
def page(make_desk: MakeDesk, desk: Desk) -> Desk:
    """A public client whose pages live at one origin."""
    return make_desk("page", token_endpoint_auth_method="none", origins=[ORIGIN])


def test_a_call_without_a_token_is_asked_for_one_and_told_nothing(desk: Desk) -> None:
    answer = ask(desk)
    assert (answer.status_code, answer.data) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="https://preau.test"'


@pytest.mark.parametrize("token", ["x", "a.b", "", ".", "a.b.c", "é"])
def test_a_token_that_is_none_is_refused(desk: Desk, token: str) -> None:
    answer = ask(desk, Authorization=f"Bearer {token}")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert (answer.json or {})["error"] == "invalid_token"


def test_the_family_of_a_token_is_not_enough(desk: Desk) -> None:
    family = desk.log_in().access_token.partition(".")[0]
    assert ask(desk, Authorization=f"Bearer {family}.{'x' * 43}").status_code == 401


def test_the_scheme_is_read_in_any_case(desk: Desk) -> None:
    assert ask(desk, Authorization=f"bEaReR {desk.log_in().access_token}").status_code == 200


def test_a_token_in_the_address_is_not_read(desk: Desk) -> None:
    token = desk.log_in().access_token
    address = f"{desk.party.provider['userinfo_endpoint']}?access_token={token}"
    assert desk.party.http.get(address).status_code == 401


def test_a_body_that_is_no_form_is_not_looked_into(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {desk.log_in().access_token}"}
    answer = desk.party.http.post(desk.party.provider["userinfo_endpoint"], headers=headers, json={"anything": 1})
    assert answer.status_code == 200


def test_a_token_in_two_places_is_refused(desk: Desk) -> None:
    token = desk.log_in().access_token
    headers, data = {"Authorization": f"Bearer {token}"}, {"access_token": token}
    answer = desk.party.http.post(desk.party.provider["userinfo_endpoint"], headers=headers, data=data)
    checks.token_error(answer, "invalid_request")


def test_a_token_dies_after_ten_minutes(desk: Desk, clock: FrozenClock) -> None:
    tokens = desk.log_in()
    assert tokens.members["expires_in"] == 600
    clock.advance(seconds=599)
    assert ask(desk, Authorization=f"Bearer {tokens.access_token}").status_code == 200
    clock.advance(seconds=2)
    assert ask(desk, Authorization=f"Bearer {tokens.access_token}").status_code == 401


def test_what_was_agreed_on_is_told_even_if_the_registration_changed_since(desk: Desk, clock: FrozenClock) -> None:
    tokens = desk.log_in(scope="openid email")
    desk.registered.attributes = []
    desk.registered.version += 1
    assert "email" in desk.party.userinfo(tokens.access_token)
    assert "email" not in desk.party.userinfo(desk.log_in(scope="openid email").access_token)


def test_a_revoked_access_token_tells_nothing(desk: Desk) -> None:
    tokens = desk.log_in()
    answer = desk.party.call("revocation_endpoint", {"token": tokens.access_token, "token_type_hint": "access_token"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert ask(desk, Authorization=f"Bearer {tokens.access_token}").status_code == 401


def test_a_revoked_refresh_token_takes_the_access_token_with_it(make_desk: MakeDesk, desk: Desk) -> None:
    offline = make_desk("offline", offline_access=True)
    tokens = offline.log_in(scope="openid offline_access")
    assert offline.party.call("revocation_endpoint", {"token": tokens.members["refresh_token"]}).status_code == 200
    assert ask(offline, Authorization=f"Bearer {tokens.access_token}").status_code == 401
    checks.token_error(offline.party.refresh(tokens.members["refresh_token"]), "invalid_grant")


def test_a_revoked_access_token_leaves_the_refresh_token(make_desk: MakeDesk, desk: Desk) -> None:
    offline = make_desk("offline", offline_access=True)
    tokens = offline.log_in(scope="openid offline_access")
    offline.party.call("revocation_endpoint", {"token": tokens.access_token})
    checks.token_response(offline.party.refresh(tokens.members["refresh_token"]))


def test_nobody_revokes_another_clients_token(make_desk: MakeDesk, desk: Desk) -> None:
    tokens = desk.log_in()
    other = make_desk("other")
    checks.token_error(other.party.call("revocation_endpoint", {"token": tokens.access_token}), "invalid_grant")
    assert desk.party.userinfo(tokens.access_token)


def test_revoking_needs_a_client_and_a_token_but_not_a_live_one(desk: Desk) -> None:
    assert desk.party.call("revocation_endpoint", {"token": "gone"}).status_code == 200
    checks.token_error(desk.party.call("revocation_endpoint", {}), "invalid_request")
    checks.token_error(desk.party.http.post(desk.party.provider["revocation_endpoint"], data={"token": "x"}), "invalid_client")


def test_a_client_sees_what_its_own_tokens_are_worth(make_desk: MakeDesk, desk: Desk, clock: FrozenClock) -> None:
    offline = make_desk("offline", offline_access=True)
    tokens = offline.log_in(scope="openid offline_access")
    seen = offline.party.call("introspection_endpoint", {"token": tokens.access_token}).json or {}
    now = int(clock.now().timestamp())
    assert seen == {
        "active": True,
        "iss": "https://preau.test",
        "client_id": "offline",
        "aud": "offline",
        "sub": tokens.claims["sub"],
        "scope": "openid offline_access",
        "iat": now,
        "exp": now + 600,
        "token_type": "Bearer",
    }
    refresh = offline.party.call("introspection_endpoint", {"token": tokens.members["refresh_token"]}).json or {}
    assert refresh["active"] is True
    assert "token_type" not in refresh


def test_of_another_clients_token_or_none_at_all_it_learns_nothing(make_desk: MakeDesk, desk: Desk) -> None:
    tokens = desk.log_in()
    other = make_desk("other")
    for token in (tokens.access_token, "a.b", "nonsense"):
        answer = other.party.call("introspection_endpoint", {"token": token})
        assert answer.json == {"active": False}
        checks.unkept_json(answer)


def test_a_public_client_cannot_introspect(page: Desk) -> None:
    tokens = page.log_in()
    checks.token_error(page.party.call("introspection_endpoint", {"token": tokens.access_token}), "invalid_client")


def test_pages_of_a_registered_origin_read_the_answers(page: Desk) -> None:
    attempt, code = page.code()
    answer = page.party.call("token_endpoint", exchange(page, code, attempt.verifier), Origin=ORIGIN)
    checks.token_response(answer)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Origin" in answer.headers["Vary"]
    token = (answer.json or {})["access_token"]
    told = ask(page, Authorization=f"Bearer {token}", Origin=ORIGIN)
    assert told.headers["Access-Control-Allow-Origin"] == ORIGIN
    again = page.party.call("token_endpoint", exchange(page, code, attempt.verifier), Origin=ORIGIN)
    assert again.status_code == 400
    assert again.headers["Access-Control-Allow-Origin"] == ORIGIN, "a page must be able to read its error"


def test_pages_of_other_origins_do_not(page: Desk) -> None:
    attempt, code = page.code()
    answer = page.party.call("token_endpoint", exchange(page, code, attempt.verifier), Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in answer.headers
    token = (answer.json or {})["access_token"]
    told = ask(page, Authorization=f"Bearer {token}", Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in told.headers


def test_the_origins_of_a_confidential_client_open_nothing(make_desk: MakeDesk, desk: Desk) -> None:
    server = make_desk("server", origins=[ORIGIN])
    tokens = server.log_in()
    told = ask(server, Authorization=f"Bearer {tokens.access_token}", Origin=ORIGIN)
    assert "Access-Control-Allow-Origin" not in told.headers


@pytest.mark.parametrize("endpoint", ["token_endpoint", "userinfo_endpoint", "revocation_endpoint"])
def test_a_browser_may_ask_before_it_calls(desk: Desk, endpoint: str) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    answer = desk.party.http.options(desk.party.provider[endpoint], headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_question_that_no_browser_asks_opens_nothing(desk: Desk) -> None:
    answer = desk.party.http.options(desk.party.provider["token_endpoint"])
    assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (204, None)


def exchange(desk: Desk, code: str, verifier: str | None) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": desk.party.redirect_uri,
        "code_verifier": verifier or "",
    }
