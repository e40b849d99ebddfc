"""What may be told to a relying party: the attributes that can be granted, and the filter that leaves the rest out.

The filter knows nothing of protocols, nor of how an identity is read: it works on any frozen dataclass that has the
fields below, so that `idp/domain/identity.py` hands over its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import Field, dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar


class Attribute(StrEnum):
    """What a relying party can be granted, one name in the registry for every protocol."""

    NAME = "name"
    """The account holder's last and first name."""
    EMAIL = "email"
    """The account's e-mail, and whether it is confirmed."""
    LOGIN = "login"
    """What the person types to log in."""
    BIRTH_DATE = "birth_date"
    """A pupil's own birth date; no file gives a guardian's."""
    CHILDREN = "children"
    """The children: names, school, class, level, and on whose behalf each is seen (R96)."""
    CHILDREN_BIRTH_DATE = "children_birth_date"
    """The children's birth dates."""
    ENT = "ent"
    """What ENTs already read: SIECLE identifiers, hashed national identifier, vectors (R98)."""


class GuardianFacts(Protocol):
    """On whose behalf a child is seen, as the filter reads it."""

    @property
    def teleservices_refused(self) -> bool: ...


class ChildFacts(Protocol):
    """A child as the filter reads it."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def school_uai(self) -> str: ...
    @property
    def academy_code(self) -> str: ...
    @property
    def on_behalf_of(self) -> tuple[GuardianFacts, ...]: ...


class IdentityFacts(Protocol):
    """An identity as the filter reads it."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def children(self) -> tuple[ChildFacts, ...]: ...


Seen = TypeVar("Seen", bound=ChildFacts)
Identified = TypeVar("Identified", bound=IdentityFacts)


@dataclass(frozen=True)
class ReleasePolicy:
    """What the registry says of a relying party: what it may know, of which schools, and whether it is a téléservice."""

    granted: frozenset[Attribute]
    serves: Callable[[str, str], bool]
    """Whether it serves a school, by its UAI and its académie's code."""
    teleservice: bool = False


def attributes_released(granted: Iterable[Attribute], requested: Iterable[str]) -> frozenset[Attribute]:
    """The attributes that are both granted by the registry and asked for by the request; an unknown name is nothing."""
    wanted = set(requested)
    return frozenset(attribute for attribute in granted if attribute.value in wanted)


def visible_children(identity: Identified, policy: ReleasePolicy) -> Identified:
    """The identity with only the children whom this relying party may speak of (R06, R96).

    Left out are the pupils of schools that it does not serve and, for a téléservice, the guardians who refused it: a
    child of a joint account stays in the name of the guardian who did not refuse.
    """
    shown = (_seen_by(child, policy) for child in identity.children if policy.serves(child.school_uai, child.academy_code))
    return replace(identity, children=tuple(child for child in shown if child is not None))


def _seen_by(child: Seen, policy: ReleasePolicy) -> Seen | None:
    if not policy.teleservice or not child.on_behalf_of:
        return child
    willing = tuple(guardian for guardian in child.on_behalf_of if not guardian.teleservices_refused)
    return replace(child, on_behalf_of=willing) if willing else None


def releasable(identity: Identified, released: frozenset[Attribute]) -> Identified:
    """The identity with every field blanked that no released attribute covers: what is not granted does not leave."""
    children = tuple(_releasable_child(child, released) for child in identity.children)
    return replace(
        identity,
        **_blank(IDENTITY_FIELDS, released),
        children=children if released & SPEAKS_OF_CHILDREN else (),
    )


def _releasable_child(child: Seen, released: frozenset[Attribute]) -> Seen:
    return replace(child, **_blank(CHILD_FIELDS, released))


SPEAKS_OF_CHILDREN = frozenset({Attribute.CHILDREN, Attribute.ENT})
"""The attributes that bring the list of children; without one of them it stays empty."""

IDENTITY_FIELDS: dict[str, tuple[Any, frozenset[Attribute]]] = {
    # field: (what stands in its place, the attributes that let it through)
    "login": ("", frozenset({Attribute.LOGIN})),
    "last_name": ("", frozenset({Attribute.NAME, Attribute.ENT})),
    "first_name": ("", frozenset({Attribute.NAME, Attribute.ENT})),
    "email": (None, frozenset({Attribute.EMAIL})),
    "email_verified": (False, frozenset({Attribute.EMAIL})),
    "birth_date": (None, frozenset({Attribute.BIRTH_DATE})),
}

CHILD_FIELDS: dict[str, tuple[Any, frozenset[Attribute]]] = {
    "last_name": ("", frozenset({Attribute.CHILDREN})),
    "first_name": ("", frozenset({Attribute.CHILDREN})),
    "birth_date": (None, frozenset({Attribute.CHILDREN_BIRTH_DATE})),
    "eleve_id": (None, frozenset({Attribute.ENT})),
    "ine_hash": (None, frozenset({Attribute.ENT})),
    "mef": ("", frozenset({Attribute.ENT})),
    "postal_code": ("", frozenset({Attribute.ENT})),
}


def _blank(fields: dict[str, tuple[Any, frozenset[Attribute]]], released: frozenset[Attribute]) -> dict[str, Any]:
    return {name: blank for name, (blank, opened_by) in fields.items() if not opened_by & released}
