"""Which account may absorb which, and what becomes of the links to children."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.grouping import LinkMoves, grouping_problem, link_moves

NOW = datetime(2026, 11, 16, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)


@dataclass
class Facts:
    id: int
    kind: AccountKind = AccountKind.GUARDIAN
    first_connection_at: datetime | None = EARLIER
    email_confirmed_at: datetime | None = EARLIER
    notification_expires_at: datetime | None = None
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    invalidated_at: datetime | None = None


PRINCIPAL = Facts(1)
IN_USE = Facts(2)
LETTER = Facts(2, first_connection_at=None, email_confirmed_at=None, notification_expires_at=LATER)


@pytest.mark.rule("R61")
@pytest.mark.parametrize("other", [IN_USE, LETTER, replace(IN_USE, email_confirmed_at=None)])
def test_a_letter_and_an_account_in_use_may_join(other: Facts) -> None:
    assert grouping_problem(PRINCIPAL, other, NOW) is None


@pytest.mark.rule("R60")
@pytest.mark.parametrize(
    ("principal", "problem"),
    [
        (replace(PRINCIPAL, kind=AccountKind.PUPIL), Problem.PRINCIPAL_IS_PUPIL),
        (replace(PRINCIPAL, email_confirmed_at=None), Problem.PRINCIPAL_UNCONFIRMED),
        (replace(PRINCIPAL, merged_at=NOW), Problem.PRINCIPAL_GONE),
        (replace(PRINCIPAL, closed_at=NOW), Problem.PRINCIPAL_GONE),
    ],
)
def test_only_a_confirmed_guardian_takes_over_others(principal: Facts, problem: Problem) -> None:
    assert grouping_problem(principal, IN_USE, NOW) is problem


@pytest.mark.rule("R67")
@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (PRINCIPAL, Problem.OTHER_IS_PRINCIPAL),
        (replace(IN_USE, kind=AccountKind.PUPIL), Problem.OTHER_IS_PUPIL),
        (replace(IN_USE, merged_at=EARLIER), Problem.OTHER_ALREADY_GROUPED),
        (replace(LETTER, notification_expires_at=NOW), Problem.OTHER_LETTER_TOO_OLD),
        (replace(LETTER, notification_expires_at=None), Problem.OTHER_WRONG_PASSWORD),
        (replace(IN_USE, closed_at=EARLIER), Problem.OTHER_CLOSED),
        (replace(IN_USE, invalidated_at=EARLIER), Problem.OTHER_INVALIDATED),
    ],
)
def test_what_cannot_join_is_told_why(other: Facts, problem: Problem) -> None:
    assert grouping_problem(PRINCIPAL, other, NOW) is problem


@dataclass
class Link:
    id: int
    pupil_id: int
    guardian_id: int | None
    ended_at: datetime | None = None


@pytest.mark.rule("R62")
def test_the_children_of_the_other_account_move_to_the_principal() -> None:
    moves = link_moves([Link(1, pupil_id=10, guardian_id=5)], [Link(2, pupil_id=11, guardian_id=5)])
    assert moves == LinkMoves(frozenset({2}), frozenset(), frozenset())


@pytest.mark.rule("R65")
def test_both_parents_links_to_one_child_live_on_side_by_side() -> None:
    moves = link_moves([Link(1, pupil_id=10, guardian_id=5)], [Link(2, pupil_id=10, guardian_id=6)])
    assert moves.to_move == {2}


def test_a_link_that_the_principal_has_already_ends_and_one_that_it_once_had_lives_again() -> None:
    held = [Link(1, 10, 5), Link(2, 11, 5, ended_at=EARLIER)]
    moves = link_moves(held, [Link(3, 10, 5), Link(4, 11, 5)])
    assert moves == LinkMoves(frozenset(), frozenset({2}), frozenset({3, 4}))


def test_a_link_that_ended_stays_where_it_was() -> None:
    moves = link_moves([], [Link(1, 10, 5, ended_at=EARLIER)])
    assert not moves.to_move | moves.to_reopen | moves.to_end


Pair = tuple[int, int, datetime | None]
pairs = st.tuples(st.integers(1, 4), st.integers(1, 3), st.sampled_from([None, EARLIER]))
links = st.lists(pairs, unique_by=lambda pair: pair[:2], max_size=8)


@given(links, links)
def test_afterwards_the_principal_holds_every_child_of_both_each_once(held: list[Pair], joining: list[Pair]) -> None:
    principal = [Link(number, *pair) for number, pair in enumerate(held)]
    other = [Link(100 + number, *pair) for number, pair in enumerate(joining)]
    moves = link_moves(principal, other)
    live = [link for link in principal if link.ended_at is None or link.id in moves.to_reopen]
    live += [link for link in other if link.id in moves.to_move]
    wanted = {(link.pupil_id, link.guardian_id) for link in (*principal, *other) if link.ended_at is None}
    assert sorted((link.pupil_id, link.guardian_id) for link in live) == sorted(wanted)
    rows = [(link.pupil_id, link.guardian_id) for link in principal] + [
        (link.pupil_id, link.guardian_id) for link in other if link.id in moves.to_move
    ]
    assert len(rows) == len(set(rows))
