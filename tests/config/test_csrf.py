"""Forms only from our own pages, and no dead end for whoever sends a stale one."""

import re

import pytest
from flask import Blueprint, Flask, render_template_string
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.csrf import MARK, without_csrf

PAGE = """{% for message in get_flashed_messages() %}<p>{{ message }}</p>{% endfor %}
<input name="csrf_token" value="{{ csrf_token() }}">"""
PROTOCOLS = ("oidc_", "saml_", "cas_")
STALE = "restée ouverte trop longtemps"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application with a form, a button on a page of its own, and a protocol's endpoint."""
    blueprint = Blueprint("forms", __name__)

    def form() -> str:
        return render_template_string(PAGE)

    def done() -> str:
        return "done"

    blueprint.add_url_rule("/form", "form", form)
    blueprint.add_url_rule("/form", "send", done, methods=["POST"])
    blueprint.add_url_rule("/page", "page", form)
    blueprint.add_url_rule("/button", "button", done, methods=["POST"])
    blueprint.add_url_rule("/protocol", "protocol", without_csrf(lambda: "done"), methods=["POST"])
    app.register_blueprint(blueprint)
    return app.test_client()


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def token_of(response: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text(response))
    assert found
    return found[1]


def get(client: FlaskClient, address: str) -> TestResponse:
    return client.get(address, base_url="https://preau.test", headers={"Accept-Language": "fr"})


def post(client: FlaskClient, address: str, token: str = "", **headers: str) -> TestResponse:
    return client.post(address, base_url="https://preau.test", data={"csrf_token": token}, headers=headers)


def test_a_form_of_ours_is_taken(client: FlaskClient) -> None:
    assert text(post(client, "/form", token_of(get(client, "/form")))) == "done"


def test_a_form_stays_good_as_long_as_the_browser_is_open(client: FlaskClient, app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


@pytest.mark.rule("R34")
def test_a_stale_form_is_shown_afresh_with_a_word_on_why(client: FlaskClient) -> None:
    stale = token_of(get(client, "/form"))
    get(client, "/form")
    client.delete_cookie("__Host-preau-forms", domain="preau.test")
    answer = post(client, "/form?interaction=abc&suite=%2Fcompte", stale)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/form?interaction=abc&suite=%2Fcompte&recommencer=1"
    page = get(client, answer.headers["Location"])
    assert STALE in text(page)
    assert text(post(client, answer.headers["Location"], token_of(page))) == "done"


@pytest.mark.rule("R34")
def test_the_word_is_said_once(client: FlaskClient) -> None:
    get(client, "/form?recommencer=1")
    assert STALE not in text(get(client, "/form"))


@pytest.mark.rule("R34")
def test_a_stale_button_leads_back_to_its_page(client: FlaskClient) -> None:
    answer = post(client, "/button", "stale", Referer="https://preau.test/page?enfant=2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/page?recommencer=1")


@pytest.mark.parametrize(
    "referer", ["https://elsewhere.test/page", "https://preau.test/nothing", "https://preau.test/button", ""]
)
def test_without_a_page_of_ours_to_go_back_to_the_page_says_what_happened(client: FlaskClient, referer: str) -> None:
    answer = post(client, "/button", "stale", Referer=referer)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_browser_that_keeps_no_cookies_is_told_so_instead_of_going_round(client: FlaskClient, app: Flask) -> None:
    forgetful = app.test_client(use_cookies=False)
    first = post(forgetful, "/form", token_of(get(forgetful, "/form")))
    assert first.status_code == 303
    second = post(forgetful, first.headers["Location"], token_of(get(forgetful, first.headers["Location"])))
    assert second.status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_the_browser_says_comes_from_elsewhere_is_not_taken(client: FlaskClient, site: str) -> None:
    token = token_of(get(client, "/form"))
    assert post(client, "/form", token, **{"Sec-Fetch-Site": site}).status_code == 303
    assert text(post(client, "/form", token, **{"Sec-Fetch-Site": "same-origin"})) == "done"


def test_a_token_of_another_browser_is_not_taken(client: FlaskClient, app: Flask) -> None:
    theirs = token_of(get(app.test_client(), "/form"))
    get(client, "/form")
    assert post(client, "/form", theirs).status_code == 303


def test_the_endpoint_of_a_protocol_takes_what_other_sites_send(client: FlaskClient) -> None:
    assert text(post(client, "/protocol", **{"Sec-Fetch-Site": "cross-site"})) == "done"


def test_every_endpoint_without_the_check_is_one_of_a_protocol(app: Flask) -> None:
    """A page of ours that trusts the session's cookie must not be among them."""
    unchecked = [name for name, view in app.view_functions.items() if getattr(view, MARK, False)]
    assert "oidc_tokens.token" in unchecked
    assert all(name.startswith(PROTOCOLS) for name in unchecked)
