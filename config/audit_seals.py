"""The chain over the audit trail: seals that a job adds every few seconds, and the walk that finds what was tampered with.

A seal's MAC covers its position, its event's MAC and the seal before it. Without the key, which is not in the database,
nobody can edit, add, remove or move a row unseen. Only the very last rows can be cut off silently, so each run of
sealing logs the head of the chain: `flask audit verify --head` compares with what the logs kept.
"""

import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Select, String, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from config.audit import AuditRow, row_mac, row_values
from config.database import Base, transaction
from config.services import Services

PAGE = 1000
START = "0" * 64
RECENT = timedelta(minutes=15)
"""How far before the last sealed event late commits are looked for each time; a nightly run looks everywhere."""
Key = TypeVar("Key", int, str)
log = structlog.get_logger("audit")


class AuditSeal(Base):
    """The place of one event in the chain."""

    __tablename__ = "audit_seal"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(String(32), unique=True)
    chain_mac: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Head:
    """The end of the chain; written down elsewhere, it proves that nothing before it was cut off since."""

    position: int = 0
    chain_mac: str = START

    def __str__(self) -> str:
        return f"{self.position}:{self.chain_mac}"


@dataclass(frozen=True)
class Verdict:
    """What a verification saw: how many rows, the head of the chain, and the first thing that is wrong."""

    events: int
    unsealed: int
    head: Head
    problem: str | None


def seal(services: Services, everything: bool = False) -> int:
    """Chain the events that are not chained yet, and say how many."""
    total = 0
    try:
        while count := _seal_page(services, everything):
            total += count
    except IntegrityError:
        # Another process is sealing the same rows; they are in good hands.
        log.info("audit.sealed_elsewhere")
    return total


def verify(services: Services, expected: Head | None = None) -> Verdict:
    """Walk the chain and the events not chained yet, a page at a time, up to the first row that is not as it was written."""
    walk = _Walk(services.audit.key, expected)
    for page in _pages(_chained, 0, lambda row: row.AuditSeal.position):
        if problem := walk.chained(page):
            return walk.verdict(problem)
    if expected is not None and expected.position > walk.head.position:
        return walk.verdict(f"the chain ends at position {walk.head.position}: later rows were cut off")
    for page in _pages(_unchained, "", lambda row: row.AuditRow.id):
        if problem := walk.unchained(page):
            return walk.verdict(problem)
    return walk.verdict(None)


def _seal_page(services: Services, everything: bool) -> int:
    with transaction() as session:
        last = session.scalar(select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1))
        head = Head(last.position, last.chain_mac) if last else Head()
        waiting = _unchained("" if everything else _recent(session)).limit(PAGE)
        events: Sequence[AuditRow] = session.scalars(waiting).all()
        for row in events:
            head = _next(services.audit.key, head, row)
            session.add(AuditSeal(head.position, row.id, head.chain_mac))
    if events:
        log.info("audit.sealed", events=len(events), head=str(head))
    return len(events)


def _next(key: bytes, head: Head, event: AuditRow) -> Head:
    position = head.position + 1
    text = f"{head.chain_mac}|{position}|{event.id}|{event.mac}"
    return Head(position, hmac.digest(key, text.encode(), "sha256").hex())


def _recent(session: Session) -> str:
    """The id from which on events are looked for: the last chained one's, less the time that a transaction may take."""
    last = session.scalar(select(func.max(AuditSeal.event_id)))
    if last is None:
        return ""
    milliseconds = int(last[:12], 16) - int(RECENT.total_seconds() * 1000)
    return f"{max(milliseconds, 0):012x}"


def _chained(after: int) -> Select[Any, Any]:
    joined = select(AuditSeal, AuditRow).outerjoin(AuditRow, AuditRow.id == AuditSeal.event_id)
    return joined.where(AuditSeal.position > after).order_by(AuditSeal.position)


def _unchained(after: str) -> Select[AuditRow]:
    seals = select(AuditSeal.event_id).where(AuditSeal.event_id == AuditRow.id)
    return select(AuditRow).where(AuditRow.id > after, ~seals.exists()).order_by(AuditRow.id)


def _pages(query: Callable[[Key], Select[*tuple[Any, ...]]], after: Key, key: Callable[[Any], Key]) -> Iterator[Sequence[Any]]:
    """The rows of a query in pages, each in a transaction of its own: a verification of hours holds nothing up."""
    while True:
        with transaction() as session:
            page = session.execute(query(after).limit(PAGE)).all()
            session.expunge_all()
        if not page:
            return
        yield page
        after = key(page[-1])


class _Walk:
    """What has been seen of the trail so far."""

    def __init__(self, key: bytes, expected: Head | None) -> None:
        self._key = key
        self._expected = expected
        self.head = Head()
        self._unsealed = 0

    def chained(self, page: Sequence[tuple[AuditSeal, AuditRow | None]]) -> str | None:
        """The first thing wrong in these seals and their events."""
        for seal_row, event_row in page:
            if problem := self._problem(seal_row, event_row):
                return problem
            self.head = Head(seal_row.position, seal_row.chain_mac)
        return None

    def unchained(self, page: Sequence[tuple[AuditRow]]) -> str | None:
        """The first of these events that this site did not write, or not like this."""
        for (row,) in page:
            if not self._genuine(row):
                return f"event {row.id} was added or edited by someone who has not the key"
            self._unsealed += 1
        return None

    def verdict(self, problem: str | None) -> Verdict:
        return Verdict(self.head.position + self._unsealed, self._unsealed, self.head, problem)

    def _problem(self, seal_row: AuditSeal, event_row: AuditRow | None) -> str | None:
        position = self.head.position + 1
        if seal_row.position != position:
            return f"position {position}: the seal is missing"
        if event_row is None:
            return f"position {position}: event {seal_row.event_id} is missing"
        if not self._genuine(event_row):
            return f"position {position}: event {event_row.id} was edited"
        if not hmac.compare_digest(seal_row.chain_mac, _next(self._key, self.head, event_row).chain_mac):
            return f"position {position}: event {event_row.id} was moved, or what was before it was taken away"
        if self._expected and self._expected.position == position and self._expected.chain_mac != seal_row.chain_mac:
            return f"position {position}: the chain was made anew, it is not the one that the logs know"
        return None

    def _genuine(self, row: AuditRow) -> bool:
        return hmac.compare_digest(row.mac, row_mac(self._key, row_values(row)))
