"""The first gate: what is wrong with the first-connection form."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import date_from_fields
from account_mgmt.domain.email_confirmation import TypedAddress, address_problems
from account_mgmt.domain.errors import Problem, in_order


@dataclass(frozen=True)
class FirstConnectionForm:
    """The form as it was typed (R11)."""

    password: str = field(repr=False)
    password_again: str = field(repr=False)
    email: str
    email_again: str
    birth_day: str
    birth_month: str
    birth_year: str


def form_problems(
    form: FirstConnectionForm,
    kind: AccountKind,
    birth_date: date,
    address: TypedAddress,
    password_problems: Collection[Problem],
) -> tuple[Problem, ...]:
    """Everything to put right on the screen, in the order of its fields (R11-R14)."""
    found = set(password_problems)
    if form.password and form.password != form.password_again:
        found.add(Problem.PASSWORDS_DIFFER)
    found |= address_problems(address, mandatory=kind is AccountKind.GUARDIAN)
    if problem := birth_date_problem((form.birth_day, form.birth_month, form.birth_year), birth_date):
        found.add(problem)
    return in_order(found)


def birth_date_problem(typed: tuple[str, str, str], birth_date: date) -> Problem | None:
    """What is wrong with a pupil's birth date as typed in three fields: day, month, year (R14, R61)."""
    if not any(text.strip() for text in typed):
        return Problem.BIRTH_DATE_MISSING
    given = date_from_fields(*typed)
    if given is None:
        return Problem.BIRTH_DATE_INVALID
    return None if given == birth_date else Problem.BIRTH_DATE_WRONG
