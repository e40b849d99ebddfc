"""The whole life of a login's tokens where a large site keeps things: PostgreSQL and Redis (or Valkey)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import event

import wsgi
from config.clock import FrozenClock
from config.database import Base, db
from config.settings import DatabaseSettings, Settings, StoreSettings
from tests.conftest import BASE_URL
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk
from tests.relying_parties import RelyingParty
from tests.visitor import SeparateClient

SCOPE = "openid profile email enfants ent offline_access"


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, postgresql_url: str, redis_url: str) -> Iterator[Flask]:
    """The application over real servers."""
    kept = {"database": DatabaseSettings(url=postgresql_url), "store": StoreSettings(url=redis_url)}
    app = wsgi.create_app(settings.model_copy(update=kept), clock=clock)
    app.test_client_class = SeparateClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    app.extensions["services"].store.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def offline(desk: Desk, make_desk: MakeDesk) -> Desk:
    return make_desk("offline", offline_access=True)


def test_a_login_gives_tokens_that_tell_refresh_and_end(offline: Desk) -> None:
    tokens = offline.log_in(scope=SCOPE)
    assert tokens.claims["enfants"] == offline.party.userinfo(tokens.access_token)["enfants"]
    refreshed = offline.party.verified(offline.party.refresh(tokens.members["refresh_token"]))
    assert offline.party.call("introspection_endpoint", {"token": refreshed.access_token}).json
    checks.token_error(offline.party.refresh(tokens.members["refresh_token"]), "invalid_grant")
    assert offline.party.call("introspection_endpoint", {"token": refreshed.access_token}).json == {"active": False}


def test_a_replayed_code_ends_what_it_gave(offline: Desk) -> None:
    attempt, code = offline.code(scope=SCOPE)
    tokens = offline.party.verified(offline.party.exchange(attempt, code))
    checks.token_error(offline.party.exchange(attempt, code), "invalid_grant")
    assert offline.party.call("introspection_endpoint", {"token": tokens.access_token}).json == {"active": False}


def test_fifty_who_show_a_code_at_once_get_one_answer(offline: Desk, app: Flask) -> None:
    attempt, code = offline.code()

    def show(_number: int) -> int:
        return RelyingParty(app.test_client(), BASE_URL, "offline").exchange(attempt, code).status_code

    with ThreadPoolExecutor(10) as threads:
        answers = Counter(threads.map(show, range(50)))
    assert answers == {200: 1, 400: 49}


def test_it_costs_no_more_statements_than_on_sqlite(offline: Desk) -> None:
    offline.log_in()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    attempt, code = offline.code(scope=SCOPE)
    assert len(statements) <= 3, statements
    statements.clear()
    assert offline.party.exchange(attempt, code).status_code == 200
    assert len(statements) == 1, statements
