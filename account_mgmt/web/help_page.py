"""The help page: what to do when something does not work, in a tired parent's words. It can be printed."""

from flask import Blueprint, render_template

from config.access import public

blueprint = Blueprint("help", __name__)


@blueprint.get("/aide")
@public
def help_page() -> str:
    """Answers to what families ask."""
    return render_template("account_mgmt/help.html")
