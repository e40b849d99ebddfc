"""The codes of what a person can put right, or at least be told plainly, about accounts.

A rule or a use case returns them as values; the pages own the sentence for each (one table), and show it beside `field`
where there is one. What stops a request altogether is an `ApplicationError` of `config/errors.py` instead.
"""

from collections.abc import Iterable
from enum import StrEnum


class Problem(StrEnum):
    """Why something asked for was not done."""

    # A new password (R12)
    PASSWORD_MISSING = "password_missing"
    PASSWORD_TOO_SHORT = "password_too_short"
    PASSWORD_TOO_LONG = "password_too_long"
    PASSWORD_NEEDS_LETTERS_AND_DIGITS = "password_needs_letters_and_digits"
    PASSWORD_TOO_EASY = "password_too_easy"  # a guesser would find it soon
    PASSWORD_KNOWN_TO_THIEVES = "password_known_to_thieves"  # in the operator's file of breached passwords
    PASSWORD_IS_PROVISIONAL = "password_is_provisional"  # the one of the letter, which others may have read
    PASSWORDS_DIFFER = "passwords_differ"

    # An e-mail address (R13)
    EMAIL_MISSING = "email_missing"
    EMAIL_INVALID = "email_invalid"
    EMAILS_DIFFER = "emails_differ"

    # The pupil's birth date (R14)
    BIRTH_DATE_MISSING = "birth_date_missing"
    BIRTH_DATE_INVALID = "birth_date_invalid"  # no such day
    BIRTH_DATE_WRONG = "birth_date_wrong"
    BIRTH_DATE_LOCKED = "birth_date_locked"  # too many wrong ones: wait a while

    # First connection as a whole (R05, R10)
    FIRST_CONNECTION_OVER = "first_connection_over"  # too long on the page, cancelled, or replaced by a new letter: log in again
    LETTER_TOO_OLD = "letter_too_old"  # the deadline passed: the school issues another

    # E-mail confirmation (R20-R25)
    LINK_EXPIRED = "link_expired"  # past the deadline: the school must issue new credentials
    LINK_REPLACED = "link_replaced"  # a later message, or a corrected address, took its place
    LINK_INVALID = "link_invalid"  # cut, changed, or of an account that is gone
    CONFIRMATION_EXPIRED = "confirmation_expired"  # too late to have it sent again: the school must issue new credentials
    ALREADY_CONFIRMED = "already_confirmed"
    NO_ADDRESS = "no_address"  # a pupil who gave none
    TOO_MANY_MESSAGES = "too_many_messages"  # sent again too often: wait a while

    # Grouping (R60-R67)
    PRINCIPAL_IS_PUPIL = "principal_is_pupil"
    PRINCIPAL_UNCONFIRMED = "principal_unconfirmed"
    PRINCIPAL_GONE = "principal_gone"  # grouped into another, or closed, in the meantime
    OTHER_WRONG_PASSWORD = "other_wrong_password"  # or no such login: one and the same (R32)
    OTHER_LOCKED = "other_locked"  # too many tries
    OTHER_IS_PUPIL = "other_is_pupil"
    OTHER_IS_PRINCIPAL = "other_is_principal"  # the account in which one is logged in
    OTHER_ALREADY_GROUPED = "other_already_grouped"
    OTHER_LETTER_TOO_OLD = "other_letter_too_old"
    OTHER_CLOSED = "other_closed"
    GROUPING_OVER = "grouping_over"  # the preview is too old, or something changed since: start again

    @property
    def field(self) -> str | None:
        """The form field beside which to show it; none when it concerns the whole page."""
        return FIELD_OF.get(self)


FIELD_OF: dict[Problem, str] = {
    Problem.PASSWORD_MISSING: "password",
    Problem.PASSWORD_TOO_SHORT: "password",
    Problem.PASSWORD_TOO_LONG: "password",
    Problem.PASSWORD_NEEDS_LETTERS_AND_DIGITS: "password",
    Problem.PASSWORD_TOO_EASY: "password",
    Problem.PASSWORD_KNOWN_TO_THIEVES: "password",
    Problem.PASSWORD_IS_PROVISIONAL: "password",
    Problem.PASSWORDS_DIFFER: "password_again",
    Problem.EMAIL_MISSING: "email",
    Problem.EMAIL_INVALID: "email",
    Problem.EMAILS_DIFFER: "email_again",
    Problem.BIRTH_DATE_MISSING: "birth_date",
    Problem.BIRTH_DATE_INVALID: "birth_date",
    Problem.BIRTH_DATE_WRONG: "birth_date",
    Problem.BIRTH_DATE_LOCKED: "birth_date",
    Problem.OTHER_WRONG_PASSWORD: "password",
    Problem.OTHER_LOCKED: "password",
    Problem.OTHER_IS_PUPIL: "login",
    Problem.OTHER_IS_PRINCIPAL: "login",
    Problem.OTHER_ALREADY_GROUPED: "login",
    Problem.OTHER_LETTER_TOO_OLD: "login",
    Problem.OTHER_CLOSED: "login",
}


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of the list above, which is the order of the fields on the screens."""
    found = frozenset(problems)
    return tuple(problem for problem in Problem if problem in found)
