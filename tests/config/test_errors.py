"""The catalogue of errors: a status and a meaning for each code, and a page in French and English."""

from pathlib import Path

import pytest

from config.errors import CATALOGUE, ApplicationError

PAGES = Path(__file__).parents[2] / "templates" / "errors"


def test_an_error_takes_its_status_from_the_catalogue_unless_told_otherwise() -> None:
    assert ApplicationError("not_found").status == 404
    assert ApplicationError("not_found", 410).status == 410


def test_an_error_carries_what_its_page_may_show() -> None:
    assert ApplicationError("forbidden", service="i-Cart").context == {"service": "i-Cart"}


def test_a_code_that_is_not_in_the_catalogue_is_a_fault() -> None:
    with pytest.raises(KeyError):
        ApplicationError("no_such_code")


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_has_a_page_a_status_of_error_and_a_meaning(code: str) -> None:
    assert (PAGES / f"{code}.html").exists()
    assert 400 <= CATALOGUE[code].status < 600
    assert CATALOGUE[code].meaning.endswith(".")
