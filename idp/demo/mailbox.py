"""The mailbox of the demonstration: a real SMTP server that keeps what it is sent, and reads it back."""

import mailbox
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Letter:
    """A message as the mailbox page shows it."""

    key: str
    recipient: str
    sender: str
    subject: str
    date: str
    text: str
    html: str


class KeepEverything:
    """What aiosmtpd hands messages to: each becomes a file of a Maildir, so that a restart loses none."""

    def __init__(self, folder: Path) -> None:
        self._box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one message under the addresses that it was really sent to."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        del message["X-Delivered-To"]
        message["X-Delivered-To"] = ", ".join(envelope.rcpt_tos)
        self._box.add(message.as_bytes())
        return "250 kept"


def start_catcher(folder: Path, port: int) -> Controller:
    """Listen on loopback for whatever mail the demonstration sends; the caller stops the controller."""
    controller = Controller(KeepEverything(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def letters(folder: Path) -> list[Letter]:
    """Every message kept, the newest first."""
    box = mailbox.Maildir(folder, create=True)
    parsed = [(key, message_from_bytes(box.get_bytes(key), policy=policy.default)) for key in box.iterkeys()]
    parsed.sort(key=lambda pair: (parsedate_to_datetime(pair[1]["Date"]), pair[0]), reverse=True)
    return [_letter(key, message) for key, message in parsed]


def _letter(key: str, message: EmailMessage) -> Letter:
    return Letter(
        key=key,
        recipient=message["X-Delivered-To"] or "",
        sender=message["From"] or "",
        subject=message["Subject"] or "",
        date=f"{parsedate_to_datetime(message['Date']).astimezone():%d/%m/%Y %H:%M:%S}",
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
