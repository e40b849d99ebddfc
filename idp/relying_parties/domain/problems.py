"""What can be wrong with a registration, as codes: each edge words them in its own way (`advice.py` for the command line)."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What is wrong with a line of a registration file."""

    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_WORD = "unknown_word"
    MISSPELT = "misspelt"
    NOT_A_TEXT = "not_a_text"
    NOT_TEXTS = "not_texts"
    NOT_A_FLAG = "not_a_flag"
    NOT_A_TABLE = "not_a_table"
    NOBODY = "nobody"
    NO_SCHOOL = "no_school"
    ALL_AND_SOME = "all_and_some"
    NOT_A_UAI = "not_a_uai"
    UNKNOWN_ACADEMY = "unknown_academy"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    HAS_WILDCARD = "has_wildcard"
    HAS_FRAGMENT = "has_fragment"
    HAS_CREDENTIALS = "has_credentials"
    NOT_AN_ORIGIN = "not_an_origin"
    PRIVATE_SCHEME_NEEDS_PUBLIC = "private_scheme_needs_public"
    ORIGINS_NEED_PUBLIC = "origins_need_public"
    PUBLIC_MUST_BE_STRICT = "public_must_be_strict"
    KEYS_MISSING = "keys_missing"
    KEYS_TWICE = "keys_twice"
    KEYS_NOT_NEEDED = "keys_not_needed"
    KEYS_MALFORMED = "keys_malformed"
    KEYS_PRIVATE = "keys_private"
    KEYS_SYMMETRIC = "keys_symmetric"


@dataclass(frozen=True)
class Problem:
    """A line, what is wrong with it, what was written there, and what could be."""

    field: str
    code: Code
    given: str = ""
    known: tuple[str, ...] = ()
