"""The pages of the pipeline: logging in and out, requests that wait, home; and `answer`, which front ends call."""

from flask import Blueprint

from idp.interaction.web import home, sign_in, sign_out
from idp.interaction.web.answers import answer, blueprint
from idp.interaction.web.portal import PROTOCOL as PORTAL_PROTOCOL
from idp.interaction.web.portal import Portal

BLUEPRINTS: tuple[Blueprint, ...] = (blueprint,)

__all__ = ["BLUEPRINTS", "PORTAL_PROTOCOL", "Portal", "answer", "home", "sign_in", "sign_out"]
