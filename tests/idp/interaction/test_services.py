"""The pipeline at its edges: accounts that are gone, requests of our own pages, registrations that vanish."""

from dataclasses import replace

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from account_mgmt.services import sessions
from config.services import Services
from idp.domain.release import Refusal, RefusalReason, Release
from idp.domain.steps import Step
from idp.interaction import home, pending
from idp.interaction import services as pipeline
from idp.interaction.web import portal
from idp.relying_parties import services as registry
from idp.relying_parties.models import RelyingParty
from tests.factories import Dupont, dupont
from tests.idp.interaction.conftest import FakeService, make_service
from tests.visitor import Visitor


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session)
    session.commit()
    return family


def test_a_session_whose_account_is_gone_has_to_sign_in(services: Services) -> None:
    _cookie, session = sessions.open_session(services, account_id=999)
    assert pipeline.look_ahead(services, portal.request_for(services, "/"), session) is Step.SIGN_IN
    with pytest.raises(LookupError):
        home.home_of(services, session, 0)


def test_our_own_pages_are_told_everything_and_leave_no_trace_of_a_release(services: Services, family: Dupont) -> None:
    _cookie, session = sessions.open_session(services, family.jean_for_dylan.id)
    release = pipeline.advance(services, portal.request_for(services, "/"), session)
    assert isinstance(release, Release)
    assert release.identity.login == family.jean_for_dylan.login
    assert release.attributes == frozenset()


def test_a_request_of_a_relying_party_that_was_deleted_is_refused(
    services: Services, session: Session, visitor: Visitor, service: FakeService
) -> None:
    row = make_service(session)
    page = service.ask(visitor)
    session.execute(delete(RelyingParty).where(RelyingParty.id == row.id))
    session.commit()
    page = visitor.open(page.url)
    assert page.status == 403
    assert "ce service est fermé" in page.heading


def test_turning_back_to_our_own_pages_leads_to_the_login_page(visitor: Visitor, services: Services, family: Dupont) -> None:
    visitor.open("/connexion")
    browser = pending_browser(visitor)
    interaction = pending.keep(services, portal.request_for(services, "/compte"), browser)
    token = visitor.page.document.xpath("//input[@name='csrf_token']/@value")[0]
    answer = visitor.client.post(f"/interaction/{interaction.id}/retour", data={"csrf_token": token}, base_url=visitor.base_url)
    assert answer.headers["Location"] == "/connexion"


def test_logging_out_twice_is_no_error(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    token = visitor.page.document.xpath("//input[@name='csrf_token']/@value")[0]
    answer = visitor.client.post("/deconnexion", data={"csrf_token": token}, base_url=visitor.base_url)
    assert answer.headers["Location"] == "/deconnexion"


def test_turning_back_before_signing_in_says_that_the_person_left(services: Services, session: Session) -> None:
    row = make_service(session)
    request = portal.request_for(services, "/")
    refusal = pipeline.turn_back(services, replace(request, relying_party_id=row.id), None)
    assert refusal == Refusal(RefusalReason.CANCELLED)


def test_a_process_keeps_only_so_many_registrations(
    services: Services, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "KEPT", 1)
    first, second = make_service(session, "first"), make_service(session, "second")
    for row in (first, second, first):
        found = registry.find(row.client_id)
        assert found is not None
        assert found.id == row.id


def pending_browser(visitor: Visitor) -> str:
    """The token that binds requests to this browser, as the site keeps it in its signed cookie."""
    with visitor.client.session_transaction(base_url=visitor.base_url) as kept:
        kept["browser"] = "the browser of the test"
    return "the browser of the test"
