"""What an académie's look does to pages, and how browsers may keep it."""

import pytest
from flask import Flask, render_template
from sqlalchemy import text
from sqlalchemy.orm import Session

from account_mgmt.models import Academy
from tests.factories import PASSWORD, dupont, make_academy
from tests.visitor import Page, Visitor


@pytest.fixture
def academy(session: Session) -> Academy:
    academy = make_academy(session, "brume")
    academy.theme = {"accent": "#7b1e3a", "name": "Académie de la Brume"}
    return academy


def sheets(page: Page) -> list[str]:
    return [str(address) for address in page.document.xpath("//link[@rel='stylesheet']/@href")]


def test_without_an_academy_pages_have_the_product_s_look(visitor: Visitor) -> None:
    page = visitor.open("/aide")
    assert len(sheets(page)) == 1
    assert "Le compte des familles" in page.document.xpath("string(//header)")


def test_the_only_academy_gives_pages_its_name_and_its_colours(visitor: Visitor, academy: Academy) -> None:
    page = visitor.open("/aide")
    assert "Académie de la Brume" in page.document.xpath("string(//header)")
    sheet = visitor.open(sheets(page)[1])
    assert sheet.response.mimetype == "text/css"
    assert "--accent:#7b1e3a" in sheet.source
    assert sheet.response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_changed_look_has_another_address_and_the_old_one_is_not_kept(visitor: Visitor, academy: Academy) -> None:
    earlier = sheets(visitor.open("/aide"))[1]
    academy.theme = {"accent": "#0b5d4e"}
    assert sheets(visitor.open("/aide"))[1] != earlier
    sheet = visitor.open(earlier)
    assert "--accent:#0b5d4e" in sheet.source
    assert sheet.response.headers["Cache-Control"] == "no-store"


def test_an_unknown_academy_has_no_stylesheet(visitor: Visitor) -> None:
    assert visitor.open("/theme/nowhere-0123456789.css").status == 404


def test_among_several_academies_the_account_s_own_is_shown(visitor: Visitor, academy: Academy, session: Session) -> None:
    family = dupont(session)
    assert "Le compte des familles" in visitor.open("/connexion").document.xpath("string(//header)")
    page = visitor.submit({"login": family.jean_for_dylan.login, "password": PASSWORD}, button="Se connecter")
    assert "Académie de Poitiers" in page.document.xpath("string(//header)")


def test_static_files_have_an_address_that_changes_with_them(visitor: Visitor) -> None:
    address = sheets(visitor.open("/aide"))[0]
    assert address.startswith("/static/preau.css?v=")
    assert visitor.open(address).status == 200


def test_a_page_is_shown_even_when_the_database_is_what_failed(app: Flask, session: Session) -> None:
    session.execute(text("drop table academy"))
    session.commit()
    with app.test_request_context("/"):
        assert "momentanément indisponible" in render_template("errors/unavailable.html")


def test_the_stylesheet_stays_light(app: Flask) -> None:
    css = app.test_client().get("/static/preau.css")
    assert len(css.data) < 14_000
