"""A relying party of no protocol: it asks by a GET, and writes down what it is answered."""

from dataclasses import dataclass, field
from typing import Any

import flask
import pytest
from flask import Blueprint, Flask, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.csrf import without_csrf
from config.services import current
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.release import Refusal, Release
from idp.interaction.front_end import add_front_end
from idp.interaction.web import answer
from idp.relying_parties.models import RelyingParty
from idp.relying_parties.services import find
from tests.factories import NOW, PASSWORD
from tests.visitor import Page, Visitor

PROTOCOL = "fake"
HOME = "https://service.example/"
EVERYTHING = ["name", "email", "login", "birth_date", "children", "children_birth_date", "ent"]


@dataclass
class FakeService:
    """The service, and the front end of its protocol."""

    released: list[Release] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def respond(self, request: AuthenticationRequest, release: Release) -> Response:
        self.released.append(release)
        return redirect(f"{HOME}?yes={request.reply['state']}", 303)

    def refuse(self, request: AuthenticationRequest, refusal: Refusal) -> Response:
        self.refused.append(refusal.reason.value)
        return redirect(f"{HOME}?no={refusal.reason.value}", 303)

    def ask(self, visitor: Visitor, client_id: str = "service", **parameters: Any) -> Page:
        """Send a visitor to log in for this service."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return visitor.open(f"/fake/authorize?client_id={client_id}&{query}")

    @property
    def told(self) -> Release:
        """The only release there was."""
        (release,) = self.released
        return release


@without_csrf
def fake_authorize() -> Response:
    """Read the request, as a front end's view does."""
    asked = flask.request.values
    registration = find(asked["client_id"])
    assert registration is not None
    request = AuthenticationRequest(
        protocol=PROTOCOL,
        relying_party_id=registration.id,
        received_at=current().clock.now(),
        passive="passive" in asked,
        reauthenticate="again" in asked,
        max_age=int(asked["max_age"]) if "max_age" in asked else None,
        requested=frozenset(asked.get("attributes", ",".join(EVERYTHING)).split(",")),
        login_hint=asked.get("login_hint"),
        ui_locales=tuple(asked.get("ui_locales", "").split()),
        expected_subject=asked.get("expected_subject"),
        reply={"state": asked.get("state", "-")},
    )
    return answer(request, registration)


@pytest.fixture
def service(app: Flask) -> FakeService:
    """The service; `make_service` registers it."""
    fake = FakeService()
    blueprint = Blueprint("fake", __name__)
    blueprint.add_url_rule("/fake/authorize", view_func=fake_authorize, methods=["GET", "POST"])
    app.register_blueprint(blueprint)
    add_front_end(app, PROTOCOL, fake)
    return fake


def make_service(session: Session, client_id: str = "service", **columns: Any) -> RelyingParty:
    """A registration that may be told everything of every school; `columns` change it."""
    row = RelyingParty(
        **{
            "client_id": client_id,
            "name": "Le Service",
            "protocol": PROTOCOL,
            "created_at": NOW,
            "schools": {"all": True},
            "attributes": EVERYTHING,
            "url": HOME,
            **columns,
        }
    )
    session.add(row)
    session.commit()
    return row


def log_in(visitor: Visitor, login: str, password: str = PASSWORD) -> Page:
    """Fill the login page in front."""
    return visitor.submit({"login": login, "password": password}, form="connexion")
