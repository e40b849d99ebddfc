"""An answer by POST arrives at the relying party from a real browser: by the page's script, and by its button without."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page

from tests.browser.live_site import LiveSite
from tests.browser.stroll import Stroll
from tests.factories import PASSWORD, dupont
from tests.relying_parties import Attempt, RelyingParty, register

Open = Callable[..., Page]


class Service(ThreadingHTTPServer):
    """The relying party's own server: keeps the forms that browsers send it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.forms: list[dict[str, list[str]]] = []

    @property
    def callback(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/callback"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.forms.append(parse_qs(body))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>arrived</title><link rel=icon href=data:,>")

    def log_message(self, *_: object) -> None:
        """Say nothing on the test's output."""


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def ask(site: LiveSite, service: Service) -> tuple[RelyingParty, Attempt, str]:
    """The relying party, its request, and the login of somebody past both gates."""
    with site.database() as session:
        login = dupont(session).jean_for_dylan.login
        register(session, "icart", redirect_uris=[service.callback])
    party = RelyingParty(site.app.test_client(), site.url, redirect_uri=service.callback)
    return party, party.ask(response_mode="form_post"), login


@pytest.mark.parametrize("scripts", [True, False], ids=["by its script", "by its button"])
def test_the_answer_arrives(
    site: LiveSite, window: Open, service: Service, ask: tuple[RelyingParty, Attempt, str], scripts: bool
) -> None:
    party, attempt, login = ask
    page = window(scripts=scripts)
    stroll = Stroll(site, page)
    stroll.open(party.address(attempt).removeprefix(site.url))
    stroll.fill(login=login, password=PASSWORD)
    stroll.press()
    if not scripts:
        page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(service.callback)
    assert page.title() == "arrived"
    (form,) = service.forms
    assert form["state"] == [attempt.parameters["state"]]
    assert form["iss"] == [site.url]
    assert "?" not in page.url
    assert party.verified(party.exchange(attempt, form["code"][0])).claims["nonce"] == attempt.parameters["nonce"]
