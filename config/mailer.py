"""How a message leaves: an EmailMessage over SMTP, several messages to a connection.

It says what became of each message in three ways only: accepted (the server's 250), refused (for good or for now), or
the line is gone. What to do about it is the business of `config/delivery.py`.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
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

    Each header takes one value of one line: an address or a subject with a line break raises ValueError.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = date
    message["Message-ID"] = message_id
    # No holiday notice or receipt comes back (RFC 3834 §5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


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
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise LineLost from error
        try:
            yield SmtpLine(server, self._mail.bounce_address)
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        mail = self._mail
        options: dict[str, Any] = {"local_hostname": self._name, "timeout": mail.timeout_seconds}
        if mail.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, context=ssl.create_default_context(), **options)
        else:
            server = smtplib.SMTP(mail.host, mail.port, **options)
        if mail.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.username:
            server.login(mail.username, mail.password.get_secret_value())
        return server
