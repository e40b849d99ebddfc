"""The demonstration's own pages, as accessible as Préau's: it is what newcomers see first."""

import json
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from idp.demo.relying_party import Service
from idp.demo.site import create_site
from tests.browser.live_site import LiveSite
from tests.browser.test_pages import NARROWEST, overflow, violations

PLAN = {
    "families": [{"title": "Une famille", "story": "Elle a son courrier.", "lines": [["Identifiant", "jean.dupont"]]}],
    "to_import": [["Lycée de la Vallée", "0869003U.zip"]],
    "staff": {"email": "secretariat@academie.example", "password": "cartable"},
}


@pytest.fixture
def demonstration(site: LiveSite, tmp_path: Path) -> Iterator[str]:
    """The demonstration's site, with one message in its mailbox."""
    (tmp_path / "demonstration.json").write_text(json.dumps(PLAN))
    message = EmailMessage()
    message["From"], message["Subject"] = "academie@example.org", "Confirmez votre adresse"
    message["X-Delivered-To"], message["Date"] = "jean@famille.example", "Sun, 22 Nov 2026 12:00:00 +0000"
    message.set_content("Bonjour")
    Maildir(tmp_path / "courrier", create=True).add(message.as_bytes())
    services = {"i-cart": Service("i-cart", "i-Cart", "i-cart", "secret")}
    server = make_server("127.0.0.1", 0, create_site(tmp_path, site.url, services), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/", "/courrier", "/services/i-cart", "/services/i-cart/retour?state=unknown"])
def test_a_page_of_the_demonstration_can_be_used_by_everybody(path: str, demonstration: str, window: Callable[..., Page]) -> None:
    page = window(NARROWEST)
    page.goto(demonstration + path)
    assert violations(page) == []
    assert overflow(page) <= 0


def test_a_message_can_be_read(demonstration: str, window: Callable[..., Page]) -> None:
    page = window(NARROWEST)
    page.goto(f"{demonstration}/courrier")
    page.get_by_role("link", name="Confirmez votre adresse").click()
    assert "Bonjour" in page.inner_text("main")
    assert violations(page) == []
    assert overflow(page) <= 0
