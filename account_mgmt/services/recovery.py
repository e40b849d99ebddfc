"""Asking for a forgotten login or password: what the page may say, and the request that is written down (R40, R41, R50-R54).

Plain answers are given at once, as long as a network address missed only a few times. The discreet answer looks at no
account: it writes down what was typed, encrypted, and the worker answers by mail (`services/recovery_answers.py`). So it takes
the same time for every login and address, whatever there is to do for it.
"""

from dataclasses import dataclass
from datetime import datetime

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.login_names import typed
from account_mgmt.domain.recovery import RecoveryKind, RequestState, Standing, new_reference, reference_as_typed, state_of
from account_mgmt.models import RecoveryRequest
from account_mgmt.queries.recovery import mail_of, policies_of_all, request_with
from account_mgmt.services.addresses import normalise_address
from account_mgmt.services.recovery_answers import Question, answer, look_up, messages_left, note_message, sealed
from account_mgmt.services.recovery_jobs import start_answers
from config.audit import AuditEvent
from config.database import db, transaction
from config.errors import ApplicationError
from config.limits import Budget, note_failure, too_many
from config.services import Services

HOUR = 3600
MISSES = "recovery_misses"
REQUESTS = "recovery_requests"
FOLLOWING = "recovery_following"
WRONG_REFERENCES = 20
"""References that nobody was given, within an hour from one network address: more is no mistyping."""


@dataclass(frozen=True)
class Asker:
    """Who asks: a network address, and the language of the page."""

    address: str
    language: str


@dataclass(frozen=True)
class TakenIn:
    """The request is written down; whether plainly or discreetly, its own page says."""

    reference: str


def ask_for_password(services: Services, login: str, asker: Asker) -> TakenIn | Standing | Problem:
    """Write down that the password of a login was forgotten, or tell plainly why nothing can be done (R50, R52-R54)."""
    name = typed(login)
    if not name:
        return Problem.LOGIN_MISSING
    return _ask(services, Question(RecoveryKind.PASSWORD, name, asker.language), asker)


def ask_for_logins(services: Services, email: str, asker: Asker) -> TakenIn | Standing | Problem:
    """Write down that the logins tied to an address were forgotten, or tell plainly that there are none (R40, R41, R54)."""
    address = normalise_address(email)
    if address is None:
        return Problem.EMAIL_INVALID if email.strip() else Problem.EMAIL_MISSING
    return _ask(services, Question(RecoveryKind.LOGIN, address, asker.language), asker)


@dataclass(frozen=True)
class Followed:
    """What the holder of a reference is shown: nothing that names a person."""

    reference: str
    kind: RecoveryKind
    requested_at: datetime
    expires_at: datetime | None
    state: RequestState
    discreet: bool


def follow(services: Services, typed_text: str, address: str) -> Followed | None:
    """Where a request stands, by its reference; a discreet one says the same whatever became of it (R50, R54)."""
    budget = Budget(WRONG_REFERENCES, HOUR)
    if too_many(services, FOLLOWING, address, budget):
        raise ApplicationError("too_many_requests")
    reference = reference_as_typed(typed_text)
    request = request_with(db.session(), reference) if reference else None
    if request is None:
        note_failure(services, FOLLOWING, address, budget)
        return None
    if request.discreet:
        return Followed(request.reference, request.kind, request.requested_at, None, RequestState.TAKEN_IN, discreet=True)
    state = state_of(request, mail_of(db.session(), request), services.clock.now())
    return Followed(request.reference, request.kind, request.requested_at, request.expires_at, state, discreet=False)


def _ask(services: Services, question: Question, asker: Asker) -> TakenIn | Standing | Problem:
    _count_request(services, asker.address)
    if _discreet(services, asker.address):
        return _write_down(services, question)
    finding = look_up(services, question)
    if finding.standing is not Standing.RECOVERABLE:
        return _missed(services, question, finding.standing, asker.address)
    if not messages_left(services, finding):
        return Problem.TOO_MANY_MESSAGES
    with transaction() as session:
        request = _request(services, question.kind, discreet=False)
        session.add(request)
        answer(session, services, request, finding)
        account_id = request.account_id
        services.audit.record(
            AuditEvent.RECOVERY_REQUESTED, actor="system", account_id=account_id, details={"kind": question.kind.value}
        )
    note_message(services, finding)
    return TakenIn(request.reference)


def _write_down(services: Services, question: Question) -> TakenIn:
    """Take the request in without a look at who has that login or address (R54)."""
    with transaction() as session:
        request = _request(services, question.kind, discreet=True)
        request.typed = sealed(services, question)
        session.add(request)
        services.audit.record(AuditEvent.RECOVERY_REQUESTED, actor="system", details={"kind": question.kind.value})
    start_answers(services)
    return TakenIn(request.reference)


def _missed(services: Services, question: Question, standing: Standing, address: str) -> TakenIn | Standing:
    """Say it plainly, and count; a miss that others overtook to the end of the budget is not told any more."""
    if note_failure(services, MISSES, address, _misses(services)) is not None:
        return _write_down(services, question)
    with transaction():
        details = {"kind": question.kind.value, "answer": standing.value}
        services.audit.record(AuditEvent.RECOVERY_MISSED, actor="system", details=details)
    return standing


def _discreet(services: Services, address: str) -> bool:
    """Whether strangers are told nothing: at this network address for now, or at all.

    A login does not say whose it is, so one académie that wants discretion decides for the whole site.
    """
    if too_many(services, MISSES, address, _misses(services)):
        return True
    return any(policies.recovery_messages == "discreet" for policies in policies_of_all(db.session()))


def _misses(services: Services) -> Budget:
    # The miss that reaches the limit of a budget is refused already.
    return Budget(services.settings.accounts.recovery_misses_per_hour + 1, HOUR)


def _count_request(services: Services, address: str) -> None:
    budget = Budget(services.settings.accounts.recovery_requests_per_hour + 1, HOUR)
    if too_many(services, REQUESTS, address, budget) or note_failure(services, REQUESTS, address, budget):
        raise ApplicationError("too_many_requests")


def _request(services: Services, kind: RecoveryKind, *, discreet: bool) -> RecoveryRequest:
    return RecoveryRequest(reference=new_reference(), kind=kind, discreet=discreet, requested_at=services.clock.now())
