"""What a protocol owes the pipeline: the way to say yes and the way to say no, and where the protocols are looked up."""

from typing import Protocol

from flask import Flask, current_app
from flask.typing import ResponseReturnValue

from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.release import Refusal, Release

EXTENSION = "front_ends"


class FrontEnd(Protocol):
    """One protocol's answers; each has read the request that it answers, and finds its own luggage in `request.reply`."""

    def respond(self, request: AuthenticationRequest, release: Release) -> ResponseReturnValue:
        """Give the relying party what was decided."""

    def refuse(self, request: AuthenticationRequest, refusal: Refusal) -> ResponseReturnValue:
        """Tell the relying party, in the protocol's own words, that it gets nothing."""


def add_front_end(app: Flask, protocol: str, front_end: FrontEnd) -> None:
    """Let requests of this protocol be answered; called once for each in `wsgi.py`."""
    app.extensions.setdefault(EXTENSION, {})[protocol] = front_end


def front_end_of(request: AuthenticationRequest) -> FrontEnd:
    """The front end that read this request, and that will answer it."""
    front_ends: dict[str, FrontEnd] = current_app.extensions[EXTENSION]
    return front_ends[request.protocol]
