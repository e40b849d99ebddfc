"""The tables of the READMEs, made from the docstrings of the code: settings, audit events, error codes, commands.

A README holds `<!-- reference: settings -->` … `<!-- end of reference -->`; what stands between is written by
`python -m tests.reference` (`make reference`), and `test_documentation.py` fails while it is not what the code says.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

import wsgi
from account_mgmt.domain.errors import Problem
from account_mgmt.web.texts import PROBLEM_TEXTS
from config.audit import AuditEvent
from config.errors import CATALOGUE
from config.settings import ROOT, Settings
from idp.domain.release import RefusalReason
from idp.oidc.errors import REFUSALS

PACKAGES = ("config", "account_mgmt", "consent", "idp")
BLOCK = re.compile(r"(<!-- reference: (\w+) -->\n).*?(<!-- end of reference -->)", re.DOTALL)


def settings_table(_package: str) -> list[tuple[str, ...]]:
    """Every setting with its default and its docstring."""
    return [("setting", "default", "what it is"), *_settings(Settings, "")]


def _settings(group: type[BaseModel], prefix: str) -> Iterator[tuple[str, ...]]:
    for name, field in group.model_fields.items():
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, f"{prefix}{name}.")
        else:
            yield (f"`{prefix}{name}`", _default(field.default), field.description or "")


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "*required*"
    if isinstance(value, SecretStr) or value in (None, "", ()):
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def events_table(_package: str) -> list[tuple[str, ...]]:
    """Every audit event."""
    return [("event", "when it is written"), *_members(AuditEvent)]


def errors_table(_package: str) -> list[tuple[str, ...]]:
    """Every code of a page of error."""
    return [
        ("code", "status", "what happened"),
        *((f"`{code}`", str(kind.status), kind.meaning) for code, kind in CATALOGUE.items()),
    ]


def problems_table(_package: str) -> list[tuple[str, ...]]:
    """Everything that a person can be told to put right, in the words of the page."""
    return [("problem", "what people read"), *((f"`{problem}`", str(PROBLEM_TEXTS[problem])) for problem in Problem)]


def refusals_table(_package: str) -> list[tuple[str, ...]]:
    """Every reason why a relying party gets nothing, and what it is told in OpenID Connect."""
    told = ((reason, REFUSALS[reason]) for reason in RefusalReason)
    return [
        ("reason", "OpenID Connect", "what it means"),
        *((f"`{reason}`", f"`{error.error}`", error.description) for reason, error in told),
    ]


def _members(kind: type[StrEnum]) -> Iterator[tuple[str, ...]]:
    """The members of an enum with the docstrings under them."""
    (declaration,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(declaration, ast.ClassDef)
    docstrings: dict[str, str] = {}
    for statement, following in zip(declaration.body, [*declaration.body[1:], None], strict=True):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            said = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            docstrings[statement.targets[0].id] = str(following.value.value) if said else ""  # type: ignore[union-attr]  # as `said` says
    return ((f"`{member.value}`", docstrings[member.name]) for member in kind)


def commands_table(package: str) -> list[tuple[str, ...]]:
    """Every command whose code is in this package."""
    return [("command", "what it does"), *_commands(wsgi.COMMANDS, "flask", package)]


def _commands(commands: tuple[click.Command, ...], parent: str, package: str) -> Iterator[tuple[str, ...]]:
    for command in commands:
        path = f"{parent} {command.name}"
        if isinstance(command, click.Group):
            yield from _commands(tuple(command.commands.values()), path, package)
        elif command.callback and command.callback.__module__.split(".")[0] == package:
            arguments = [
                parameter.make_metavar(click.Context(command))
                for parameter in command.params
                if parameter.param_type_name == "argument"
            ]
            yield (f"`{' '.join([path, *arguments])}`", (command.help or "").split("\n\n")[0].replace("\n", " "))


TABLES: dict[str, Callable[[str], list[tuple[str, ...]]]] = {
    "settings": settings_table,
    "events": events_table,
    "errors": errors_table,
    "problems": problems_table,
    "refusals": refusals_table,
    "commands": commands_table,
}


def markdown(rows: list[tuple[str, ...]]) -> str:
    """Rows as a table, the first one as its head."""
    head, *body = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *body]) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def readme(package: str) -> Path:
    return ROOT / package / "README.md"


def blocks(package: str) -> list[str]:
    """The names of the tables that a package's README holds."""
    return [match[2] for match in BLOCK.finditer(readme(package).read_text(encoding="utf-8"))]


def written_anew(package: str) -> str:
    """The README with its tables as the code has them now."""
    text = readme(package).read_text(encoding="utf-8")
    return BLOCK.sub(lambda match: f"{match[1]}{markdown(TABLES[match[2]](package))}{match[3]}", text)


if __name__ == "__main__":
    for name in filter(lambda package: readme(package).exists(), PACKAGES):
        readme(name).write_text(written_anew(name), encoding="utf-8")
