"""A family, somebody who is signed in, and relying parties as strict as the registry makes them by default."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from account_mgmt.models import Account
from account_mgmt.services.sessions import open_session
from config.services import Services
from idp.relying_parties.models import RelyingParty as Registered
from tests.conftest import BASE_URL
from tests.factories import Dupont, dupont
from tests.relying_parties import Attempt, RelyingParty, Tokens, register
from tests.visitor import Visitor


@pytest.fixture
def family(session: Session) -> Dupont:
    """The Duponts; Jean is past both gates."""
    return dupont(session)


@dataclass
class Desk:
    """A relying party with its registration, and the browser of a person who comes by."""

    party: RelyingParty
    registered: Registered
    visitor: Visitor

    def ask(self, **changes: str) -> dict[str, str]:
        """A request and the parameters of its answer, where no page comes in between."""
        return self.send(self.party.ask(without=(), **changes))

    def send(self, attempt: Attempt) -> dict[str, str]:
        """The answer's parameters to this request."""
        return self.party.answer(self.visitor.open(self.party.address(attempt)).location)

    def log_in(self, **changes: str) -> Tokens:
        """Verified tokens, where no page comes in between."""
        attempt = self.party.ask(without=(), **changes)
        return self.party.finish(attempt, self.visitor.open(self.party.address(attempt)).location)

    def code(self, **changes: str) -> tuple[Attempt, str]:
        """A code that was not used yet, and the request that it answers."""
        attempt = self.party.ask(without=(), **changes)
        return attempt, self.party.code(attempt, self.visitor.open(self.party.address(attempt)).location)


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(session: Session, app: Flask, visitor: Visitor) -> MakeDesk:
    """Register a relying party; arguments are its settings, `columns` the rest of its registration."""

    def make(client_id: str = "icart", **settings: Any) -> Desk:
        registered = register(session, client_id, **settings)
        session.commit()
        party = RelyingParty(app.test_client(), BASE_URL, client_id)
        if registered.settings.get("token_endpoint_auth_method") == "none":
            party.secret = None
        return Desk(party, registered, visitor)

    return make


@pytest.fixture
def sign_in(services: Services, visitor: Visitor) -> Callable[[Account], None]:
    """Sign somebody in without the pages, which have tests of their own."""

    def open_for(account: Account) -> None:
        cookie, _session = open_session(services, account.id)
        visitor.client.set_cookie("__Host-preau", cookie, domain="preau.test", secure=True)

    return open_for


@pytest.fixture
def desk(make_desk: MakeDesk, sign_in: Callable[[Account], None], family: Dupont) -> Desk:
    """A strict relying party, and Jean signed in at his browser."""
    made = make_desk()
    sign_in(family.jean_for_dylan)
    return made
