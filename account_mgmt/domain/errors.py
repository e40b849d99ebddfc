"""The codes of what a person can put right, or at least be told plainly, about accounts.

A rule or a use case returns them as values; the pages own the sentence for each (one table), and show it beside `field`
where there is one. What stops a request altogether is an `ApplicationError` of `config/errors.py` instead.
"""

from collections.abc import Iterable
from enum import StrEnum, auto


class Problem(StrEnum):
    """Why something asked for was not done. The value is the name in small letters."""

    # A new password (R12)
    PASSWORD_MISSING = auto()
    PASSWORD_TOO_SHORT = auto()
    PASSWORD_TOO_LONG = auto()
    PASSWORD_NEEDS_LETTERS_AND_DIGITS = auto()
    PASSWORD_TOO_EASY = auto()  # a guesser would find it soon
    PASSWORD_KNOWN_TO_THIEVES = auto()  # in the operator's file of breached passwords
    PASSWORD_IS_PROVISIONAL = auto()  # the one of the letter, which others may have read
    PASSWORDS_DIFFER = auto()

    # An e-mail address (R13)
    EMAIL_MISSING = auto()
    EMAIL_INVALID = auto()
    EMAILS_DIFFER = auto()

    # The pupil's birth date (R14)
    BIRTH_DATE_MISSING = auto()
    BIRTH_DATE_INVALID = auto()  # no such day
    BIRTH_DATE_WRONG = auto()
    BIRTH_DATE_LOCKED = auto()  # too many wrong ones: wait a while

    # First connection as a whole (R05, R10)
    FIRST_CONNECTION_OVER = auto()  # too long on the page, cancelled, or replaced by a new letter: log in again
    LETTER_TOO_OLD = auto()  # the deadline passed: the school issues another

    # E-mail confirmation (R20-R25)
    LINK_EXPIRED = auto()  # past the deadline: the school must issue new credentials
    LINK_REPLACED = auto()  # a later message, or a corrected address, took its place
    LINK_INVALID = auto()  # cut, changed, or of an account that is gone
    CONFIRMATION_EXPIRED = auto()  # too late to have it sent again: the school must issue new credentials
    ALREADY_CONFIRMED = auto()
    NO_ADDRESS = auto()  # a pupil who gave none
    TOO_MANY_MESSAGES = auto()  # sent again too often: wait a while

    # Self-service recovery (R40, R50-R53)
    LOGIN_MISSING = auto()
    RESET_LOGIN_WRONG = auto()  # not the login that the link was sent for
    RESET_CODE_WRONG = auto()
    RESET_LOCKED = auto()  # too many wrong logins or codes behind one link
    RESET_EXPIRED = auto()
    RESET_USED = auto()
    RESET_OVERTAKEN = auto()  # the account changed since: another password, another address, new credentials

    # Grouping, the other account being the one to join (R60-R67)
    PRINCIPAL_IS_PUPIL = auto()
    PRINCIPAL_UNCONFIRMED = auto()
    PRINCIPAL_GONE = auto()  # grouped into another, or closed, in the meantime
    OTHER_WRONG_PASSWORD = auto()  # or no such login: one and the same (R32)
    OTHER_LOCKED = auto()  # too many tries
    OTHER_IS_PUPIL = auto()
    OTHER_IS_PRINCIPAL = auto()  # the account in which one is logged in
    OTHER_ALREADY_GROUPED = auto()
    OTHER_LETTER_TOO_OLD = auto()
    OTHER_INVALIDATED = auto()  # not used for too long, or never confirmed
    OTHER_CLOSED = auto()
    GROUPING_OVER = auto()  # the preview is too old, or something changed since: start again

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
    Problem.LOGIN_MISSING: "login",
    Problem.RESET_LOGIN_WRONG: "login",
    Problem.RESET_CODE_WRONG: "code",
    Problem.OTHER_WRONG_PASSWORD: "password",
    Problem.OTHER_LOCKED: "password",
    Problem.OTHER_IS_PUPIL: "login",
    Problem.OTHER_IS_PRINCIPAL: "login",
    Problem.OTHER_ALREADY_GROUPED: "login",
    Problem.OTHER_LETTER_TOO_OLD: "login",
    Problem.OTHER_INVALIDATED: "login",
    Problem.OTHER_CLOSED: "login",
}


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of the list above, which is the order of the fields on the screens."""
    found = frozenset(problems)
    return tuple(problem for problem in Problem if problem in found)
