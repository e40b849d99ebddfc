"""An address to come back to is one of ours, whatever a link says."""

import pytest

from account_mgmt.web.paths import local_path


@pytest.mark.parametrize("path", ["/", "/compte", "/confirmation?interaction=abc", "/a//b", "/compte#bas"])
def test_a_path_of_this_site_is_followed(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "compte",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\\b",
    ],
)
def test_anything_else_leads_home(path: str | None) -> None:
    assert local_path(path) == "/"
    assert local_path(path, "/compte") == "/compte"
