"""Who a person is and which children the person stands for: everything known, before anything is left out.

`describe` gathers what one query read; `consent/domain.py` leaves out what may not be told (the fields that can be
blank are so for that reason); `identifier` is written last, when it is known for whom (`idp/domain/subjects.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from account_mgmt.domain.accounts import AccountKind

LEGAL_GUARDIAN = 1
"""SIECLE's NIVEAU_RESPONSABILITE of those who have accounts; 2 and 3 have none (R102)."""


@dataclass(frozen=True)
class OnBehalfOf:
    """The guardian in whose name a child's access is held; a joint account has two for one child (R65, R96)."""

    guardian_id: int
    last_name: str
    first_name: str
    kinship: str
    level: int
    rank: int
    teleservices_refused: bool = False


@dataclass(frozen=True)
class Child:
    """A pupil at a school, as an account sees it."""

    pupil_id: int
    eleve_id: int | None
    last_name: str
    first_name: str
    birth_date: date | None
    school_uai: str
    school_name: str
    school_degree: int
    academy_code: str
    class_code: str
    level: str
    mef: str = ""
    ine_hash: str | None = None
    postal_code: str = ""
    on_behalf_of: tuple[OnBehalfOf, ...] = ()
    identifier: str = ""
    """Pairwise, so that services cannot join their files on children; empty until it is known for whom."""


@dataclass(frozen=True)
class Identity:
    """An account as a relying party could be told of it; the children are empty for nobody's account only."""

    account_id: int
    kind: AccountKind
    login: str
    last_name: str
    first_name: str
    email: str | None
    email_verified: bool
    language: str | None
    children: tuple[Child, ...]
    birth_date: date | None = None
    """A pupil's own; no file gives a guardian's."""


class Holder(Protocol):
    """What is read of the account itself."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> AccountKind: ...
    @property
    def login(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def email_confirmed(self) -> bool: ...
    @property
    def language(self) -> str | None: ...


@dataclass(frozen=True)
class Tie:
    """One line of what the schools' files say: a child at a school and, for a guardian's account, in whose name."""

    child: Child
    on_behalf_of: OnBehalfOf | None


def describe(holder: Holder, ties: Iterable[Tie]) -> Identity:
    """Everything known of an account: who it is, and its children with the guardians in whose names it sees them (R96).

    A guardian sees a child only at the schools whose own file says legal guardian (R101, R102); a pupil's account
    carries the pupil.
    """
    children = _children(holder.kind, ties)
    return Identity(
        account_id=holder.id,
        kind=holder.kind,
        login=holder.login,
        last_name=holder.last_name,
        first_name=holder.first_name,
        email=holder.email,
        email_verified=holder.email_confirmed,
        language=holder.language,
        children=children,
        birth_date=children[0].birth_date if children and holder.kind is AccountKind.PUPIL else None,
    )


def _children(kind: AccountKind, ties: Iterable[Tie]) -> tuple[Child, ...]:
    found: dict[tuple[int, str], Child] = {}
    for tie in ties:
        guardian = tie.on_behalf_of
        if kind is AccountKind.GUARDIAN and (guardian is None or guardian.level != LEGAL_GUARDIAN):
            continue
        key = (tie.child.pupil_id, tie.child.school_uai)
        child = found.get(key, tie.child)
        found[key] = replace(child, on_behalf_of=_with(child.on_behalf_of, guardian))
    return tuple(
        sorted(
            found.values(),
            key=lambda child: (
                child.birth_date or date.max,
                child.pupil_id,
                child.school_uai,
            ),
        )
    )


def _with(guardians: tuple[OnBehalfOf, ...], one_more: OnBehalfOf | None) -> tuple[OnBehalfOf, ...]:
    if one_more is None:
        return guardians
    return tuple(
        sorted(
            (*guardians, one_more),
            key=lambda guardian: (guardian.rank, guardian.guardian_id),
        )
    )
