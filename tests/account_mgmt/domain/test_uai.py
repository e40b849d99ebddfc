"""The numbers of schools and the letter that checks them."""

import pytest

from account_mgmt.domain.uai import as_written, is_uai


@pytest.mark.parametrize("uai", ["0790031E", "0000000A", "0860011V"])
def test_a_number_with_its_letter_is_one(uai: str) -> None:
    assert is_uai(uai)


@pytest.mark.parametrize("text", ["0790031F", "0790032E", "790031E", "07900311E", "0790031e", "07\uff190031E", "", "0790031I"])
def test_anything_else_is_none(text: str) -> None:
    assert not is_uai(text)


def test_one_is_stored_as_files_write_it() -> None:
    assert as_written(" 079 0031e ") == "0790031E"
