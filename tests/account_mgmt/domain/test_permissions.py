"""What staff may do, and where."""

from dataclasses import dataclass

import pytest

from account_mgmt.domain.permissions import Action, Role, may


@dataclass
class Held:
    role: Role
    school_id: int | None = None
    academy_id: int | None = None


@dataclass
class Place:
    id: int
    academy_id: int


HERE, ELSEWHERE, OTHER_ACADEMY = Place(1, 10), Place(2, 10), Place(3, 20)


@pytest.mark.rule("R110")
def test_a_school_office_acts_for_its_own_school_only() -> None:
    office = [Held(Role.SCHOOL_OFFICE, school_id=1)]
    assert may(office, Action.ISSUE_LETTERS, HERE)
    assert not may(office, Action.ISSUE_LETTERS, ELSEWHERE)


@pytest.mark.rule("R110")
@pytest.mark.parametrize("action", list(Action))
def test_an_administrator_acts_for_every_school_of_the_academie(action: Action) -> None:
    administrator = [Held(Role.ACADEMY_ADMIN, academy_id=10)]
    assert may(administrator, action, HERE)
    assert may(administrator, action, ELSEWHERE)
    assert not may(administrator, action, OTHER_ACADEMY)


def test_someone_without_a_role_may_do_nothing() -> None:
    assert not any(may([], action, HERE) for action in Action)
