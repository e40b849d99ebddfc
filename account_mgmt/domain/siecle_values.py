"""One field of a school's file at a time: what is a name, a date, an identifier, an address, and what is not.

Names are kept as the file has them, to the byte, since relying parties match them with their own copy of the same file
(only the blank ends go). A name that could break what carries it further is not repaired: its line is doubtful.
"""

import re
import unicodedata
from datetime import date

from account_mgmt.domain.siecle_records import (
    IN_CHARGE,
    LEGAL_GUARDIAN,
    TO_CONTACT,
    DoubtCode,
)

NAME_LENGTH = 100
EMAIL_LENGTH = 254
CLASS_LENGTH = 32
LARGEST_IDENTIFIER = 2**31 - 1
EARLIEST_BIRTH = date(1900, 1, 1)

UNSAFE_IN_NAMES = frozenset("|;")
"""Separators of the identity vectors that relying parties split names by."""
UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_IDENTIFIER = re.compile(r"\d{1,10}", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MOBILE = re.compile(r"[0-9+][0-9 ().-]{5,19}", re.ASCII)
_CODE = re.compile(r"\w{11}", re.ASCII)
_LEVEL = re.compile(r"\d{4}", re.ASCII)
_KINSHIP = re.compile(r"\d{2}", re.ASCII)
_POSTAL_CODE = re.compile(r"[A-Za-z0-9 -]{1,10}", re.ASCII)

MODERN_KINSHIP = {"1": "20", "2": "10", "3": "50", "4": "39", "5": "51", "6": "90", "7": "70"}
"""SIECLE's old CODE_PARENTE, and the code that says the same since."""

LEVELS = {"1": LEGAL_GUARDIAN, "2": IN_CHARGE, "3": TO_CONTACT}
OLD_LEVELS = {
    "1": (LEGAL_GUARDIAN, 1),
    "2": (LEGAL_GUARDIAN, 2),
    "true": (LEGAL_GUARDIAN, 1),
    "0": (TO_CONTACT, 0),
    "false": (TO_CONTACT, 0),
}
"""RESP_LEGAL gave level and rank at once: 1 and 2 are the two legal guardians, 0 is anybody else."""


def read_identifier(text: str) -> int | None:
    """A whole number that a database can hold; none for anything else."""
    text = text.strip()
    if not _IDENTIFIER.fullmatch(text):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST_IDENTIFIER else None


def name_problem(name: str, *, needed: bool = True) -> DoubtCode | None:
    """Why a name (its ends already trimmed) cannot be taken as it is; none when it can."""
    if not name:
        return DoubtCode.MISSING_NAME if needed else None
    if len(name) > NAME_LENGTH:
        return DoubtCode.LONG_NAME
    if name.isascii() and name.replace("-", "").replace(" ", "").replace("'", "").isalpha():
        return None
    if any(sign in UNSAFE_IN_NAMES or unicodedata.category(sign) in UNSAFE_CATEGORIES for sign in name):
        return DoubtCode.UNSAFE_NAME
    if not any(sign.isalpha() for sign in name):
        return DoubtCode.UNSAFE_NAME
    return DoubtCode.GARBLED_NAME if is_garbled(name) else None


def is_garbled(name: str) -> bool:
    """Whether this is UTF-8 read as Latin-9 or as Windows text, "Ã©" for "é": a file that lies about its encoding."""
    if name.isascii():
        return False
    return "\ufffd" in name or any(_is_utf8_in(encoding, name) for encoding in ("iso-8859-15", "cp1252"))


def _is_utf8_in(encoding: str, name: str) -> bool:
    try:
        name.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return True


def read_date(text: str) -> date | None:
    """A date as SIECLE (or ISO 8601) writes it; none when there is no such day."""
    text = text.strip()
    if found := _FRENCH_DATE.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_possible_birth(born: date, today: date) -> bool:
    """Whether somebody at school today can have been born on that day."""
    return EARLIEST_BIRTH <= born <= today


def read_email(text: str) -> str | None:
    """An address that a letter can be sent to; none when it is not one. An empty text is "no address"."""
    text = text.strip()
    if not text:
        return ""
    return text if len(text) <= EMAIL_LENGTH and _EMAIL.fullmatch(text) else None


def read_mobile(text: str) -> str | None:
    """A telephone number in the free form that schools type; none when it cannot be one."""
    text = text.strip()
    if not text:
        return ""
    return text if _MOBILE.fullmatch(text) else None


def read_class(text: str) -> str | None:
    """A division's code: its ends trimmed, its inner spaces kept ("3 A"); none when it cannot be one."""
    text = text.strip()
    return text if text.isprintable() and len(text) <= CLASS_LENGTH else None


def read_code(text: str) -> str | None:
    """A code of eleven signs (MEF, MEFSTAT); none when it cannot be one."""
    text = text.strip()
    return text if not text or _CODE.fullmatch(text) else None


def read_postal_code(text: str) -> str:
    """A postal code; nothing when it cannot be one, for it only helps relying parties to tell homonyms apart."""
    text = text.strip()
    return text if _POSTAL_CODE.fullmatch(text) else ""


def read_kinship(text: str) -> str:
    """SIECLE's CODE_PARENTE in its present form: "10" mother, "20" father…; nothing when it is not a code."""
    text = text.strip()
    text = MODERN_KINSHIP.get(text.lstrip("0"), text)
    return text if _KINSHIP.fullmatch(text) else ""


def read_school_level(text: str) -> str | None:
    """A level in four digits, the start of a MEFSTAT code ("2115" for a quatrième); none for anything else."""
    text = text.strip()
    return text if _LEVEL.fullmatch(text) else None


def read_level(level: str, old_level: str) -> tuple[int, int] | None:
    """The level of responsibility, and the rank where an old file gives one (else 0); none when neither can be read (R102)."""
    level, old_level = level.strip(), old_level.strip().lower()
    given = OLD_LEVELS.get(old_level)
    if level in LEVELS:
        modern = LEVELS[level]
        return modern, given[1] if given and modern == LEGAL_GUARDIAN else 0
    return None if level else given


def printable(text: str, length: int = 120) -> str:
    """A text of the file made fit to be shown, whatever was in it."""
    if text.isprintable():
        return text[:length]
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign) in UNSAFE_CATEGORIES else sign for sign in text[:length]
    )
