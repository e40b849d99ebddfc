"""Everybody's mail on one page: the demonstration's mailbox, to follow the links that Préau sends."""

from flask import Blueprint, abort, current_app, render_template
from werkzeug.wrappers import Response

from idp.demo import mailbox

blueprint = Blueprint("mailbox", __name__, url_prefix="/courrier")
MAIL_SECURITY_POLICY = (
    "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'"
)
"""A mail program shows the styles that a message carries; it runs nothing."""


@blueprint.get("")
def messages() -> str:
    """Every message, the newest first."""
    return render_template("mailbox.html", letters=mailbox.letters(current_app.config["FOLDER"] / "courrier"))


@blueprint.get("/<key>")
def message(key: str) -> str:
    """One message, as text."""
    return render_template("message.html", letter=_letter(key))


@blueprint.get("/<key>/html")
def message_as_html(key: str) -> Response:
    """One message, as a mail program shows it."""
    response = Response(_letter(key).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_SECURITY_POLICY
    return response


def _letter(key: str) -> mailbox.Letter:
    kept = mailbox.letters(current_app.config["FOLDER"] / "courrier")
    found = next((letter for letter in kept if letter.key == key), None)
    if found is None:
        abort(404)
    return found
