"""The shape of the code, held by tests: one line of packages, six words in each, pure rules, fenced libraries, small files."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINE = ("config", "account_mgmt", "consent", "idp", "wsgi")
"""Each may import what stands on its left, and nothing on its right."""
PROTOCOL_LINE = ("domain", "relying_parties", "interaction", "oidc", "demo")
"""Inside `idp`; protocols stand side by side between `interaction` and `demo`."""
PROTOCOLS = ("oidc", "saml", "cas")
WORDS = {"domain": 0, "models": 1, "queries": 2, "services": 3, "web": 4, "cli": 4, "front_end": 4}
FENCES = {
    "flask_sqlalchemy": ("config/database.py",),
    "authlib": ("idp/oidc/",),
    "saml2": ("idp/saml/", "idp/relying_parties/saml_metadata.py"),
    "huey": ("config/job_queue.py", "config/worker.py"),
    "typst": ("config/typesetting.py",),
    "pikepdf": ("config/bookbinding.py",),
    "nacl": ("account_mgmt/services/hashing.py",),
    "pydantic": ("config/settings.py", "config/settings_sources.py", "config/cli.py"),
}
FLASK_LIBRARIES = ("flask", "flask_babel", "flask_wtf")
FLASK_WORDS = ("web", "cli", "front_end")
FLASK_IN_CONFIG = (
    "access",
    "cli",
    "cli_operations",
    "csrf",
    "database",
    "error_pages",
    "errors",
    "logs",
    "security_headers",
    "services",
    "worker",
)
ROOT_ENTRIES = {
    ".ci",
    ".editorconfig",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "account_mgmt",
    "config",
    "consent",
    "idp",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
    "templates",
    "tests",
    "wsgi.py",
}
MOST_LINES = 300
MOST_LINES_IN_A_FUNCTION = 60
MOST_NESTING = 2
"""Of conditions and loops; `with` and `try` frame them and are not counted."""


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository, as paths from its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(path for path in map(Path, listed.stdout.splitlines()) if (ROOT / path).is_file())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def modules(*, tests: bool = False) -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and (tests or path.parts[0] != "tests")]


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever in the file; `from a import b` gives `a.b`, since b may be a module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def word_of(parts: tuple[str, ...]) -> str | None:
    """Which of the six words a module stands for, by its path or its dotted name."""
    return next((part.removesuffix(".py") for part in parts[1:] if part.removesuffix(".py") in WORDS), None)


def folder_of(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The package in which a module's word counts: `account_mgmt`, or `idp.interaction`."""
    return parts[:2] if parts[0] == "idp" and len(parts) > 1 and parts[1] not in WORDS else parts[:1]


def test_packages_import_only_from_their_left() -> None:
    wrong = [
        f"{path} imports {name}"
        for path in modules()
        for name in imported(path)
        if (top := name.split(".")[0]) in LINE and LINE.index(top) > LINE.index(path.parts[0].removesuffix(".py"))
    ]
    assert not wrong


def test_protocols_rest_on_the_pipeline_and_know_nothing_of_one_another() -> None:
    wrong = []
    for path in modules():
        for name in imported(path):
            here, there = path.parts[1] if path.parts[0] == "idp" else "", [*name.split("."), ""][1]
            if path.parts[0] != "idp" or not name.startswith("idp.") or here.endswith(".py"):
                continue
            line = ["oidc" if part in PROTOCOLS else part for part in (here, there)]
            rightwards = all(part in PROTOCOL_LINE for part in line) and PROTOCOL_LINE.index(line[1]) > PROTOCOL_LINE.index(
                line[0]
            )
            siblings = here in PROTOCOLS and there in PROTOCOLS and here != there
            wrong += [f"{path} imports {name}"] if rightwards or siblings else []
    assert not wrong


def test_inside_a_package_the_six_words_import_in_their_order() -> None:
    wrong = []
    for path in modules():
        word = word_of(path.parts)
        for name in imported(path):
            other = word_of(tuple(name.split(".")))
            if word is None or other is None or folder_of(path.parts) != folder_of(tuple(name.split("."))):
                continue
            if WORDS[other] > WORDS[word]:
                wrong.append(f"{path} imports {name}")
    assert not wrong


def test_a_command_and_a_page_do_not_know_each_other() -> None:
    pairs = {("web", "cli"), ("cli", "web")}
    wrong = [
        f"{path} imports {name}"
        for path in modules()
        for name in imported(path)
        if name.split(".")[0] in LINE and (word_of(path.parts), word_of(tuple(name.split(".")))) in pairs
    ]
    assert not wrong


def test_domain_knows_the_standard_library_and_domain_alone() -> None:
    wrong = [
        f"{path} imports {name}"
        for path in modules()
        if word_of(path.parts) == "domain"
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and word_of(tuple(name.split("."))) != "domain"
    ]
    assert not wrong


def test_rules_are_told_the_time_and_never_ask_for_it() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path in modules()
        if word_of(path.parts) == "domain"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow") and isinstance(node.value, ast.Name)
        if node.value.id in ("datetime", "date", "time")
    ]
    assert not wrong


@pytest.mark.parametrize("library", FENCES)
def test_a_fenced_library_is_imported_only_behind_its_fence(library: str) -> None:
    wrong = [
        f"{path} imports {name}"
        for path in modules()
        for name in imported(path)
        if name.split(".")[0] == library and not str(path).startswith(FENCES[library])
    ]
    assert not wrong


def test_flask_stays_at_the_edge() -> None:
    wrong = [
        f"{path} imports {name}"
        for path in modules()
        for name in imported(path)
        if name.split(".")[0] in FLASK_LIBRARIES and not at_the_edge(path)
    ]
    assert not wrong


def at_the_edge(path: Path) -> bool:
    if path.parts[0] == "config":
        return path.stem in FLASK_IN_CONFIG
    return path.parts[0] == "wsgi.py" or path.parts[:2] == ("idp", "demo") or word_of(path.parts) in FLASK_WORDS


def test_no_file_is_longer_than_can_be_read_in_one_sitting() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules(tests=True)}
    assert not {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES}


def test_no_function_is_longer_than_a_screen() -> None:
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path in modules(tests=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MOST_LINES_IN_A_FUNCTION
        if not path.match("config/migrations/versions/*")  # a step is a list of columns
    ]
    assert not wrong


def test_no_function_nests_deeper_than_two_levels() -> None:
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and depth(node) > MOST_NESTING
    ]
    assert not wrong


def depth(node: ast.AST) -> int:
    """How many conditions and loops stand in one another; an `elif` is beside its `if`, a function inside starts again."""
    block = isinstance(node, ast.If | ast.For | ast.While | ast.Match)
    deepest = 0
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        beside = isinstance(node, ast.If) and name == "orelse" and len(children) == 1 and isinstance(children[0], ast.If)
        inner = [depth(child) for child in children if isinstance(child, ast.AST) and not isinstance(child, ast.FunctionDef)]
        deepest = max([deepest, *(level - 1 if beside else level for level in inner)])
    return deepest + block


def test_every_module_says_what_it_owns() -> None:
    wrong = [str(path) for path in modules(tests=True) if (ROOT / path).stat().st_size and not ast.get_docstring(tree(path))]
    assert not wrong


def test_nothing_new_stands_at_the_root() -> None:
    assert {path.parts[0] for path in tracked()} - ROOT_ENTRIES == set()


def test_lock_files_name_no_address() -> None:
    assert not [path.name for path in ROOT.glob("requirements*.lock") if "://" in path.read_text()]
