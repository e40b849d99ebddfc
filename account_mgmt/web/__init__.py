"""The pages of people: account, first connection, help, and what every page shares (language, look, access)."""

from flask import Blueprint

from account_mgmt.web import help, language, theme

BLUEPRINTS: tuple[Blueprint, ...] = (language.blueprint, theme.blueprint, help.blueprint)
