"""What school portals (ENTs) already read: the identity vectors of ATEN and the attributes of EduConnect.

The values are built here once, for every protocol; each front end only chooses the names to put on them. A vector has
five fields and no way to quote a separator, so a name that holds one cannot be told: the vector is left out and said
to be, never bent into something that another family could match (README of `idp/`, "ENT attributes").
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from account_mgmt.domain.accounts import AccountKind
from idp.domain.identity import Child, Identity

SEPARATORS = frozenset("|;")
"""`|` parts the fields of a vector; some readers take the values of an attribute apart at `;`."""

PROFILES = {AccountKind.GUARDIAN: {1: "1", 2: "2"}, AccountKind.PUPIL: {1: "3", 2: "4"}}
AFFILIATIONS = {AccountKind.GUARDIAN: "resp", AccountKind.PUPIL: "eleve"}
SDET_PROFILES = {
    AccountKind.GUARDIAN: "National_TUT",
    AccountKind.PUPIL: "National_ELV",
}


@dataclass(frozen=True)
class Vectors:
    """The vectors of an account, and the pupils of whom one could not be written."""

    values: tuple[str, ...]
    unsayable: tuple[int, ...] = ()
    """Internal numbers of those pupils: for the audit trail, where a name has no place."""


def vectors(identity: Identity) -> Vectors:
    """`FrEduVecteur`: one for each child, school and guardian's name; a pupil has a single one (R65, R98)."""
    values: dict[str, None] = {}
    unsayable: dict[int, None] = {}
    for child, last_name, first_name in _holders(identity):
        fields = (
            PROFILES[identity.kind][child.school_degree],
            last_name,
            first_name,
            str(child.eleve_id),
            child.school_uai,
        )
        if _sayable(fields):
            values["|".join(fields)] = None
        else:
            unsayable[child.pupil_id] = None
    return Vectors(tuple(values), tuple(unsayable))


def _holders(identity: Identity) -> Iterator[tuple[Child, str, str]]:
    """Each child with the name of who holds the account for it, as that child's school writes it."""
    if identity.kind is AccountKind.PUPIL:
        for child in identity.children[:1]:
            yield child, identity.last_name, identity.first_name
        return
    for child in identity.children:
        for guardian in child.on_behalf_of:
            yield child, guardian.last_name, guardian.first_name


def _sayable(fields: tuple[str, ...]) -> bool:
    return all(field.strip() and not SEPARATORS.intersection(field) for field in fields)


def affiliations(identity: Identity) -> tuple[str, ...]:
    """`FrEduCtPersonAffiliation`: resp1d, resp2d, eleve1d, eleve2d, by the degrees of the children's schools."""
    prefix = AFFILIATIONS[identity.kind]
    return tuple(f"{prefix}{degree}d" for degree in sorted({child.school_degree for child in identity.children}))


def sdet_profiles(identity: Identity) -> tuple[str, ...]:
    """`ENTPersonProfils`: the profile in the letter form of the SDET."""
    return (SDET_PROFILES[identity.kind],)


def opaque_id(subject: str) -> str:
    """`FrEduCtId`: 96 hexadecimal digits, pairwise because the subject that it is made from is (R95)."""
    return hashlib.sha384(f"FrEduCtId:{subject}".encode()).hexdigest()


def connection_date(authenticated_at: datetime) -> str:
    """`FrEduCtDateConnexion`: to the millisecond and without a zone; ours is UTC."""
    return authenticated_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def ine_hash(child: Child) -> str | None:
    """`FrEduCtEleveINEHash`: 32 hexadecimal digits of the keyed digest that is kept of the national identifier."""
    return child.ine_hash[:32] if child.ine_hash else None
