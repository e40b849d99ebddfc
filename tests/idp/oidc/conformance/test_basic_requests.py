"""Basic OP, what a request may ask for: prompt, max_age, hints, languages, contexts, claims, request objects."""

import json
from base64 import urlsafe_b64encode

from tests.idp.oidc.conformance.suite import Suite


def test_oidcc_display_page(suite: Suite) -> None:
    suite.log_in(display="page")


def test_oidcc_display_popup(suite: Suite) -> None:
    suite.log_in(display="popup")


def test_oidcc_prompt_login(suite: Suite) -> None:
    first = suite.log_in()
    suite.wait(1)
    attempt = suite.client.ask(prompt="login")
    suite.authorize(attempt)
    suite.sign_in()
    second = suite.finish(attempt)
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_prompt_none_not_logged_in(suite: Suite) -> None:
    attempt = suite.client.ask(prompt="none")
    suite.authorize(attempt)
    suite.expect_error(attempt, "login_required", "interaction_required")


def test_oidcc_prompt_none_not_logged_in_by_post(suite: Suite) -> None:
    attempt = suite.client.ask(prompt="none")
    suite.authorize(attempt, post=True)
    suite.expect_error(attempt, "login_required")


def test_oidcc_prompt_none_logged_in(suite: Suite) -> None:
    first = suite.log_in()
    suite.wait(5)
    second = suite.log_in_silently(prompt="none")
    assert second.claims["sub"] == first.claims["sub"]
    assert second.claims["auth_time"] == first.claims["auth_time"]


def test_oidcc_max_age_1(suite: Suite) -> None:
    first = suite.log_in()
    suite.wait(2)
    attempt = suite.client.ask(max_age="1")
    suite.authorize(attempt)
    suite.sign_in()
    second = suite.finish(attempt)
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert suite.now - second.claims["auth_time"] < 5


def test_oidcc_max_age_10000(suite: Suite) -> None:
    first = suite.log_in(max_age="15000")
    suite.wait(2)
    second = suite.log_in_silently(max_age="10000")
    assert second.claims["auth_time"] == first.claims["auth_time"]
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_id_token_hint(suite: Suite) -> None:
    first = suite.log_in()
    suite.wait(1)
    second = suite.log_in_silently(prompt="none", id_token_hint=str(first.members["id_token"]))
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_login_hint(suite: Suite) -> None:
    attempt = suite.client.ask(login_hint="buffy@preau.test")
    page = suite.authorize(attempt)
    assert page.document.xpath("//input[@name='login']/@value") == ["buffy@preau.test"]
    suite.sign_in()
    suite.finish(attempt)


def test_oidcc_ui_locales(suite: Suite) -> None:
    attempt = suite.client.ask(ui_locales="se en")
    page = suite.authorize(attempt)
    assert page.document.get("lang") == "en"
    suite.visitor.submit({"login": suite.login, "password": "cheval8pomme"}, form="connexion")
    suite.finish(attempt)


def test_oidcc_ui_locales_that_no_page_speaks(suite: Suite) -> None:
    suite.log_in(ui_locales="se")


def test_oidcc_claims_locales(suite: Suite) -> None:
    suite.log_in(claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(suite: Suite) -> None:
    known = suite.client.provider["acr_values_supported"]
    tokens = suite.log_in(acr_values=" ".join(known))
    assert tokens.claims["acr"] in known


def test_oidcc_ensure_request_with_acr_values_succeeds_when_none_is_ours(suite: Suite) -> None:
    suite.log_in(acr_values="1 2")


def test_oidcc_claims_essential(suite: Suite) -> None:
    asked = {"userinfo": {"name": {"essential": True}}}
    tokens = suite.log_in(claims=json.dumps(asked))
    assert suite.userinfo(tokens)["name"] == "Jean Dupont"
    assert "name" not in tokens.claims


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(suite: Suite) -> None:
    attempt = suite.client.ask(request_uri="https://first.example/request.jwt")
    suite.authorize(attempt)
    suite.expect_error(attempt, "request_uri_not_supported")


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(suite: Suite) -> None:
    attempt = suite.client.ask()
    attempt.parameters["request"] = unsigned({**attempt.parameters, "state": "another", "nonce": "another"})
    suite.authorize(attempt)
    suite.expect_error(attempt, "request_not_supported")


def test_oidcc_ensure_request_object_with_redirect_uri(suite: Suite) -> None:
    attempt = suite.client.ask()
    inside = unsigned(attempt.parameters)
    attempt.parameters |= {"request": inside, "redirect_uri": "https://first.example/not-registered"}
    suite.authorize(attempt)
    assert suite.shows_an_error


def unsigned(parameters: dict[str, str]) -> str:
    """A request object with the algorithm `none`."""
    parts = ({"alg": "none"}, parameters)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
