"""`flask academies`, `flask schools`, `flask staff`: the first rows of an installation, and who may enter."""

from collections.abc import Callable

import pytest
from flask import Flask

from config.mailer import Mail
from tests.visitor import Visitor

ACADEMY = ("academies", "add", "poitiers", "--name", "Académie de Poitiers", "--sender", "Poitiers <comptes@poitiers.example>")
SCHOOL = ("schools", "add", "0790031e", "--name", "Collège Jean-Moulin", "--academy", "poitiers", "--city", "Niort")
MEMBER = ("staff", "add", "chantal@poitiers.example", "--name", "Chantal Renard", "--school", "0790031E")


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.exit_code, result.output.strip()


@pytest.fixture
def school(app: Flask) -> None:
    assert run(app, *ACADEMY)[0] == 0
    assert run(app, *SCHOOL)[0] == 0


def test_an_academie_and_a_school_are_added_and_listed(app: Flask, school: None) -> None:
    code, said = run(app, "schools", "list")
    assert code == 0
    assert "0790031E  poitiers     Collège Jean-Moulin, Niort" in said
    assert said.endswith("1 schools.")


def test_policies_are_given_by_name(app: Flask) -> None:
    assert run(app, *ACADEMY, "--preset", "caen", "--policy", "password_min=10", "--policy", "login_pattern=p.nom")[0] == 0
    assert run(app, "academies", "add", "x", "--name", "X", "--sender", "x@x.example", "--policy", "nothing=1") == (
        1,
        "Error: No policy has that name.",
    )
    assert run(app, "academies", "add", "x", "--name", "X", "--sender", "x@x.example", "--policy", "nothing")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (ACADEMY, "An académie has this code already."),
        (SCHOOL, "A school has this UAI already."),
        (("schools", "add", "0790031F", "--name", "X", "--academy", "poitiers"), "This is no UAI"),
        (("schools", "add", "0860011V", "--name", "X", "--academy", "caen"), "No académie has this code"),
        ((*MEMBER[:5], "--school", "0860011V"), "No school has the UAI 0860011V."),
        ((*MEMBER[:5], "--academy", "caen"), "No académie has the code caen."),
        ((*MEMBER[:5],), "Give either --school or --academy."),
        (("staff", "add", "chantal", *MEMBER[3:]), "chantal is no e-mail address."),
        (("staff", "close", "nobody@poitiers.example"), "Nobody has access"),
        (("staff", "link", "nobody@poitiers.example"), "Nobody has access"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(app: Flask, school: None, arguments: tuple[str, ...], reason: str) -> None:
    code, said = run(app, *arguments)
    assert code > 0
    assert reason in said


def test_a_new_member_is_mailed_a_link(app: Flask, school: None, mails: Callable[[], list[Mail]]) -> None:
    code, said = run(app, *MEMBER)
    assert code == 0
    assert "Chantal Renard <chantal@poitiers.example> is school_office at Collège Jean-Moulin." in said
    (mail,) = mails()
    assert mail.to == "chantal@poitiers.example"
    assert "https://preau.test/etablissement/mot-de-passe/" in mail.text


def test_the_link_can_be_printed_and_opens_the_office(app: Flask, school: None, visitor: Visitor) -> None:
    _code, said = run(app, *MEMBER, "--print-link")
    visitor.open(said.rpartition(" ")[2])
    visitor.submit({"password": "quatre mots sans lien", "password_again": "quatre mots sans lien"})
    page = visitor.submit({"email": "chantal@poitiers.example", "password": "quatre mots sans lien"}, button="Se connecter")
    assert page.path == "/etablissement/0790031E"
    assert "They have a password already." in run(app, *MEMBER)[1]


def test_a_new_link_can_be_made_for_someone_who_forgot(app: Flask, school: None) -> None:
    run(app, *MEMBER)
    assert run(app, "staff", "link", "Chantal@poitiers.example")[1].startswith("https://preau.test/etablissement/mot-de-passe/")


def test_an_administrator_belongs_to_an_academie(app: Flask, school: None) -> None:
    assert run(app, "staff", "add", "a@poitiers.example", "--name", "A", "--academy", "poitiers")[0] == 0
    run(app, *MEMBER)
    run(app, "staff", "close", "chantal@poitiers.example")
    _code, said = run(app, "staff", "list")
    assert "a@poitiers.example  A  academy_admin of poitiers" in said
    assert "chantal@poitiers.example  Chantal Renard  school_office at 0790031E  (closed)" in said
    assert said.endswith("2 people.")
