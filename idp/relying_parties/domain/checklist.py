"""A table of a registration file, read line by line: typed values out, and a gathering list of what is wrong."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from idp.relying_parties.domain.addresses import AddressKind, Mode, address_problem
from idp.relying_parties.domain.problems import Code, Problem


class Checklist:
    """A table of the file, read line by line; what is wrong gathers in `problems`, with the table's name before the line's."""

    def __init__(self, table: Mapping[str, Any], mode: Mode, prefix: str = "") -> None:
        self.table = table
        self.mode = mode
        self.prefix = prefix
        self.problems: list[Problem] = []

    def wrong(self, name: str, code: Code, given: object = "", known: Iterable[str] = ()) -> None:
        """Note what is wrong with a line."""
        self.problems.append(Problem(f"{self.prefix}{name}", code, str(given), tuple(known)))

    def known_only(self, known: Iterable[str]) -> None:
        """Refuse the lines that mean nothing: they are misspelt, or hopes that would not come true."""
        allowed = sorted(map(str, known))
        for name in self.table:
            if name not in allowed:
                self.wrong(name, Code.UNKNOWN_KEY, name, allowed)

    def text(self, name: str, pattern: re.Pattern[str] | None = None, code: Code = Code.MISSPELT) -> str | None:
        """A text, or nothing where the line is absent or wrong."""
        value = self.table.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong(name, Code.NOT_A_TEXT, value)
            return None
        if pattern is not None and not pattern.fullmatch(value):
            self.wrong(name, code, value)
            return None
        return value

    def required(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        """A text that must be there."""
        if name not in self.table:
            self.wrong(name, Code.MISSING)
        return self.text(name, pattern) or ""

    def flag(self, name: str) -> bool:
        """True or false; false where the line is absent."""
        value = self.table.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, Code.NOT_A_FLAG, value)
        return value is True

    def choice(self, name: str, known: Iterable[str], default: str) -> str:
        """One of a few words."""
        value = self.text(name) or default
        if value not in (allowed := sorted(map(str, known))):
            self.wrong(name, Code.UNKNOWN_WORD, value, allowed)
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty where the line is absent or wrong."""
        value = self.table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong(name, Code.NOT_TEXTS, value)
            return []
        return list(dict.fromkeys(value))

    def words(self, name: str, known: Iterable[str]) -> list[str]:
        """A list of words, each one of a few."""
        allowed = sorted(map(str, known))
        found = self.texts(name)
        for word in found:
            if word not in allowed:
                self.wrong(name, Code.UNKNOWN_WORD, word, allowed)
        return found

    def addresses(self, name: str, kind: AddressKind) -> list[str]:
        """A list of addresses of a kind (`addresses.py`)."""
        found = self.texts(name)
        for address in found:
            self.check_address(name, address, kind)
        return found

    def check_address(self, name: str, address: str, kind: AddressKind) -> None:
        """Hold one address to the rules of its kind."""
        if code := address_problem(address, kind, self.mode):
            self.wrong(name, code, address)
