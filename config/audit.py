"""The audit trail: who did what, to whom, when; a row in the transaction of what it tells, never changed afterwards.

Two tables. `audit_event` holds the events, each with the HMAC of its own row; writing one is a single INSERT.
`audit_seal` chains them: a seal's HMAC covers the seal before it, so that a row taken away or moved shows.

Decision: the chain is made by a job a few seconds later (`config/audit_seals.py`), not by the transaction that writes the event.
Rejected: a chain whose head every transaction locks and moves. It would let one login of the whole site commit at a
time, and a long import would stop them all. The price: until its seal, the disappearance of a row is not seen.

`details` holds ids, counts and codes: no name, address, login or token.
"""

import hmac
import json
import secrets
import threading
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypedDict, Unpack

from sqlalchemy import Index, String, insert
from sqlalchemy.orm import Mapped, mapped_column

from config.clock import Clock
from config.database import Base, db
from config.encryption import derive_key
from config.settings import Settings


class AuditEvent(StrEnum):
    """What can be found in the trail, as "object.action"; each member says when it is written."""

    ACCOUNT_OPENED = "account.opened"
    """An account exists for a pupil or a guardian; nobody has used it yet."""
    FIRST_CONNECTION_COMPLETED = "account.first_connection_completed"
    """The first-connection screen was completed: the letter's password is used up."""
    FIRST_CONNECTION_REFUSED = "account.first_connection_refused"
    """The first-connection screen was given a wrong birth date."""
    CONFIRMATION_SENT = "account.confirmation_sent"
    """A message with a confirmation link was queued."""
    EMAIL_CORRECTED = "account.email_corrected"
    """The address to confirm was replaced before it was ever confirmed."""
    EMAIL_CONFIRMED = "account.email_confirmed"
    """The confirmation link was followed and its button pressed."""
    ACCOUNTS_GROUPED = "account.grouped"
    """An account took over another one's children (details: the absorbed account)."""
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - the name of an event
    """An account in use got another password; its sessions and tokens ended (details: by what)."""
    ACCOUNT_CLOSED = "account.closed"
    """The night closed an account that had no child left."""
    ACCOUNT_INVALIDATED = "account.invalidated"
    """The night invalidated an account that was not used, or not confirmed, for too long."""
    ACCOUNT_WARNED = "account.warned"
    """A message said by when one has to log in to keep an account."""
    ACCOUNT_ERASED = "account.erased"
    """Everything of the person was taken out of an account; its id and login stay."""
    RECOVERY_REQUESTED = "recovery.requested"
    """Somebody asked for a forgotten login or password (details: which); the account is told if it is known by then."""
    RECOVERY_MISSED = "recovery.missed"
    """Somebody was told plainly why nothing can be recovered (details: what was asked, and the answer)."""
    RECOVERY_SENT = "recovery.sent"
    """A message with logins, or with a link to choose a password, was queued."""
    RECOVERY_REFUSED = "recovery.refused"
    """Behind a link to choose a password, a wrong login or a wrong code was typed."""
    SIGNED_IN = "session.opened"
    """A person proved who they are; a session was opened."""
    SIGN_IN_REFUSED = "session.refused"
    """A wrong password, or a login that nobody has (then without an account)."""
    SIGN_IN_LOCKED = "session.locked"
    """Too many misses on one login: tries are refused for a while."""
    SIGNED_OUT = "session.closed"
    """A session was ended by its owner, or by a change that ends sessions."""
    ACADEMY_ADDED = "academy.added"
    """An académie was added."""
    SCHOOL_ADDED = "school.added"
    """A school was added to its académie."""
    STAFF_ADDED = "staff.added"
    """Someone was given access to the school or académie pages."""
    STAFF_CLOSED = "staff.closed"
    """Someone's access to the school or académie pages was taken away, and their sessions ended."""
    STAFF_PASSWORD_CHOSEN = "staff.password_chosen"  # noqa: S105 - the name of an event
    """A staff member chose a password through the link of a message."""
    STAFF_SIGNED_IN = "staff.signed_in"
    """A staff member opened a session."""
    STAFF_SIGN_IN_REFUSED = "staff.sign_in_refused"
    """A wrong password for a staff member who exists."""
    IMPORT_PREVIEWED = "import.previewed"
    """A school's file was read and compared; nothing was written."""
    IMPORT_REFUSED = "import.refused"
    """A school's file could not be imported (details: the code and the line)."""
    IMPORT_DEPARTURES_CONFIRMED = "import.departures_confirmed"
    """Somebody confirmed that so many people really are no longer in a school's file."""
    IMPORT_DISCARDED = "import.discarded"
    """An import was given up after its preview; nothing was written."""
    IMPORT_APPLIED = "import.applied"
    """A school's file was applied (details: the counts)."""
    LETTERS_REQUESTED = "letter.requested"
    """Letters for a school, a class or one account were ordered."""
    LETTER_ISSUED = "letter.issued"
    """A provisional password was made for an account and sent or printed; earlier ones are dead."""
    LETTERS_DOWNLOADED = "letter.downloaded"
    """The document with the printed letters was fetched."""
    LETTER_DISOWNED = "letter.disowned"
    """Somebody said on the first screen that the child is not theirs; the letter is dead and the school was told."""
    RELEASE_SENT = "release.sent"
    """A relying party was told who a person is (details: the names of the attributes)."""
    RELEASE_REFUSED = "release.refused"
    """A relying party's request was answered with a refusal (details: its code)."""
    TOKEN_REPLAYED = "token.replayed"  # noqa: S105 - the name of an event
    """A code or refresh token was used a second time; what it had given is revoked."""
    VECTOR_LEFT_OUT = "release.vector_left_out"
    """A name holds a separator of identity vectors, so a child is in none (details: the pupils)."""
    RELYING_PARTY_REGISTERED = "relying_party.registered"
    """A relying party was registered."""
    RELYING_PARTY_CHANGED = "relying_party.changed"
    """A relying party's registration was changed (details: the names of the fields)."""
    REFUSAL_RECORDED = "refusal.recorded"
    """A guardian refused the téléservices for a pupil (details: the two numbers)."""
    REFUSAL_WITHDRAWN = "refusal.withdrawn"
    """That refusal was ended (details: the two numbers)."""
    KEYS_ROTATED = "keys.rotated"
    """The next signing key became the current one (details: the key ids)."""


class AuditRow(Base):
    """One event. Rows are only ever added: triggers refuse the rest, `flask audit verify` sees what got past them."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "account_id", "id"), Index(None, "school_id", "id"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The moment in milliseconds and a random part, in hexadecimal: sorts by time, and the MAC covers it."""
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(64))
    """`account:12`, `staff:3`, `cli` or `system`."""
    account_id: Mapped[int | None] = mapped_column(default=None)
    school_id: Mapped[int | None] = mapped_column(default=None)
    relying_party_id: Mapped[int | None] = mapped_column(default=None)
    session_handle: Mapped[str | None] = mapped_column(String(64), default=None)
    details: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    mac: Mapped[str] = mapped_column(String(64), default="")


class About(TypedDict, total=False):
    """Whom and what an event concerns, by ids alone."""

    account_id: int | None
    school_id: int | None
    relying_party_id: int | None
    session_handle: str | None
    details: dict[str, Any] | None


INSERT = insert(Base.metadata.tables[AuditRow.__tablename__])
"""Made once: nearly every request of a person writes an event."""


class AuditTrail:
    """Writes events; the key of the MACs is made from the secret key and stays outside the database."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.key = derive_key(settings.secret_key.get_secret_value(), "audit")
        self._clock = clock
        self._ids = EventIds()

    def record(
        self,
        event: AuditEvent,
        *,
        actor: str,
        **about: Unpack[About],
    ) -> None:
        """Add an event to the transaction under way: it stays if and only if what it tells stays."""
        now = self._clock.now().astimezone(UTC)
        row: dict[str, Any] = {
            "id": self._ids.next(now),
            "at": now,
            "event": str(event),
            "actor": actor,
            "account_id": about.get("account_id"),
            "school_id": about.get("school_id"),
            "relying_party_id": about.get("relying_party_id"),
            "session_handle": about.get("session_handle"),
            "details": about.get("details") or {},
        }
        row["mac"] = row_mac(self.key, row)
        db.session.execute(INSERT, row)


def row_values(row: AuditRow) -> dict[str, Any]:
    """The columns of a row, by name."""
    return {column.name: getattr(row, column.name) for column in AuditRow.__table__.columns}


def row_mac(key: bytes, row: dict[str, Any]) -> str:
    """The HMAC of everything in a row, in one canonical form whatever the database did to it."""
    signed = {name: value for name, value in row.items() if name != "mac"}
    signed["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.digest(key, canonical.encode(), "sha256").hex()


class EventIds:
    """Ids that sort by time, and inside one process by order of writing, without asking the database."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self, now: datetime) -> str:
        """48 bits of milliseconds, 80 random bits; in the same millisecond, a little more than the one before."""
        fresh = int(now.timestamp() * 1000) << 80 | secrets.randbits(80)
        with self._lock:
            self._last = max(fresh, self._last + 1 + secrets.randbits(32)) if self._same(fresh) else fresh
            return f"{self._last:032x}"

    def _same(self, fresh: int) -> bool:
        return fresh >> 80 == self._last >> 80
