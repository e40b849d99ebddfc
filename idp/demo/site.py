"""The demonstration's own site, on a port of its own: the services, the mailbox, and what to try.

It is no part of Préau: it stands for the services that schools use, and for everybody's mail. It keeps no secret that
matters, and lives on loopback.
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, current_app, render_template, send_from_directory
from werkzeug.wrappers import Response

from config.settings import ROOT
from idp.demo import mailbox_pages, service_pages
from idp.demo.relying_party import Service
from idp.demo.service_pages import Counter

TEMPLATES = ROOT / "templates" / "demo"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self' {issuer}"
)


def create_site(folder: Path, issuer: str, services: Mapping[str, Service]) -> Flask:
    """The site over a demonstration's folder (mailbox, letters, plan of the visit) and its registered services."""
    site = Flask(__name__, template_folder=str(TEMPLATES), static_folder=None)
    site.secret_key = secrets.token_bytes(32)
    site.config.update(SESSION_COOKIE_NAME="demonstration", SESSION_COOKIE_SAMESITE="Lax", FOLDER=folder, ISSUER=issuer)
    site.extensions["counter"] = Counter(issuer, services)
    site.register_blueprint(service_pages.blueprint)
    site.register_blueprint(mailbox_pages.blueprint)
    site.add_url_rule("/", view_func=index)
    site.add_url_rule("/style.css", view_func=style)
    site.add_url_rule("/fichiers/<name>", view_func=file)
    site.after_request(protect)
    return site


def index() -> str:
    """What to try, and where."""
    plan = json.loads((current_app.config["FOLDER"] / "demonstration.json").read_text())
    counter: Counter = current_app.extensions["counter"]
    return render_template("index.html", services=counter.services.values(), plan=plan, issuer=current_app.config["ISSUER"])


def style() -> Response:
    """The one style sheet."""
    return send_from_directory(TEMPLATES, "style.css")


def file(name: str) -> Response:
    """The letters as they were printed, and a school file to import; other names are not found."""
    wanted = name if Path(name).suffix in (".pdf", ".zip") else ""
    return send_from_directory(current_app.config["FOLDER"] / "fichiers", wanted)


def protect(response: Response) -> Response:
    """Pages run no script and are framed nowhere, as Préau's own."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY.format(issuer=current_app.config["ISSUER"]))
    response.headers.setdefault("Cache-Control", "no-store")
    return response
