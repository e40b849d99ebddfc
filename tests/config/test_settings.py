"""Settings: where values come from, and the starts that are refused, each with a sentence that names the key."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.settings import EXAMPLE_SECRET, ROOT, Settings, load_settings
from config.settings_sources import SettingsError

SECRET = "5K0pLd1qBkq2z0cXyZQ3rS7uV9wT4eN8mH6jG1fD"
SAFE = {"PREAU_SECRET_KEY": SECRET, "PREAU_HTTP__BASE_URL": "https://preau.test"}


@pytest.fixture(autouse=True)
def _no_debug_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLASK_DEBUG", raising=False)


def loaded(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], toml: Path | None = None) -> Settings:
    """The settings of a process with this environment."""
    for name, value in (environment | ({"PREAU_CONFIG": str(toml)} if toml else {})).items():
        monkeypatch.setenv(name, value)
    return load_settings()


def refusal(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], toml: Path | None = None) -> str:
    with pytest.raises(SettingsError) as refused:
        loaded(monkeypatch, environment, toml)
    return refused.value.message


def test_a_value_comes_from_the_environment_then_the_file_then_its_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "preau.toml"
    file.write_text('[http]\nbase_url = "https://file.test"\n[mail]\nhost = "file"\nport = 587\n')
    settings = loaded(monkeypatch, {"PREAU_SECRET_KEY": SECRET, "PREAU_MAIL__HOST": "environment"}, file)
    assert (settings.http.base_url, settings.mail.host, settings.mail.port) == ("https://file.test", "environment", 587)
    assert settings.mail.timeout_seconds == 20


def test_any_setting_can_be_read_from_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "password").write_text("[a {password} in json's clothes]")
    files = {"PREAU_SECRET_KEY_FILE": str(tmp_path / "secret"), "PREAU_MAIL__PASSWORD_FILE": str(tmp_path / "password")}
    settings = loaded(monkeypatch, files | {"PREAU_HTTP__BASE_URL": "https://preau.test"})
    assert settings.secret_key.get_secret_value() == SECRET
    assert settings.mail.password.get_secret_value() == "[a {password} in json's clothes]"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    said = refusal(monkeypatch, SAFE | {"PREAU_SECRET_KEY_FILE": str(tmp_path / "secret")})
    assert said == "PREAU_SECRET_KEY and PREAU_SECRET_KEY_FILE are both set: keep one of them."


@pytest.mark.parametrize("name", ["PREAU_SECRET_KEY_FILE", "PREAU_CONFIG"])
def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    said = refusal(monkeypatch, {"PREAU_HTTP__BASE_URL": "https://preau.test", name: "/nowhere/at/all"})
    assert name in said
    assert "/nowhere/at/all" in said


@pytest.mark.parametrize(
    ("variable", "key", "hint"),
    [
        ("PREAU_HTTP__BASE_ULR", "http.base_ulr", "http.base_url"),
        ("PREAU_SECRETKEY", "secretkey", "secret_key"),
        ("PREAU_MAILS__HOST", "mails", "mail"),
        ("PREAU_ACCOUNTS__SESSION_IDLE", "accounts.session_idle", "accounts.session_idle_minutes"),
    ],
)
def test_an_unknown_variable_is_refused_and_the_likely_name_told(
    monkeypatch: pytest.MonkeyPatch, variable: str, key: str, hint: str
) -> None:
    said = refusal(monkeypatch, SAFE | {variable: "1"})
    assert said.startswith(f"There is no setting {key} (")
    assert said.endswith(f"Is it {hint}?")


def test_an_unknown_key_of_the_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "preau.toml"
    file.write_text("[protocols]\nunheard_of = 1\n")
    said = refusal(monkeypatch, SAFE, file)
    assert said == "There is no setting protocols.unheard_of (PREAU_PROTOCOLS__UNHEARD_OF in the environment)."


def test_a_file_that_is_not_toml_is_refused_with_its_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "preau.toml"
    file.write_text("[http]\nbase_url = oops\n")
    assert "line 2" in refusal(monkeypatch, SAFE, file)


@pytest.mark.parametrize(("kept", "missing"), [("PREAU_SECRET_KEY", "http.base_url"), ("PREAU_HTTP__BASE_URL", "secret_key")])
def test_what_is_missing_is_named_with_the_ways_to_give_it(monkeypatch: pytest.MonkeyPatch, kept: str, missing: str) -> None:
    said = refusal(monkeypatch, {kept: SAFE[kept]})
    variable = "PREAU_" + missing.replace(".", "__").upper()
    assert said.startswith(f"The setting {missing} is missing")
    assert f"{variable} or {variable}_FILE" in said


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("PREAU_PROTOCOLS__ALLOW_LOOPBACK_REQUESTS", "perhaps", "protocols.allow_loopback_requests"),
        ("PREAU_MAIL__PORT", "smtp", "mail.port"),
        ("PREAU_MAIL__SECURITY", "plenty", "mail.security"),
        ("PREAU_HTTP__BASE_URL", "preau.test", "http.base_url"),
        ("PREAU_HTTP__BASE_URL", "https://preau.test/path", "http.base_url"),
        ("PREAU_HTTP__BASE_URL", "https://me@preau.test", "http.base_url"),
        ("PREAU_DATABASE__URL", "mysql://host/db", "database.url"),
        ("PREAU_DATABASE__URL", "sqlite://", "database.url"),
        ("PREAU_STORE__URL", "memory", "store.url"),
        ("PREAU_MODE", "prod", "mode"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_its_key(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, key: str
) -> None:
    assert refusal(monkeypatch, SAFE | {variable: value}).startswith(f"The setting {key} is wrong: ")


@pytest.mark.parametrize(
    ("dangerous", "key"),
    [
        ({"PREAU_SECRET_KEY": EXAMPLE_SECRET}, "secret_key"),
        ({"PREAU_SECRET_KEY": "short but 100% random: k7!x"}, "secret_key"),
        ({"PREAU_SECRET_KEY": "abcabc" * 10}, "secret_key"),
        ({"PREAU_HTTP__BASE_URL": "http://preau.test"}, "http.base_url"),
        ({"PREAU_PROTOCOLS__ALLOW_LOOPBACK_REQUESTS": "true"}, "protocols.allow_loopback_requests"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"AUTHLIB_INSECURE_TRANSPORT": "true"}, "AUTHLIB_INSECURE_TRANSPORT"),
    ],
)
def test_what_is_dangerous_is_refused_in_production_alone(
    monkeypatch: pytest.MonkeyPatch, dangerous: dict[str, str], key: str
) -> None:
    assert key in refusal(monkeypatch, SAFE | dangerous)
    assert loaded(monkeypatch, SAFE | dangerous | {"PREAU_MODE": "development"}).mode == "development"


def test_production_is_what_one_gets_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, SAFE).mode == "production"


def test_no_refusal_and_no_representation_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = SAFE | {"PREAU_DATABASE__URL": "postgresql://preau:hunter22@db/preau", "PREAU_MAIL__PASSWORD": "hunter22"}
    settings = loaded(monkeypatch, environment)
    assert "hunter22" not in repr(settings)
    assert SECRET not in repr(settings)
    said = refusal(monkeypatch, environment | {"PREAU_MAIL__PASSWORD__X": "hunter22", "PREAU_DATABASE__URL": "hunter22"})
    assert "hunter22" not in said


def test_relative_paths_start_at_the_folder_of_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = loaded(monkeypatch, SAFE | {"PREAU_STORE__URL": "sqlite:////tmp/absolute.sqlite"})
    assert settings.database.url == f"sqlite:///{ROOT}/var/preau.sqlite"
    assert settings.store.url == "sqlite:////tmp/absolute.sqlite"
    assert settings.keys.directory == ROOT / "var" / "keys"


@pytest.mark.parametrize("address", ["https://Preau.TEST/", "https://preau.test"])
def test_the_address_of_the_site_has_one_spelling(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    settings = loaded(monkeypatch, SAFE | {"PREAU_HTTP__BASE_URL": address})
    assert settings.http.base_url == "https://preau.test"
    assert settings.http.secure


def test_the_example_lacks_nothing_but_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / "config" / "settings.example.toml"
    said = refusal(monkeypatch, {}, example)
    assert said == "In production mode the site does not start like this: secret_key is the one of the example."
    settings = loaded(monkeypatch, {"PREAU_SECRET_KEY": SECRET}, example)
    assert settings.mail.security == "starttls"
    assert tomllib.loads(example.read_text())["secret_key"] == EXAMPLE_SECRET


def flask(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as an operator does, in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    command: list[Any] = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.run(command, cwd=ROOT, env=inherited | environment, capture_output=True, text=True, timeout=60, check=False)


def test_config_check_prints_what_is_in_force_with_secrets_masked() -> None:
    environment = SAFE | {"PREAU_DATABASE__URL": "postgresql://preau:hunter22@db/preau", "PREAU_ACCOUNTS__LOGIN_TRIES": "7"}
    done = flask("config", "check", **environment)
    assert done.returncode == 0, done.stderr
    assert "accounts.login_tries = 7\n" in done.stdout
    assert "secret_key = ********\n" in done.stdout
    assert "database.url = postgresql://preau:********@db/preau\n" in done.stdout
    assert SECRET not in done.stdout
    assert "hunter22" not in done.stdout


def test_a_command_that_cannot_start_says_why_and_nothing_else() -> None:
    done = flask("config", "check", **SAFE | {"PREAU_HTTP__BASE_URL": "http://preau.test"})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "Error: In production mode the site does not start like this: http.base_url is not https.\n"


def test_the_debug_option_of_the_command_line_is_refused_in_production() -> None:
    done = flask("--debug", "config", "check", **SAFE)
    assert done.returncode == 1
    assert "FLASK_DEBUG" in done.stderr
