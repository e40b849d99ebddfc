"""`flask accounts import-siecle`: says what it would do, does it when told, and refuses with the file and the line (R100)."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from account_mgmt.cli import import_texts
from account_mgmt.domain.siecle_records import DoubtCode
from account_mgmt.domain.siecle_refusals import RefusalCode
from account_mgmt.models import ImportBatch
from account_mgmt.services.siecle_import import ApplyProblem
from config.database import db
from config.services import Services
from idp.demo.siecle_xml import Export, zip_of
from tests.account_mgmt.services.school_office import Office, open_office
from tests.school_files import DYLAN, FLORIAN, ZOE, export, texts

pytestmark = pytest.mark.rule("R100")


@pytest.fixture
def office(services: Services) -> Office:
    return open_office(services)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the school has put its files."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, content in texts(export()).items():
        (folder / name).write_bytes(content)
    return folder


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["accounts", "import-siecle", *map(str, arguments)])


def zip_in(folder: Path, *exports: Export) -> Path:
    file = folder / "export.zip"
    file.write_bytes(zip_of(*exports))
    return file


def test_without_apply_it_only_says_what_it_would_do(app: Flask, office: Office, folder: Path) -> None:
    result = run(app, *folder.iterdir())
    assert result.exit_code == 0
    assert "0790031E Collège Jean-Moulin: 2 pupils to create" in result.output
    assert "5 accounts to open" in result.output
    assert "Nothing was written; add --apply to do it." in result.output
    assert office.everything() == []
    assert db.session.query(ImportBatch).one().discarded_at is not None


def test_with_apply_it_does_it_and_shows_how_far_it_is(app: Flask, office: Office, folder: Path) -> None:
    result = run(app, *folder.iterdir(), "--school", "0790031e", "--apply")
    assert result.exit_code == 0
    assert "Applied." in result.output
    assert "Writing: 100 %" in result.stderr
    assert len(office.accounts()) == 5
    again = run(app, *folder.iterdir(), "--apply")
    assert "nothing changed" in again.output


def test_an_academies_zip_needs_to_be_told_whose_it_is(app: Flask, office: Office, folder: Path) -> None:
    file = zip_in(folder, export(), export("0860033X", FLORIAN))
    assert "These files are of 2 schools" in run(app, file).output
    assert "No académie has the code rennes" in run(app, file, "--academy", "rennes").output
    result = run(app, file, "--academy", "poitiers", "--apply")
    assert "0860033X Lycée Arthur-Rimbaud: 1 pupils to create" in result.output
    assert len(office.accounts()) == 6


def test_a_refusal_names_the_file_and_the_line(app: Flask, office: Office, folder: Path) -> None:
    pupils = folder / "ElevesSansAdresses.xml"
    pupils.write_bytes(pupils.read_bytes().replace(b"</ELEVE>", b"</ELEVES>", 1))
    for arguments in ((), ("--school", "0790031E")):
        result = run(app, *folder.iterdir(), *arguments)
        assert result.exit_code == 1
        assert "Nothing was written. ElevesSansAdresses.xml, line 21: The XML is malformed there." in result.output


def test_a_refusal_of_the_whole_names_what_is_missing(app: Flask, office: Office, folder: Path) -> None:
    result = run(app, folder / "ElevesSansAdresses.xml")
    assert "The guardians' file of 0790031E is missing" in result.output
    missing = run(app, *folder.iterdir(), "--school", "0990001A")
    assert "No school has the UAI 0990001A" in missing.output


def test_doubtful_lines_are_shown_with_their_file_and_line(app: Flask, office: Office, folder: Path) -> None:
    ties = (replace(export().ties[0], personne_id=2099), *export().ties[1:])
    said = replace(export(), children=(DYLAN, replace(ZOE, last_name="D;ÉON")), ties=ties)
    result = run(app, zip_in(folder, said))
    assert "0790031E/ElevesSansAdresses.xml, line 22: 1003 D;ÉON Zoé: a name holds a character" in result.output
    assert "0790031E/ResponsablesAvecAdresses.xml, line" in result.output
    assert "(line left out)" in result.output


def test_only_the_first_doubts_are_shown(app: Flask, office: Office, folder: Path) -> None:
    children = tuple(replace(DYLAN, eleve_id=number, ine="") for number in range(1, 61))
    assert "… and 10 more doubts." in run(app, zip_in(folder, export("0790031E", *children))).output


def test_unusual_departures_have_to_be_confirmed(app: Flask, office: Office, folder: Path) -> None:
    children = tuple(replace(DYLAN, eleve_id=number, ine="") for number in range(1, 21))
    office.imports(export("0790031E", *children))
    file = zip_in(folder, export("0790031E", *children[:10]))
    refused = run(app, file, "--apply")
    assert refused.exit_code == 1
    assert "0790031E: more than a third" in refused.output
    assert "--confirm-departures" in refused.output
    assert run(app, file, "--apply", "--confirm-departures").exit_code == 0
    assert sum(eleve_id > 0 for eleve_id, _ in office.accounts().values()) == 10


def test_every_refusal_doubt_and_obstacle_has_a_sentence() -> None:
    assert set(import_texts.REFUSALS) == set(RefusalCode)
    assert set(import_texts.DOUBTS) == set(DoubtCode)
    assert set(import_texts.OBSTACLES) == set(ApplyProblem)
