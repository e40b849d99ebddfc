"""Nobody is told of who may not be told of: a page says why, and the service hears it in its protocol's words."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.audit import AuditRow
from config.clock import FrozenClock
from config.services import Services
from consent.queries import Slip
from consent.services import record_refusal, withdraw_refusal
from idp.relying_parties.registry import set_suspended
from tests.factories import Dupont, Stage, dupont
from tests.idp.interaction.conftest import FakeService, log_in, make_service
from tests.visitor import Page, Visitor


@pytest.fixture
def family(session: Session) -> Dupont:
    return dupont(session, others=Stage.CONFIRMED)


def arrive(service: FakeService, visitor: Visitor, login: str, client_id: str = "service") -> Page:
    service.ask(visitor, client_id)
    return log_in(visitor, login)


@pytest.mark.rule("R97")
def test_without_a_child_at_a_school_that_the_service_serves_there_is_a_page_and_then_the_protocols_error(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session, schools={"uais": ["0860033X"]})
    page = arrive(service, visitor, family.jean_for_dylan.login)
    assert page.status == 403
    assert "Aucun enfant à présenter à Le Service" in page.heading
    assert service.refused == []
    assert visitor.submit(button="Retourner sur").location == "https://service.example/?no=no_child"
    assert service.released == []


@pytest.mark.rule("R97")
def test_a_passive_request_without_a_child_gets_the_protocols_error_at_once(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session, schools={})
    arrive(service, visitor, family.jean_for_dylan.login)
    assert service.ask(visitor, passive=1).location == "https://service.example/?no=no_child"


@pytest.mark.rule("R96")
def test_a_service_of_an_academie_is_told_of_its_children(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session, schools={"academies": ["poitiers"]})
    arrive(service, visitor, family.jean_for_dylan.login)
    assert [child.first_name for child in service.told.identity.children] == ["Dylan"]


@pytest.mark.rule("R98b")
def test_a_service_for_pupils_sends_a_guardian_to_another_account_without_a_loop(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session, audience=["pupil"])
    page = arrive(service, visitor, family.jean_for_dylan.login)
    assert "n'est pas fait pour ce compte" in page.heading
    assert "Seuls les élèves" in page.text
    page = visitor.submit(button="Changer de compte")
    assert page.path == "/connexion"
    page = log_in(visitor, family.dylans_account.login)
    assert page.location.startswith("https://service.example/?yes=")


@pytest.mark.rule("R98b")
def test_a_service_for_guardians_is_closed_to_pupils(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session, audience=["guardian"])
    page = arrive(service, visitor, family.dylans_account.login)
    assert "Seuls les responsables d'élèves" in page.text
    assert visitor.submit(button="Retourner sur").location == "https://service.example/?no=wrong_audience"


@pytest.mark.rule("R06")
def test_a_refusal_of_the_teleservices_closes_them_and_leaves_the_ent_open(
    services: Services, session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session, "ent")
    make_service(session, teleservice=True)
    slip = Slip(family.jean.id, family.dylan.id)
    session.commit()
    record_refusal(services, slip, "cli")
    page = arrive(service, visitor, family.jean_for_dylan.login)
    assert "coupon de refus" in page.text
    assert service.ask(visitor, "ent").location.startswith("https://service.example/?yes=")
    withdraw_refusal(services, slip, "cli")
    assert service.ask(visitor).location.startswith("https://service.example/?yes=")


@pytest.mark.rule("R06")
def test_the_refusal_of_one_guardian_does_not_bind_the_other(
    services: Services, session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session, teleservice=True)
    session.commit()
    record_refusal(services, Slip(family.alice.id, family.dylan.id), "cli")
    arrive(service, visitor, family.jean_for_dylan.login)
    assert [child.first_name for child in service.told.identity.children] == ["Dylan"]


def test_a_suspended_service_is_closed_at_once_and_before_any_password(
    services: Services, session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session)
    arrive(service, visitor, family.jean_for_dylan.login)
    session.commit()
    set_suspended(services, "service", "cli", suspended=True)
    page = service.ask(visitor)
    assert page.status == 403
    assert "fermé pour le moment" in page.heading
    assert service.ask(visitor, passive=1).location == "https://service.example/?no=suspended"
    set_suspended(services, "service", "cli", suspended=False)
    assert service.ask(visitor).location.startswith("https://service.example/?yes=")


def test_a_page_that_only_explains_leaves_nothing_in_the_audit_trail(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    row = make_service(session, audience=["pupil"])
    arrive(service, visitor, family.jean_for_dylan.login)
    assert releases(session, row.id) == []


def test_each_release_and_each_refusal_that_was_sent_is_in_the_audit_trail(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    open_to_all, pupils_only = make_service(session), make_service(session, "pupils", audience=["pupil"])
    arrive(service, visitor, family.jean_for_dylan.login)
    service.ask(visitor, "pupils")
    visitor.submit(button="Retourner sur")
    (sent,) = releases(session, open_to_all.id)
    assert (sent.event, sent.account_id) == ("release.sent", family.jean_for_dylan.id)
    assert sent.details["attributes"] == sorted(service.told.attributes)
    (refused,) = releases(session, pupils_only.id)
    assert (refused.event, refused.details) == ("release.refused", {"reason": "wrong_audience"})


def test_what_was_not_granted_does_not_leave(session: Session, visitor: Visitor, service: FakeService, family: Dupont) -> None:
    make_service(session, attributes=["children"])
    arrive(service, visitor, family.jean_for_dylan.login)
    told = service.told.identity
    assert (told.login, told.last_name, told.email) == ("", "", None)
    assert [(child.first_name, child.birth_date, child.eleve_id) for child in told.children] == [("Dylan", None, None)]
    assert service.told.attributes == {"children"}


def test_what_was_not_asked_for_does_not_leave_either(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session)
    service.ask(visitor, attributes="name")
    log_in(visitor, family.jean_for_dylan.login)
    assert service.told.attributes == {"name"}
    assert service.told.identity.children == ()


def test_another_person_than_the_expected_one_is_asked_then_refused(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session)
    arrive(service, visitor, family.jean_for_dylan.login)
    subject = service.told.subject
    assert service.ask(visitor, expected_subject=subject).location.startswith("https://service.example/?yes=")
    assert service.ask(visitor, expected_subject="another", passive=1).location == "https://service.example/?no=login_required"


def test_a_forced_login_asks_for_the_password_once_more_and_once_only(
    clock: FrozenClock, session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session)
    arrive(service, visitor, family.jean_for_dylan.login)
    clock.advance(seconds=1)
    page = service.ask(visitor, again=1)
    assert page.path == "/connexion"
    page = log_in(visitor, family.jean_for_dylan.login)
    assert page.location.startswith("https://service.example/?yes=")
    first, second = service.released
    assert first.authenticated_at < second.authenticated_at


def releases(session: Session, relying_party_id: int) -> list[AuditRow]:
    session.commit()
    return list(session.scalars(select(AuditRow).where(AuditRow.relying_party_id == relying_party_id).order_by(AuditRow.id)))
