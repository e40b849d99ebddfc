"""A relying party as the pipeline reads it: who may enter, which schools it serves, what it may be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from account_mgmt.domain.accounts import AccountKind
from consent.domain import Attribute, ReleasePolicy
from idp.relying_parties.domain.oidc_settings import OidcSettings


@dataclass(frozen=True)
class ServedSchools:
    """The schools whose pupils a relying party may be told of: all, or some by UAI, or whole académies."""

    all: bool = False
    uais: frozenset[str] = frozenset()
    academies: frozenset[str] = frozenset()

    @classmethod
    def from_dict(cls, schools: Mapping[str, Any]) -> "ServedSchools":
        """From the registry's JSON; an empty object serves no school."""
        return cls(bool(schools.get("all", False)), frozenset(schools.get("uais", ())), frozenset(schools.get("academies", ())))

    def include(self, school_uai: str, academy_code: str) -> bool:
        """Whether a school is among them."""
        return self.all or school_uai in self.uais or academy_code in self.academies


@dataclass(frozen=True)
class Registration:
    """A line of the registry, read once per version and kept by the process; it holds no session and no secret."""

    id: int
    version: int
    client_id: str
    name: str
    protocol: str
    description: str
    url: str
    audience: frozenset[AccountKind]
    schools: ServedSchools
    teleservice: bool
    attributes: frozenset[Attribute]
    settings: Mapping[str, Any]
    """What its protocol needs, as the registry keeps it; `oidc` is the typed form."""
    entry: str | None = None
    """The public that its people belong to (R31)."""
    academy_id: int | None = None
    """The académie whose look its people's pages have."""
    suspended: bool = False

    def serves(self, school_uai: str, academy_code: str) -> bool:
        """Whether it may be told of the pupils of this school (R96)."""
        return self.schools.include(school_uai, academy_code)

    @property
    def policy(self) -> ReleasePolicy:
        """What `consent/domain.py` filters by."""
        return ReleasePolicy(self.attributes, self.serves, self.teleservice)

    @property
    def sector(self) -> str:
        """Within which its subjects are the same: the sector that it shares, or itself alone (R95)."""
        shared = self.settings.get("sector_identifier")
        return f"sector:{shared}" if shared else f"client:{self.client_id}"

    @cached_property
    def oidc(self) -> OidcSettings:
        """Its settings, for OpenID Connect; only for a registration of that protocol."""
        return OidcSettings.from_dict(self.settings)
