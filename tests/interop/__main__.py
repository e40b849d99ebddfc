"""Log in to a real server with openid-client, a library of Node that this project does not use: `make interop`.

A family plays at a site of its own, the browser is a small one in this file, and the relying party is
`openid-client/party.mjs`, once for each way in which a client may authenticate. Any check that fails, on either side, ends it.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx2
from joserfc.jwk import RSAKey
from lxml import html
from sqlalchemy import update

import wsgi
from account_mgmt.models import ChildLink
from config.database import Base, db
from config.settings import load_settings
from tests.factories import PASSWORD, Stage, dupont
from tests.live_server import free_port, granian
from tests.relying_parties import LOGGED_OUT_URI, REDIRECT_URI, SECRET, register

PARTY = Path(__file__).parent / "openid-client"
KEY = RSAKey.generate_key(2048, {"kid": "interop", "alg": "RS256", "use": "sig"})
MOST_PAGES = 20

CLIENTS: dict[str, dict[str, Any]] = {
    "client-secret-basic": {"token_endpoint_auth_method": "client_secret_basic"},
    "client-secret-post": {"token_endpoint_auth_method": "client_secret_post"},
    "private-key-jwt": {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [KEY.as_dict(private=False)]}},
    "public": {"token_endpoint_auth_method": "none"},
    "es256": {"token_endpoint_auth_method": "client_secret_basic", "id_token_signed_response_alg": "ES256"},
}
"""The relying parties to try, by what is particular to each."""


class Failed(Exception):
    """The site and the library do not understand one another."""


@dataclass
class Browser:
    """Follows addresses, and gives the password where it is asked for."""

    login: str
    site: str

    def __post_init__(self) -> None:
        self._http = httpx2.Client(timeout=30)

    def open(self, address: str) -> str:
        """The address outside the site at which an address ends."""
        for _ in range(MOST_PAGES):
            if not address.startswith(f"{self.site}/"):
                return address
            answer = self._http.get(address)
            if answer.status_code == httpx2.codes.OK:
                answer = self._give_password(address, answer)
            if not answer.is_redirect:
                raise Failed(f"{address} answered {answer.status_code}: {answer.text[:500]}")
            address = urljoin(address, answer.headers["Location"])
        raise Failed(f"no end to the pages after {address}")

    def _give_password(self, address: str, page: httpx2.Response) -> httpx2.Response:
        for form in html.document_fromstring(page.text).forms:
            if "password" in form.fields:
                fields = {**dict(form.form_values()), "login": self.login, "password": PASSWORD}
                return self._http.post(urljoin(address, form.get("action") or ""), data=fields)
        raise Failed(f"{address} shows a page that is no login page")


def build() -> str:
    """A site with the Duponts, whose father has both children, and the clients; returns his login."""
    app = wsgi.create_app(load_settings())
    with app.app_context():
        Base.metadata.create_all(db.engine)
        session = db.session()
        family = dupont(session, others=Stage.KNOWN)
        both = update(ChildLink).where(ChildLink.account_id == family.jean_for_florian.id)
        session.execute(both.values(account_id=family.jean_for_dylan.id))
        for name, settings in CLIENTS.items():
            register(session, name, offline_access=True, **settings)
        session.commit()
        return family.jean_for_dylan.login


def play(name: str, issuer: str, login: str) -> dict[str, Any]:
    """One relying party's whole visit; what it learned."""
    who = {
        "issuer": issuer,
        "client_id": name,
        "secret": SECRET,
        "key": KEY.as_dict(private=True),
        "metadata": {name: value for name, value in CLIENTS[name].items() if name != "jwks"},
        "redirect_uri": REDIRECT_URI,
        "post_logout_redirect_uri": LOGGED_OUT_URI,
    }
    browser = Browser(login, issuer)
    with subprocess.Popen(
        ["node", "party.mjs", json.dumps(who)], cwd=PARTY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as party:
        for line in party.stdout or ():
            said = json.loads(line)
            if "done" in said:
                return dict(said["done"])
            print(browser.open(said["open"]), file=party.stdin, flush=True)
    raise Failed(f"the relying party {name} gave up")


def check(told: dict[str, Any]) -> None:
    """What a relying party is for: both children, at the token and at UserInfo."""
    names = [child["prenom"] for child in told["claims"]["enfants"]]
    if names != ["Florian", "Dylan"] or told["userinfo"]["enfants"] != told["claims"]["enfants"]:
        raise Failed(f"the children are {names}")


def main() -> None:
    """Install the library, start the site, and let each relying party in."""
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=PARTY, check=True)
    port = free_port()
    issuer = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="preau-interop-") as folder:
        variables = {
            "PREAU_MODE": "test",
            "PREAU_SECRET_KEY": "a secret for interop, long enough and known to everybody",
            "PREAU_HTTP__BASE_URL": issuer,
            "PREAU_DATABASE__URL": f"sqlite:///{folder}/preau.sqlite",
            "PREAU_STORE__URL": f"sqlite:///{folder}/store.sqlite",
            "PREAU_KEYS__DIRECTORY": f"{folder}/keys",
        }
        os.environ.update(variables)
        login = build()
        with granian(variables, port):
            for name in CLIENTS:
                told = play(name, issuer, login)
                check(told)
                sys.stdout.write(
                    f"openid-client, {name}: logged in, {len(told['claims'])} claims, refreshed, revoked, logged out\n"
                )


if __name__ == "__main__":
    main()
