"""The guard over TLS: the connection goes to the address that was checked, the certificate is the name's."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.outbound import Outbound, OutboundError, OutboundPolicy

NAME = "rp.example"
OPEN = OutboundPolicy(allow_loopback=True, seconds=2.0)


def to_this_machine(_host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
    return [(0, 0, 0, "", ("127.0.0.1", port))]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for one name, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture(scope="module")
def port(certificate: Path) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Say nothing on the test's output."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()


@pytest.fixture
def guard(certificate: Path) -> Outbound:
    return Outbound(OPEN, resolve=to_this_machine, tls=ssl.create_default_context(cafile=str(certificate)))


def test_the_certificate_of_the_name_is_accepted_at_the_pinned_address(guard: Outbound, port: int) -> None:
    assert guard.get(f"https://{NAME}:{port}/jwks") == b"{}"


def test_the_certificate_of_another_name_is_not(guard: Outbound, port: int) -> None:
    with pytest.raises(OutboundError):
        guard.get(f"https://other.example:{port}/jwks")


def test_a_certificate_of_nobody_known_is_not(port: int) -> None:
    with pytest.raises(OutboundError):
        Outbound(OPEN, resolve=to_this_machine).get(f"https://{NAME}:{port}/jwks")
