"""Where everything meets: settings, then services, then blueprints and commands. Servers, tests and `flask` call it.

`flask --app wsgi …`, `granian --interface wsgi --factory wsgi:create_app`. Pages and commands come from lists of the packages.
"""

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import account_mgmt.cli
import account_mgmt.models
import account_mgmt.web
import config.audit
import config.audit_seals
import config.audit_triggers
import config.cli
import config.cli_operations
import config.outbox
import consent.cli
import consent.models
import consent.web
import idp.demo.cli
import idp.interaction.web
import idp.oidc.web
import idp.relying_parties.cli
import idp.relying_parties.models
from account_mgmt.web.language import init_languages
from config.audit import AuditTrail
from config.clock import Clock, SystemClock
from config.cores import share_cores
from config.csrf import init_csrf
from config.database import init_database
from config.documents import Documents
from config.encryption import derive_key
from config.error_pages import init_error_pages
from config.keys import KeyRing
from config.links import Links
from config.logs import init_logs
from config.mailer import Mailer
from config.outbox import Outbox
from config.security_headers import init_security_headers
from config.services import Services
from config.settings import ROOT, Settings, load_settings
from config.store import open_store
from idp.interaction.front_end import FrontEnd, add_front_end
from idp.interaction.web import PORTAL_PROTOCOL, Portal
from idp.oidc.clients import PROTOCOL as OIDC_PROTOCOL
from idp.oidc.front_end import OidcFrontEnd

MODELS = (account_mgmt.models, consent.models, idp.relying_parties.models, config.audit, config.audit_seals, config.outbox)
"""The modules with tables: imported here, so that migrations and tests see all of them."""

FACILITIES: tuple[Callable[[Flask], None], ...] = (init_logs, init_security_headers, init_languages, init_csrf, init_error_pages)
"""What every page shares, in the order in which it is put around the pages."""

BLUEPRINTS: tuple[Blueprint, ...] = (
    *account_mgmt.web.BLUEPRINTS,
    *consent.web.BLUEPRINTS,
    *idp.interaction.web.BLUEPRINTS,
    *idp.oidc.web.BLUEPRINTS,
)
"""The pages and endpoints."""

FRONT_ENDS: dict[str, FrontEnd] = {PORTAL_PROTOCOL: Portal(), OIDC_PROTOCOL: OidcFrontEnd()}
"""The protocols in which the pipeline answers."""

COMMANDS: tuple[click.Command, ...] = (
    *config.cli.COMMANDS,
    *config.cli_operations.COMMANDS,
    *account_mgmt.cli.COMMANDS,
    *consent.cli.COMMANDS,
    *idp.relying_parties.cli.COMMANDS,
    *idp.demo.cli.COMMANDS,
)
"""The command line: `flask <group> <command>`."""


def create_app(settings: Settings | None = None, **replacements: Any) -> Flask:
    """The application, from the settings in force or the ones given; replacements are fields of `Services`, or the mailer."""
    settings = settings or load_settings()
    app = Flask(
        "preau", root_path=str(ROOT), template_folder="templates", static_folder="templates/static", static_url_path="/static"
    )
    configure_flask(app, settings)
    init_database(app, settings)
    app.extensions["services"] = build_services(settings, **replacements)
    share_cores(settings.keys.directory.parent / "cores")
    for init in FACILITIES:
        init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for protocol, front_end in FRONT_ENDS.items():
        add_front_end(app, protocol, front_end)
    for command in COMMANDS:
        app.cli.add_command(command)
    put_in_front(app, settings)
    if settings.mode == "production":
        # What is loaded by now lives as long as the process: looking through it again at each collection costs a few percent.
        gc.freeze()
    return app


def build_services(settings: Settings, clock: Clock | None = None, mailer: Mailer | None = None, **replacements: Any) -> Services:
    """What use cases reach for; none of it connects to anything before its first use."""
    clock = clock or SystemClock()
    services = Services(
        settings=settings,
        clock=clock,
        store=open_store(settings.store.url, clock),
        keys=KeyRing(settings, clock),
        links=Links(settings, clock),
        documents=Documents(settings, clock),
        outbox=Outbox(settings, clock, mailer),
        audit=AuditTrail(settings, clock),
    )
    return replace(services, **replacements)


def configure_flask(app: Flask, settings: Settings) -> None:
    """Flask's own settings; its signed cookie holds nothing but the secret of forms."""
    secure = settings.http.secure
    app.config.update(
        SECRET_KEY=derive_key(settings.secret_key.get_secret_value(), "flask session"),
        SESSION_COOKIE_NAME="__Host-preau-forms" if secure else "preau-forms",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PREFERRED_URL_SCHEME="https" if secure else "http",
        MAX_CONTENT_LENGTH=settings.http.largest_upload_mb * 1024 * 1024,
        TESTING=settings.mode == "test",
        TEMPLATES_AUTO_RELOAD=settings.mode == "development",
    )


def put_in_front(app: Flask, settings: Settings) -> None:
    """What requests pass before Flask: static files, and the word of the proxies that the operator named."""
    wsgi_app: Any = WhiteNoise(
        app.wsgi_app,
        root=app.static_folder,
        prefix="static/",
        max_age=settings.http.static_max_age_seconds,
        autorefresh=settings.mode == "development",
        allow_all_origins=False,
        add_headers_function=_protect_static,
    )
    if hops := settings.http.trusted_proxies:
        wsgi_app = ProxyFix(wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    app.wsgi_app = wsgi_app  # type: ignore[method-assign]  # the way in which Flask's documentation adds WSGI middleware


def _protect_static(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
