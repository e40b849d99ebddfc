"""A registration file is taken whole or refused with every reason at once, and each refusal says what to write instead."""

from copy import deepcopy
from typing import Any

import pytest

from idp.relying_parties.advice import ADVICE, sentence
from idp.relying_parties.domain.addresses import Mode
from idp.relying_parties.domain.oidc_settings import OidcSettings
from idp.relying_parties.domain.problems import Code, Problem
from idp.relying_parties.domain.validation import Draft, read_draft

ICART: dict[str, Any] = {
    "client_id": "i-cart",
    "name": "i-Cart",
    "protocol": "oidc",
    "attributes": ["name", "children"],
    "schools": {"academies": ["poitiers"]},
    "oidc": {"redirect_uris": ["https://i-cart.example/retour"]},
}
EC_KEY = {"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "1"}


def changed(**lines: Any) -> dict[str, Any]:
    """The registration of i-Cart with some lines changed: `oidc__profile` is a line of the table `oidc`; None takes it away."""
    document = deepcopy(ICART)
    for line, value in lines.items():
        table, _separator, name = line.rpartition("__")
        place = document[table] if table else document
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    return document


def problems_of(document: dict[str, Any], mode: Mode = "production") -> list[tuple[str, Code]]:
    outcome = read_draft(document, mode)
    return [] if isinstance(outcome, Draft) else [(problem.field, problem.code) for problem in outcome]


def test_a_short_file_is_enough_and_gets_safe_defaults() -> None:
    draft = read_draft(ICART, "production")
    assert isinstance(draft, Draft)
    assert draft.settings == OidcSettings(redirect_uris=("https://i-cart.example/retour",))
    assert draft.settings.profile == "strict"
    assert draft.audience == ["pupil", "guardian"]
    assert not draft.teleservice


def test_a_full_file_is_read_line_by_line() -> None:
    document = changed(
        academy="poitiers",
        description="Cahier de textes",
        url="https://i-cart.example/",
        audience=["guardian"],
        teleservice=True,
        entry="famille",
        schools={"uais": ["0790031E"]},
        oidc__token_endpoint_auth_method="private_key_jwt",
        oidc__jwks={"keys": [EC_KEY]},
        oidc__id_token_signed_response_alg="ES256",
        oidc__profile="standard",
        oidc__offline_access=True,
        oidc__id_token_scopes=["profile"],
        oidc__sector_identifier="poitiers-ent",
        oidc__post_logout_redirect_uris=["https://i-cart.example/"],
    )
    draft = read_draft(document, "production")
    assert isinstance(draft, Draft)
    assert draft.settings == OidcSettings.from_dict(draft.settings.to_dict())
    assert (draft.entry, draft.url, draft.schools) == (
        "famille",
        "https://i-cart.example/",
        {"uais": ["0790031E"], "academies": []},
    )


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        (changed(client_id=None), "client_id", Code.MISSING),
        (changed(client_id="has space"), "client_id", Code.MISSPELT),
        (changed(name=3), "name", Code.NOT_A_TEXT),
        (changed(name=" "), "name", Code.NOT_A_TEXT),
        (changed(protocol="saml3"), "protocol", Code.UNKNOWN_WORD),
        (changed(atributes=["name"]), "atributes", Code.UNKNOWN_KEY),
        (changed(attributes=["surname"]), "attributes", Code.UNKNOWN_WORD),
        (changed(attributes="name"), "attributes", Code.NOT_TEXTS),
        (changed(audience=[]), "audience", Code.NOBODY),
        (changed(audience=["teacher"]), "audience", Code.UNKNOWN_WORD),
        (changed(teleservice="yes"), "teleservice", Code.NOT_A_FLAG),
        (changed(url="i-cart.example"), "url", Code.NOT_AN_ADDRESS),
        (changed(entry="Élève"), "entry", Code.MISSPELT),
        (changed(schools=None), "schools", Code.MISSING),
        (changed(schools="all"), "schools", Code.NOT_A_TABLE),
        (changed(schools={}), "schools.", Code.NO_SCHOOL),
        (changed(schools={"all": True, "uais": ["0790031E"]}), "schools.all", Code.ALL_AND_SOME),
        (changed(schools={"uais": ["790031"]}), "schools.uais", Code.NOT_A_UAI),
        (changed(oidc=None), "oidc", Code.MISSING),
        (changed(oidc__redirect_uris=None), "oidc.redirect_uris", Code.MISSING),
        (changed(oidc__secrets=["s"]), "oidc.secrets", Code.UNKNOWN_KEY),
        (changed(oidc__profile="lax"), "oidc.profile", Code.UNKNOWN_WORD),
        (changed(oidc__id_token_signed_response_alg="none"), "oidc.id_token_signed_response_alg", Code.UNKNOWN_WORD),
        (changed(oidc__id_token_scopes=["openid"]), "oidc.id_token_scopes", Code.UNKNOWN_WORD),
        (changed(oidc__offline_access=1), "oidc.offline_access", Code.NOT_A_FLAG),
        (changed(oidc__origins=["https://i-cart.example"]), "oidc.origins", Code.ORIGINS_NEED_PUBLIC),
        (
            changed(oidc__token_endpoint_auth_method="none", oidc__profile="standard"),
            "oidc.profile",
            Code.PUBLIC_MUST_BE_STRICT,
        ),
        (changed(oidc__token_endpoint_auth_method="private_key_jwt"), "oidc.jwks_uri", Code.KEYS_MISSING),
        (
            changed(oidc__token_endpoint_auth_method="private_key_jwt", oidc__jwks={"keys": []}),
            "oidc.jwks",
            Code.KEYS_MALFORMED,
        ),
        (
            changed(oidc__token_endpoint_auth_method="private_key_jwt", oidc__jwks={"keys": [EC_KEY | {"d": "d"}]}),
            "oidc.jwks",
            Code.KEYS_PRIVATE,
        ),
        (
            changed(oidc__token_endpoint_auth_method="private_key_jwt", oidc__jwks={"keys": [{"kty": "oct", "k": "k"}]}),
            "oidc.jwks",
            Code.KEYS_SYMMETRIC,
        ),
        (
            changed(
                oidc__token_endpoint_auth_method="private_key_jwt",
                oidc__jwks={"keys": [EC_KEY]},
                oidc__jwks_uri="https://i-cart.example/jwks",
            ),
            "oidc.jwks",
            Code.KEYS_TWICE,
        ),
        (changed(oidc__jwks_uri="https://i-cart.example/jwks"), "oidc.jwks_uri", Code.KEYS_NOT_NEEDED),
        (changed(oidc__redirect_uris=["fr.example.app:/retour"]), "oidc.redirect_uris", Code.PRIVATE_SCHEME_NEEDS_PUBLIC),
    ],
)
def test_each_mistake_is_named_and_is_the_only_thing_said(document: dict[str, Any], field: str, code: Code) -> None:
    assert problems_of(document) == [(field, code)]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://i-cart.example/retour", Code.NOT_HTTPS),
        ("http://localhost/retour", Code.NOT_HTTPS),
        ("https://i-cart.example/retour#ici", Code.HAS_FRAGMENT),
        ("https://i-cart.example/retour#", Code.HAS_FRAGMENT),
        ("https://*.i-cart.example/retour", Code.HAS_WILDCARD),
        ("https://i-cart.example/*", Code.HAS_WILDCARD),
        ("https://nom:secret@i-cart.example/", Code.HAS_CREDENTIALS),
        ("/retour", Code.NOT_AN_ADDRESS),
        ("https:///retour", Code.NOT_AN_ADDRESS),
        ("https://i-cart.example:port/", Code.NOT_AN_ADDRESS),
        ("https://i-cart.example\\@ailleurs.example/", Code.NOT_AN_ADDRESS),
        ("https://i-cart.example/re tour", Code.NOT_AN_ADDRESS),
        ("https://i-cart.example/reçu", Code.NOT_AN_ADDRESS),
        ("javascript:alert(1)", Code.NOT_AN_ADDRESS),
        ("data:text/html,x", Code.NOT_AN_ADDRESS),
        (f"https://i-cart.example/{'x' * 500}", Code.NOT_AN_ADDRESS),
    ],
)
def test_an_address_that_could_mislead_an_answer_is_refused(address: str, code: Code) -> None:
    assert problems_of(changed(oidc__redirect_uris=[address])) == [("oidc.redirect_uris", code)]


@pytest.mark.parametrize("address", ["http://localhost:5000/retour", "http://127.0.0.1/retour", "http://[::1]/retour"])
def test_plain_http_to_this_machine_is_taken_outside_production(address: str) -> None:
    assert problems_of(changed(oidc__redirect_uris=[address]), "development") == []
    assert problems_of(changed(oidc__redirect_uris=[address])) == [("oidc.redirect_uris", Code.NOT_HTTPS)]


def test_plain_http_to_another_machine_is_never_taken() -> None:
    document = changed(oidc__redirect_uris=["http://i-cart.example/retour"])
    assert problems_of(document, "development") == [("oidc.redirect_uris", Code.NOT_HTTPS)]


def test_an_application_on_a_telephone_may_have_its_own_scheme_and_origins() -> None:
    document = changed(
        oidc__token_endpoint_auth_method="none",
        oidc__redirect_uris=["fr.example.app:/retour"],
        oidc__origins=["https://app.example"],
    )
    assert problems_of(document) == []


@pytest.mark.parametrize("origin", ["https://app.example/", "https://app.example/page", "https://App.example"])
def test_an_origin_is_scheme_host_and_port_alone(origin: str) -> None:
    document = changed(oidc__token_endpoint_auth_method="none", oidc__origins=[origin])
    assert problems_of(document) == [("oidc.origins", Code.NOT_AN_ORIGIN)]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    document = changed(name=None, attributes=["surname"], oidc__profile="lax", schools={})
    assert {field for field, _code in problems_of(document)} == {"name", "attributes", "oidc.profile", "schools."}


def test_every_problem_has_its_advice() -> None:
    assert set(ADVICE) == set(Code)


@pytest.mark.parametrize("code", list(Code))
def test_every_advice_is_a_sentence_that_names_the_line(code: Code) -> None:
    said = sentence(Problem("oidc.line", code, "given", ("one", "two")))
    assert said.startswith("oidc.line ")
    assert said.endswith((".", "?"))
    assert "{" not in said or "keys" in said


def test_a_misspelt_word_gets_its_likely_meaning() -> None:
    said = sentence(Problem("atributes", Code.UNKNOWN_KEY, "atributes", ("attributes", "audience")))
    assert "Did you mean 'attributes'?" in said
