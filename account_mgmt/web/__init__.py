"""The pages of people: the gates, the account, help, and what every page shares (language, look, access)."""

from flask import Blueprint

from account_mgmt.web import confirmation, family, help_page, language, onboarding, recovery, school, theme, wrong_child

BLUEPRINTS: tuple[Blueprint, ...] = (
    language.blueprint,
    theme.blueprint,
    help_page.blueprint,
    onboarding.blueprint,
    recovery.blueprint,
    family.blueprint,
    school.blueprint,
)

__all__ = ["BLUEPRINTS", "confirmation", "wrong_child"]  # their views stand on `onboarding`'s blueprint: importing adds them
