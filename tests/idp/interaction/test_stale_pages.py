"""A stale or crossed page recovers by itself: nobody ever has to close the browser and start it again (R34)."""

import pytest
from sqlalchemy.orm import Session

from config.clock import FrozenClock
from tests.factories import PASSWORD, Dupont, Stage, dupont
from tests.idp.interaction.conftest import FakeService, log_in, make_service
from tests.visitor import Visitor

pytestmark = pytest.mark.rule("R34")


@pytest.fixture
def family(session: Session) -> Dupont:
    make_service(session)
    return dupont(session, others=Stage.CONFIRMED)


def second_tab(visitor: Visitor) -> Visitor:
    """Another tab of the same browser: the same cookies, another page in front."""
    return Visitor(visitor.client, visitor.base_url)


def test_two_tabs_are_two_requests(visitor: Visitor, service: FakeService, family: Dupont) -> None:
    other = second_tab(visitor)
    service.ask(visitor, state="one")
    service.ask(other, state="two")
    assert log_in(visitor, family.jean_for_dylan.login).location.endswith("yes=one")
    assert log_in(other, family.jean_for_dylan.login).location.endswith("yes=two")


def test_a_login_page_left_open_while_somebody_else_signed_in_works(
    visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    other = second_tab(visitor)
    service.ask(visitor)
    other.open("/connexion")
    log_in(other, family.alice_for_dylan.login)
    log_in(visitor, family.jean_for_dylan.login)
    assert service.told.identity.first_name == "Jean"


def test_a_login_page_reloaded_after_signing_in_elsewhere_goes_straight_on(
    visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    other = second_tab(visitor)
    page = service.ask(visitor, state="one")
    other.open("/connexion")
    log_in(other, family.jean_for_dylan.login)
    assert visitor.open(page.url).location.endswith("yes=one")


def test_pressing_the_button_twice_gives_the_answer_twice_and_no_error(
    visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    other = second_tab(visitor)
    page = service.ask(visitor, state="one")
    other.open(page.url)
    assert log_in(visitor, family.jean_for_dylan.login).location.endswith("yes=one")
    assert log_in(other, family.jean_for_dylan.login).location.endswith("yes=one")


def test_a_request_that_waited_too_long_is_a_clear_page_with_a_way_on(
    visitor: Visitor, service: FakeService, family: Dupont, clock: FrozenClock
) -> None:
    page = service.ask(visitor)
    clock.advance(hours=5)
    page = visitor.open(page.url)
    assert page.status == 410
    assert "trop ancienne" in page.heading
    assert visitor.click("Se connecter").path == "/connexion"
    assert log_in(visitor, family.jean_for_dylan.login).path == "/"


def test_a_password_typed_after_the_request_expired_is_not_typed_in_vain(
    visitor: Visitor, service: FakeService, family: Dupont, clock: FrozenClock
) -> None:
    service.ask(visitor)
    clock.advance(hours=5)
    page = log_in(visitor, family.jean_for_dylan.login)
    assert page.path == "/"
    assert "Bonjour Jean Dupont" in page.heading


def test_a_browser_that_forgot_its_cookies_gets_a_clear_page_and_can_start_afresh(
    visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    service.ask(visitor)
    visitor.client._cookies.clear()  # type: ignore[union-attr]  # the test client has no other way to forget
    page = log_in(visitor, family.jean_for_dylan.login)
    assert page.status == 410
    assert service.released == []
    visitor.open("/connexion")
    assert log_in(visitor, family.jean_for_dylan.login).path == "/"
    assert service.ask(visitor).location.startswith("https://service.example/?yes=")


def test_a_request_of_one_browser_cannot_be_gone_on_with_in_another(
    visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    page = service.ask(visitor)
    stranger = Visitor(visitor.client.application.test_client(), visitor.base_url)
    stranger.open("/connexion")
    log_in(stranger, family.alice_for_dylan.login)
    interaction_id = page.url.partition("interaction=")[2]
    assert stranger.open(f"/interaction/{interaction_id}").status == 410
    answer = stranger.client.post(
        f"/interaction/{interaction_id}/retour",
        data={"csrf_token": csrf_token(stranger)},
        base_url=stranger.base_url,
    )
    assert answer.status_code == 410
    assert service.released == []
    assert service.refused == []


def test_an_address_that_names_no_request_is_a_clear_page(visitor: Visitor, family: Dupont) -> None:
    assert visitor.open("/interaction/nothing").status == 410
    assert visitor.open("/connexion?interaction=nothing").status == 410
    visitor.open("/connexion")
    log_in(visitor, family.jean_for_dylan.login)
    page = visitor.open("/interaction/nothing")
    assert "Vous êtes bien connecté" in page.text


def test_going_back_after_the_answer_gives_the_answer_again(visitor: Visitor, service: FakeService, family: Dupont) -> None:
    page = service.ask(visitor, state="one")
    log_in(visitor, family.jean_for_dylan.login)
    assert visitor.open(page.url).location.endswith("yes=one")


def test_a_form_sent_from_another_site_signs_nobody_in(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    form = {"login": family.jean_for_dylan.login, "password": PASSWORD, "csrf_token": "guessed"}
    answer = visitor.client.post("/connexion", data=form, base_url=visitor.base_url)
    assert not any("preau=" in line for line in answer.headers.getlist("Set-Cookie"))
    assert visitor.cookie("preau") is None


def csrf_token(visitor: Visitor) -> str:
    """A token that the visitor's own pages hold."""
    page = visitor.open("/deconnexion")
    token: str = page.document.xpath("//input[@name='csrf_token']/@value")[0]
    return token
