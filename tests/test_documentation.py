"""What one looks up is written down: the READMEs hold every setting, audit event, code and command, as the code has them."""

import pytest

from tests import reference
from tests.rules import RULES, marks

EXPECTED = {
    "config": {"settings", "events", "errors", "commands"},
    "account_mgmt": {"problems", "commands"},
    "consent": {"commands"},
    "idp": {"refusals", "commands"},
}


@pytest.mark.parametrize("package", reference.PACKAGES)
def test_a_package_has_the_tables_that_belong_to_it(package: str) -> None:
    assert EXPECTED[package] <= set(reference.blocks(package))


@pytest.mark.parametrize("package", reference.PACKAGES)
def test_the_tables_say_what_the_code_says(package: str) -> None:
    assert reference.readme(package).read_text(encoding="utf-8") == reference.written_anew(package), "run `make reference`"


@pytest.mark.parametrize("table", reference.TABLES)
def test_nothing_in_a_table_is_without_its_explanation(table: str) -> None:
    rows = [row for package in reference.PACKAGES for row in reference.TABLES[table](package)]
    assert [row[0] for row in rows if not row[-1].strip()] == []


def test_a_mark_names_a_rule_that_exists() -> None:
    assert {(rule, where) for rule, where in marks() if rule not in RULES} == set()


def test_a_table_cannot_be_broken_by_what_stands_in_it() -> None:
    assert reference.markdown([("a", "b"), ("x | y", "two\n  lines")]) == "| a | b |\n| --- | --- |\n| x \\| y | two lines |\n"
