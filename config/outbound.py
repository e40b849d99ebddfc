"""Requests that leave for an address written in a registration: the one door out, closed to our own network.

An address somebody else chose (a relying party's `jwks_uri`…) must not become a way to reach what only this server can
reach. So: https, public addresses, the name resolved once and the connection pinned to what was checked, no redirect,
a limit on size and on the whole time taken. Loopback opens by a setting, for tests and for the demonstration.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[..., list[tuple[Any, ...]]]

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class OutboundError(Exception):
    """The address could not be used, or did not answer as asked; the message is for the operator's log."""


class OutboundRefused(OutboundError):
    """The guard does not let this request leave."""


@dataclass(frozen=True)
class OutboundPolicy:
    """How far a request may go."""

    allow_loopback: bool = False
    """Let http and https reach this machine itself, and nothing else that is private."""
    seconds: float = 5.0
    """For everything together: resolving, connecting, reading."""
    max_bytes: int = 64 * 1024


@dataclass(frozen=True)
class Target:
    """An address that the guard accepted: where to connect, and under which name."""

    url: httpx2.URL
    addresses: tuple[IpAddress, ...]


def wrapped(address: IpAddress) -> tuple[IpAddress, ...]:
    """The IPv4 addresses that an IPv6 address stands for: each way of writing one would be a way around a check."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    if address in NAT64:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    return address.teredo or tuple(inner for inner in (address.ipv4_mapped, address.sixtofour) if inner)


def is_public(address: IpAddress) -> bool:
    """Whether an address is on the public internet, whatever it is wrapped in."""
    inner = wrapped(address)
    if inner:
        return all(is_public(each) for each in inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


@cache
def default_tls() -> ssl.SSLContext:
    """The machine's own list of authorities, read once: building it takes longer than a request."""
    return httpx2.create_ssl_context(trust_env=False)


# Resolving a name cannot be given a time limit; waiting for it can.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="outbound")


class Outbound:
    """Fetches documents for the application under one policy."""

    def __init__(
        self,
        policy: OutboundPolicy,
        resolve: Resolver = socket.getaddrinfo,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = tls

    def get(self, url: str) -> bytes:
        """The body behind an https address; raises OutboundError for anything but a plain 200 in time."""
        deadline = time.monotonic() + self._policy.seconds
        client = httpx2.Client(
            verify=self._tls or default_tls(),
            trust_env=False,
            follow_redirects=False,
            timeout=self._policy.seconds,
        )
        answer: Future[bytes] = _threads.submit(self._fetch, client, url, deadline)
        try:
            return answer.result(timeout=self._policy.seconds)
        except FutureTimeout as error:
            raise OutboundError(f"no answer from {url} in {self._policy.seconds} s") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise OutboundError(f"{url}: {error}") from error
        finally:
            answer.cancel()
            client.close()

    def check(self, url: str) -> Target:
        """Resolve an address once and hold it against the policy; raises OutboundRefused."""
        parsed = httpx2.URL(url)
        if parsed.scheme not in ("https", "http") or not parsed.host:
            raise OutboundRefused(f"{url} is not an https address")
        if parsed.userinfo:
            raise OutboundRefused(f"{parsed.host}: an address with a password in it is refused")
        addresses = self._addresses(parsed)
        loopback = self._policy.allow_loopback and all(address.is_loopback for address in addresses)
        if not loopback and parsed.scheme != "https":
            raise OutboundRefused(f"{url} is not an https address")
        if not loopback and not all(is_public(address) for address in addresses):
            raise OutboundRefused(f"{parsed.host} is not a public address")
        return Target(parsed, addresses)

    def _addresses(self, url: httpx2.URL) -> tuple[IpAddress, ...]:
        host = url.raw_host.decode("ascii").strip("[]")
        try:
            found = self._resolve(host, url.port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise OutboundError(f"{host} does not resolve") from error
        if not found:
            raise OutboundError(f"{host} does not resolve")
        return tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0].partition("%")[0]) for entry in found))

    def _fetch(self, client: httpx2.Client, url: str, deadline: float) -> bytes:
        target = self.check(url)
        last: OutboundError | None = None
        for address in target.addresses:
            try:
                return self._read(client, target.url, address, deadline)
            except httpx2.ConnectError as error:
                last = OutboundError(f"{url}: {error}")
        raise last or OutboundError(f"{url} does not resolve")

    def _read(
        self,
        client: httpx2.Client,
        url: httpx2.URL,
        address: IpAddress,
        deadline: float,
    ) -> bytes:
        pinned = url.copy_with(host=str(address))
        host = url.netloc.decode("ascii")
        headers = {
            "Host": host,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        name = {"sni_hostname": url.raw_host.decode("ascii")}
        with client.stream("GET", pinned, headers=headers, extensions=name) as response:
            if response.status_code != httpx2.codes.OK:
                raise OutboundError(f"{url} answered {response.status_code}")
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise OutboundError(f"{url} answered compressed, unasked")
            return self._body(response, deadline)

    def _body(self, response: httpx2.Response, deadline: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self._policy.max_bytes:
                raise OutboundError(f"{response.url} answered more than {self._policy.max_bytes} bytes")
            if time.monotonic() > deadline:
                raise OutboundError(f"{response.url} took more than {self._policy.seconds} s")
        return bytes(body)
