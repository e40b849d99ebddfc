"""Basic OP, scopes and refresh tokens: what comes with each, and what is not announced is not promised."""

from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conformance.suite import Suite

NOT_OURS = frozenset({"middle_name", "nickname", "profile", "picture", "website", "gender", "zoneinfo", "locale", "updated_at"})
"""Claims of the scope `profile` for which a school has no value; absent is what the standard asks for then."""


def test_oidcc_scope_profile(suite: Suite) -> None:
    claims = suite.userinfo(suite.log_in(scope="openid profile"))
    assert claims["name"] == "Jean Dupont"
    assert (claims["given_name"], claims["family_name"]) == ("Jean", "Dupont")
    assert claims["preferred_username"] == suite.login
    assert not NOT_OURS & set(claims)


def test_oidcc_scope_email(suite: Suite) -> None:
    claims = suite.userinfo(suite.log_in(scope="openid email"))
    assert claims["email"] == f"{suite.login}@famille.example"
    assert claims["email_verified"] is True
    assert "name" not in claims


def test_oidcc_scope_address(suite: Suite) -> None:
    ignores(suite, "address")


def test_oidcc_scope_phone(suite: Suite) -> None:
    ignores(suite, "phone")


def ignores(suite: Suite, scope: str) -> None:
    """A scope that is not announced brings nothing, and no error."""
    assert scope not in suite.client.provider["scopes_supported"]
    tokens = suite.log_in(scope=f"openid {scope}")
    assert tokens.members["scope"] == "openid"
    assert set(suite.userinfo(tokens)) == {"sub"}


def test_oidcc_scope_all(suite: Suite) -> None:
    claims = suite.userinfo(suite.log_in(scope="openid profile email address phone"))
    assert {"name", "family_name", "given_name", "preferred_username", "email", "email_verified"} < set(claims)


def test_oidcc_refresh_token(suite: Suite) -> None:
    first = suite.log_in(scope="openid offline_access")
    suite.wait(2)
    response = suite.client.refresh(first.members["refresh_token"])
    checks.token_response(response)
    second = suite.client.verified(response)
    assert second.access_token != first.access_token
    assert second.members["refresh_token"] != first.members["refresh_token"]
    checks.entropy(second.members["refresh_token"], bits=96)
    checks.id_token(second.claims, suite.now, nonce=None)
    assert {second.claims[name] == first.claims[name] for name in ("iss", "sub", "aud", "auth_time")} == {True}
    assert second.claims["iat"] > first.claims["iat"]
    suite.userinfo(second)


def test_oidcc_refresh_token_of_another_client(suite: Suite) -> None:
    first = suite.log_in(scope="openid offline_access")
    checks.token_error(suite.client2.refresh(first.members["refresh_token"]), "invalid_grant", "invalid_client")
    checks.token_response(suite.client.refresh(first.members["refresh_token"]))


def test_oidcc_refresh_token_with_both_clients(suite: Suite) -> None:
    suite.log_in(scope="openid offline_access")
    second = suite.log_in_silently(suite.client2, scope="openid offline_access")
    checks.token_response(suite.client2.refresh(second.members["refresh_token"]))


def test_oidcc_refresh_token_that_was_rotated_out(suite: Suite) -> None:
    first = suite.log_in(scope="openid offline_access")
    checks.token_response(suite.client.refresh(first.members["refresh_token"]))
    checks.token_error(suite.client.refresh(first.members["refresh_token"]), "invalid_grant")
