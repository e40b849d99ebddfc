"""The first-connection form."""

from dataclasses import replace
from datetime import date

import pytest

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.email_confirmation import TypedAddress
from account_mgmt.domain.errors import FIELD_OF, Problem
from account_mgmt.domain.first_connection import FirstConnectionForm, form_problems

BORN = date(2013, 5, 14)
GOOD = FirstConnectionForm("cheval8pomme", "cheval8pomme", "jean@example.org", "jean@example.org", "14", "5", "2013")
ADDRESS = TypedAddress("jean@example.org", "jean@example.org", "jean@example.org", "jean@example.org")
NO_ADDRESS = TypedAddress("", " ", None, None)


def wrong_with(
    form: FirstConnectionForm,
    kind: AccountKind = AccountKind.GUARDIAN,
    address: TypedAddress = ADDRESS,
    password: Problem | None = None,
) -> tuple[Problem, ...]:
    return form_problems(form, kind, BORN, address, {password} if password else set())


@pytest.mark.rule("R11")
def test_a_form_filled_in_rightly_has_no_problem() -> None:
    assert wrong_with(GOOD) == ()


@pytest.mark.rule("R11")
def test_the_password_is_typed_twice() -> None:
    assert wrong_with(replace(GOOD, password_again="cheval8pommE")) == (Problem.PASSWORDS_DIFFER,)
    assert wrong_with(replace(GOOD, password="", password_again="x"), password=Problem.PASSWORD_MISSING) == (
        Problem.PASSWORD_MISSING,
    )


@pytest.mark.rule("R13")
def test_the_address_is_mandatory_for_guardians_and_optional_for_pupils() -> None:
    assert wrong_with(GOOD, AccountKind.GUARDIAN, NO_ADDRESS) == (Problem.EMAIL_MISSING,)
    assert wrong_with(GOOD, AccountKind.PUPIL, NO_ADDRESS) == ()


@pytest.mark.rule("R13")
@pytest.mark.parametrize("kind", list(AccountKind))
def test_an_address_that_is_given_must_be_one_and_the_same_twice(kind: AccountKind) -> None:
    assert wrong_with(GOOD, kind, TypedAddress("jean", "jean", None, None)) == (Problem.EMAIL_INVALID,)
    assert wrong_with(GOOD, kind, replace(ADDRESS, normalised_again="jan@example.org")) == (Problem.EMAILS_DIFFER,)
    assert wrong_with(GOOD, kind, TypedAddress("", "jean@example.org", None, "jean@example.org")) == (Problem.EMAIL_INVALID,)


@pytest.mark.rule("R14")
def test_the_birth_date_must_be_the_pupils() -> None:
    assert wrong_with(replace(GOOD, birth_day="13")) == (Problem.BIRTH_DATE_WRONG,)
    assert wrong_with(replace(GOOD, birth_month="15")) == (Problem.BIRTH_DATE_INVALID,)
    assert wrong_with(replace(GOOD, birth_day="", birth_month=" ", birth_year="")) == (Problem.BIRTH_DATE_MISSING,)
    assert wrong_with(replace(GOOD, birth_day="")) == (Problem.BIRTH_DATE_INVALID,)


def test_everything_wrong_is_told_at_once_in_the_order_of_the_screen() -> None:
    form = replace(GOOD, password_again="other", birth_day="1")
    assert wrong_with(form, address=NO_ADDRESS, password=Problem.PASSWORD_TOO_EASY) == (
        Problem.PASSWORD_TOO_EASY,
        Problem.PASSWORDS_DIFFER,
        Problem.EMAIL_MISSING,
        Problem.BIRTH_DATE_WRONG,
    )


def test_each_problem_of_the_form_has_its_field() -> None:
    assert {Problem.PASSWORDS_DIFFER.field, Problem.EMAIL_INVALID.field, Problem.BIRTH_DATE_WRONG.field} == {
        "password_again",
        "email",
        "birth_date",
    }
    assert Problem.FIRST_CONNECTION_OVER.field is None
    assert {"password", "password_again", "email", "email_again", "birth_date"} <= set(FIELD_OF.values())


def test_a_form_that_gets_printed_keeps_its_passwords() -> None:
    assert "cheval8pomme" not in repr(GOOD)
