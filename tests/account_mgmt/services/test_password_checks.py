"""Passwords that are guessed soon, or that thieves have."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.policies import Policies
from account_mgmt.services.password_checks import Surroundings, is_breached, password_problems
from config.services import Services

NOBODY = Surroundings(names=())


@pytest.fixture
def breached(tmp_path: Path) -> Path:
    """Five passwords that thieves have, as an operator gives them."""
    words = ["tambour4velo", "password", "azerty", "Soleil2015", "x"]
    file = tmp_path / "breached.bin"
    file.write_bytes(b"".join(sorted(hashlib.sha1(word.encode(), usedforsecurity=False).digest() for word in words)))
    return file


@pytest.mark.rule("R12")
def test_each_password_of_the_file_is_found_and_no_other(breached: Path) -> None:
    assert all(is_breached(breached, word) for word in ("tambour4velo", "password", "azerty", "Soleil2015", "x"))
    assert not any(is_breached(breached, f"other{number}") for number in range(50))


@pytest.mark.rule("R12")
def test_the_operators_file_is_consulted_where_there_is_one(services: Services, breached: Path) -> None:
    accounts = services.settings.accounts.model_copy(update={"breached_passwords": breached})
    with_file = replace(services, settings=services.settings.model_copy(update={"accounts": accounts}))
    assert password_problems(services, "tambour4velo", Policies(), NOBODY) == set()
    assert password_problems(with_file, "tambour4velo", Policies(), NOBODY) == {Problem.PASSWORD_KNOWN_TO_THIEVES}


@pytest.mark.rule("R12")
@pytest.mark.parametrize("password", ["azerty123", "motdepasse1", "vacances2025", "abcd1234", "aaaaaaa1", "1q2w3e4r5t"])
def test_what_everybody_takes_is_refused(services: Services, password: str) -> None:
    assert password_problems(services, password, Policies(), NOBODY) == {Problem.PASSWORD_TOO_EASY}


@pytest.mark.rule("R12")
@pytest.mark.parametrize("password", ["x7k2q9mf", "tambour4velo", "où est mon 2e âne ?", "a1" + "é" * 120])
def test_what_has_no_pattern_is_taken(services: Services, password: str) -> None:
    expected = {Problem.PASSWORD_TOO_EASY} if len(set(password)) < 4 else set()
    assert password_problems(services, password, Policies(), NOBODY) == expected


@pytest.mark.rule("R12")
def test_what_speaks_of_the_family_is_refused_for_this_family_only(services: Services) -> None:
    around = Surroundings(names=("Kervadec", "kevin.kervadec2"), dates=("14052013",))
    for password in ("Kervadec79", "kevin.kervadec2", "kervadec14052013"):
        assert password_problems(services, password, Policies(), around) == {Problem.PASSWORD_TOO_EASY}
        assert password_problems(services, password, Policies(), NOBODY) == set()
