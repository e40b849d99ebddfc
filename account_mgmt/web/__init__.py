"""The pages of people: the gates, the account, help, and what every page shares (language, look, access)."""

from flask import Blueprint

from account_mgmt.web import confirmation, family, help_page, language, onboarding, recovery, school, theme

BLUEPRINTS: tuple[Blueprint, ...] = (
    language.blueprint,
    theme.blueprint,
    help_page.blueprint,
    onboarding.blueprint,
    recovery.blueprint,
    family.blueprint,
    school.blueprint,
)

__all__ = ["BLUEPRINTS", "confirmation"]  # its views stand on the blueprint of `onboarding`: importing the module adds them
