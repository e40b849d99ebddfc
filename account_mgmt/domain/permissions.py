"""What staff may do, and where: roles, actions, and the one question `may()`."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What a staff member is at a school or an académie."""

    SCHOOL_OFFICE = "school_office"
    ACADEMY_ADMIN = "academy_admin"


class Action(StrEnum):
    """What staff can ask for; each staff page names the one that it needs."""

    IMPORT_PUPILS = "import_pupils"
    ISSUE_LETTERS = "issue_letters"
    VIEW_SCHOOL = "view_school"
    RECORD_REFUSALS = "record_refusals"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.SCHOOL_OFFICE: frozenset({Action.IMPORT_PUPILS, Action.ISSUE_LETTERS, Action.VIEW_SCHOOL, Action.RECORD_REFUSALS}),
    Role.ACADEMY_ADMIN: frozenset(Action),
}


class RoleFacts(Protocol):
    """A role and where it holds: one school, or a whole académie."""

    role: Role
    school_id: int | None
    academy_id: int | None


class SchoolFacts(Protocol):
    """A school as the permission rule sees it."""

    id: int
    academy_id: int


def may(roles: Iterable[RoleFacts], action: Action, school: SchoolFacts) -> bool:
    """Whether one of these roles allows the action at that school (R110)."""
    return any(
        action in ALLOWED[held.role] and (held.school_id == school.id or held.academy_id == school.academy_id) for held in roles
    )
