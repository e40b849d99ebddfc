"""How a message leaves: an EmailMessage over SMTP, several messages to a connection.

It says what became of each message in three ways only: accepted (the server's 250), refused (for good or for now), or
the line is gone. What to do about it is the business of `config/delivery.py`.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any, Protocol
from urllib.parse import urlsplit

from config.settings import Settings


@dataclass(frozen=True)
class Mail:
    """A message to one address; `sender` is the académie's address with its display name."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    kind: str
    """The name of its template, for counts and logs."""
    account_id: int | None = None
    notification_id: int | None = None


ONE_ADDRESS = re.compile(r"(?P<local>[^\s@,:;<>()\[\]\\\"]+)@(?P<domain>[^\s@,:;<>()\[\]\\\"]+)")
PERMANENT = 500
"""From here on a reply means: do not try again (RFC 5321 §4.2.1)."""
CLOSING = 421
"""The server is going away: no word on the message."""


class Refused(Exception):
    """The server does not take this message; `permanent` says whether trying again could help."""

    def __init__(self, status: str, permanent: bool) -> None:
        super().__init__(status)
        self.status = status
        self.permanent = permanent


class LineLost(Exception):
    """There is no connection, or no more: nothing is known of the message that was being sent."""


class Line(Protocol):
    """An open way to a mail server."""

    def send(self, mail: Mail, message_id: str, date: datetime) -> None:
        """Return once the server has taken the message over; raise Refused or LineLost otherwise."""


class SmtpLine:
    """A connection to the configured server."""

    def __init__(self, server: smtplib.SMTP, bounce: str) -> None:
        self._server = server
        self._bounce = bounce

    def send(self, mail: Mail, message_id: str, date: datetime) -> None:
        """Hand one message over (RFC 5321 §4.1)."""
        try:
            message = compose(mail, message_id, date)
            self._server.send_message(message, self._bounce or parseaddr(mail.sender)[1], [mail.to])
        except smtplib.SMTPServerDisconnected as error:
            raise LineLost from error
        except smtplib.SMTPRecipientsRefused as error:
            code = error.recipients[mail.to][0]
            raise _refusal(code, permanent=code >= PERMANENT) from error
        except smtplib.SMTPSenderRefused as error:
            # Our own address is not wanted: a fault of the configuration, not of this message. Mended, it will leave.
            raise _refusal(error.smtp_code, permanent=False) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, permanent=error.smtp_code >= PERMANENT) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused("smtputf8", permanent=True) from error
        except (ValueError, MessageError) as error:
            raise Refused("malformed", permanent=True) from error
        except OSError as error:
            raise LineLost from error


def _refusal(code: int, permanent: bool) -> Refused | LineLost:
    return LineLost() if code == CLOSING else Refused(str(code), permanent)


def compose(mail: Mail, message_id: str, date: datetime) -> EmailMessage:
    """The message as it travels: text first, the same as HTML beside it.

    A subject or an address that would become more than one header or more than one address raises ValueError.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender
    message["To"] = _address(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = date
    message["Message-ID"] = message_id
    # No holiday notice or receipt comes back (RFC 3834 §5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _address(text: str) -> Address:
    found = ONE_ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError("not one address")
    return Address(username=found["local"], domain=found["domain"])


class Mailer(Protocol):
    """Opens lines."""

    def line(self) -> AbstractContextManager[Line]:
        """A line, closed at the end of the block; raises LineLost if there is none to be had."""


class SmtpMailer:
    """Opens connections to the server of the settings: plain on a trusted network, STARTTLS, or TLS from the start."""

    def __init__(self, settings: Settings) -> None:
        self._mail = settings.mail
        self._name = urlsplit(str(settings.http.base_url)).hostname or "localhost"

    @contextmanager
    def line(self) -> Iterator[Line]:
        """A connection for as many messages as needed; raises LineLost if there is none to be had."""
        with ExitStack() as stack:
            try:
                server = self._connect()
                stack.callback(server.close)
                self._secure_and_log_in(server)
            except (OSError, smtplib.SMTPException) as error:
                raise LineLost from error
            yield SmtpLine(server, self._mail.bounce_address)

    def _connect(self) -> smtplib.SMTP:
        options: dict[str, Any] = {"local_hostname": self._name, "timeout": self._mail.timeout_seconds}
        if self._mail.security == "tls":
            return smtplib.SMTP_SSL(self._mail.host, self._mail.port, context=ssl.create_default_context(), **options)
        return smtplib.SMTP(self._mail.host, self._mail.port, **options)

    def _secure_and_log_in(self, server: smtplib.SMTP) -> None:
        if self._mail.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self._mail.username:
            server.login(self._mail.username, self._mail.password.get_secret_value())
