"""The suite's own registrations: two clients with a secret, on the `standard` profile, as certification uses it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config.clock import FrozenClock
from tests.conftest import BASE_URL
from tests.factories import dupont
from tests.idp.oidc.conformance.suite import Suite
from tests.relying_parties import RelyingParty, register
from tests.visitor import Visitor


@pytest.fixture
def suite(session: Session, app: Flask, visitor: Visitor, new_visitor: Callable[[], Visitor], clock: FrozenClock) -> Suite:
    """A provider with the Dupont family and two certifiable clients."""
    family = dupont(session)
    login = family.jean_for_dylan.login
    other_uri = "https://second.example/callback?kept=1"
    register(session, "first", profile="standard", offline_access=True)
    register(session, "second", profile="standard", offline_access=True, redirect_uris=[other_uri])
    register(session, "third", profile="standard", token_endpoint_auth_method="client_secret_post")
    session.commit()
    return Suite(
        visitor=visitor,
        clock=clock,
        client=RelyingParty(app.test_client(), BASE_URL, "first"),
        client2=RelyingParty(app.test_client(), BASE_URL, "second", redirect_uri=other_uri),
        client_of_post=RelyingParty(app.test_client(), BASE_URL, "third", secret_in_body=True),
        login=login,
        new_visitor=new_visitor,
    )
