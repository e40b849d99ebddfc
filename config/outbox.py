"""Mail to be sent, as rows of the transaction that decided it: said if and only if it was done, and never lost.

A row holds the whole message encrypted until it is sent or given up, then only that it was. Sending is
`config/delivery.py`; how a message goes out is `config/mailer.py`.
"""

import json
from dataclasses import asdict
from datetime import datetime
from email.utils import make_msgid
from urllib.parse import urlsplit

from sqlalchemy import LargeBinary, String, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from config.clock import Clock
from config.database import Base
from config.encryption import decrypt, encrypt
from config.job_queue import nudge
from config.mailer import Mail, Mailer, SmtpMailer
from config.settings import Settings

PURPOSE = "outbox"
WAKING = "outbox_waking"

__all__ = ["Mail", "Outbox", "OutgoingMail"]


class OutgoingMail(Base):
    """One message on its way. It waits while `next_attempt_at` is set; then it was sent, or failed for good."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str] = mapped_column(String(255))
    """The same at each attempt, so that a receiver can recognise a message that it already has."""
    queued_at: Mapped[datetime]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The message, encrypted; wiped when it is over."""
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(default=None, index=True)
    notification_id: Mapped[int | None] = mapped_column(default=None, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(32), default=None)
    """The delivery that is sending it right now; `next_attempt_at` is then the end of its lease."""
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    problem: Mapped[str] = mapped_column(String(64), default="")
    """The SMTP status of the last failure, without the server's words: they often quote the address."""


class Outbox:
    """Takes messages in, and tells the worker after each commit that queued some."""

    def __init__(self, settings: Settings, clock: Clock, mailer: Mailer | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._domain = urlsplit(settings.http.base_url).hostname or "localhost"
        self.mailer = mailer or SmtpMailer(settings)

    def queue(self, session: Session, mail: Mail) -> OutgoingMail:
        """Put a message in the caller's transaction."""
        now = self._clock.now()
        row = OutgoingMail(
            kind=mail.kind,
            message_id=make_msgid(domain=self._domain),
            queued_at=now,
            content=encrypt(self._settings, PURPOSE, json.dumps(asdict(mail)).encode()),
            next_attempt_at=now,
            account_id=mail.account_id,
            notification_id=mail.notification_id,
        )
        session.add(row)
        self._wake_after_commit(session)
        return row

    def open(self, content: bytes) -> Mail:
        """The message of a row, readable again."""
        return Mail(**json.loads(decrypt(self._settings, PURPOSE, content)))

    def _wake_after_commit(self, session: Session) -> None:
        """Once per transaction, however many messages it queues."""
        if session.info.get(WAKING):
            return
        session.info[WAKING] = True

        def wake(committed: Session) -> None:
            committed.info.pop(WAKING, None)
            nudge(self._settings, "mail.deliver")

        event.listen(session, "after_commit", wake, once=True)
