"""The demonstration's own site, on a port of its own: the services, the mailbox, and what to try.

It is no part of Préau: it stands for the services that schools use, and for everybody's mail.
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from idp.demo import mailbox
from idp.demo.relying_party import Attempt, LoginFailed, Received, RelyingParty, Service

TEMPLATES = Path(__file__).parents[2] / "templates" / "demo"
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
MAIL_SECURITY_POLICY = "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'"


def create_site(folder: Path, issuer: str, services: Mapping[str, Service]) -> Flask:
    """The site over a demonstration's folder (mailbox, letters, plan of the visit) and its registered services.

    What services received lives in the memory of this one process: closing the demonstration forgets it.
    """
    site = Flask(__name__, template_folder=str(TEMPLATES), static_folder=None)
    site.secret_key = secrets.token_bytes(32)
    site.config.update(SESSION_COOKIE_NAME="demonstration", SESSION_COOKIE_SAMESITE="Lax")
    received: dict[tuple[str, str], Received] = {}
    attempts: dict[str, tuple[str, Attempt]] = {}
    parties: dict[str, RelyingParty] = {}

    def party(slug: str) -> RelyingParty:
        if slug not in services:
            abort(404)
        if slug not in parties:
            parties[slug] = RelyingParty(services[slug], issuer, url_for("answer", slug=slug, _external=True))
        return parties[slug]

    def visitor() -> str:
        return str(session.setdefault("visitor", secrets.token_urlsafe(16)))

    @site.get("/")
    def index() -> str:
        plan = json.loads((folder / "demonstration.json").read_text())
        return render_template("index.html", services=services.values(), plan=plan, issuer=issuer)

    @site.get("/style.css")
    def style() -> Response:
        return Response((TEMPLATES / "style.css").read_text(), mimetype="text/css")

    @site.get("/services/<slug>")
    def service(slug: str) -> str:
        found = received.get((visitor(), slug))
        return render_template("service.html", service=party(slug).service, received=found, issuer=issuer, as_json=_as_json)

    @site.post("/services/<slug>/connexion")
    def log_in(slug: str) -> Response:
        attempt = Attempt()
        attempts[attempt.state] = (visitor(), attempt)
        return redirect(party(slug).question(attempt), 303)

    @site.get("/services/<slug>/retour")
    def answer(slug: str) -> Response | tuple[str, int]:
        asked_by, attempt = attempts.pop(request.args.get("state", ""), ("", Attempt()))
        try:
            if asked_by != visitor():
                raise LoginFailed("Cette réponse a déjà servi, ou n'a pas été demandée par ce navigateur.")
            received[visitor(), slug] = party(slug).receive(attempt, request.args.to_dict())
        except LoginFailed as failure:
            return render_template("failure.html", service=party(slug).service, reason=str(failure)), 400
        return redirect(url_for("service", slug=slug), 303)

    @site.post("/services/<slug>/deconnexion")
    def log_out(slug: str) -> Response:
        found = received.pop((visitor(), slug), None)
        back = url_for("service", slug=slug, _external=True)
        return redirect(party(slug).log_out(found, back) if found else back, 303)

    @site.get("/courrier")
    def messages() -> str:
        return render_template("mailbox.html", letters=mailbox.letters(folder / "courrier"))

    @site.get("/courrier/<key>")
    def message(key: str) -> str:
        return render_template("message.html", letter=_letter(folder, key))

    @site.get("/courrier/<key>/html")
    def message_as_html(key: str) -> Response:
        response = Response(_letter(folder, key).html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = MAIL_SECURITY_POLICY
        return response

    @site.get("/lettres.pdf")
    def printed_letters() -> Response:
        return Response((folder / "lettres.pdf").read_bytes(), mimetype="application/pdf")

    @site.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return site


def _letter(folder: Path, key: str) -> mailbox.Letter:
    found = next((letter for letter in mailbox.letters(folder / "courrier") if letter.key == key), None)
    if found is None:
        abort(404)
    return found


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
