"""Answering a request for a forgotten login or password: who has it, and the message that says what there is to say (R40, R50).

A plain request is answered in the transaction that writes it down, a discreet one by the worker, once.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.passwords import provisional_password
from account_mgmt.domain.recovery import RecoveryKind, Standing, standing_of
from account_mgmt.models import Account, RecoveryRequest
from account_mgmt.queries.families import children_of
from account_mgmt.queries.recovery import (
    account_with_login,
    accounts_confirmed_at,
    delete_requests_before,
    request_to_change,
    waiting_requests,
)
from account_mgmt.queries.schools import first_academy
from account_mgmt.services import emails
from account_mgmt.services.emails import MailedLogin, ResetLink, Stranger
from config.audit import AuditEvent
from config.database import db, transaction
from config.encryption import DecryptionError, decrypt, encrypt
from config.limits import Budget, note_failure, too_many
from config.outbox import OutgoingMail
from config.services import Services
from config.tokens import digest, new_token

UNCONFIRMED = frozenset({Standing.NOT_CONFIRMED, Standing.PUPIL_NOT_CONFIRMED})
PURPOSE = "recovery"
MESSAGES = "recovery_messages"
HOUR = 3600
KEPT = timedelta(days=90)
"""How long the school office finds a request by its reference; the outbox remembers its messages for longer."""


@dataclass(frozen=True)
class Question:
    """What somebody typed: a login or an address, in its usual form; and the language of the page."""

    kind: RecoveryKind
    words: str
    language: str


@dataclass(frozen=True)
class Finding:
    """Who has that login or address, and what can be done."""

    question: Question
    standing: Standing
    accounts: list[Account]
    """The account of the login, or those confirmed at the address."""

    @property
    def target(self) -> str:
        """Whom a message would go to, as messages are counted."""
        by_login = self.question.kind is RecoveryKind.PASSWORD
        return f"account:{self.accounts[0].id}" if by_login and self.accounts else self.question.words.lower()


def look_up(services: Services, question: Question) -> Finding:
    """Find out who has a login or an address."""
    session = db.session()
    if question.kind is RecoveryKind.LOGIN:
        holders = accounts_confirmed_at(session, question.words)
        return Finding(question, Standing.RECOVERABLE if holders else Standing.UNKNOWN, holders)
    account = account_with_login(session, question.words)
    return Finding(question, standing_of(account, services.clock.now()), [account] if account else [])


def answer(session: Session, services: Services, request: RecoveryRequest, finding: Finding) -> None:
    """Send what there is to say about a request, in the caller's transaction; sometimes there is nobody to say it to."""
    request.answered_at = services.clock.now()
    request.account_id = finding.accounts[0].id if finding.accounts else None
    mail = _message(session, services, request, finding)
    session.flush()
    if mail is not None:
        request.mail_id = mail.id
        services.audit.record(AuditEvent.RECOVERY_SENT, actor="system", account_id=request.account_id)


def answer_waiting(services: Services) -> int:
    """Answer the discreet requests that nobody has answered yet, and say how many there were (R54)."""
    waiting = waiting_requests(db.session())
    db.session.commit()
    for request_id in waiting:
        _answer_discreetly(services, request_id)
    return len(waiting)


def forget_requests(services: Services) -> int:
    """Forget the requests of long ago, and say how many there were."""
    with transaction() as session:
        return delete_requests_before(session, services.clock.now() - KEPT)


def messages_left(services: Services, finding: Finding) -> bool:
    """Whether another message may go to the same account or address within the hour."""
    return too_many(services, MESSAGES, finding.target, _budget(services)) is None


def note_message(services: Services, finding: Finding) -> None:
    """Count a message."""
    note_failure(services, MESSAGES, finding.target, _budget(services))


def sealed(services: Services, question: Question) -> bytes:
    """A question as it waits in the table for its answer: it names a person, so it is encrypted."""
    return encrypt(services.settings, PURPOSE, json.dumps(asdict(question)).encode())


def _answer_discreetly(services: Services, request_id: int) -> None:
    finding = None
    with transaction() as session:
        request = request_to_change(session, request_id)
        if request.answered_at is not None:
            return
        question = _unsealed(services, request.typed)
        request.typed = None
        request.answered_at = services.clock.now()
        if question is None:
            return
        found = look_up(services, question)
        if messages_left(services, found):
            answer(session, services, request, found)
            finding = found if request.mail_id is not None else None
        elif found.accounts:
            request.account_id = found.accounts[0].id
    if finding is not None:
        note_message(services, finding)


def _unsealed(services: Services, typed: bytes | None) -> Question | None:
    """The question; nothing if the secret key was replaced since: the person will ask again."""
    try:
        values = json.loads(decrypt(services.settings, PURPOSE, typed or b""))
    except DecryptionError:
        return None
    return Question(RecoveryKind(values["kind"]), values["words"], values["language"])


def _message(session: Session, services: Services, request: RecoveryRequest, finding: Finding) -> OutgoingMail | None:
    """The one thing there is to say; nothing where there is no address to say it to."""
    holder = finding.accounts[0] if finding.accounts else None
    if holder is None:
        return _to_stranger(session, services, request, finding.question)
    if holder.email is None or finding.standing is Standing.NOT_CREATED:
        return None
    if finding.standing in UNCONFIRMED:
        # The address got the confirmation message already, so this one tells it nothing new.
        return emails.address_to_validate(session, services, holder, request.reference)
    if finding.question.kind is RecoveryKind.PASSWORD and finding.standing is Standing.RECOVERABLE:
        return _send_link(session, services, request, holder)
    if holder.email_confirmed_at is None:
        return None
    logins = _logins(session, services, finding.accounts)
    return emails.forgotten_logins(session, services, holder, logins, request.reference)


def _to_stranger(session: Session, services: Services, request: RecoveryRequest, question: Question) -> OutgoingMail | None:
    academy = first_academy(session)
    if question.kind is RecoveryKind.PASSWORD or academy is None:
        return None
    return emails.no_login_known(session, services, Stranger(question.words, question.language, academy), request.reference)


def _logins(session: Session, services: Services, holders: list[Account]) -> list[MailedLogin]:
    """The logins that serve, once each, with what they took over of the same address (R40, R63)."""
    living = {account.id: account for account in (holder.principal or holder for holder in holders)}
    replaced: dict[int, list[str]] = {account_id: [] for account_id in living}
    for holder in holders:
        if holder.principal_id is not None:
            replaced[holder.principal_id].append(holder.login)
    today = day_in_france(services.clock.now())
    return [
        MailedLogin(
            login=account.login,
            children=emails.mailed_children(children_of(session, account_id, today)),
            replaces=replaced[account_id],
            invalidated=account.invalidated_at is not None,
        )
        for account_id, account in living.items()
    ]


def _send_link(session: Session, services: Services, request: RecoveryRequest, account: Account) -> OutgoingMail:
    """A link that serves once and dies soon, and a code where the académie wants one (R51)."""
    policies = account.academy.policies
    token = new_token()
    code = provisional_password() if policies.reset_code else None
    deadline = request.requested_at + timedelta(minutes=policies.reset_minutes)
    request.expires_at = deadline
    request.secret_digest = digest(token)
    request.code_digest = code_digest(token, code) if code else None
    link = services.links.absolute(f"/mot-de-passe-oublie/{token}")
    return emails.reset_password(session, services, account, ResetLink(request.reference, link, code, deadline))


def code_digest(token: str, code: str) -> str:
    """What is kept of a code: nothing that helps without the link, whose secret is not kept."""
    return digest(f"{token}:{code}")


def _budget(services: Services) -> Budget:
    return Budget(services.settings.accounts.recovery_messages_per_hour, HOUR)
