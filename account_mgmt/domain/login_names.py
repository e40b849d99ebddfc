"""Logins: how a name folds into `prenom.nom`, its order number, and how one is shown half hidden.

A base holds only a-z, hyphens and one dot, never a digit: so a login is cut into base and number in one way only, and the
same number is never reached from two names.
"""

import re
import unicodedata
from typing import Literal

Pattern = Literal["prenom.nom", "p.nom"]

PART_LENGTH = 40
"""A first or last name is cut there: a login has to be typed."""

# Letters that have no plain letter inside them for Unicode to find.
_SPELLED_OUT = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "ng",
        "\u0131": "i",
        "ĸ": "k",
        "ə": "e",
    }
)
# As typed, as printed, and the accents and primes that stand in for them.
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u02b9`\u00b4\u2032]")
_NOT_LETTERS = re.compile("[^a-z]+")


def fold(name: str) -> str:
    """A name in a-z and hyphens: accents fall, apostrophes close up, anything else between letters is a hyphen (R02)."""
    closed_up = _APOSTROPHES.sub("", name.casefold()).translate(_SPELLED_OUT)
    letters = "".join(c for c in unicodedata.normalize("NFKD", closed_up) if not unicodedata.combining(c))
    return _NOT_LETTERS.sub("-", letters).strip("-")


def base_of(first_name: str, last_name: str, pattern: Pattern = "prenom.nom") -> str:
    """The login of a name before its order number (R02); a name without any Latin letter counts as `x`."""
    first, last = (fold(name)[:PART_LENGTH].strip("-") or "x" for name in (first_name, last_name))
    return f"{first[0] if pattern == 'p.nom' else first}.{last}"


def login(base: str, number: int) -> str:
    """The login with its order number: none for the first of that name, then 1, 2, 3… (R02)."""
    return f"{base}{number}" if number else base


def typed(text: str) -> str:
    """A login as it was typed, in any case and with stray spaces, as it is looked up (R02)."""
    return text.strip().casefold()


def mask_login(login_name: str) -> str:
    """A login that its owner recognises and nobody else can use: its two initials and its number (R63)."""
    first, _, last = login_name.partition(".")
    number = last[len(last.rstrip("0123456789")) :]
    return f"{first[:1]}•••.{last[:1]}•••{number}"
