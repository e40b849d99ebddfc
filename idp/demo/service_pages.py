"""The sample services' pages: log in, see all that was received, log out."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from idp.demo.relying_party import Attempt, LoginFailed, Received, RelyingParty, Service

blueprint = Blueprint("services", __name__, url_prefix="/services")


@dataclass
class Counter:
    """What the services remember of their visitors, in the memory of this one process: stopping it forgets everything."""

    issuer: str
    services: Mapping[str, Service]
    received: dict[tuple[str, str], Received] = field(default_factory=dict)
    """By visitor and service."""
    attempts: dict[str, tuple[str, Attempt]] = field(default_factory=dict)
    """By state: who asked, and what."""
    parties: dict[str, RelyingParty] = field(default_factory=dict)

    def party(self, slug: str) -> RelyingParty:
        """The service before its provider, whose discovery document is read at the first visit."""
        if slug not in self.services:
            abort(404)
        if slug not in self.parties:
            back = url_for("services.answer", slug=slug, _external=True)
            self.parties[slug] = RelyingParty(self.services[slug], self.issuer, back)
        return self.parties[slug]

    def attempt_of(self, visitor: str, state: str) -> Attempt:
        """What this visitor asked, once; raises LoginFailed for anybody else's answer, or a second time."""
        asked_by, attempt = self.attempts.pop(state, ("", Attempt()))
        if asked_by != visitor:
            raise LoginFailed("Cette réponse a déjà servi, ou n'a pas été demandée par ce navigateur.")
        return attempt


@blueprint.get("/<slug>")
def service(slug: str) -> str:
    """The service's home: a login button, or what the login brought."""
    counter = _counter()
    found = counter.received.get((_visitor(), slug))
    return render_template(
        "service.html", service=counter.party(slug).service, received=found, issuer=counter.issuer, as_json=_as_json
    )


@blueprint.post("/<slug>/connexion")
def log_in(slug: str) -> Response:
    """Send the browser to Préau with a new question."""
    attempt = Attempt()
    _counter().attempts[attempt.state] = (_visitor(), attempt)
    return redirect(_counter().party(slug).question(attempt), 303)


@blueprint.get("/<slug>/retour")
def answer(slug: str) -> Response | tuple[str, int]:
    """Take the answer that the browser brings back."""
    party = _counter().party(slug)
    try:
        attempt = _counter().attempt_of(_visitor(), request.args.get("state", ""))
        _counter().received[_visitor(), slug] = party.receive(attempt, request.args.to_dict())
    except LoginFailed as failure:
        return render_template("failure.html", service=party.service, reason=str(failure)), 400
    return redirect(url_for(".service", slug=slug), 303)


@blueprint.post("/<slug>/deconnexion")
def log_out(slug: str) -> Response:
    """Forget what was received, and end the session at Préau too."""
    found = _counter().received.pop((_visitor(), slug), None)
    back = url_for(".service", slug=slug, _external=True)
    return redirect(_counter().party(slug).log_out(found, back) if found else back, 303)


def _counter() -> Counter:
    counter: Counter = current_app.extensions["counter"]
    return counter


def _visitor() -> str:
    return str(session.setdefault("visitor", secrets.token_urlsafe(16)))


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
