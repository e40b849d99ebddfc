"""The `claims` parameter: single claims, asked for UserInfo or for the ID Token (OIDC Core §5.5)."""

import json
from dataclasses import dataclass, field
from typing import Any

from idp.oidc.errors import invalid_request


@dataclass(frozen=True)
class ClaimsRequest:
    """What a relying party asks by name, apart from scopes."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()
    subjects: frozenset[str] = frozenset()
    """The `sub` that the answer must be about, where the request names one."""
    essential_acr: frozenset[str] = field(default=frozenset())
    """The authentication contexts without which the relying party wants no answer (§5.5.1.1)."""


def read_claims(text: str | None) -> ClaimsRequest:
    """Parse the parameter; a malformed one is `invalid_request`, a claim that we do not know is ignored."""
    if text is None:
        return ClaimsRequest()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise invalid_request("The parameter claims is not JSON.") from error
    if not isinstance(document, dict):
        raise invalid_request("The parameter claims is not a JSON object.")
    userinfo, id_token = _members(document, "userinfo"), _members(document, "id_token")
    return ClaimsRequest(
        userinfo=tuple(userinfo),
        id_token=tuple(id_token),
        subjects=_wanted(userinfo.get("sub")) | _wanted(id_token.get("sub")),
        essential_acr=_wanted(acr) if (acr := id_token.get("acr")) and acr.get("essential") is True else frozenset(),
    )


def _members(document: dict[str, Any], place: str) -> dict[str, dict[str, Any]]:
    """The claims asked for one place, each with its demands (null is the same as no demand)."""
    found = document.get(place)
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(value is None or isinstance(value, dict) for value in found.values()):
        raise invalid_request(f"The member {place} of the parameter claims is not an object of objects.")
    return {name: value or {} for name, value in found.items()}


def _wanted(demands: dict[str, Any] | None) -> frozenset[str]:
    """The values that a claim may take: `value`, or any of `values`."""
    if not demands:
        return frozenset()
    values = demands.get("values")
    found = [demands.get("value"), *(values if isinstance(values, list) else [])]
    return frozenset(value for value in found if isinstance(value, str))
