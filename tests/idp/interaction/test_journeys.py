"""A service sends people to log in, and is told of them when, and only when, the last gate is passed."""

import pytest
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from tests.factories import PROVISIONAL, Stage, dupont
from tests.idp.interaction.conftest import FakeService, log_in, make_service
from tests.visitor import Visitor


@pytest.mark.rule("R30")
def test_a_confirmed_guardian_logs_in_and_the_service_is_told_of_the_child(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    family = dupont(session)
    make_service(session)
    page = service.ask(visitor, state="abc")
    assert page.path == "/connexion"
    assert "Le Service" in page.text
    page = log_in(visitor, family.jean_for_dylan.login)
    assert page.location == "https://service.example/?yes=abc"
    told = service.told
    assert told.identity.login == family.jean_for_dylan.login
    assert told.methods == ("pwd",)
    (child,) = told.identity.children
    assert (child.first_name, child.school_uai, child.class_code) == ("Dylan", "0790031E", "5 B")
    assert [(holder.first_name, holder.rank) for holder in child.on_behalf_of] == [("Jean", 1)]
    assert child.identifier not in ("", str(child.pupil_id))


def test_somebody_who_is_signed_in_is_not_asked_again(session: Session, visitor: Visitor, service: FakeService) -> None:
    family = dupont(session)
    make_service(session)
    make_service(session, "other")
    service.ask(visitor)
    log_in(visitor, family.jean_for_dylan.login)
    page = service.ask(visitor, "other")
    assert page.location.startswith("https://service.example/?yes=")
    first, second = service.released
    assert first.subject != second.subject
    assert first.session_handle == second.session_handle


@pytest.mark.rule("R21")
def test_an_unconfirmed_guardian_waits_and_the_service_hears_nothing(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    family = dupont(session, jean=Stage.CREATED)
    make_service(session)
    service.ask(visitor)
    page = log_in(visitor, family.jean_for_dylan.login)
    assert page.path == "/confirmation"
    service.ask(visitor)
    assert visitor.page.path == "/confirmation"
    assert service.released == []
    assert service.refused == []


@pytest.mark.rule("R24")
def test_once_the_address_is_confirmed_the_request_goes_on_by_itself(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    family = dupont(session, jean=Stage.CREATED)
    make_service(session)
    service.ask(visitor, state="first")
    waiting = log_in(visitor, family.jean_for_dylan.login)
    family.jean_for_dylan.email_confirmed_at = family.jean_for_dylan.first_connection_at
    session.commit()
    assert visitor.open(waiting.url).location == "https://service.example/?yes=first"


@pytest.mark.rule("R23")
def test_an_unconfirmed_pupil_passes(session: Session, visitor: Visitor, service: FakeService) -> None:
    family = dupont(session, others=Stage.CREATED)
    make_service(session)
    service.ask(visitor)
    log_in(visitor, family.dylans_account.login)
    assert service.told.identity.kind is AccountKind.PUPIL
    assert [child.first_name for child in service.told.identity.children] == ["Dylan"]
    assert not service.told.identity.email_verified


@pytest.mark.rule("R10")
def test_a_provisional_password_opens_the_first_connection_and_no_session(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    family = dupont(session)
    make_service(session)
    service.ask(visitor)
    page = log_in(visitor, family.alice_for_dylan.login, PROVISIONAL)
    assert page.path == "/premiere-connexion"
    assert visitor.cookie("preau") is None
    service.ask(visitor)
    assert visitor.page.path == "/connexion"
    assert visitor.open("/").path == "/connexion"
    assert service.released == []


@pytest.mark.parametrize(
    ("stage", "reason"), [(None, "login_required"), (Stage.NOTIFIED, "login_required"), (Stage.CREATED, "interaction_required")]
)
@pytest.mark.rule("R21")
def test_a_passive_request_shows_nothing_at_any_gate(
    session: Session, visitor: Visitor, service: FakeService, stage: Stage | None, reason: str
) -> None:
    family = dupont(session, jean=stage or Stage.CONFIRMED)
    make_service(session)
    if stage:
        visitor.open("/connexion")
        log_in(visitor, family.jean_for_dylan.login, PROVISIONAL if stage is Stage.NOTIFIED else "cheval8pomme")
    page = service.ask(visitor, passive=1)
    assert page.location == f"https://service.example/?no={reason}"
    assert service.released == []


def test_a_passive_request_succeeds_for_somebody_who_is_signed_in(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    family = dupont(session)
    make_service(session)
    visitor.open("/connexion")
    log_in(visitor, family.jean_for_dylan.login)
    assert service.ask(visitor, passive=1).location.startswith("https://service.example/?yes=")


def test_who_turns_back_is_reported_to_the_service(session: Session, visitor: Visitor, service: FakeService) -> None:
    dupont(session)
    make_service(session)
    service.ask(visitor)
    page = visitor.submit(button="Annuler et retourner sur le service")
    assert page.location == "https://service.example/?no=cancelled"
    assert service.refused == ["cancelled"]


def test_an_account_that_ended_its_sessions_is_signed_in_nowhere(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    family = dupont(session)
    make_service(session)
    service.ask(visitor)
    log_in(visitor, family.jean_for_dylan.login)
    family.jean_for_dylan.signed_out_at = service.told.authenticated_at
    session.commit()
    assert service.ask(visitor, passive=1).location == "https://service.example/?no=login_required"
    assert service.ask(visitor).path == "/connexion"


@pytest.mark.rule("R63")
def test_the_session_of_an_account_that_was_taken_over_is_dead(session: Session, visitor: Visitor, service: FakeService) -> None:
    family = dupont(session, others=Stage.CONFIRMED)
    make_service(session)
    service.ask(visitor)
    log_in(visitor, family.jean_for_florian.login)
    family.jean_for_florian.merged_at = service.told.authenticated_at
    family.jean_for_florian.principal_id = family.jean_for_dylan.id
    session.commit()
    assert service.ask(visitor, passive=1).location == "https://service.example/?no=login_required"


def test_a_request_by_post_goes_on_as_a_get_that_brings_the_session(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    family = dupont(session)
    make_service(session)
    visitor.open("/connexion")
    log_in(visitor, family.jean_for_dylan.login)
    answer = visitor.client.post("/fake/authorize", data={"client_id": "service", "state": "posted"}, base_url=visitor.base_url)
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers  # a cross-site POST must not replace the cookies that it did not bring
    assert visitor.open(answer.headers["Location"]).location == "https://service.example/?yes=posted"


def test_a_request_by_post_belongs_to_the_first_browser_that_opens_it(
    session: Session, visitor: Visitor, service: FakeService
) -> None:
    dupont(session)
    make_service(session)
    answer = visitor.client.post("/fake/authorize", data={"client_id": "service"}, base_url=visitor.base_url)
    assert visitor.open(answer.headers["Location"]).path == "/connexion"
    stranger = Visitor(visitor.client.application.test_client(), visitor.base_url)
    assert stranger.open(answer.headers["Location"]).status == 410
