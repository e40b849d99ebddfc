"""The log: a line of JSON for each request, and nothing in it by which a person or a token could be known."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from config.logs import ALPHABET, note, reference, set_up_logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged since the last look."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application with a view that has a secret in its address, and one that says whom it serves."""
    blueprint = Blueprint("logged", __name__)

    def secret(token: str) -> str:
        return reference()

    def known() -> str:
        note(account=12)
        return reference()

    blueprint.add_url_rule("/secret/<token>", "secret", secret, methods=["GET"])
    blueprint.add_url_rule("/known", "known", known)
    app.register_blueprint(blueprint)
    return app.test_client()


def test_a_request_is_one_line_with_its_route_status_and_time(client: FlaskClient, lines: Lines) -> None:
    page = client.get("/secret/K7MW2P9R?login=jean.dupont1").get_data(as_text=True)
    (line,) = lines()
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "/secret/<token>", 200)
    assert line["ms"] >= 0
    assert line["reference"] == page
    assert line["level"] == "info"
    assert line["time"].endswith("Z")


def test_neither_addresses_nor_queries_nor_headers_are_logged(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    for path in ("/secret/K7MW2P9R", "/K7MW2P9R", "/static/K7MW2P9R", "/connexion?identifiant=K7MW2P9R"):
        client.get(path, headers={"Authorization": "Bearer K7MW2P9R", "User-Agent": "K7MW2P9R", "Referer": "/K7MW2P9R"})
        client.post(path, data={"login": "K7MW2P9R", "password": "K7MW2P9R"})
    assert "K7MW2P9R" not in capsys.readouterr().err


def test_a_request_for_somebody_says_which_account(client: FlaskClient, lines: Lines) -> None:
    client.get("/known")
    client.get("/secret/x")
    first, second = lines()
    assert first["account"] == 12
    assert "account" not in second, "the next request of the same worker is somebody else's"


def test_each_request_has_a_reference_that_can_be_read_aloud(client: FlaskClient) -> None:
    found = {client.get("/known").get_data(as_text=True) for _ in range(20)}
    assert len(found) == 20
    for name in found:
        assert len(name) == 9
        assert set(name.replace("-", "")) <= set(ALPHABET)


def test_what_use_cases_log_has_the_reference_of_their_request(client: FlaskClient, app: Flask, lines: Lines) -> None:
    app.add_url_rule("/use-case", "use_case", lambda: structlog.get_logger("letters").info("letters.done") or "x")
    client.get("/use-case")
    said, request = lines()
    assert said["event"] == "letters.done"
    assert said["reference"] == request["reference"]


def test_libraries_are_heard_from_warnings_on_and_in_the_same_form(app: Flask, lines: Lines) -> None:
    logging.getLogger("httpx2").info("GET https://example.org/?secret=1")
    logging.getLogger("some.library").warning("careful with %s", "that")
    (line,) = lines()
    assert (line["event"], line["level"]) == ("careful with that", "warning")


def look_up(name: str) -> None:
    raise LookupError(name) from ValueError("K7MW2P9R")


def log_a_failure() -> None:
    try:
        look_up("jean.dupont1")
    except LookupError:
        structlog.get_logger("web").exception("failed")


def test_an_exception_is_its_kind_and_place_and_not_its_words(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    log_a_failure()
    try:
        look_up("jean.dupont1")
    except LookupError:
        logging.getLogger("some.library").exception("failed too")
    written = capsys.readouterr().err
    first, second = (json.loads(line) for line in written.splitlines())
    assert [cause["type"] for cause in first["exception"]] == ["LookupError", "ValueError"]
    assert first["exception"][0]["places"][-1].endswith("look_up")
    assert second["exception"][0]["type"] == "LookupError"
    assert "jean.dupont1" not in written
    assert "K7MW2P9R" not in written


def test_development_also_shows_the_words(lines: Lines) -> None:
    set_up_logs(verbose=True)
    try:
        log_a_failure()
        (line,) = lines()
        assert line["exception"][0]["message"] == "jean.dupont1"
    finally:
        set_up_logs(verbose=False)


def test_many_applications_in_a_process_write_each_line_once(app: Flask, client: FlaskClient, lines: Lines) -> None:
    set_up_logs(verbose=False)
    set_up_logs(verbose=False)
    client.get("/known")
    assert len(lines()) == 1
