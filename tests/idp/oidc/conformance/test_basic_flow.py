"""Basic OP, the flow itself: each test is named after the module of the conformance suite whose demands it holds us to."""

from urllib.parse import urlencode

from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conformance.suite import Suite, bearer
from tests.relying_parties import SECRET

PLAIN = ("code_challenge", "code_challenge_method")
"""What the suite's own requests do without."""


def test_oidcc_server(suite: Suite) -> None:
    checks.discovery(suite.client.provider)
    checks.jwks(suite.client.http.get(suite.client.provider["jwks_uri"]).json or {})
    first = suite.log_in(without=PLAIN)
    assert not {"name", "email", "given_name", "family_name", "enfants"} & set(first.claims)
    assert first.claims["at_hash"]
    suite.userinfo(first)
    second = suite.log_in_silently(suite.client2)
    assert second.claims["aud"] == "second"
    assert second.claims["sub"] != first.claims["sub"]
    suite.userinfo(second, suite.client2)


def test_oidcc_response_type_missing(suite: Suite) -> None:
    attempt = suite.client.ask(without=("response_type",))
    suite.authorize(attempt)
    suite.expect_error(attempt, "invalid_request", "unsupported_response_type")


def test_oidcc_idtoken_signature(suite: Suite) -> None:
    tokens = suite.log_in()
    keys = (suite.client.http.get(suite.client.provider["jwks_uri"]).json or {})["keys"]
    assert tokens.header["alg"] == "RS256"
    assert tokens.header["kid"] in {key["kid"] for key in keys if key["alg"] == "RS256"}


def test_oidcc_idtoken_unsigned(suite: Suite) -> None:
    assert "none" not in suite.client.provider["id_token_signing_alg_values_supported"]
    assert suite.log_in().header["alg"] != "none"


def test_oidcc_userinfo_get(suite: Suite) -> None:
    suite.userinfo(suite.log_in())


def test_oidcc_userinfo_post_header(suite: Suite) -> None:
    tokens = suite.log_in()
    response = suite.client.http.post(suite.client.provider["userinfo_endpoint"], headers=bearer(tokens))
    suite.checked_userinfo(response, tokens)


def test_oidcc_userinfo_post_body(suite: Suite) -> None:
    tokens = suite.log_in()
    response = suite.client.http.post(suite.client.provider["userinfo_endpoint"], data={"access_token": tokens.access_token})
    suite.checked_userinfo(response, tokens)


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(suite: Suite) -> None:
    tokens = suite.log_in(without=("nonce", *PLAIN))
    assert "nonce" not in tokens.claims


def test_oidcc_alternate_happy_flow(suite: Suite) -> None:
    attempt = suite.client.ask(scope="email profile openid")
    backwards = dict(reversed(attempt.parameters.items()))
    suite.visitor.open(f"{suite.client.provider['authorization_endpoint']}?{urlencode(backwards)}")
    suite.sign_in()
    suite.finish(attempt)


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(suite: Suite) -> None:
    suite.log_in(extra="foobar")


def test_oidcc_codereuse(suite: Suite) -> None:
    attempt = suite.client.ask()
    suite.authorize(attempt)
    suite.sign_in()
    code = suite.client.code(attempt, suite.visitor.page.location)
    suite.exchange(attempt, code)
    checks.token_error(suite.client.exchange(attempt, code), "invalid_grant")


def test_oidcc_codereuse_30seconds(suite: Suite) -> None:
    attempt = suite.client.ask(scope="openid offline_access")
    suite.authorize(attempt)
    suite.sign_in()
    code = suite.client.code(attempt, suite.visitor.page.location)
    tokens = suite.exchange(attempt, code)
    suite.wait(30)
    checks.token_error(suite.client.exchange(attempt, code), "invalid_grant")
    userinfo = suite.client.http.get(suite.client.provider["userinfo_endpoint"], headers=bearer(tokens))
    assert userinfo.status_code == 401
    checks.token_error(suite.client.refresh(tokens.members["refresh_token"]), "invalid_grant")


def test_oidcc_ensure_registered_redirect_uri(suite: Suite) -> None:
    for address in ("https://icart.example/other", "https://icart.example/callback/", "https://icart.example/callback?x=1"):
        suite.authorize(suite.client.ask(redirect_uri=address))
        assert suite.shows_an_error


def test_oidcc_ensure_post_request_succeeds(suite: Suite) -> None:
    attempt = suite.client.ask()
    suite.authorize(attempt, post=True)
    suite.sign_in()
    suite.finish(attempt)


def test_oidcc_server_client_secret_post(suite: Suite) -> None:
    suite.userinfo(suite.log_in(suite.client_of_post), suite.client_of_post)


def test_oidcc_ensure_request_with_valid_pkce_succeeds(suite: Suite) -> None:
    tokens = suite.log_in()
    assert tokens.access_token
    assert SECRET not in tokens.response.text
