"""From what is released to the claims of OpenID Connect: one table, one line for each claim.

What may be told is already decided (`Release`): a claim whose value was left out there has none here, and is absent.
The scopes say which attributes a request asks for, and which claims come with each.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from account_mgmt.domain.accounts import AccountKind
from consent.domain import Attribute
from idp.domain import ent_vectors
from idp.domain.identity import Child
from idp.domain.release import Release

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"

PROFILES = {AccountKind.GUARDIAN: "responsable_legal", AccountKind.PUPIL: "eleve"}
"""The two values of the claim `profil`."""


@dataclass(frozen=True)
class Telling:
    """What the table's functions read: the release, and where this site signs people out."""

    release: Release
    sign_out_url: str

    @cached_property
    def vectors(self) -> ent_vectors.Vectors:
        """The identity vectors that portals read, and whom they leave out."""
        return ent_vectors.vectors(self.release.identity)

    @property
    def pupil(self) -> Child | None:
        """The pupil whose account this is; none for a guardian's."""
        identity = self.release.identity
        return identity.children[0] if identity.kind is AccountKind.PUPIL and identity.children else None


@dataclass(frozen=True)
class Claim:
    """A line of the table: the scope that brings it, the attribute that must be released, and where its value is."""

    scope: str
    attribute: Attribute
    value: Callable[[Telling], Any]
    also_asks: frozenset[Attribute] = frozenset()
    """Attributes that enrich the value where they are released, and without which it is told all the same."""


def _children(telling: Telling) -> list[dict[str, Any]]:
    """The list of R96; a child has a birth date in it only where the relying party may have it."""
    return [_child(child) for child in telling.release.identity.children]


def _child(child: Child) -> dict[str, Any]:
    told: dict[str, Any] = {"id": child.identifier, "nom": child.last_name, "prenom": child.first_name}
    if child.birth_date is not None:
        told["date_naissance"] = child.birth_date.isoformat()
    told["etablissement"] = {"uai": child.school_uai, "nom": child.school_name}
    told["classe"] = child.class_code
    told["niveau"] = child.level
    told["au_nom_de"] = [
        {
            "nom": guardian.last_name,
            "prenom": guardian.first_name,
            "lien_parente": guardian.kinship,
            "niveau_responsabilite": guardian.level,
            "rang": guardian.rank,
        }
        for guardian in child.on_behalf_of
    ]
    return told


def _full_name(telling: Telling) -> str:
    identity = telling.release.identity
    return f"{identity.first_name} {identity.last_name}".strip()


def _birth_date(telling: Telling) -> str | None:
    found = telling.release.identity.birth_date
    return found.isoformat() if found else None


def _of_pupil(read: Callable[[Child], Any]) -> Callable[[Telling], Any]:
    """A claim that only a pupil's account has."""
    return lambda telling: read(telling.pupil) if telling.pupil else None


CLAIMS: Mapping[str, Claim] = {
    "name": Claim("profile", Attribute.NAME, _full_name),
    "family_name": Claim("profile", Attribute.NAME, lambda it: it.release.identity.last_name),
    "given_name": Claim("profile", Attribute.NAME, lambda it: it.release.identity.first_name),
    "preferred_username": Claim("profile", Attribute.LOGIN, lambda it: it.release.identity.login),
    "birthdate": Claim("profile", Attribute.BIRTH_DATE, _birth_date),
    "email": Claim("email", Attribute.EMAIL, lambda it: it.release.identity.email),
    "email_verified": Claim(
        "email", Attribute.EMAIL, lambda it: it.release.identity.email_verified if it.release.identity.email else None
    ),
    "profil": Claim("enfants", Attribute.CHILDREN, lambda it: PROFILES[it.release.identity.kind]),
    "enfants": Claim("enfants", Attribute.CHILDREN, _children, also_asks=frozenset({Attribute.CHILDREN_BIRTH_DATE})),
    "FrEduVecteur": Claim("ent", Attribute.ENT, lambda it: list(it.vectors.values) or None),
    "FrEduCtId": Claim("ent", Attribute.ENT, lambda it: ent_vectors.opaque_id(it.release.subject)),
    "FrEduCtPersonAffiliation": Claim("ent", Attribute.ENT, lambda it: list(ent_vectors.affiliations(it.release.identity))),
    "FrEduCtDateConnexion": Claim("ent", Attribute.ENT, lambda it: ent_vectors.connection_date(it.release.authenticated_at)),
    "FrEduUrlRetour": Claim("ent", Attribute.ENT, lambda it: it.sign_out_url),
    "ENTPersonProfils": Claim("ent", Attribute.ENT, lambda it: list(ent_vectors.sdet_profiles(it.release.identity))),
    "FrEduCtEleveUAI": Claim("ent", Attribute.ENT, _of_pupil(lambda pupil: pupil.school_uai)),
    "FrEduCtEleveNiveau": Claim("ent", Attribute.ENT, _of_pupil(lambda pupil: pupil.level)),
    "FrEduCtEleveINEHash": Claim("ent", Attribute.ENT, _of_pupil(ent_vectors.ine_hash)),
    "FrEduCtDateNaissance": Claim("ent", Attribute.BIRTH_DATE, _birth_date),
}

SCOPE_ATTRIBUTES: Mapping[str, frozenset[Attribute]] = {
    OPENID: frozenset(),
    "profile": frozenset({Attribute.NAME, Attribute.LOGIN, Attribute.BIRTH_DATE}),
    "email": frozenset({Attribute.EMAIL}),
    "enfants": frozenset({Attribute.CHILDREN, Attribute.CHILDREN_BIRTH_DATE}),
    "ent": frozenset({Attribute.ENT, Attribute.BIRTH_DATE}),
    OFFLINE_ACCESS: frozenset(),
}
"""The scopes that exist, and the attributes that each asks for; what is granted is the registry's to say."""


def claims_of_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """The names of the claims that these scopes bring (OIDC Core §5.4)."""
    wanted = frozenset(scopes)
    return frozenset(name for name, claim in CLAIMS.items() if claim.scope in wanted)


def attributes_of(scopes: Iterable[str], names: Iterable[str]) -> frozenset[Attribute]:
    """The attributes that scopes and single claims ask for, for the pipeline to release or not."""
    single = (CLAIMS[name] for name in names if name in CLAIMS)
    return frozenset().union(
        *(SCOPE_ATTRIBUTES[scope] for scope in scopes), *({claim.attribute, *claim.also_asks} for claim in single)
    )


def tell(telling: Telling, names: Iterable[str]) -> dict[str, Any]:
    """The claims of these names that have a value and whose attribute was released; others are left out, not empty."""
    released = telling.release.attributes
    told: dict[str, Any] = {}
    for name in names:
        claim = CLAIMS.get(name)
        if claim is None or claim.attribute not in released:
            continue
        value = claim.value(telling)
        if value is not None and value != "":
            told[name] = value
    return told
