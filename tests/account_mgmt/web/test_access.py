"""Who is at the other end: cookies, sessions that ended, and the guards of views."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from account_mgmt.web.access import clear_session_cookie, session_cookie_name, set_session_cookie, the_account, the_staff
from config.settings import Settings
from tests.factories import NOW, PASSWORD, Dupont, dupont
from tests.visitor import Visitor


@pytest.fixture
def signed_in(visitor: Visitor, session: Session) -> Dupont:
    family = dupont(session)
    visitor.open("/connexion")
    visitor.submit({"login": family.jean_for_dylan.login, "password": PASSWORD}, button="Se connecter")
    return family


def test_in_https_the_cookie_is_bound_to_this_host_and_hidden_from_scripts(settings: Settings) -> None:
    response = Response()
    set_session_cookie(response, settings, "secret")
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie == "__Host-preau=secret; Secure; HttpOnly; Path=/; SameSite=Lax"


def test_families_and_staff_have_separate_cookies(settings: Settings) -> None:
    assert session_cookie_name(settings) == "__Host-preau"
    assert session_cookie_name(settings, "staff") == "__Host-preau-staff"


def test_in_plain_http_the_cookie_has_a_plain_name(settings: Settings) -> None:
    plain = settings.model_copy(update={"http": settings.http.model_copy(update={"base_url": "http://localhost:8000"})})
    response = Response()
    set_session_cookie(response, plain, "secret")
    assert response.headers["Set-Cookie"] == "preau=secret; HttpOnly; Path=/; SameSite=Lax"


def test_a_cleared_cookie_is_gone_under_the_name_it_had(settings: Settings) -> None:
    response = Response()
    clear_session_cookie(response, settings)
    assert response.headers["Set-Cookie"].startswith("__Host-preau=; Expires=Thu, 01 Jan 1970")


def test_who_is_not_logged_in_comes_back_after_the_login(visitor: Visitor, session: Session) -> None:
    family = dupont(session)
    assert visitor.open("/compte").path == "/connexion"
    page = visitor.submit({"login": family.jean_for_dylan.login, "password": PASSWORD}, button="Se connecter")
    assert page.path == "/compte"


def test_a_session_of_before_signing_out_everywhere_opens_nothing(visitor: Visitor, signed_in: Dupont) -> None:
    assert visitor.open("/compte").path == "/compte"
    signed_in.jean_for_dylan.signed_out_at = NOW
    assert visitor.open("/compte").path == "/connexion"


@pytest.mark.parametrize("end", ["merged_at", "closed_at", "invalidated_at"])
def test_a_session_of_an_account_that_is_over_opens_nothing(visitor: Visitor, signed_in: Dupont, end: str) -> None:
    setattr(signed_in.jean_for_dylan, end, NOW)
    assert visitor.open("/compte").path == "/connexion"


def test_a_family_s_session_opens_no_staff_page(visitor: Visitor, signed_in: Dupont) -> None:
    assert visitor.open("/etablissement").path == "/etablissement/connexion"


def test_a_view_without_its_guard_is_a_fault_and_not_a_leak(app: Flask) -> None:
    with app.test_request_context():
        for whoever in (the_account, the_staff):
            with pytest.raises(LookupError):
                whoever()
