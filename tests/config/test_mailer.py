"""One message over SMTP: as text and HTML, safe in its headers, encrypted where asked, and told apart by what became of it."""

import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Never

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from config.mailer import LineLost, Mail, Refused, SmtpLine, SmtpMailer, compose
from config.settings import Settings
from tests.config.smtp import HANG_UP, Catcher, smtp_server

SENT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
MAIL = Mail(
    to="jean@example.org",
    sender="Académie de Poitiers <familles@ac-poitiers.example>",
    subject="Confirmez votre adresse",
    text="Bonjour Aïcha,\n\nvoici votre lien.\n",
    html="<p>Bonjour Aïcha</p>",
    kind="confirm_address",
)


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with smtp_server() as catcher:
        yield catcher


def mailer_for(settings: Settings, catcher: Catcher, **changes: object) -> SmtpMailer:
    values = {"host": "127.0.0.1", "port": catcher.port, "timeout_seconds": 3, **changes}
    return SmtpMailer(settings.model_copy(update={"mail": settings.mail.model_copy(update=values)}))


def send(mailer: SmtpMailer, mail: Mail = MAIL) -> None:
    with mailer.line() as line:
        line.send(mail, "<1@preau.test>", SENT)


def altered(**changes: str) -> Mail:
    return Mail(**{**MAIL.__dict__, **changes})


@pytest.mark.rule("R15")
def test_a_message_arrives_as_it_was_written(settings: Settings, catcher: Catcher) -> None:
    send(mailer_for(settings, catcher))
    ((address, message),) = catcher.accepted
    assert address == "jean@example.org"
    assert message["To"] == "jean@example.org"
    assert message["From"] == "Académie de Poitiers <familles@ac-poitiers.example>"
    assert message["Subject"] == "Confirmez votre adresse"
    assert message["Message-ID"] == "<1@preau.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == SENT
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert text.get_content().splitlines() == ["Bonjour Aïcha,", "", "voici votre lien."]
    assert html.get_content_type() == "text/html"
    assert "Aïcha" in html.get_content()


@pytest.mark.parametrize(
    ("bounce", "envelope"), [("", "familles@ac-poitiers.example"), ("retours@preau.test", "retours@preau.test")]
)
def test_what_cannot_be_delivered_comes_back_to_the_address_for_that(
    settings: Settings, catcher: Catcher, bounce: str, envelope: str
) -> None:
    send(mailer_for(settings, catcher, bounce_address=bounce))
    assert catcher.accepted[0][1]["X-Envelope-From"] == envelope


@pytest.mark.parametrize(
    "mail",
    [
        altered(subject="Bonjour\r\nBcc: b@example.org"),
        altered(to="jean@example.org\r\nBcc: b@example.org"),
        altered(to="jean@example.org, b@example.org"),
        altered(to="pas une adresse"),
        altered(to=""),
        altered(sender="A\nBcc: b@example.org <a@example.org>"),
    ],
    ids=["subject", "recipient", "two recipients", "no address", "nothing", "sender"],
)
def test_a_message_that_could_smuggle_something_is_refused_for_good(settings: Settings, catcher: Catcher, mail: Mail) -> None:
    with pytest.raises(Refused) as refusal:
        send(mailer_for(settings, catcher), mail)
    assert refusal.value.permanent
    assert catcher.accepted == []


def test_lines_are_short_enough_for_every_server() -> None:
    message = compose(altered(text="mot " * 2000, html="<p>" + "mot " * 2000), "<1@preau.test>", SENT)
    assert max(len(line) for line in message.as_bytes().splitlines()) <= 998


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [("550 no such user", True), ("551 5.7.1 no", True), ("450 later", False), ("452 full", False)],
)
def test_the_recipients_server_refuses_for_good_or_for_now(
    settings: Settings, catcher: Catcher, reply: str, permanent: bool
) -> None:
    for answers in (catcher.recipients, catcher.data):
        answers["jean@example.org"] = reply
        with pytest.raises(Refused) as refusal:
            send(mailer_for(settings, catcher))
        assert refusal.value.permanent is permanent
        assert refusal.value.status == reply[:3]
        answers.clear()


def test_a_refusal_leaves_the_line_open_for_the_next_message(settings: Settings, catcher: Catcher) -> None:
    catcher.recipients["jean@example.org"] = "550 no"
    with mailer_for(settings, catcher).line() as line:
        with pytest.raises(Refused):
            line.send(MAIL, "<1@preau.test>", SENT)
        line.send(altered(to="alice@example.org"), "<2@preau.test>", SENT)
    assert catcher.addresses == ["alice@example.org"]
    assert catcher.connections == 1


def test_a_sender_that_the_server_does_not_want_is_our_fault_and_not_for_good(settings: Settings, catcher: Catcher) -> None:
    catcher.senders["familles@ac-poitiers.example"] = "550 not from here"
    with pytest.raises(Refused) as refusal:
        send(mailer_for(settings, catcher))
    assert not refusal.value.permanent


@pytest.mark.parametrize("answer", ["421 closing", HANG_UP])
def test_a_server_that_goes_away_says_nothing_of_the_message(settings: Settings, catcher: Catcher, answer: str) -> None:
    catcher.data["jean@example.org"] = answer
    with pytest.raises(LineLost):
        send(mailer_for(settings, catcher))


def test_a_server_that_is_not_there_is_a_line_that_cannot_be_had(settings: Settings) -> None:
    with smtp_server() as gone:
        pass
    with pytest.raises(LineLost):
        send(mailer_for(settings, gone))


def test_a_server_that_does_not_answer_in_time_is_given_up(settings: Settings, catcher: Catcher) -> None:
    catcher.slowness = 3
    with pytest.raises(LineLost):
        send(mailer_for(settings, catcher, timeout_seconds=0.2))


def test_a_connection_that_breaks_says_nothing_of_the_message() -> None:
    class Broken(smtplib.SMTP):
        def send_message(self, *call: object, **options: object) -> Never:
            raise ConnectionResetError

    with pytest.raises(LineLost):
        SmtpLine(Broken(), "").send(MAIL, "<1@preau.test>", SENT)


def test_an_address_in_other_letters_needs_a_server_that_knows_them(settings: Settings, catcher: Catcher) -> None:
    with pytest.raises(Refused) as refusal:
        send(mailer_for(settings, catcher), altered(to="jérôme@example.org"))
    assert refusal.value.permanent
    with smtp_server(enable_SMTPUTF8=True) as modern:
        send(mailer_for(settings, modern), altered(to="jérôme@example.org"))
        assert modern.addresses == ["jérôme@example.org"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smtp.test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    path = tmp_path_factory.mktemp("tls") / "smtp.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(params=["starttls", "tls"])
def secure(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[str, Catcher]]:
    """A server that encrypts, from the start or when asked, and that knows a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    implicit = request.param == "tls"
    with smtp_server(context, implicit_tls=implicit, auth_require_tls=not implicit) as catcher:
        yield request.param, catcher


def test_an_encrypted_line_with_a_login(
    settings: Settings, secure: tuple[str, Catcher], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    security, catcher = secure
    send(mailer_for(settings, catcher, security=security, username="preau", password=SecretStr("open sesame")))
    assert catcher.addresses == ["jean@example.org"]
    assert catcher.logins == [(b"preau", b"open sesame")]


def test_a_wrong_login_is_a_line_that_cannot_be_had(
    settings: Settings, secure: tuple[str, Catcher], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    security, catcher = secure
    with pytest.raises(LineLost) as lost:
        send(mailer_for(settings, catcher, security=security, username="preau", password=SecretStr("wrong")))
    assert isinstance(lost.value.__cause__, smtplib.SMTPAuthenticationError)


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(settings: Settings, secure: tuple[str, Catcher]) -> None:
    security, catcher = secure
    with pytest.raises(LineLost):
        send(mailer_for(settings, catcher, security=security))
    assert catcher.accepted == []


def test_a_server_that_cannot_encrypt_gets_nothing_where_encryption_is_asked(settings: Settings, catcher: Catcher) -> None:
    with pytest.raises(LineLost):
        send(mailer_for(settings, catcher, security="starttls"))
    assert catcher.accepted == []
