"""The readers of single parameters: pure, and told what no browser would send."""

import pytest

from idp.oidc.claims_request import ClaimsRequest, read_claims
from idp.oidc.errors import OAuthError
from idp.oidc.parameters import Parameters
from idp.oidc.pkce import check_verifier, read_challenge

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The pair of RFC 7636, appendix B."""


def parameters(**values: list[str]) -> Parameters:
    return Parameters(values.items())


def test_an_empty_parameter_is_absent() -> None:
    assert parameters(state=[""]).get("state") is None
    with pytest.raises(OAuthError):
        parameters(code=[""]).required("code")


def test_a_parameter_given_twice_has_no_value() -> None:
    twice = parameters(state=["a", "a"])
    assert twice.once("state") is None
    with pytest.raises(OAuthError, match="invalid_request"):
        twice.get("state")


def test_a_repeated_parameter_that_nobody_reads_harms_nobody() -> None:
    assert parameters(extra=["a", "b"], state=["s"]).get("state") == "s"


def test_words_are_kept_in_order_and_once() -> None:
    assert parameters(scope=["openid  email openid"]).words("scope") == ("openid", "email")
    assert parameters().words("scope") == ()


def test_only_what_was_given_once_goes_on_in_an_address() -> None:
    given = parameters(state=["a b"], client_id=["x", "y"], other=["z"])
    assert given.as_query(["client_id", "state", "absent"]) == "state=a+b"


def test_the_pair_of_the_standard_answers() -> None:
    assert read_challenge(CHALLENGE, "S256") == CHALLENGE
    assert check_verifier(CHALLENGE, VERIFIER) is None


@pytest.mark.parametrize(
    ("challenge", "method"),
    [(CHALLENGE, None), (CHALLENGE, "plain"), (None, "S256"), ("short", "S256"), (CHALLENGE + "=", "S256"), ("é" * 43, "S256")],
)
def test_a_challenge_that_is_not_s256_is_refused(challenge: str | None, method: str | None) -> None:
    with pytest.raises(OAuthError):
        read_challenge(challenge, method)


@pytest.mark.parametrize(
    ("challenge", "verifier"),
    [(CHALLENGE, None), (CHALLENGE, ""), (CHALLENGE, VERIFIER[:-1] + "x"), (CHALLENGE, CHALLENGE), (None, VERIFIER)],
)
def test_a_verifier_that_does_not_answer_is_refused(challenge: str | None, verifier: str | None) -> None:
    assert check_verifier(challenge, verifier) is not None


def test_neither_challenge_nor_verifier_is_a_request_without_pkce() -> None:
    assert read_challenge(None, None) is None
    assert check_verifier(None, None) is None


def test_a_claims_request_is_read_in_all_its_forms() -> None:
    read = read_claims(
        '{"userinfo": {"name": null, "email": {"essential": true}},'
        ' "id_token": {"sub": {"value": "x"}, "acr": {"essential": true, "values": ["a", "b", 3]}}, "other": 1}'
    )
    assert read == ClaimsRequest(
        userinfo=("name", "email"),
        id_token=("sub", "acr"),
        subjects=frozenset({"x"}),
        essential_acr=frozenset({"a", "b"}),
    )


def test_a_subject_may_be_named_for_either_place() -> None:
    assert read_claims('{"userinfo": {"sub": {"value": "x"}}}').subjects == {"x"}
    assert read_claims('{"id_token": {"sub": {"values": ["y"]}}}').subjects == {"y"}


def test_no_claims_request_asks_nothing() -> None:
    assert read_claims(None) == read_claims("{}") == read_claims('{"userinfo": null}') == ClaimsRequest()


def test_a_wish_for_a_context_is_no_demand() -> None:
    assert read_claims('{"id_token": {"acr": {"values": ["a"]}}}').essential_acr == frozenset()
    assert read_claims('{"id_token": {"acr": {"essential": true, "values": "a"}}}').essential_acr == frozenset()
