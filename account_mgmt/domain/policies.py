"""What an académie decides: named settings, the values of two guides as presets, and a default for each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from account_mgmt.domain.login_names import Pattern


@dataclass(frozen=True)
class Policies:
    """The decisions of an académie.

    Durations are in months where the rules speak of months. Each default is the value that most guides give.
    """

    login_pattern: Pattern = "prenom.nom"  # R02
    activation_months: int = 3  # R05
    confirmation_months: int = 3  # R20
    password_min: int = 8  # R12
    password_max: int | None = None  # R12: no cap by default
    password_letters_and_digits: bool = True  # R12
    password_guesses: int = 8  # R12: a guesser needs at least 10 to this power of tries; 8 characters without any pattern do
    inactivity_months: int = 12  # R81
    reset_minutes: int = 60  # R51
    reset_code: bool = False  # R51: the message also holds a temporary code
    recovery_messages: Literal["plain", "discreet"] = "plain"  # R54: discreet tells strangers nothing, not even a few times


PRESETS: Mapping[str, Policies] = {
    "default": Policies(),
    "poitiers": Policies(),
    "caen": Policies(inactivity_months=6, reset_code=True),
    "legacy": Policies(password_max=14),
    "strong": Policies(password_min=12, password_letters_and_digits=False, password_guesses=10),
}


def policies_from(preset: str, overrides: Mapping[str, Any]) -> Policies:
    """The policies of an académie: a preset and what it changed of it; an unknown name raises ValueError."""
    if preset not in PRESETS:
        raise ValueError(f"no policy preset is called {preset!r}")
    known = {field.name for field in fields(Policies)}
    if unknown := set(overrides) - known:
        raise ValueError(f"no policy is called {', '.join(sorted(unknown))}")
    return replace(PRESETS[preset], **overrides)
