"""What browsers are told to refuse on our pages."""

import pytest
from flask import Blueprint, Flask, Response
from flask.testing import FlaskClient

import wsgi
from config.security_headers import policy_of_pages
from config.settings import Settings


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application with a view that answers some of everything."""
    blueprint = Blueprint("answers", __name__)

    def view(kind: str) -> Response:
        return Response("x", mimetype=kind.replace("-", "/"))

    def own() -> Response:
        response = Response("x", mimetype="text/html")
        response.headers["Cache-Control"] = "public, max-age=60"
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    blueprint.add_url_rule("/answers/<kind>", "view", view)
    blueprint.add_url_rule("/own", "own", own)
    app.register_blueprint(blueprint)
    return app.test_client()


def policy(text: str) -> dict[str, str]:
    return {name: values for name, _, values in (part.partition(" ") for part in text.split("; "))}


def test_pages_run_and_show_nothing_but_their_own(client: FlaskClient) -> None:
    found = policy(client.get("/answers/text-html").headers["Content-Security-Policy"])
    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == "'self'"
    assert found["frame-ancestors"] == found["base-uri"] == "'none'"
    assert not any("unsafe" in value or "*" in value.replace(":*", "") for value in found.values())


def test_forms_may_lead_to_services_over_https_and_in_production_to_nothing_else() -> None:
    assert policy(policy_of_pages(production=True))["form-action"] == "'self' https:"
    assert policy(policy_of_pages(production=False))["form-action"] == "'self' https: http://localhost:* http://127.0.0.1:*"


@pytest.mark.parametrize("path", ["/answers/text-html", "/answers/application-json", "/connexion", "/nothing"])
def test_every_answer_is_protected(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_what_is_no_page_may_do_nothing_at_all(client: FlaskClient) -> None:
    assert (
        client.get("/answers/application-json").headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    )


def test_a_document_can_be_shown_by_the_browser(client: FlaskClient) -> None:
    assert client.get("/answers/application-pdf").headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_a_view_may_know_better(client: FlaskClient) -> None:
    headers = client.get("/own").headers
    assert headers["Cache-Control"] == "public, max-age=60"
    assert headers["Content-Security-Policy"] == "default-src 'self'"


@pytest.mark.parametrize(("address", "strict"), [("https://preau.test", True), ("http://localhost:8000", False)])
def test_https_is_for_good_where_the_site_has_it(settings: Settings, address: str, strict: bool) -> None:
    http = settings.http.model_copy(update={"base_url": address})
    app = wsgi.create_app(settings.model_copy(update={"http": http}))
    assert ("Strict-Transport-Security" in app.test_client().get("/nothing").headers) is strict
    app.extensions["services"].store.close()


def test_static_files_may_be_kept_and_are_not_sniffed(client: FlaskClient) -> None:
    response = client.get("/static/preau.css")
    assert response.status_code == 200
    assert "max-age" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    response.close()
