"""`flask rp …` says what it did in a sentence, and refuses with lines that teach."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from config.database import db
from config.settings import ROOT
from tests.factories import make_academy

EXAMPLES = sorted((ROOT / "config" / "deploy" / "relying-parties").glob("*.toml"))


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["rp", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "service.toml"
    path.write_text(
        'client_id = "service"\nname = "Le Service"\nprotocol = "oidc"\nattributes = ["name"]\n'
        '[schools]\nall = true\n[oidc]\nredirect_uris = ["https://service.example/retour"]\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_can_be_registered(app: Flask, example: Path) -> None:
    with app.app_context():
        make_academy(db.session(), "poitiers")
        db.session.commit()
    result = run(app, "register", example)
    assert result.exit_code == 0, result.output
    assert "was registered." in result.output


def test_there_is_an_example_for_each_service_of_the_guides() -> None:
    assert {path.stem for path in EXAMPLES} == {"i-cart", "lol", "educ-de-normandie", "pronote", "teleservices"}


def test_registering_shows_the_secret_once(app: Flask, file: Path) -> None:
    first = run(app, "register", file)
    assert "service was registered." in first.output
    assert "shown this once only" in first.output
    again = run(app, "register", file)
    assert again.output == "service is registered just so already.\n"


def test_an_update_names_what_changed(app: Flask, file: Path) -> None:
    run(app, "register", file)
    file.write_text(file.read_text().replace("Le Service", "Le Bon Service"))
    assert run(app, "register", file).output == "service was brought up to date: name.\n"


def test_a_change_of_sector_is_warned_of(app: Flask, file: Path) -> None:
    run(app, "register", file)
    file.write_text(file.read_text() + 'sector_identifier = "shared"\n')
    assert "everybody under a new subject" in run(app, "register", file).output


def test_a_file_with_mistakes_is_refused_line_by_line(app: Flask, file: Path) -> None:
    file.write_text(file.read_text().replace('["name"]', '["nam"]').replace("https://service", "http://service"))
    result = run(app, "register", file)
    assert result.exit_code == 1
    assert "nothing was changed" in result.output
    assert "- attributes says 'nam'; write one of:" in result.output
    assert "Did you mean 'name'?" in result.output
    assert "- oidc.redirect_uris says 'http://service.example/retour'; write https://." in result.output
    assert run(app, "list").output == "0 relying parties.\n"


@pytest.mark.parametrize("content", [b"client_id = ", b'name = "\xe9"'])
def test_a_file_that_is_not_toml_in_utf8_is_refused(app: Flask, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    result = run(app, "register", file)
    assert result.exit_code == 1
    assert "is not a TOML file in UTF-8" in result.output


def test_list_and_show_tell_everything_but_the_secrets(app: Flask, file: Path) -> None:
    secret = run(app, "register", file).output.splitlines()[-1]
    run(app, "suspend", "service")
    assert run(app, "list").output == "service  oidc  Le Service  suspended\n1 relying parties.\n"
    shown = run(app, "show", "service").output
    assert "https://service.example/retour" in shown
    assert "2026-11-16" in shown
    assert secret not in shown
    assert "digest" not in shown


def test_suspending_and_resuming_are_said(app: Flask, file: Path) -> None:
    run(app, "register", file)
    assert "suspended" in run(app, "suspend", "service").output
    assert run(app, "resume", "service").output == "service is open again.\n"
    assert "suspended" not in run(app, "list").output


def test_a_secret_is_rotated_and_the_earlier_ones_ended(app: Flask, file: Path) -> None:
    first = run(app, "register", file).output.splitlines()[-1]
    second = run(app, "rotate-secret", "service").output.splitlines()[-1]
    assert first != second
    assert run(app, "end-secrets", "service").output == "1 earlier secrets of service were ended.\n"
    third = run(app, "rotate-secret", "service", "--at-once").output.splitlines()[-1]
    assert third not in (first, second)
    assert run(app, "end-secrets", "service").output == "0 earlier secrets of service were ended.\n"


def test_who_has_no_secret_is_told_so(app: Flask, file: Path) -> None:
    file.write_text(file.read_text() + 'token_endpoint_auth_method = "none"\n')
    run(app, "register", file)
    result = run(app, "rotate-secret", "service")
    assert result.exit_code == 1
    assert "authenticates without a secret" in result.output


@pytest.mark.parametrize("command", ["show", "suspend", "resume", "rotate-secret", "end-secrets"])
def test_an_unknown_client_id_is_answered_with_the_known_ones(app: Flask, file: Path, command: str) -> None:
    run(app, "register", file)
    result = run(app, command, "servic")
    assert result.exit_code == 1
    assert "No relying party has the client_id 'servic'. Known: service." in result.output
