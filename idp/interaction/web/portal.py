"""Our own pages as one more front end: they get nobody who has not passed the same gates as a relying party's people (D9)."""

from urllib.parse import urlsplit

from flask import redirect, url_for
from werkzeug.wrappers import Response

from account_mgmt.web.paths import local_path
from config.services import Services
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.release import Refusal, Release

PROTOCOL = "portal"
ABOUT_SESSIONS = ("/connexion", "/deconnexion", "/interaction", "/premiere-connexion")
"""Pages to which a login does not lead: one would go round in a circle."""


def request_for(services: Services, destination: str | None, login_hint: str | None = None) -> AuthenticationRequest:
    """The request that one of our own pages makes: `destination` is the page, home where there is none."""
    path = local_path(destination)
    if urlsplit(path).path.startswith(ABOUT_SESSIONS):
        path = "/"
    now = services.clock.now()
    return AuthenticationRequest(PROTOCOL, None, now, login_hint=login_hint, reply={"destination": path})


def destination_of(request: AuthenticationRequest) -> str:
    """The page that a request of ours goes on to."""
    return str(request.reply["destination"])


class Portal:
    """The front end of our own pages."""

    def respond(self, request: AuthenticationRequest, _release: Release) -> Response:
        """Open the page: it reads who is there from the session."""
        return redirect(destination_of(request), 303)

    def refuse(self, _request: AuthenticationRequest, _refusal: Refusal) -> Response:
        """Back to where one can log in."""
        return redirect(url_for("interaction.sign_in"), 303)
