"""The number by which a school is known in France: seven digits and a letter that checks them."""

import re

FORM = re.compile("[0-9]{7}[A-Z]")
CHECK_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Without I, O and Q; the letter is the number modulo 23."""


def as_written(text: str) -> str:
    """A UAI as it is stored: without blanks, its letter a capital."""
    return "".join(text.split()).upper()


def is_uai(text: str) -> bool:
    """Whether this is a UAI whose letter fits its digits."""
    return bool(FORM.fullmatch(text)) and CHECK_LETTERS[int(text[:7]) % len(CHECK_LETTERS)] == text[7]
