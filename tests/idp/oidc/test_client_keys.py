"""Keys that a client publishes at an address: fetched through the guard, kept for a while, fetched again after a rotation."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc.jwk import OctKey, RSAKey

from config.clock import FrozenClock
from config.services import Services
from config.settings import Settings
from idp.oidc import client_keys
from tests.idp.oidc.conformance import checks
from tests.idp.oidc.conftest import Desk, MakeDesk
from tests.idp.oidc.test_client_authentication import assertion, show

OLD = RSAKey.generate_key(2048, {"kid": "old"})
NEW = RSAKey.generate_key(2048, {"kid": "new"})


class Publisher(ThreadingHTTPServer):
    """A client's own server, which shows its keys and counts the visits."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.document: object = {"keys": [OLD.as_dict(private=False)]}
        self.visits = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/jwks"


class Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        self.server.visits += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.server.document).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing on the test's output."""


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setattr(client_keys, "_fetched", OrderedDict())
    running = Publisher()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same site, which may reach servers on this machine."""
    return settings.model_copy(update={"protocols": settings.protocols.model_copy(update={"allow_loopback_requests": True})})


@pytest.fixture
def signer(make_desk: MakeDesk, desk: Desk, publisher: Publisher) -> Desk:
    return make_desk("signer", token_endpoint_auth_method="private_key_jwt", jwks_uri=publisher.address)


def test_oidcc_registration_jwks_uri(signer: Desk, publisher: Publisher, clock: FrozenClock) -> None:
    checks.token_response(show(signer, assertion(signer, clock, OLD)))
    checks.token_response(show(signer, assertion(signer, clock, OLD)))
    assert publisher.visits == 1


def test_oidcc_refresh_token_rp_key_rotation(signer: Desk, publisher: Publisher, clock: FrozenClock) -> None:
    checks.token_response(show(signer, assertion(signer, clock, OLD)))
    publisher.document = {"keys": [NEW.as_dict(private=False)]}
    clock.advance(seconds=60)
    checks.token_response(show(signer, assertion(signer, clock, NEW)))
    checks.token_error(show(signer, assertion(signer, clock, OLD)), "invalid_client")


def test_invented_key_ids_do_not_make_us_fetch_again_and_again(signer: Desk, publisher: Publisher, clock: FrozenClock) -> None:
    for _ in range(5):
        checks.token_error(show(signer, assertion(signer, clock, NEW)), "invalid_client")
    assert publisher.visits == 1


def test_keys_are_fetched_again_after_a_while(signer: Desk, publisher: Publisher, clock: FrozenClock) -> None:
    checks.token_response(show(signer, assertion(signer, clock, OLD)))
    publisher.document = {"keys": []}
    clock.advance(minutes=11)
    checks.token_error(show(signer, assertion(signer, clock, OLD)), "invalid_client")


@pytest.mark.parametrize(
    "document", [[], {}, {"keys": "x"}, {"keys": [1]}, {"keys": [{"kty": "RSA"}]}, {"keys": [OctKey.generate_key(256).as_dict()]}]
)
def test_an_address_that_shows_no_keys_refuses_the_client_and_breaks_nothing(
    signer: Desk, publisher: Publisher, clock: FrozenClock, document: object
) -> None:
    publisher.document = document
    checks.token_error(show(signer, assertion(signer, clock, OLD)), "invalid_client")


def test_the_keys_of_no_more_than_so_many_clients_are_kept(
    signer: Desk, make_desk: MakeDesk, publisher: Publisher, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_keys, "KEPT", 1)
    other = make_desk("other", token_endpoint_auth_method="private_key_jwt", jwks_uri=f"{publisher.address}?other")
    for desk in (signer, other, signer):
        checks.token_response(show(desk, assertion(desk, clock, OLD)))
    assert publisher.visits == 3


def test_an_unknown_key_type_beside_a_known_one_is_passed_over(signer: Desk, publisher: Publisher, clock: FrozenClock) -> None:
    publisher.document = {"keys": [{"kty": "AKP", "kid": "later"}, OLD.as_dict(private=False)]}
    checks.token_response(show(signer, assertion(signer, clock, OLD)))


def test_a_private_address_is_not_visited_unless_the_setting_says_so(
    make_desk: MakeDesk, desk: Desk, clock: FrozenClock, services: Services
) -> None:
    assert services.settings.protocols.allow_loopback_requests
    inside = make_desk("inside", token_endpoint_auth_method="private_key_jwt", jwks_uri="https://10.0.0.1/jwks")
    checks.token_error(show(inside, assertion(inside, clock, OLD)), "invalid_client")
