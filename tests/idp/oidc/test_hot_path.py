"""What a login of somebody who is signed in costs: statements and store calls, counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session as SqlSession

from account_mgmt.models import Account
from config.database import db
from config.services import Services
from tests.factories import Dupont
from tests.idp.oidc.conftest import Desk, MakeDesk

VERBS = ("put", "get", "take", "count", "delete")


@dataclass
class Meter:
    """Counts what happens while it runs."""

    services: Services
    statements: list[str] = field(default_factory=list)
    store_calls: list[str] = field(default_factory=list)
    objects: list[object] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        for counted in (self.statements, self.store_calls, self.objects):
            counted.clear()
        store = self.services.store
        plain = {verb: getattr(store, verb) for verb in VERBS}
        event.listen(db.engine, "before_cursor_execute", self._statement)
        event.listen(SqlSession, "loaded_as_persistent", self._object)
        for verb in VERBS:
            setattr(store, verb, self._counted(verb, plain[verb]))
        try:
            yield self
        finally:
            event.remove(db.engine, "before_cursor_execute", self._statement)
            event.remove(SqlSession, "loaded_as_persistent", self._object)
            for verb in VERBS:
                delattr(store, verb)

    def _statement(self, *arguments: Any) -> None:
        self.statements.append(arguments[2])

    def _object(self, _session: SqlSession, instance: object) -> None:
        self.objects.append(instance)

    def _counted(self, verb: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.store_calls.append(f"{verb} {arguments[0]}")
            return plain(*arguments, **named)

        return call


@pytest.fixture
def meter(services: Services) -> Meter:
    return Meter(services)


@pytest.fixture
def warm(make_desk: MakeDesk, sign_in: Callable[[Account], None], family: Dupont) -> Desk:
    """A relying party that this process has already answered once."""
    desk = make_desk(offline_access=True)
    sign_in(family.jean_for_dylan)
    desk.log_in()
    return desk


SCOPE = "openid profile email enfants ent offline_access"


def test_a_request_with_a_session_costs_three_statements_and_three_store_calls_at_most(warm: Desk, meter: Meter) -> None:
    attempt = warm.party.ask(scope=SCOPE)
    with meter.running():
        page = warm.visitor.open(warm.party.address(attempt))
    assert "code=" in page.location
    assert len(meter.statements) <= 3, meter.statements
    assert meter.store_calls == ["get session", "put code"]
    assert meter.objects == []


@pytest.mark.parametrize(("scope", "calls"), [("openid enfants", 2), (SCOPE, 3)])
def test_a_code_costs_one_statement_and_three_store_calls_at_most(warm: Desk, meter: Meter, scope: str, calls: int) -> None:
    attempt, code = warm.code(scope=scope)
    with meter.running():
        response = warm.party.exchange(attempt, code)
    assert response.status_code == 200
    assert len(meter.statements) == 1, meter.statements
    assert len(meter.store_calls) == calls, meter.store_calls
    assert meter.objects == []


def test_userinfo_costs_one_statement_and_one_store_call(warm: Desk, meter: Meter) -> None:
    tokens = warm.log_in(scope=SCOPE)
    with meter.running():
        warm.party.userinfo(tokens.access_token)
    assert len(meter.statements) == 1, meter.statements
    assert meter.store_calls == ["get access"]
    assert meter.objects == []


def test_a_refresh_costs_two_statements_and_three_store_calls(warm: Desk, meter: Meter) -> None:
    tokens = warm.log_in(scope=SCOPE)
    with meter.running():
        response = warm.party.refresh(tokens.members["refresh_token"])
    assert response.status_code == 200
    assert len(meter.statements) == 2, meter.statements
    assert meter.store_calls == ["take refresh", "put access", "put refresh"]
    assert meter.objects == []


def test_public_documents_cost_neither(warm: Desk, meter: Meter) -> None:
    with meter.running():
        for address in ("/.well-known/openid-configuration", "/oidc/jwks"):
            assert warm.party.http.get(f"{warm.party.base_url}{address}").status_code == 200
    assert (meter.statements, meter.store_calls) == ([], [])
