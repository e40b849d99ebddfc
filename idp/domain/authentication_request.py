"""What a relying party asks, in no protocol's words: the one input of the pipeline."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AuthenticationRequest:
    """A relying party's request, read once by a front end and answered later by the same front end.

    `passive` is prompt=none, IsPassive or gateway; `reauthenticate` is prompt=login, ForceAuthn or renew; `max_age` is in
    seconds; `requested` names attributes (`consent/domain.py`); `reply` is the front end's own luggage, in JSON's types
    (redirect_uri, state, nonce…), opaque to the pipeline. The portal (our own pages) has no relying party.
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

    def to_dict(self) -> dict[str, Any]:
        """The request in JSON's types, to wait in the store."""
        return {
            **asdict(self),
            "received_at": self.received_at.isoformat(),
            "requested": sorted(self.requested),
            "ui_locales": list(self.ui_locales),
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> "AuthenticationRequest":
        """The request as it was before `to_dict`."""
        return cls(
            **{
                **value,
                "received_at": datetime.fromisoformat(value["received_at"]),
                "requested": frozenset(value["requested"]),
                "ui_locales": tuple(value["ui_locales"]),
            }
        )
