"""Who may use the token endpoint: the client, by the one method of its registration, each assertion once."""

import hmac
import uuid
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from werkzeug.test import TestResponse

from config.clock import FrozenClock
from config.tokens import digest
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk
from tests.relying_parties import REDIRECT_URI, SECRET, basic

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
EC_KEY = ECKey.generate_key("P-256", {"kid": "two"})


def show(desk: Desk, data: dict[str, str] | None = None, **headers: str) -> TestResponse:
    """A fresh code, shown with this authentication."""
    attempt, code = desk.code()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": attempt.verifier or "",
    }
    return desk.party.http.post(desk.party.provider["token_endpoint"], data=form | (data or {}), headers=headers)


def test_a_wrong_secret_is_refused_with_a_challenge(desk: Desk) -> None:
    for secret in ("wrong", SECRET[:-1], ""):
        answer = show(desk, None, **basic("icart", secret))
        checks.token_error(answer, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_an_unknown_client_is_refused_in_the_same_words(desk: Desk) -> None:
    unknown, wrong = show(desk, None, **basic("nobody", SECRET)), show(desk, None, **basic("icart", "wrong"))
    assert unknown.json == wrong.json


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Bearer x", "Basic " + b64encode(b"no-colon").decode()])
def test_a_header_that_is_not_http_basic_is_refused(desk: Desk, header: str) -> None:
    checks.token_error(show(desk, None, Authorization=header), "invalid_client")


def test_the_scheme_is_read_in_any_case_and_the_halves_are_form_encoded(make_desk: MakeDesk, desk: Desk) -> None:
    odd = make_desk("https://rp.example/a b", secrets=[{"digest": digest("p%:+ s"), "created_at": "2026-01-01"}])
    pair = b64encode(b"https%3A%2F%2Frp.example%2Fa+b:p%25%3A%2B+s").decode()
    checks.token_response(show(odd, None, Authorization=f"bAsIc {pair}"))


def test_either_of_two_live_secrets_works(make_desk: MakeDesk, desk: Desk) -> None:
    live = [{"digest": digest(secret), "created_at": "2026-01-01"} for secret in ("the-old-one", "the-new-one")]
    rotating = make_desk("rotating", secrets=live)
    for secret in ("the-old-one", "the-new-one"):
        checks.token_response(show(rotating, None, **basic("rotating", secret)))


def test_a_client_without_a_secret_is_not_let_in_by_an_empty_one(make_desk: MakeDesk, desk: Desk) -> None:
    bare = make_desk("bare", secrets=[])
    checks.token_error(show(bare, None, **basic("bare", "")), "invalid_client")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"])
def test_no_other_method_than_the_registered_one_is_taken(make_desk: MakeDesk, desk: Desk, method: str) -> None:
    one = make_desk("one", token_endpoint_auth_method=method)
    shown: dict[str, tuple[dict[str, str], dict[str, str]]] = {
        "client_secret_basic": ({}, basic("one", SECRET)),
        "client_secret_post": ({"client_id": "one", "client_secret": SECRET}, {}),
        "none": ({"client_id": "one"}, {}),
    }
    for name, (data, headers) in shown.items():
        answer = show(one, data, **headers)
        if name == method:
            checks.token_response(answer)
        else:
            checks.token_error(answer, "invalid_client")


def test_two_methods_at_once_are_refused(desk: Desk) -> None:
    answer = show(desk, {"client_id": "icart", "client_secret": SECRET}, **basic("icart", SECRET))
    checks.token_error(answer, "invalid_request")


def test_two_names_at_once_are_refused(desk: Desk) -> None:
    checks.token_error(show(desk, {"client_id": "other"}, **basic("icart", SECRET)), "invalid_request")


def test_a_call_without_a_name_is_refused(desk: Desk) -> None:
    checks.token_error(show(desk), "invalid_client")


@pytest.fixture
def signer(make_desk: MakeDesk, desk: Desk) -> Desk:
    """A client that signs its authentication, its keys in the registration."""
    keys = {"keys": [KEY.as_dict(private=False), EC_KEY.as_dict(private=False)]}
    return make_desk("signer", token_endpoint_auth_method="private_key_jwt", jwks=keys)


def assertion(desk: Desk, clock: FrozenClock, key: Key = KEY, alg: str = "RS256", **changes: Any) -> dict[str, str]:
    """The form fields of an assertion that holds, but for what is changed; None leaves a claim out."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": desk.party.client_id,
        "sub": desk.party.client_id,
        "aud": desk.party.provider["token_endpoint"],
        "jti": uuid.uuid4().hex,
        "iat": now,
        "exp": now + 60,
        **changes,
    }
    signed = jwt.encode(
        {"alg": alg, **({"kid": key.kid} if key.kid else {})},
        {name: value for name, value in claims.items() if value is not None},
        key,
        algorithms=[alg],
    )
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}


def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(signer: Desk, clock: FrozenClock) -> None:
    checks.token_response(show(signer, assertion(signer, clock, aud=signer.party.provider["issuer"])))


@pytest.mark.parametrize(("key", "alg"), [(KEY, "RS256"), (KEY, "PS256"), (EC_KEY, "ES256")])
def test_a_signed_assertion_authenticates(signer: Desk, clock: FrozenClock, key: Key, alg: str) -> None:
    checks.token_response(show(signer, assertion(signer, clock, key, alg)))
    checks.token_response(show(signer, assertion(signer, clock, key, alg) | {"client_id": "signer"}))


def test_an_assertion_serves_once(signer: Desk, clock: FrozenClock) -> None:
    once = assertion(signer, clock)
    checks.token_response(show(signer, once))
    checks.token_error(show(signer, once), "invalid_client")
    clock.advance(seconds=100)
    checks.token_error(show(signer, once), "invalid_client")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"sub": None},
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"aud": [{"a": 1}]},
        {"jti": None},
        {"jti": 7},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1_000_000_000},
        {"exp": 10**400},
        {"exp": 32_503_680_000},
        {"nbf": 32_503_680_000},
        {"iat": 32_503_680_000},
        {"iat": "now"},
    ],
)
def test_an_assertion_that_is_not_about_this_client_here_and_now_is_refused(
    signer: Desk, clock: FrozenClock, changes: dict[str, Any]
) -> None:
    checks.token_error(show(signer, assertion(signer, clock, **changes) | {"client_id": "signer"}), "invalid_client")


def test_an_assertion_signed_by_another_key_is_refused(signer: Desk, clock: FrozenClock) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    checks.token_error(show(signer, assertion(signer, clock, stranger)), "invalid_client")


def test_an_assertion_keyed_with_the_public_key_is_refused(signer: Desk, clock: FrozenClock) -> None:
    shown = assertion(signer, clock)
    header = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
    content = f"{header}.{shown['client_assertion'].split('.')[1]}"
    mac = hmac.digest(KEY.as_pem(private=False), content.encode(), "sha256")
    forged = f"{content}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    checks.token_error(show(signer, shown | {"client_assertion": forged}), "invalid_client")


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzaWduZXIifQ.", "é.é.é"])
def test_what_is_no_assertion_is_refused(signer: Desk, text: str) -> None:
    data = {"client_id": "signer", "client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    checks.token_error(show(signer, data), "invalid_client")
    del data["client_id"]
    checks.token_error(show(signer, data), "invalid_client")


def test_an_assertion_of_another_type_is_refused(signer: Desk, clock: FrozenClock) -> None:
    data = assertion(signer, clock) | {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"}
    checks.token_error(show(signer, data), "invalid_request")


def test_the_secret_of_a_client_that_signs_is_worth_nothing(signer: Desk) -> None:
    checks.token_error(show(signer, None, **basic("signer", SECRET)), "invalid_client")


def test_a_client_that_signs_but_has_no_key_is_refused(make_desk: MakeDesk, desk: Desk, clock: FrozenClock) -> None:
    keyless = make_desk("keyless", token_endpoint_auth_method="private_key_jwt")
    checks.token_error(show(keyless, assertion(keyless, clock)), "invalid_client")
