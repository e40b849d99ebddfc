"""A single sign-on is the most frequent request of all: what it may cost is counted."""

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from account_mgmt.models import ChildLink
from config.clock import FrozenClock
from config.database import db
from config.services import Services
from tests.counting import Spent, counting
from tests.factories import Dupont, Stage, dupont
from tests.idp.interaction.conftest import FakeService, log_in, make_service
from tests.visitor import Visitor


@pytest.fixture
def family(session: Session) -> Dupont:
    make_service(session)
    return dupont(session, others=Stage.CONFIRMED)


@pytest.fixture
def jean(family: Dupont, visitor: Visitor, service: FakeService) -> Visitor:
    """Jean's browser; Jean has been at the service once."""
    service.ask(visitor)
    log_in(visitor, family.jean_for_dylan.login)
    return visitor


def spent_by(app: Flask, services: Services, service: FakeService, visitor: Visitor) -> Spent:
    """The cost of one more visit to the service."""
    with counting(app, services) as spent:
        page = service.ask(visitor)
    assert page.location.startswith("https://service.example/?yes=")
    return spent


def verbs(spent: Spent) -> list[str]:
    return [statement.split()[0] for statement in spent.statements]


def test_a_release_to_somebody_signed_in_takes_three_statements_and_one_store_call(
    app: Flask, services: Services, service: FakeService, jean: Visitor
) -> None:
    spent = spent_by(app, services, service, jean)
    assert verbs(spent) == ["SELECT", "SELECT", "INSERT"]
    assert spent.store_calls == ["get session"]  # which leaves the front end two for its code or ticket


def test_the_session_is_prolonged_only_once_in_a_while(
    app: Flask, services: Services, clock: FrozenClock, service: FakeService, jean: Visitor
) -> None:
    clock.advance(minutes=5)
    assert len(spent_by(app, services, service, jean).store_calls) == 3
    assert len(spent_by(app, services, service, jean).store_calls) == 1


@pytest.mark.rule("R65")
def test_many_children_and_guardians_take_no_more_statements(
    app: Flask, services: Services, service: FakeService, family: Dupont, jean: Visitor
) -> None:
    everything = update(ChildLink).where(ChildLink.guardian_id.is_not(None))
    db.session.execute(everything.values(account_id=family.jean_for_dylan.id))
    spent = spent_by(app, services, service, jean)
    told = service.released[-1].identity
    assert [child.first_name for child in told.children] == ["Florian", "Dylan"]
    assert [[holder.first_name for holder in child.on_behalf_of] for child in told.children] == [["Jean", "Alice"]] * 2
    assert verbs(spent) == ["SELECT", "SELECT", "INSERT"]


def test_a_refused_passive_request_writes_nothing(
    app: Flask, services: Services, family: Dupont, service: FakeService, visitor: Visitor
) -> None:
    service.ask(visitor, passive=1)
    with counting(app, services) as spent:
        service.ask(visitor, passive=1)
    assert verbs(spent) == ["SELECT"]
    assert spent.store_calls == []


def test_our_own_pages_pass_the_gates_in_one_statement(app: Flask, services: Services, jean: Visitor) -> None:
    with counting(app, services) as spent:
        answer = jean.client.get("/connexion?suite=/aide", base_url=jean.base_url)
    assert answer.headers["Location"] == "/aide"
    assert verbs(spent) == ["SELECT"]
    assert spent.store_calls == ["get session"]
