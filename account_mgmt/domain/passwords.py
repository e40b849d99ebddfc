"""Passwords: what a chosen one must satisfy, and how a provisional one is made.

How easily a password is guessed is measured elsewhere (`services/password_checks.py`) and comes here as a number.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.policies import Policies

PROVISIONAL_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ23456789"
"""No 0, O or Q, no 1 or I (R03): 31 characters, so 8 of them are worth 39 bits behind a counter of tries."""
PROVISIONAL_LENGTH = 8
CEILING = 256
"""Longer than any password that someone types or a password manager makes; what is longer is not hashed."""


@dataclass(frozen=True)
class Estimate:
    """How a password stands up to someone who guesses."""

    guesses_log10: float
    """The number of tries that a good guesser needs, as a power of ten."""
    breached: bool = False
    """It is in the operator's file of passwords that thieves have."""
    provisional: bool = False
    """It is the letter's provisional password."""


def problems(password: str, policies: Policies, estimate: Estimate) -> frozenset[Problem]:
    """Everything that is wrong with a password someone chose (R12)."""
    if not password:
        return frozenset({Problem.PASSWORD_MISSING})
    found: set[Problem] = set()
    if len(password) < policies.password_min:
        found.add(Problem.PASSWORD_TOO_SHORT)
    if len(password) > (policies.password_max or CEILING):
        found.add(Problem.PASSWORD_TOO_LONG)
    if policies.password_letters_and_digits and not _letters_and_digits(password):
        found.add(Problem.PASSWORD_NEEDS_LETTERS_AND_DIGITS)
    # Told only of a password that is otherwise good: "too short" says enough of a short one.
    return frozenset(found or _weaknesses(policies, estimate))


def provisional_password() -> str:
    """Eight random capitals and digits that no eye takes for one another (R03)."""
    return "".join(secrets.choice(PROVISIONAL_ALPHABET) for _ in range(PROVISIONAL_LENGTH))


def provisional_as_typed(text: str) -> str:
    """A provisional password as it is verified: in small letters or in groups it is still the one of the letter."""
    return "".join(text.split()).upper()


def known_words(names: Collection[str]) -> list[str]:
    """What a guesser who knows the person tries first: each name, and each of its parts (R12)."""
    words = {part for name in names for part in (name, *re.split(r"[\s.-]+", name))}
    return sorted({word.lower() for word in words if len(word) > 1})


def _weaknesses(policies: Policies, estimate: Estimate) -> set[Problem]:
    if estimate.provisional:
        return {Problem.PASSWORD_IS_PROVISIONAL}
    if estimate.breached:
        return {Problem.PASSWORD_KNOWN_TO_THIEVES}
    return {Problem.PASSWORD_TOO_EASY} if estimate.guesses_log10 < policies.password_guesses else set()


def _letters_and_digits(password: str) -> bool:
    return any(c.isalpha() for c in password) and any(c.isdigit() for c in password)
