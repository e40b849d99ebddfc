"""Policies: presets, what an académie changes of one, and names that do not exist."""

import pytest

from account_mgmt.domain.policies import PRESETS, Policies, policies_from


def test_an_academie_takes_a_preset_and_changes_what_it_decides_differently() -> None:
    policies = policies_from("caen", {"activation_months": 2})
    assert (policies.activation_months, policies.inactivity_months) == (2, 6)
    assert PRESETS["caen"].activation_months == 3


@pytest.mark.rule("R12")
def test_the_defaults_are_what_most_guides_say() -> None:
    assert (Policies().password_min, Policies().password_max, Policies().activation_months) == (8, None, 3)
    assert Policies() == policies_from("default", {}) == policies_from("poitiers", {})


def test_an_unknown_preset_or_policy_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="'lyon'"):
        policies_from("lyon", {})
    with pytest.raises(ValueError, match="pasword_min"):
        policies_from("default", {"pasword_min": 10})
