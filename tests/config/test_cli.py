"""`flask db`: the database from the command line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

import wsgi
from config import migrations
from config.database import db
from config.settings import Settings


@pytest.fixture
def bare_app(settings: Settings) -> Iterator[Flask]:
    """The application before a file without tables."""
    app = wsgi.create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def flask(bare_app: Flask) -> Callable[..., Result]:
    return lambda *arguments: bare_app.test_cli_runner().invoke(args=list(arguments))


def test_an_upgrade_says_from_where_to_where(flask: Callable[..., Result]) -> None:
    head = migrations.heads()[0]
    assert flask("db", "upgrade", "0001").output == "The database was at the beginning and is at 0001.\n"
    assert flask("db", "upgrade").output == f"The database was at 0001 and is at {head}.\n"
    assert flask("db", "downgrade", "base").output == "The database is at the beginning.\n"


def test_a_check_fails_until_the_database_has_the_shape_that_is_needed(flask: Callable[..., Result]) -> None:
    early = flask("db", "check")
    assert early.exit_code == 1
    assert "run `flask db upgrade`" in early.output
    flask("db", "upgrade")
    assert flask("db", "check").exit_code == 0


def test_a_new_step_is_written_under_the_next_number(
    flask: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(migrations, "write_revision", lambda _engine, message, number: asked.append((message, number)))
    assert flask("db", "revision", "remember more").exit_code == 0
    assert asked == [("remember more", f"{int(migrations.heads()[0]) + 1:04}")]


def test_what_is_in_force_is_printed_with_secrets_masked(flask: Callable[..., Result], settings: Settings) -> None:
    shown = flask("config", "check").output
    assert "secret_key = ********\n" in shown
    assert "mail.password = (none)\n" in shown
    assert "http.base_url = https://preau.test\n" in shown
    assert settings.secret_key.get_secret_value() not in shown
