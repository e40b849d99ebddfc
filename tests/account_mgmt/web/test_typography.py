"""French spaces and plurals, whatever the code's plain spaces."""

import pytest

from account_mgmt.web.typography import SourceTexts


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Création réussie : confirmez", "Création réussie\u00a0: confirmez"),
        ("Qui êtes-vous ?", "Qui êtes-vous\u00a0?"),
        ("« Mon compte » ; oui !", "«\u00a0Mon compte\u00a0»\u00a0; oui\u00a0!"),
        ("https://example.org/a?b", "https://example.org/a?b"),
    ],
)
def test_a_sign_stays_on_the_line_of_its_word(written: str, shown: str) -> None:
    assert SourceTexts().gettext(written) == shown
    assert SourceTexts().ugettext(written) == shown


def test_zero_and_one_are_singular() -> None:
    texts = SourceTexts()
    assert [texts.ungettext("enfant", "enfants", number) for number in (0, 1, 2)] == ["enfant", "enfant", "enfants"]
