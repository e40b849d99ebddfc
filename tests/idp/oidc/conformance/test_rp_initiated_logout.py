"""RP-Initiated Logout OP: after each module a request that may show nothing proves who is still logged in."""

import json
from base64 import urlsafe_b64encode
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.idp.oidc.conformance.suite import Suite
from tests.relying_parties import LOGGED_OUT_URI, Tokens
from tests.visitor import Page

STATE = "a state that comes back & stays whole"


@pytest.fixture
def tokens(suite: Suite) -> Tokens:
    """Every module logs in first."""
    return suite.log_in()


def log_out(suite: Suite, **parameters: str) -> Page:
    return suite.visitor.open(f"{suite.client.provider['end_session_endpoint']}?{urlencode(parameters)}")


def hint(tokens: Tokens) -> str:
    return str(tokens.members["id_token"])


def expect_question(suite: Suite) -> None:
    """The person is asked, stays logged in, and is led nowhere else; pressing the button logs out."""
    page = suite.visitor.page
    assert page.status == 200
    assert not page.location
    assert LOGGED_OUT_URI not in page.source
    suite.log_in_silently(prompt="none")
    suite.visitor.page = page
    after = suite.visitor.submit(button="Se déconnecter", form="confirmation")
    assert after.path == "/deconnexion"
    suite.expect_logged_out()


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(suite: Suite) -> None:
    assert suite.client.provider["end_session_endpoint"].startswith("https://")


def test_oidcc_rp_initiated_logout(suite: Suite, tokens: Tokens) -> None:
    page = log_out(suite, id_token_hint=hint(tokens), post_logout_redirect_uri=LOGGED_OUT_URI, state=STATE)
    target = urlsplit(page.location)
    assert page.location.startswith(f"{LOGGED_OUT_URI}?")
    assert dict(parse_qsl(target.query)) == {"state": STATE}
    suite.expect_logged_out()


def test_oidcc_rp_initiated_logout_by_post(suite: Suite, tokens: Tokens) -> None:
    form = {"id_token_hint": hint(tokens), "post_logout_redirect_uri": LOGGED_OUT_URI}
    page = suite.visitor._request("POST", suite.client.provider["end_session_endpoint"], data=form)
    assert page.location == LOGGED_OUT_URI
    suite.expect_logged_out()


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(suite: Suite, tokens: Tokens) -> None:
    log_out(suite, id_token_hint=hint(tokens), post_logout_redirect_uri="https://evil.example/", state=STATE)
    expect_question(suite)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(suite: Suite, tokens: Tokens) -> None:
    log_out(suite, id_token_hint=hint(tokens), post_logout_redirect_uri=f"{LOGGED_OUT_URI}?foo=bar", state=STATE)
    expect_question(suite)


def test_oidcc_rp_initiated_logout_modified_id_token_hint(suite: Suite, tokens: Tokens) -> None:
    header = urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    modified = f"{header}.{hint(tokens).split('.')[1]}."
    log_out(suite, id_token_hint=modified, post_logout_redirect_uri=LOGGED_OUT_URI, state=STATE)
    expect_question(suite)


def test_oidcc_rp_initiated_logout_bad_id_token_hint(suite: Suite, tokens: Tokens) -> None:
    forged = jwt.encode({"alg": "RS256", "kid": tokens.header["kid"]}, dict(tokens.claims), RSAKey.generate_key(2048))
    log_out(suite, id_token_hint=forged, post_logout_redirect_uri=LOGGED_OUT_URI, state=STATE)
    expect_question(suite)


def test_oidcc_rp_initiated_logout_no_id_token_hint(suite: Suite, tokens: Tokens) -> None:
    log_out(suite, post_logout_redirect_uri=LOGGED_OUT_URI, state=STATE)
    expect_question(suite)


def test_oidcc_rp_initiated_logout_no_params(suite: Suite, tokens: Tokens) -> None:
    log_out(suite)
    expect_question(suite)


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(suite: Suite, tokens: Tokens) -> None:
    page = log_out(suite, id_token_hint=hint(tokens))
    assert (page.path, page.status) == ("/deconnexion", 200)
    suite.expect_logged_out()


def test_oidcc_rp_initiated_logout_no_state(suite: Suite, tokens: Tokens) -> None:
    page = log_out(suite, id_token_hint=hint(tokens), post_logout_redirect_uri=LOGGED_OUT_URI)
    assert page.location == LOGGED_OUT_URI
    suite.expect_logged_out()


def test_oidcc_rp_initiated_logout_only_state(suite: Suite, tokens: Tokens) -> None:
    log_out(suite, state=STATE)
    expect_question(suite)
