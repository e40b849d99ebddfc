"""A site to measure: its settings as in production, some families, a relying party, and people who are signed in."""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

import wsgi
from account_mgmt.services.sessions import open_session
from account_mgmt.web.access import session_cookie_name
from config.database import Base, db
from config.services import Services
from config.settings import load_settings
from tests.factories import make_academy, make_account, make_guardian, make_guardianship, make_pupil, make_school
from tests.relying_parties import REDIRECT_URI, register

ENVIRONMENT = {
    "PREAU_MODE": "production",
    "PREAU_SECRET_KEY": "kR4vJ0n8tYq2wZ6xP1sD5gH9bL3mC7fV",
    "PREAU_HTTP__BASE_URL": "https://preau.test",
}
"""The settings of the site, as a server that is started for it reads them."""
SCOPE = "openid profile email enfants ent"


@dataclass(frozen=True)
class Person:
    """Somebody with an account and a session."""

    login: str
    cookie: str


@dataclass(frozen=True)
class Site:
    """The application and who uses it."""

    app: Flask
    people: tuple[Person, ...]


def environment(folder: Path, database: str | None = None, store: str | None = None) -> dict[str, str]:
    """The variables by which a process runs this site."""
    return {
        **ENVIRONMENT,
        "PREAU_DATABASE__URL": database or f"sqlite:///{folder}/preau.sqlite",
        "PREAU_STORE__URL": store or f"sqlite:///{folder}/store.sqlite",
        "PREAU_KEYS__DIRECTORY": str(folder / "keys"),
    }


def build(variables: dict[str, str], families: int) -> Site:
    """An empty site with so many families of two children in two schools, one guardian's account each, all signed in."""
    os.environ.update(variables)
    settings = load_settings()
    app = wsgi.create_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        accounts = _families(families)
        services: Services = app.extensions["services"]
        name = session_cookie_name(settings)
        people = tuple(Person(login, f"{name}={open_session(services, number)[0]}") for number, login in accounts)
        services.keys.jwks()
    return Site(app, people)


def _families(count: int) -> list[tuple[int, str]]:
    session = db.session()
    academy = make_academy(session)
    schools = [make_school(session, academy, uai, uai) for uai in ("0790031E", "0860033X")]
    register(session)
    accounts = []
    for number in range(count):
        guardian = make_guardian(session, academy, f"Camille Durand{number}")
        children = [make_pupil(session, school, f"Enfant{school.id} Durand{number}") for school in schools]
        for child in children:
            make_guardianship(session, guardian, child)
        account = make_account(session, children[0], guardian)
        make_account(session, children[1], guardian)
        accounts.append((account.id, account.login))
    session.commit()
    return accounts


@dataclass(frozen=True)
class Question:
    """A relying party's request, and what answers its challenge."""

    query: str
    verifier: str

    @classmethod
    def new(cls) -> "Question":
        """With PKCE, state and nonce of its own."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        parameters = {
            "response_type": "code",
            "client_id": "icart",
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPE,
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return cls(urlencode(parameters), verifier)

    def form(self, code: str) -> str:
        """What the token endpoint is sent."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, "code_verifier": self.verifier}
        return urlencode(form)
