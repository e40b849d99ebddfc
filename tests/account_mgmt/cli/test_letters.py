"""`flask accounts letters`: one command from order to document."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Dupont, Stage, dupont
from tests.letters import read_pages


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session, Stage.CONFIRMED, Stage.KNOWN)
    family.alice.email = "alice@famille.example"
    session.commit()
    return family


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["accounts", "letters", *arguments])
    return result.exit_code, result.output


def test_the_command_prints_a_schools_letters_into_a_file_of_its_owner(app: Flask, family: Dupont, tmp_path: Path) -> None:
    target = tmp_path / "courriers.pdf"
    code, said = run(app, "--school", "0790031E", "--output", str(target))
    assert code == 0
    assert f"1 by e-mail, 1 printed: {target}" in said
    assert [page.login for page in read_pages(target.read_bytes())] == ["dylan.dupont"]
    assert target.stat().st_mode & 0o777 == 0o600, "it holds passwords"


def test_all_can_be_printed(app: Flask, family: Dupont, tmp_path: Path) -> None:
    target = tmp_path / "courriers.pdf"
    run(app, "--school", "0790031E", "--paper", "--output", str(target))
    assert len(read_pages(target.read_bytes())) == 2


def test_an_earlier_file_with_passwords_is_not_left_open_to_all(app: Flask, family: Dupont, tmp_path: Path) -> None:
    target = tmp_path / "courriers.pdf"
    target.write_text("left by somebody")
    target.chmod(0o644)
    run(app, "--school", "0790031E", "--paper", "--output", str(target))
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.rule("R07")
def test_one_account_gets_new_credentials(app: Flask, family: Dupont, tmp_path: Path) -> None:
    target = tmp_path / "jean.pdf"
    code, _said = run(app, "--school", "0790031E", "--account", "Jean.Dupont", "--output", str(target))
    assert code == 0
    assert [page.login for page in read_pages(target.read_bytes())] == ["jean.dupont"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--school", "0790032F"), "No school has the UAI 0790032F."),
        (("--school", "0790031E", "--class", "9 Z"), "The school has no such class."),
        (("--school", "0790031E", "--account", "nobody"), "No account of this school has that login"),
        (("--school", "0860033X", "--account", "dylan.dupont"), "No account of this school has that login"),
    ],
)
def test_what_cannot_be_ordered_is_said_and_nothing_is_written(
    app: Flask, family: Dupont, tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    code, said = run(app, *arguments, "--output", str(tmp_path / "courriers.pdf"))
    assert code == 1
    assert reason in said
    assert list(tmp_path.glob("*.pdf")) == []


def test_ordering_again_finds_nobody_without_a_letter(app: Flask, family: Dupont, tmp_path: Path) -> None:
    target = str(tmp_path / "courriers.pdf")
    run(app, "--school", "0790031E", "--output", target)
    code, said = run(app, "--school", "0790031E", "--output", target)
    assert code == 1
    assert "Nobody to write to" in said
    assert run(app, "--school", "0790031E", "--replace", "--output", target)[0] == 0
