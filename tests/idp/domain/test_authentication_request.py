"""A request waits in the store and comes back as it was."""

import json
from datetime import UTC, datetime

from idp.domain.authentication_request import AuthenticationRequest


def test_a_request_survives_the_store() -> None:
    request = AuthenticationRequest(
        protocol="fake",
        relying_party_id=7,
        received_at=datetime(2026, 11, 16, 9, 30, 0, 123456, tzinfo=UTC),
        passive=True,
        reauthenticate=True,
        max_age=0,
        requested=frozenset({"name", "children"}),
        login_hint="jean.dupont",
        ui_locales=("en", "fr"),
        expected_subject="somebody",
        reply={"redirect_uri": "https://service.example/retour", "state": "é", "nested": {"list": [1, None]}},
    )
    assert AuthenticationRequest.from_dict(json.loads(json.dumps(request.to_dict()))) == request


def test_a_request_that_asks_for_nothing_special_survives_the_store() -> None:
    request = AuthenticationRequest("portal", None, datetime(2026, 11, 16, tzinfo=UTC))
    assert AuthenticationRequest.from_dict(json.loads(json.dumps(request.to_dict()))) == request
