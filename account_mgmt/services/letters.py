"""Notification letters: ordered for a school, a class or an account, issued in batches, printed as one (R01, R03-R05, R07).

A run may die at any moment and be taken up again, by the worker or by the same command. Each batch is one transaction: it
writes the notifications, queues the e-mails, and keeps every page to print, encrypted, in `LetterPage`. So the passwords of
a batch that was committed are never lost, and an account is written to once in a run. The document is made from the pages at
the end, without the letters that were replaced or used in the meantime; then the pages go, and the document, encrypted as
well, goes a day after its download. Nothing else ever holds a provisional password in a form that can be read.
"""

import os
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.letters import LetterFacts, LetterProblem, printing_order
from account_mgmt.domain.passwords import provisional_password
from account_mgmt.models import Account, LetterPage, LetterRun, School
from account_mgmt.queries import letters as queries
from account_mgmt.queries.accounts import accounts_to_change
from account_mgmt.queries.letters import Addressees
from account_mgmt.services.hashing import hash_password
from account_mgmt.services.letter_pages import IssuedLetter, document_of, email_of
from account_mgmt.services.provisioning import Issue, issue_notification
from config.audit import AuditEvent
from config.database import db, transaction
from config.encryption import decrypt, encrypt
from config.services import Services

BATCH = 100
"""Letters in one transaction: short enough not to keep other writers waiting."""
KEPT_AFTER_DOWNLOAD = timedelta(hours=24)
KEPT_AT_MOST = timedelta(days=14)
"""A document that nobody fetched: its letters can be issued again."""
PAGE, DOCUMENT = "letter page", "letter document"


@dataclass(frozen=True)
class LetterOrder:
    """What is ordered: letters for a school, one class of it, or new credentials for one account (R07)."""

    school_id: int
    requested_by: str
    """In the audit trail's words: `staff:12`, `cli`."""
    class_code: str | None = None
    account_id: int | None = None
    replace_valid: bool = False
    """Also accounts whose earlier letter is still good."""
    by_email: bool = True


@dataclass(frozen=True)
class _Draft:
    """A letter about to be issued."""

    facts: LetterFacts
    password: str
    password_hash: str


def request_letters(services: Services, order: LetterOrder) -> LetterRun | LetterProblem:
    """Write an order down and say how many letters it means; the same order not finished yet is taken up instead."""
    now, today = services.clock.now(), _today(services)
    wanted = Addressees(order.school_id, order.class_code, order.account_id, order.replace_valid)
    with transaction() as session:
        run = LetterRun(requested_at=now, **asdict(order))
        if known := queries.unfinished_run(session, run):
            return known
        if order.class_code is not None and not queries.class_exists(session, order.school_id, order.class_code):
            return LetterProblem.NO_SUCH_CLASS
        run.total = queries.count_addressees(session, wanted, now, today)
        if not run.total:
            return LetterProblem.NO_SUCH_ACCOUNT if order.account_id is not None else LetterProblem.NOBODY_TO_WRITE_TO
        session.add(run)
        session.flush()
        details = {"run": run.id, "letters": run.total}
        services.audit.record(
            AuditEvent.LETTERS_REQUESTED,
            actor=order.requested_by,
            account_id=order.account_id,
            school_id=order.school_id,
            details=details,
        )
    return run


def run_letters(services: Services, run_id: int) -> LetterRun:
    """Issue what a run has still to issue, then make its document; a finished run stays as it is.

    One process at a time: the job `letters.run` sees to it.
    """
    run = db.session.get_one(LetterRun, run_id, populate_existing=True)
    if run.finished_at is not None:
        return run
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as hashers:
        while batch := queries.next_addressees(db.session(), run, services.clock.now(), _today(services), BATCH):
            db.session.commit()  # nothing was written: no transaction stays open while passwords are hashed
            passwords = [provisional_password() for _ in batch]
            hashes = list(hashers.map(hash_password, passwords))
            _issue(services, run_id, [_Draft(*draft) for draft in zip(batch, passwords, hashes, strict=True)])
    return _finish(services, run_id)


def download_document(services: Services, run: LetterRun, actor: str) -> bytes | None:
    """The printed letters of a run as one PDF, unless it has none or the document is gone already."""
    with transaction() as session:
        held = session.get_one(LetterRun, run.id, populate_existing=True)
        if held.document is None:
            return None
        held.downloaded_at = held.downloaded_at or services.clock.now()
        services.audit.record(AuditEvent.LETTERS_DOWNLOADED, actor=actor, school_id=held.school_id, details={"run": held.id})
        return zlib.decompress(decrypt(services.settings, DOCUMENT, held.document))


def forget_documents(services: Services) -> int:
    """Delete the documents that were fetched a day ago, or that nobody fetches; says how many."""
    now = services.clock.now()
    with transaction() as session:
        runs = queries.documents_to_forget(session, now - KEPT_AFTER_DOWNLOAD, now - KEPT_AT_MOST)
        for run in runs:
            run.document, run.document_deleted_at = None, now
    return len(runs)


def _today(services: Services) -> date:
    return day_in_france(services.clock.now())


def _issue(services: Services, run_id: int, drafts: Sequence[_Draft]) -> None:
    with transaction() as session:
        run = session.get_one(LetterRun, run_id, with_for_update=True, populate_existing=True)
        school = session.get_one(School, run.school_id)
        accounts = accounts_to_change(session, [draft.facts.account_id for draft in drafts])
        for draft in drafts:
            account = accounts[draft.facts.account_id]
            if _still_wanted(run, account):
                _issue_one(session, services, (run, school, account), draft)
            else:
                run.total -= 1


def _still_wanted(run: LetterRun, account: Account) -> bool:
    """Whether nobody used, grouped or closed the account while its new password was being hashed."""
    if account.merged_at is not None or account.closed_at is not None:
        return False
    return run.account_id is not None or account.first_connection_at is None


def _issue_one(session: Session, services: Services, target: tuple[LetterRun, School, Account], draft: _Draft) -> None:
    run, school, account = target
    by_email = run.by_email and bool(draft.facts.email)
    channel = "email" if by_email else "paper"
    issue = Issue(run.school_id, channel, run.requested_by, draft.password_hash)
    notification = issue_notification(session, services, account, issue)
    letter = IssuedLetter(draft.facts, draft.password, notification.issued_at, notification.expires_at)
    content = None
    if by_email:
        services.outbox.queue(session, email_of(services, school, letter, notification.id))
        run.emailed += 1
    else:
        content = encrypt(services.settings, PAGE, letter.to_json())
        run.printed += 1
    session.add(LetterPage(run.id, account.id, notification.id, content))
    run.done += 1


def _finish(services: Services, run_id: int) -> LetterRun:
    """Make the document; typst takes seconds for a large school, so no transaction is open meanwhile."""
    pages = queries.printable_pages(db.session(), run_id)
    run = db.session.get_one(LetterRun, run_id)
    school = db.session.get_one(School, run.school_id)
    db.session.commit()
    letters = [IssuedLetter.from_json(decrypt(services.settings, PAGE, page)) for page in pages]
    letters.sort(key=lambda letter: printing_order(letter.facts))
    pdf = document_of(services, school, letters) if letters else None
    with transaction() as session:
        run = session.get_one(LetterRun, run_id, with_for_update=True, populate_existing=True)
        run.document = encrypt(services.settings, DOCUMENT, zlib.compress(pdf, 1)) if pdf else None
        run.finished_at = services.clock.now()
        session.execute(update(LetterPage).where(LetterPage.run_id == run_id).values(content=None))
    return run
