"""What the authorization endpoint refuses, where it says so, and what it lets through."""

import json

import pytest

from config.services import Services
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk
from tests.relying_parties import REDIRECT_URI, Attempt


def refused(desk: Desk, attempt: Attempt, *allowed: str) -> None:
    checks.authorization_error(attempt, desk.send(attempt), desk.party.provider["issuer"], *allowed)


@pytest.mark.parametrize("client_id", ["", "nobody", "x" * 300, "icart\x00", "ïcart"])
def test_an_unknown_client_leads_to_a_page_and_nowhere_else(desk: Desk, client_id: str) -> None:
    page = desk.visitor.open(desk.party.address(desk.party.ask(client_id=client_id)))
    assert (page.status, page.location) == (400, "")
    assert page.heading == "Ce service n'est pas connu ici"


def test_a_relying_party_of_another_protocol_is_no_client(make_desk: MakeDesk) -> None:
    desk = make_desk("urn:saml:sp", columns={"protocol": "saml"})
    page = desk.visitor.open(desk.party.address(desk.party.ask()))
    assert (page.status, page.location) == (400, "")


@pytest.mark.parametrize(
    "address",
    ["", "https://icart.example/callback#x", "HTTPS://icart.example/callback", "https://icart.example/callback/../callback"],
)
def test_an_address_that_is_not_registered_letter_for_letter_leads_nowhere(desk: Desk, address: str) -> None:
    page = desk.visitor.open(desk.party.address(desk.party.ask(redirect_uri=address)))
    assert (page.status, page.location) == (400, "")
    assert page.heading == "Ce service demande une réponse à une adresse inconnue"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_two_clients_or_two_addresses_in_one_request_lead_nowhere(desk: Desk, name: str) -> None:
    attempt = desk.party.ask()
    page = desk.visitor.open(f"{desk.party.address(attempt)}&{name}={attempt.parameters[name]}")
    assert (page.status, page.location) == (400, "")


@pytest.mark.parametrize("name", ["scope", "nonce", "prompt", "response_type", "code_challenge", "max_age", "claims"])
def test_any_other_parameter_that_comes_twice_is_an_error_for_the_client(desk: Desk, name: str) -> None:
    attempt = desk.party.ask()
    page = desk.visitor.open(f"{desk.party.address(attempt)}&{name}=x&{name}=y")
    checks.authorization_error(attempt, desk.party.answer(page.location), desk.party.provider["issuer"], "invalid_request")


def test_a_state_that_comes_twice_is_not_echoed(desk: Desk) -> None:
    page = desk.visitor.open(f"{desk.party.address(desk.party.ask())}&state=other")
    answer = desk.party.answer(page.location)
    assert answer["error"] == "invalid_request"
    assert "state" not in answer


@pytest.mark.parametrize("name", ["state", "nonce", "code_challenge"])
def test_the_strict_profile_demands_pkce_state_and_nonce(desk: Desk, name: str) -> None:
    refused(desk, desk.party.ask(without=(name,)), "invalid_request")


@pytest.mark.parametrize("name", ["state", "nonce", "code_challenge"])
def test_a_public_client_is_held_to_it_on_any_profile(desk: Desk, make_desk: MakeDesk, name: str) -> None:
    public = make_desk("page", token_endpoint_auth_method="none", profile="standard")
    refused(public, public.party.ask(without=(name,)), "invalid_request")


def test_a_confidential_client_on_the_standard_profile_may_do_without(desk: Desk, make_desk: MakeDesk) -> None:
    old = make_desk("old", profile="standard")
    attempt = old.party.ask(without=("state", "nonce", "code_challenge", "code_challenge_method"))
    assert set(old.send(attempt)) == {"code", "iss"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "١٢"}, "invalid_request"),
        ({"max_age": "9" * 11}, "invalid_request"),
        ({"nonce": "n" * 2049}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": '{"userinfo": []}'}, "invalid_request"),
        ({"claims": '{"id_token": {"name": "x"}}'}, "invalid_request"),
        ({"claims": "[" * 2000}, "invalid_request"),
        ({"id_token_hint": "not.a.token"}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "urn:x"}, "request_uri_not_supported"),
    ],
)
def test_a_malformed_request_goes_back_with_its_error(desk: Desk, changes: dict[str, str], error: str) -> None:
    refused(desk, desk.party.ask(without=(), **changes), error)


def test_a_state_too_long_to_keep_is_refused_and_not_echoed(desk: Desk) -> None:
    answer = desk.ask(state="s" * 2049)
    assert answer["error"] == "invalid_request"
    assert "state" not in answer


def test_a_long_state_and_nonce_come_back_whole(desk: Desk) -> None:
    state, nonce = "s" * 2048, "n" * 384
    assert desk.log_in(state=state, nonce=nonce).claims["nonce"] == nonce


def test_parameters_of_other_specifications_are_ignored(desk: Desk) -> None:
    assert "code" in desk.ask(registration="{}", resource="https://x.example", dpop_jkt="x", vtr="x", display="wap")


def test_an_authentication_context_that_is_essential_and_not_ours_is_a_failure(desk: Desk) -> None:
    claims = {"id_token": {"acr": {"essential": True, "values": ["urn:two-factors"]}}}
    refused(desk, desk.party.ask(claims=json.dumps(claims)), "unmet_authentication_requirements")


def test_an_authentication_context_that_is_ours_or_only_wished_for_is_none(desk: Desk) -> None:
    ours = desk.party.provider["acr_values_supported"][0]
    for demand in ({"essential": True, "values": ["urn:two-factors", ours]}, {"values": ["urn:two-factors"]}, None):
        tokens = desk.log_in(claims=json.dumps({"id_token": {"acr": demand}}))
        assert tokens.claims["acr"] == ours


def test_the_answer_goes_out_by_see_other_and_is_kept_by_nobody(desk: Desk) -> None:
    page = desk.visitor.open(desk.party.address(desk.party.ask()))
    assert page.status == 303
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.location.startswith(f"{REDIRECT_URI}?")


def test_an_answer_by_form_post_has_its_values_in_a_form_and_none_in_the_address(desk: Desk) -> None:
    attempt = desk.party.ask(response_mode="form_post")
    page = desk.visitor.open(desk.party.address(attempt))
    assert (page.status, page.location) == (200, "")
    (form,) = [form for form in page.document.forms if form.get("action") == REDIRECT_URI]
    assert form.method == "POST"
    answer = dict(form.form_values())
    checks.redirect(attempt, answer, desk.party.provider["issuer"])
    assert form.xpath(".//button"), "without its script the page needs a button"
    assert "form-action" in page.response.headers["Content-Security-Policy"]
    assert desk.party.verified(desk.party.exchange(attempt, answer["code"])).claims["nonce"] == attempt.parameters["nonce"]


def test_an_error_by_form_post_comes_by_form_too(desk: Desk) -> None:
    attempt = desk.party.ask(response_mode="form_post", scope="profile")
    page = desk.visitor.open(desk.party.address(attempt))
    answer = dict(next(form for form in page.document.forms if form.get("action") == REDIRECT_URI).form_values())
    checks.authorization_error(attempt, answer, desk.party.provider["issuer"], "invalid_scope")


def test_a_value_that_looks_like_markup_stays_a_value(desk: Desk) -> None:
    state = '"><script>alert(1)</script>'
    page = desk.visitor.open(desk.party.address(desk.party.ask(response_mode="form_post", state=state)))
    assert "<script>alert" not in page.source
    assert dict(page.document.forms[-1].form_values())["state"] == state


def test_a_suspended_client_is_told_so_only_where_nobody_is_asked(desk: Desk, make_desk: MakeDesk, services: Services) -> None:
    suspended = make_desk("closed", columns={"suspended_at": services.clock.now()})
    assert suspended.ask(prompt="none")["error"] == "unauthorized_client"
    page = suspended.visitor.open(suspended.party.address(suspended.party.ask()))
    assert (page.status, page.location) == (403, "")
