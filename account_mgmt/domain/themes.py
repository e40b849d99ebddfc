"""The look of an académie: its name, its colour and its logo, checked so that no theme makes a page hard to read.

An académie gives one accent colour; the darker and the paler shade that pages need are made from it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COLOUR = re.compile(r"#[0-9a-f]{6}\Z", re.IGNORECASE)
LOGO = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*\.(svg|png)\Z")
READABLE = 4.5
"""The least contrast between text and ground (WCAG 2.2, 1.4.3)."""

LINEAR_UP_TO = 10
"""Of 255: just under the 0.04045 of the definition of relative luminance."""

Rgb = tuple[int, int, int]
WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)


@dataclass(frozen=True)
class Theme:
    """What pages show of an académie. An empty accent or logo means the product's own."""

    name: str = ""
    accent: str = ""
    logo: str = ""


def theme_from(name: str, given: Mapping[str, Any]) -> Theme:
    """The theme of an académie from what it wrote: `name`, `accent` (#rrggbb), `logo` (a file of `static/`).

    Raises ValueError for an unknown key, a colour on which white text cannot be read, or a logo outside `static/`.
    """
    if unknown := set(given) - {"name", "accent", "logo"}:
        raise ValueError(f"a theme has no {', '.join(sorted(unknown))}")
    accent, logo = str(given.get("accent", "")), str(given.get("logo", ""))
    if accent and not COLOUR.match(accent):
        raise ValueError(f"{accent!r} is not a colour of the form #rrggbb")
    if accent and contrast(rgb(accent), WHITE) < READABLE:
        raise ValueError(f"{accent} is too pale: white text on it has a contrast under {READABLE}")
    if logo and not LOGO.match(logo):
        raise ValueError(f"{logo!r} is not an SVG or PNG file of the static folder")
    return Theme(name=str(given.get("name", name)), accent=accent.lower(), logo=logo)


def shades(theme: Theme) -> dict[str, str]:
    """The CSS variables that this theme sets: the accent, a darker one for hovering, a pale one for grounds."""
    if not theme.accent:
        return {}
    accent = rgb(theme.accent)
    return {
        "--accent": theme.accent,
        "--accent-strong": _hex(_mixed(accent, BLACK, 0.3)),
        "--accent-soft": _hex(_mixed(accent, WHITE, 0.92)),
    }


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def rgb(colour: str) -> Rgb:
    """The three parts of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (part / 255 / 12.92 if part <= LINEAR_UP_TO else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
