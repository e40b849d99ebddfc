"""The sample service of browser journeys, as the person in front of it uses it and reads it."""

import json
from typing import Any

from tests.browser.stroll import Stroll


def log_in_at_the_service(person: Stroll, service_address: str) -> None:
    """Open the service and press its login button."""
    person.open(service_address)
    person.page.locator('form[action$="/connexion"] button').click()
    person.page.wait_for_load_state()


def claims_shown(person: Stroll) -> dict[str, Any]:
    """The ID Token's claims, as the service shows them once verified."""
    claims: dict[str, Any] = json.loads(person.page.locator("pre").first.inner_text())
    return claims


def names(claims: dict[str, Any]) -> list[str]:
    """The children's first names."""
    return [child["prenom"] for child in claims["enfants"]]


def received_something(person: Stroll) -> bool:
    """Whether the service has any token to show."""
    return person.page.locator("pre").count() > 0
