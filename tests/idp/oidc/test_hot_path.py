"""What a login of somebody who is signed in costs: statements and store calls, counted."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session as SqlSession

from account_mgmt.models import Account
from config.services import Services
from tests.counting import Spent, counting
from tests.factories import Dupont
from tests.idp.oidc.conftest import Desk, MakeDesk

Run = Callable[[], AbstractContextManager[Spent]]


@pytest.fixture
def metered(app: Flask, services: Services) -> Run:
    """Count what the block spends; an ORM object built in it fails the test."""

    @contextmanager
    def run() -> Iterator[Spent]:
        built: list[object] = []

        def note(_session: SqlSession, instance: object) -> None:
            built.append(instance)

        event.listen(SqlSession, "loaded_as_persistent", note)
        try:
            with counting(app, services) as spent:
                yield spent
        finally:
            event.remove(SqlSession, "loaded_as_persistent", note)
        assert built == []

    return run


@pytest.fixture
def warm(make_desk: MakeDesk, sign_in: Callable[[Account], None], family: Dupont) -> Desk:
    """A relying party that this process has already answered once."""
    desk = make_desk(offline_access=True)
    sign_in(family.jean_for_dylan)
    desk.log_in()
    return desk


SCOPE = "openid profile email enfants ent offline_access"


def test_a_request_with_a_session_costs_three_statements_and_three_store_calls_at_most(warm: Desk, metered: Run) -> None:
    attempt = warm.party.ask(scope=SCOPE)
    with metered() as spent:
        page = warm.visitor.open(warm.party.address(attempt))
    assert "code=" in page.location
    assert len(spent.statements) <= 3, spent.statements
    assert spent.store_calls == ["get session", "put code"]


@pytest.mark.parametrize(("scope", "calls"), [("openid enfants", 2), (SCOPE, 3)])
def test_a_code_costs_one_statement_and_three_store_calls_at_most(warm: Desk, metered: Run, scope: str, calls: int) -> None:
    attempt, code = warm.code(scope=scope)
    with metered() as spent:
        response = warm.party.exchange(attempt, code)
    assert response.status_code == 200
    assert len(spent.statements) == 1, spent.statements
    assert len(spent.store_calls) == calls, spent.store_calls


def test_userinfo_costs_one_statement_and_one_store_call(warm: Desk, metered: Run) -> None:
    tokens = warm.log_in(scope=SCOPE)
    with metered() as spent:
        warm.party.userinfo(tokens.access_token)
    assert len(spent.statements) == 1, spent.statements
    assert spent.store_calls == ["get access"]


def test_a_refresh_costs_two_statements_and_three_store_calls(warm: Desk, metered: Run) -> None:
    tokens = warm.log_in(scope=SCOPE)
    with metered() as spent:
        response = warm.party.refresh(tokens.members["refresh_token"])
    assert response.status_code == 200
    assert len(spent.statements) == 2, spent.statements
    assert spent.store_calls == ["take refresh", "put access", "put refresh"]


def test_public_documents_cost_neither(warm: Desk, metered: Run) -> None:
    with metered() as spent:
        for address in ("/.well-known/openid-configuration", "/oidc/jwks"):
            assert warm.party.http.get(f"{warm.party.base_url}{address}").status_code == 200
    assert (spent.statements, spent.store_calls) == ([], [])
