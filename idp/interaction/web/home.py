"""Home: what one account gives access to, one child at a time (R70, R71)."""

from typing import cast

from flask import request
from werkzeug.wrappers import Response

from account_mgmt.services.sessions import Session
from account_mgmt.web.access import current_session, signed_in
from config.services import current
from idp.interaction.home import home_of, way_back
from idp.interaction.web.answers import blueprint, page


@blueprint.get("/")
@signed_in
def home() -> Response:
    """The children, the chosen child's school and services, and when the account was last used (R33)."""
    session = cast(Session, current_session())
    position = request.args.get("enfant", default=1, type=int) - 1
    service = request.args.get("service")
    return page(
        "interaction/home.html",
        home=home_of(current(), session, position),
        previous_sign_in_at=session.previous_sign_in_at,
        way_back=way_back(service) if service else None,
    )
