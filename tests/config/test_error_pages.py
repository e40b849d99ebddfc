"""What people and programs get when something goes wrong: a page with a reference that the log knows, or JSON; never details."""

import json
from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Blueprint, Flask, abort, redirect
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests
from werkzeug.test import TestResponse

from config.csrf import without_csrf
from config.error_pages import answers_json
from config.errors import CATALOGUE, ApplicationError

SECRET = "jean.dupont1 K7MW2P9R"


def fails() -> NoReturn:
    raise LookupError(SECRET)


def program() -> NoReturn:
    raise LookupError(SECRET)


def changed() -> NoReturn:
    raise StaleDataError(SECRET)


def away() -> NoReturn:
    raise OperationalError(SECRET, {}, LookupError(SECRET))


def slow_down() -> NoReturn:
    raise TooManyRequests(retry_after=60)


def in_maintenance() -> NoReturn:
    raise ServiceUnavailable


def leads_elsewhere() -> NoReturn:
    abort(redirect("/connexion"))


VIEWS: dict[str, Callable[[], NoReturn]] = {
    "fails": fails,
    "changed": changed,
    "away": away,
    "slow": slow_down,
    "maintenance": in_maintenance,
    "elsewhere": leads_elsewhere,
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application with some views that go wrong, as they do in production."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    blueprint = Blueprint("wrong", __name__, url_prefix="/wrong")
    for name, view in VIEWS.items():
        blueprint.add_url_rule(f"/{name}", name, view)
    blueprint.add_url_rule("/program", "program", without_csrf(answers_json(program)), methods=["POST"])

    def coded(code: str) -> NoReturn:
        raise ApplicationError(code)

    blueprint.add_url_rule("/code/<code>", "code", coded)
    app.register_blueprint(blueprint)
    return app.test_client()


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_code_has_its_page_in_french_and_english(client: FlaskClient, code: str) -> None:
    french = client.get(f"/wrong/code/{code}", headers={"Accept-Language": "fr"})
    assert french.status_code == CATALOGUE[code].status
    assert french.mimetype == "text/html"
    assert '<html lang="fr"' in text(french)
    assert '<html lang="en"' in text(client.get(f"/wrong/code/{code}", headers={"Accept-Language": "en"}))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/wrong/nothing", 404),
        ("/wrong/program", 405),
        ("/wrong/slow", 429),
        ("/wrong/fails", 500),
        ("/wrong/away", 503),
        ("/wrong/maintenance", 503),
        ("/wrong/changed", 409),
    ],
)
def test_errors_of_the_web_and_of_the_site_have_pages_too(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == status
    assert SECRET not in text(response)
    assert "Traceback" not in text(response)


def test_what_a_status_demands_of_the_answer_stays(client: FlaskClient) -> None:
    assert "POST" in client.get("/wrong/program").headers["Allow"]
    assert client.get("/wrong/slow").headers["Retry-After"] == "60"
    assert client.get("/wrong/away").headers["Retry-After"] == "30"


def test_a_redirect_is_no_error(client: FlaskClient) -> None:
    assert client.get("/wrong/elsewhere").headers["Location"] == "/connexion"


def test_too_much_is_refused_before_it_is_read(client: FlaskClient, app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10
    assert client.post("/connexion", data={"x": "y" * 100}).status_code == 413


def test_the_reference_of_the_page_is_found_in_the_log_with_the_place_of_the_fault(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    page = text(client.get("/wrong/fails"))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    failure = next(line for line in lines if line["event"] == "request.failed")
    assert failure["reference"] in page
    assert failure["exception"][0]["type"] == "LookupError"
    assert "test_error_pages.py" in failure["exception"][0]["places"][-1]
    assert SECRET not in json.dumps(lines)


@pytest.mark.parametrize(("method", "status"), [("POST", 500), ("GET", 405)])
def test_programs_get_json_whatever_they_accept(client: FlaskClient, method: str, status: int) -> None:
    response = client.open("/wrong/program", method=method)
    assert (response.status_code, response.mimetype) == (status, "application/json")
    assert response.json
    assert response.json["reference"]


def test_whoever_asks_for_json_gets_it(client: FlaskClient) -> None:
    response = client.get("/wrong/nothing", headers={"Accept": "application/json"})
    assert response.json
    assert response.json["error"] == "not_found"


def test_a_page_that_cannot_be_made_is_replaced_by_a_plain_one(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*call: object, **context: object) -> str:
        raise OperationalError("select", {}, LookupError())

    monkeypatch.setattr("config.error_pages.render_template", broken)
    response = client.get("/wrong/fails")
    assert response.status_code == 500
    assert "Référence" in text(response)
