"""Notification letters: in which order they are printed, how people and addresses are written on them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode, urlsplit, urlunsplit

from account_mgmt.domain import dates
from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.login_names import fold

PARIS = dates.PARIS
LOGIN_HINT = "login_hint"
"""How an ENT is told the login to fill in: the name that OpenID Connect gives it."""
CIVILITIES = {"m": "M.", "mr": "M.", "monsieur": "M.", "mme": "Mme", "mlle": "Mme", "madame": "Mme"}


class LetterProblem(StrEnum):
    """Why no letter is issued."""

    NOBODY_TO_WRITE_TO = "nobody_to_write_to"  # all accounts are created, or have a letter that is still good
    NO_SUCH_CLASS = "no_such_class"
    NO_SUCH_ACCOUNT = "no_such_account"  # not of this school, grouped into another, or closed


@dataclass(frozen=True)
class LetterFacts:
    """One account to write to, and the pupil whom it is about."""

    account_id: int
    kind: AccountKind
    login: str
    civility: str
    first_name: str
    last_name: str
    email: str
    """The address that the school has of this person; nothing without one."""
    language: str | None
    pupil_id: int
    pupil_first_name: str
    pupil_last_name: str
    class_code: str
    rank: int

    @property
    def holder_name(self) -> str:
        """The person as an envelope says it."""
        return written_name(self.first_name, self.last_name, self.civility)

    @property
    def pupil_name(self) -> str:
        return written_name(self.pupil_first_name, self.pupil_last_name)


def written_name(first_name: str, last_name: str, civility: str = "") -> str:
    """A name as letters write it: M. Jean DUPONT."""
    known = CIVILITIES.get(civility.strip(" .").lower(), "")
    return " ".join(part for part in (known, first_name, last_name.upper()) if part)


def class_order(class_code: str) -> tuple[object, ...]:
    """Classes as people list them: 3 A before 3 B before 10 A, and pupils without a class last."""
    runs = re.findall(r"\d+|\D+", class_code)
    return not class_code, tuple((0, int(run), "") if run.isdigit() else (1, 0, fold(run)) for run in runs), class_code


def printing_order(letter: LetterFacts) -> tuple[object, ...]:
    """By class, then by the pupil's name; the pupil's own letter before the guardians' (R04)."""
    return (
        class_order(letter.class_code),
        fold(letter.pupil_last_name),
        fold(letter.pupil_first_name),
        letter.pupil_id,
        letter.kind is AccountKind.GUARDIAN,
        letter.rank,
        letter.account_id,
    )


def with_login(address: str, login: str, parameter: str = LOGIN_HINT) -> str:
    """The address of a portal with the login as one more parameter, whatever parameters it has (R04)."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode({parameter: login})) if part)
    return urlunsplit(parts._replace(query=query))


def as_typed(address: str) -> str:
    """An address as someone types it into a browser: without what browsers add by themselves."""
    return address.removeprefix("https://").rstrip("/")
