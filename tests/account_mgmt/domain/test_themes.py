"""The look of an académie never makes a page hard to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.themes import READABLE, WHITE, Theme, contrast, rgb, shades, theme_from

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_an_academy_that_says_nothing_has_its_name_and_the_usual_colours() -> None:
    theme = theme_from("Académie de Brume", {})
    assert theme == Theme(name="Académie de Brume")
    assert shades(theme) == {}


def test_a_colour_comes_with_a_darker_and_a_paler_shade() -> None:
    theme = theme_from("Académie de Brume", {"accent": "#7B1E3A", "logo": "logos/brume.svg", "name": "Brume"})
    assert theme == Theme(name="Brume", accent="#7b1e3a", logo="logos/brume.svg")
    assert shades(theme) == {"--accent": "#7b1e3a", "--accent-strong": "#561529", "--accent-soft": "#f4edef"}


@given(COLOURS)
def test_white_text_can_be_read_on_every_colour_that_is_accepted(colour: str) -> None:
    try:
        variables = shades(theme_from("", {"accent": colour}))
    except ValueError:
        assert contrast(rgb(colour), WHITE) < READABLE
        return
    assert contrast(rgb(variables["--accent"]), WHITE) >= READABLE
    assert contrast(rgb(variables["--accent-strong"]), WHITE) >= READABLE


@pytest.mark.parametrize(
    ("given_theme", "sentence"),
    [
        ({"accent": "red"}, "not a colour"),
        ({"accent": "#fff;}body{display:none"}, "not a colour"),
        ({"accent": "#ffd166"}, "too pale"),
        ({"logo": "https://example.org/logo.svg"}, "static folder"),
        ({"logo": "../secret.svg"}, "static folder"),
        ({"logo": "logo.js"}, "static folder"),
        ({"font": "Comic Sans"}, "a theme has no font"),
    ],
)
def test_what_is_no_theme_is_refused_with_a_sentence(given_theme: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        theme_from("", given_theme)


def test_contrast_follows_the_known_values_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), WHITE) == pytest.approx(4.48, abs=0.01)
    assert contrast((10, 10, 10), (11, 11, 11)) == pytest.approx(1.0, abs=0.02)
