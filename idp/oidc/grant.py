"""What a code or token stands for: the snapshot of a release, as it is kept in the store (D27)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Stored = dict[str, Any]


@dataclass(frozen=True)
class Grant:
    """What was agreed at one authorization: all that the token endpoint and UserInfo will ever say of it."""

    relying_party_id: int
    client_id: str
    account_id: int
    subject: str
    session_handle: str
    authenticated_at: float
    """When the person gave the password, in seconds of the epoch."""
    methods: tuple[str, ...]
    scope: tuple[str, ...]
    nonce: str | None
    claims: dict[str, Any]
    """Every claim that was agreed on, wherever it goes."""
    in_id_token: tuple[str, ...] = ()
    in_userinfo: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    """Where pages that may read the answers live; for a client in a browser."""

    @property
    def authenticated(self) -> datetime:
        """When the person gave the password."""
        return datetime.fromtimestamp(self.authenticated_at, UTC)

    def pick(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The claims of these names."""
        return {name: self.claims[name] for name in names if name in self.claims}

    def to_dict(self) -> Stored:
        """As JSON; shallow, for it is written on every login."""
        return dict(self.__dict__)

    @classmethod
    def from_dict(cls, stored: Stored) -> "Grant":
        """Back from JSON, where tuples became lists."""
        lists = {name: tuple(stored[name]) for name in ("methods", "scope", "in_id_token", "in_userinfo", "origins")}
        return cls(**{**stored, **lists})
