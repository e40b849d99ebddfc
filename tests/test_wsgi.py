"""How the application is put together: replacements, what stands in front of it, and that building it touches nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request

import wsgi
from config.access import public
from config.clock import FrozenClock
from config.settings import Settings
from tests.conftest import BASE_URL, RecordingMailer
from tests.factories import NOW
from tests.visitor import Visitor


def with_http(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={"http": settings.http.model_copy(update=changes)})


@public
def who_asks() -> str:
    """What the application believes of the request."""
    return f"{request.remote_addr} {request.scheme} {request.host}"


def test_any_service_can_be_replaced(settings: Settings) -> None:
    clock, mailer = FrozenClock(NOW), RecordingMailer()
    keys = object()
    services = wsgi.create_app(settings, clock=clock, mailer=mailer, keys=keys).extensions["services"]
    assert services.clock is clock
    assert services.keys is keys
    assert services.outbox.mailer is mailer


def test_a_replacement_that_nobody_knows_is_refused(settings: Settings) -> None:
    with pytest.raises(TypeError, match="clok"):
        wsgi.create_app(settings, clok=FrozenClock(NOW))


def test_building_the_application_connects_to_nothing(settings: Settings) -> None:
    unreachable = {
        "database": settings.database.model_copy(update={"url": "postgresql://nobody@192.0.2.1/preau"}),
        "store": settings.store.model_copy(update={"url": "redis://192.0.2.1/0"}),
    }
    assert (
        wsgi.create_app(settings.model_copy(update=unreachable)).extensions["services"].settings.store.url
        == "redis://192.0.2.1/0"
    )


def test_two_applications_stand_side_by_side(settings: Settings, tmp_path: Path, shared_files: Path) -> None:
    other = settings.model_copy(
        update={"database": settings.database.model_copy(update={"url": f"sqlite:///{tmp_path}/b.sqlite"})}
    )
    one, two = wsgi.create_app(settings), wsgi.create_app(other)
    assert one.config["SQLALCHEMY_DATABASE_URI"] != two.config["SQLALCHEMY_DATABASE_URI"]
    assert one.extensions["services"].store is not two.extensions["services"].store


def test_static_files_are_served_to_this_site_alone_and_kept_for_a_while(visitor: Visitor) -> None:
    page = visitor.open("/static/preau.css")
    assert page.status == 200
    assert page.response.headers["Cache-Control"] == "max-age=3600, public"
    assert page.response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in page.response.headers


@pytest.mark.parametrize("path", ["/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/static//etc/passwd", "/static/"])
def test_nothing_but_static_files_is_served_as_one(visitor: Visitor, path: str) -> None:
    assert visitor.open(path).status in (308, 404)


def test_in_https_the_cookie_of_forms_is_for_this_host_alone(app: Flask) -> None:
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_in_http_the_cookie_of_forms_does_without_tls(settings: Settings) -> None:
    app = wsgi.create_app(with_http(settings, base_url="http://localhost:8000"))
    assert not app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert not app.config["SESSION_COOKIE_SECURE"]


def test_the_key_of_cookies_is_not_the_secret_key_itself(app: Flask, settings: Settings) -> None:
    assert settings.secret_key.get_secret_value() not in str(app.config["SECRET_KEY"])


@pytest.mark.parametrize(
    ("hops", "seen"),
    [(0, "127.0.0.1 http site.test"), (1, "198.51.100.7 https real.test"), (2, "203.0.113.9 http other.test")],
)
def test_proxies_are_believed_as_many_as_the_settings_name(settings: Settings, hops: int, seen: str) -> None:
    app = wsgi.create_app(with_http(settings, trusted_proxies=hops))
    app.add_url_rule("/who", view_func=who_asks)
    headers = {
        "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
        "X-Forwarded-Proto": "http, https",
        "X-Forwarded-Host": "other.test, real.test",
    }
    assert app.test_client().get("/who", headers=headers, base_url="http://site.test").text == seen


def test_a_request_larger_than_allowed_is_refused_before_it_is_read(settings: Settings) -> None:
    app = wsgi.create_app(with_http(settings, largest_upload_mb=1))
    app.add_url_rule("/who", view_func=public(lambda: str(len(request.get_data()))))
    client = app.test_client()
    assert client.get("/who", data=b"x" * 1024 * 1024, base_url=BASE_URL).text == str(1024 * 1024)
    assert client.get("/who", data=b"x" * (1024 * 1024 + 1), base_url=BASE_URL).status_code == 413


def test_each_visitor_is_a_browser_of_its_own(new_visitor: Callable[[], Visitor]) -> None:
    one, two = new_visitor(), new_visitor()
    one.client.set_cookie("language", "en", domain="preau.test")
    assert one.cookie("language") == "en"
    assert two.cookie("language") is None
