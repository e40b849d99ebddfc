"""What a relying party asks, in no protocol's words: the one input of the pipeline."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AuthenticationRequest:
    """A relying party's request, read once by a front end and answered later by the same front end.

    `passive` is prompt=none, IsPassive or gateway; `reauthenticate` is prompt=login, ForceAuthn or renew; `max_age` is in
    seconds; `requested` names scopes or attributes; `reply` is the front end's own luggage (redirect_uri, state, nonce…),
    opaque to the pipeline. The portal (our own pages) has no relying party.
    """

    protocol: str
    relying_party_id: int | None
    received_at: datetime
    passive: bool = False
    reauthenticate: bool = False
    max_age: int | None = None
    requested: frozenset[str] = frozenset()
    login_hint: str | None = None
    ui_locales: tuple[str, ...] = ()
    expected_subject: str | None = None
    """The `sub` that an id_token_hint or a claims request names: another person gets `login_required`."""
    reply: dict[str, Any] = field(default_factory=dict)
