"""The guard on outgoing requests: what it refuses before a packet leaves, and the limits on what answers."""

import ipaddress
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from config.outbound import (
    Outbound,
    OutboundError,
    OutboundPolicy,
    OutboundRefused,
    is_public,
)

OPEN = OutboundPolicy(allow_loopback=True, seconds=1.0, max_bytes=1000)


def resolving(*addresses: str) -> Any:
    """A resolver that answers these addresses to any name, and counts how often it was asked."""

    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        resolve.asked += 1  # type: ignore[attr-defined]  # a counter on the function keeps the fake in one piece
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    resolve.asked = 0  # type: ignore[attr-defined]  # as above
    return resolve


class Handler(BaseHTTPRequestHandler):
    """A document server with bad habits, one for each path."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers["Host"]))  # type: ignore[attr-defined]  # set by the fixture
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/document")
            self.end_headers()
            return
        self.send_response(404 if self.path == "/missing" else 200)
        if self.path == "/compressed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.path == "/slow":
            time.sleep(3)
        self.wfile.write(b"x" * 5000 if self.path == "/large" else b'{"keys": []}')

    def log_message(self, *_: object) -> None:
        """Say nothing on the test's output."""


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    running.seen = []  # type: ignore[attr-defined]  # what the handler writes down
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


def address_of(server: ThreadingHTTPServer, path: str, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.server_address[1]}{path}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse, nothing listens
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001:0:7f00:1::",
    ],
)
def test_an_address_inside_is_not_public_however_it_is_written(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(OutboundRefused):
        Outbound(OutboundPolicy(), resolve=resolving(address)).check("https://rp.example/jwks")


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_a_public_address_is_accepted(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    accepted = Outbound(OutboundPolicy(), resolve=resolving(address)).check("https://rp.example/jwks")
    assert accepted.addresses == (ipaddress.ip_address(address),)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    guard = Outbound(OutboundPolicy(), resolve=resolving("93.184.215.14", "10.0.0.1"))
    with pytest.raises(OutboundRefused):
        guard.check("https://rp.example/jwks")


@pytest.mark.parametrize(
    "url",
    [
        "http://rp.example/jwks",
        "ftp://rp.example/jwks",
        "file:///etc/passwd",
        "https://user:secret@rp.example/",
        "/jwks",
        "https://",
    ],
)
def test_only_a_plain_https_address_leaves(url: str) -> None:
    with pytest.raises(OutboundError):
        Outbound(OutboundPolicy(), resolve=resolving("93.184.215.14")).check(url)


def test_loopback_is_closed_unless_the_setting_opens_it(
    server: ThreadingHTTPServer,
) -> None:
    with pytest.raises(OutboundRefused):
        Outbound(OutboundPolicy()).get(address_of(server, "/document"))
    assert Outbound(OPEN).get(address_of(server, "/document")) == b'{"keys": []}'


def test_the_loopback_setting_opens_no_other_private_address() -> None:
    with pytest.raises(OutboundRefused):
        Outbound(OPEN, resolve=resolving("10.0.0.1")).check("https://rp.example/jwks")
    with pytest.raises(OutboundRefused):
        Outbound(OPEN, resolve=resolving("127.0.0.1", "10.0.0.1")).check("http://rp.example/jwks")


def test_the_name_is_resolved_once_and_the_connection_goes_where_the_check_looked(
    server: ThreadingHTTPServer,
) -> None:
    resolve = resolving("127.0.0.1")
    Outbound(OPEN, resolve=resolve).get(address_of(server, "/pinned", host="does-not-exist.invalid"))
    assert resolve.asked == 1
    path, host = server.seen[-1]  # type: ignore[attr-defined]  # what the handler wrote down
    assert (path, host.partition(":")[0]) == ("/pinned", "does-not-exist.invalid")


def test_the_next_address_is_tried_when_the_first_does_not_answer(
    server: ThreadingHTTPServer,
) -> None:
    guard = Outbound(OPEN, resolve=resolving("127.0.0.3", "127.0.0.1"))
    assert guard.get(address_of(server, "/document", host="rp.example"))


@pytest.mark.parametrize("path", ["/moved", "/missing", "/large", "/compressed", "/slow"])
def test_a_redirect_an_error_too_much_or_too_slow_is_a_failure(server: ThreadingHTTPServer, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(OutboundError):
        Outbound(OPEN).get(address_of(server, path))
    assert time.monotonic() - started < 2.5


def test_a_name_that_takes_too_long_to_resolve_is_given_up() -> None:
    def never(*_: object, **__: object) -> list[tuple[Any, ...]]:
        time.sleep(2)
        return []

    started = time.monotonic()
    with pytest.raises(OutboundError):
        Outbound(OutboundPolicy(seconds=0.3), resolve=never).get("https://rp.example/jwks")
    assert time.monotonic() - started < 1.5


def test_an_unknown_name_is_a_failure_not_a_crash() -> None:
    with pytest.raises(OutboundError):
        Outbound(OutboundPolicy(), resolve=resolving()).get("https://rp.example/jwks")
