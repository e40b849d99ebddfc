"""Grouping: which account may absorb which, and what becomes of the links to children."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from account_mgmt.domain.accounts import AccountFacts, AccountKind, AccountState, state_at
from account_mgmt.domain.errors import Problem


class GroupingFacts(AccountFacts, Protocol):
    """What the rules read of the two accounts."""

    id: int


class LinkFacts(Protocol):
    """A link from an account to a child, on behalf of a guardian."""

    id: int
    pupil_id: int
    guardian_id: int | None
    ended_at: datetime | None


@dataclass(frozen=True)
class LinkMoves:
    """The ids of the links to change so that the principal holds every child of both, each once."""

    to_move: frozenset[int]
    """Go from the other account to the principal."""
    to_reopen: frozenset[int]
    """The principal's own, ended once, that live again in the place of the other account's."""
    to_end: frozenset[int]
    """The other account's, that the principal has already."""


_OTHER: dict[AccountState, Problem] = {
    AccountState.CLOSED: Problem.OTHER_CLOSED,
    AccountState.MERGED: Problem.OTHER_ALREADY_GROUPED,
    AccountState.EXPIRED: Problem.OTHER_LETTER_TOO_OLD,
    AccountState.INVALIDATED: Problem.OTHER_INVALIDATED,
    AccountState.KNOWN: Problem.OTHER_WRONG_PASSWORD,  # without a letter there is no password that could be right
}


def principal_problem(principal: AccountFacts, now: datetime) -> Problem | None:
    """Why this account cannot take over any other (R60)."""
    if principal.kind is not AccountKind.GUARDIAN:
        return Problem.PRINCIPAL_IS_PUPIL
    match state_at(principal, now):
        case AccountState.CONFIRMED:
            return None
        case AccountState.MERGED | AccountState.CLOSED | AccountState.INVALIDATED:
            return Problem.PRINCIPAL_GONE
        case _:
            return Problem.PRINCIPAL_UNCONFIRMED


def grouping_problem(principal: GroupingFacts, other: GroupingFacts, now: datetime) -> Problem | None:
    """Why the principal may not absorb the other account, whose password was right (R60, R67)."""
    if problem := principal_problem(principal, now):
        return problem
    if principal.id == other.id:
        return Problem.OTHER_IS_PRINCIPAL
    if other.kind is not AccountKind.GUARDIAN:
        return Problem.OTHER_IS_PUPIL
    return _OTHER.get(state_at(other, now))


def link_moves(principal: Iterable[LinkFacts], other: Sequence[LinkFacts]) -> LinkMoves:
    """What becomes of the links: both parents' links to one child live on side by side, the same link does so once (R62, R65)."""
    held = {(link.pupil_id, link.guardian_id): link for link in principal}
    live = [link for link in other if link.ended_at is None]
    shared = [link for link in live if (link.pupil_id, link.guardian_id) in held]
    twins = [held[link.pupil_id, link.guardian_id] for link in shared]
    to_end = frozenset(link.id for link in shared)
    return LinkMoves(
        to_move=frozenset(link.id for link in live) - to_end,
        to_reopen=frozenset(link.id for link in twins if link.ended_at is not None),
        to_end=to_end,
    )
