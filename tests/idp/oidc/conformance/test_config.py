"""Config OP: the discovery document and the keys, item by item."""

import re

from flask.testing import FlaskClient

from tests.conftest import BASE_URL
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conformance.suite import Suite

SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    response = suite.client.http.get(f"{BASE_URL}/.well-known/openid-configuration")
    assert response.status_code == 200
    assert response.content_type == "application/json"
    document = response.json or {}
    assert document["issuer"] == BASE_URL
    checks.discovery(document)
    assert document["response_types_supported"] == ["code"]
    assert document["subject_types_supported"] == ["pairwise"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "none" not in document["id_token_signing_alg_values_supported"]
    for name in ("request_parameter_supported", "request_uri_parameter_supported", "claims_parameter_supported"):
        assert isinstance(document[name], bool)
    assert document["claims_supported"]
    assert document["grant_types_supported"]
    assert "S256" in document["code_challenge_methods_supported"]


def test_oidcc_discovery_scopes_and_locales(suite: Suite) -> None:
    document = suite.client.provider
    assert "openid" in document["scopes_supported"]
    assert all(SCOPE_TOKEN.fullmatch(scope) for scope in document["scopes_supported"])
    assert all(LANGUAGE_TAG.fullmatch(tag) for tag in document["ui_locales_supported"])


def test_oidcc_discovery_jwks_uri(suite: Suite) -> None:
    response = suite.client.http.get(suite.client.provider["jwks_uri"])
    assert response.status_code == 200
    assert response.content_type == "application/json"
    checks.jwks(response.json or {})


def test_oidcc_discovery_claims_supported_are_the_ones_that_exist(suite: Suite) -> None:
    announced = set(suite.client.provider["claims_supported"])
    tokens = suite.log_in(scope="openid profile email enfants ent")
    assert set(tokens.claims) <= announced
    assert set(suite.userinfo(tokens)) <= announced


def test_oidcc_discovery_is_open_to_pages_of_any_site(suite: Suite) -> None:
    for address in (f"{BASE_URL}/.well-known/openid-configuration", suite.client.provider["jwks_uri"]):
        response = suite.client.http.get(address, headers={"Origin": "https://anywhere.example"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "max-age" in response.headers["Cache-Control"]


def test_oidcc_discovery_for_plain_oauth(suite: Suite) -> None:
    http: FlaskClient = suite.client.http
    assert http.get(f"{BASE_URL}/.well-known/oauth-authorization-server").json == suite.client.provider
