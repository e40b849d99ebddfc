"""Sends what the outbox holds: claimed in batches, over one connection, the result of each message written at once.

Killed at any point it loses nothing: a claim is a lease that runs out, after which the message is due again. Between the
server's 250 and our commit there is a moment in which a kill makes a message leave twice; both have the same Message-ID,
by which mail servers and programs drop the second.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import undefer

from config.database import transaction
from config.encryption import DecryptionError
from config.mailer import Line, LineLost, Refused
from config.outbox import OutgoingMail
from config.services import Services

BATCH = 20
LEASE = timedelta(minutes=3)
MARGIN = timedelta(seconds=90)
"""A message is not begun when its lease ends sooner than this: SMTP's own time-outs must fit in."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
GIVE_UP = timedelta(days=5)
KEPT = timedelta(days=180)
log = structlog.get_logger("mail")


@dataclass
class DeliveryReport:
    """What a delivery did, in messages."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0

    @property
    def tried(self) -> int:
        return self.sent + self.postponed + self.failed


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send until `until`."""

    id: int
    kind: str
    message_id: str
    queued_at: datetime
    content: bytes
    attempts: int
    claim: str
    until: datetime

    @classmethod
    def of(cls, row: OutgoingMail, until: datetime) -> Self:
        """The row as it was when it was claimed."""
        content, claim = row.content or b"", row.claim or ""
        return cls(row.id, row.kind, row.message_id, row.queued_at, content, row.attempts, claim, until)


def deliver(services: Services, limit: int = 500) -> DeliveryReport:
    """Send what is due, at most `limit` messages."""
    delivery = Delivery(services)
    delivery.run(limit)
    return delivery.report


def purge(services: Services) -> int:
    """Forget messages that were over long ago; what remains of a fresh one says when it left, not what it said."""
    with transaction() as session:
        over = OutgoingMail.next_attempt_at.is_(None) & (OutgoingMail.queued_at < services.clock.now() - KEPT)
        return len(session.scalars(delete(OutgoingMail).where(over).returning(OutgoingMail.id)).all())


@dataclass
class Delivery:
    """One run: its services, and its count."""

    services: Services
    report: DeliveryReport = field(default_factory=DeliveryReport)

    def run(self, limit: int) -> None:
        """Batch after batch over one connection, until nothing is due or the connection is gone."""
        batch = self.claim(min(BATCH, limit))
        if not batch:
            return
        try:
            with self.services.outbox.mailer.line() as line:
                while batch and self.send_all(line, batch):
                    batch = self.claim(min(BATCH, limit - self.report.tried))
        except LineLost:
            log.warning("mail.unreachable")
            for mail in batch:
                self.postpone(mail, "unreachable", FIRST_WAIT)

    def claim(self, limit: int) -> list[Claimed]:
        """Take messages that are due; their lease is written in the same statement, so nobody else takes them."""
        now = self.services.clock.now()
        token, until = secrets.token_hex(16), now + LEASE
        due = (
            select(OutgoingMail.id)
            .where(OutgoingMail.next_attempt_at <= now)
            .order_by(OutgoingMail.next_attempt_at, OutgoingMail.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        take = (
            update(OutgoingMail)
            .where(OutgoingMail.id.in_(select(due.c.id)), OutgoingMail.next_attempt_at <= now)
            .values(claim=token, next_attempt_at=until, attempts=OutgoingMail.attempts + 1)
            .returning(OutgoingMail)
            .options(undefer(OutgoingMail.content))
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        with transaction() as session:
            return [Claimed.of(row, until) for row in session.scalars(take)]

    def send_all(self, line: Line, batch: list[Claimed]) -> bool:
        """Send a batch; False when this run has to stop. What was not tried is due again at once."""
        for position, mail in enumerate(batch):
            if self.services.clock.now() > mail.until - MARGIN:
                self.give_back(batch[position:])
                return False
            if not self.send(line, mail):
                self.give_back(batch[position + 1 :])
                return False
        return True

    def send(self, line: Line, mail: Claimed) -> bool:
        """Send one message and write what became of it, before the next; False when the line is gone."""
        try:
            line.send(self.services.outbox.open(mail.content), mail.message_id, mail.queued_at)
        except LineLost:
            self.postpone(mail, "connection lost", wait_before(mail.attempts + 1))
            return False
        except Refused as refusal:
            self.refused(mail, refusal)
        except DecryptionError:
            # The secret key is not the one that it was queued under: a fault to mend, not a message to throw away.
            self.postpone(mail, "unreadable", LONGEST_WAIT)
        else:
            self.finish(mail, sent_at=self.services.clock.now())
            self.report.sent += 1
            log.info("mail.sent", mail=mail.id, kind=mail.kind, attempts=mail.attempts)
        return True

    def refused(self, mail: Claimed, refusal: Refused) -> None:
        """A refusal for good is never tried again; the others are, later and later."""
        if refusal.permanent:
            self.fail(mail, refusal.status)
        else:
            self.postpone(mail, refusal.status, wait_before(mail.attempts + 1))

    def postpone(self, mail: Claimed, problem: str, wait: timedelta) -> None:
        """Try again later, unless it makes no sense any more; jitter keeps what failed together from coming back together."""
        now = self.services.clock.now()
        if now - mail.queued_at > GIVE_UP:
            self.fail(mail, problem)
            return
        later = now + wait * random.uniform(0.8, 1.2)  # noqa: S311 - no secret hangs on it
        self.write(mail, next_attempt_at=later, problem=problem)
        self.report.postponed += 1

    def fail(self, mail: Claimed, problem: str) -> None:
        """It will never arrive: keep why, for whoever asks."""
        self.finish(mail, failed_at=self.services.clock.now(), problem=problem)
        self.report.failed += 1
        log.warning("mail.failed", mail=mail.id, kind=mail.kind, problem=problem)

    def finish(self, mail: Claimed, **outcome: Any) -> None:
        """It is over, one way or the other: the message itself is wiped."""
        self.write(mail, next_attempt_at=None, content=None, **outcome)

    def give_back(self, batch: Sequence[Claimed]) -> None:
        """These were not tried."""
        for mail in batch:
            self.write(mail, next_attempt_at=self.services.clock.now(), attempts=mail.attempts - 1)

    def write(self, mail: Claimed, **values: Any) -> None:
        """Commit what became of a message, unless our lease ran out and it is somebody else's by now."""
        ours = (OutgoingMail.id == mail.id) & (OutgoingMail.claim == mail.claim)
        with transaction() as session:
            session.execute(update(OutgoingMail).where(ours).values(claim=None, **values))


def wait_before(attempt: int) -> timedelta:
    """The time before the n-th attempt: half a minute before the second, then four times longer each time, up to two hours."""
    return min(FIRST_WAIT * int(4 ** min(attempt - 2, 10)), LONGEST_WAIT)
