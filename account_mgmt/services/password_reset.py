"""Behind the link of a forgotten password: what proves its owner, and a new password for the lost one (R51, R55)."""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.errors import Problem, in_order
from account_mgmt.domain.login_names import typed
from account_mgmt.domain.passwords import provisional_as_typed
from account_mgmt.domain.policies import Policies
from account_mgmt.domain.recovery import ResetForm, link_problem, proof_problems
from account_mgmt.models import Account, RecoveryRequest
from account_mgmt.queries.accounts import account_now, account_to_change
from account_mgmt.queries.families import children_of
from account_mgmt.queries.recovery import request_behind, request_to_change
from account_mgmt.services.authentication import forget_misses
from account_mgmt.services.hashing import hash_password, verify_password
from account_mgmt.services.password_change import replace_password
from account_mgmt.services.password_checks import Surroundings, password_problems
from account_mgmt.services.recovery_answers import code_digest
from config.audit import AuditEvent
from config.database import db, transaction
from config.limits import Budget, note_failure, too_many
from config.services import Services
from config.tokens import digest

TRIES = "recovery_tries"
MOST_TRIES = 5
HOUR = 3600
SECOND_PRESS = timedelta(seconds=60)
"""How long a used link still recognises the second press of an impatient finger."""


@dataclass(frozen=True)
class Resettable:
    """A link that opens the form."""

    policies: Policies
    with_code: bool


@dataclass(frozen=True)
class Reset:
    """The new password is in force."""

    login: str


@dataclass(frozen=True)
class _Link:
    token: str
    request: RecoveryRequest
    account: Account


def read_link(services: Services, token: str) -> Resettable | Problem:
    """What the page behind a link shows; that it was opened is noted once, for whoever follows the request (R51)."""
    link = _open(token)
    if isinstance(link, Problem):
        return link
    if problem := _problem(services, link):
        return problem
    with transaction() as session:
        unopened = (RecoveryRequest.id == link.request.id) & RecoveryRequest.opened_at.is_(None)
        session.execute(update(RecoveryRequest).where(unopened).values(opened_at=services.clock.now()))
    return Resettable(link.account.academy.policies, link.request.code_digest is not None)


def reset_password(services: Services, token: str, form: ResetForm) -> Reset | tuple[Problem, ...]:
    """Put the new password in force, or say what to put right; pressing the button twice is the same as once (R51, R55)."""
    link = _open(token)
    if isinstance(link, Problem):
        return (link,)
    if problem := _problem(services, link):
        return _over(services, token, form, problem)
    if problems := _form_problems(services, link, form):
        return problems
    password_hash = hash_password(form.password)
    with transaction() as session:
        problem = _use(session, services, link, password_hash)
    if problem is not None:
        return _over(services, token, form, problem)
    forget_misses(services, link.account.login)
    return Reset(link.account.login)


def _open(token: str) -> _Link | Problem:
    session = db.session()
    request = request_behind(session, digest(token))
    account = account_now(session, request.account_id) if request and request.account_id else None
    return _Link(token, request, account) if request and account else Problem.LINK_INVALID


def _problem(services: Services, link: _Link) -> Problem | None:
    problem = link_problem(link.request, link.account, services.clock.now())
    return Problem.RESET_LOCKED if problem is None and _tried_out(services, link) else problem


def _form_problems(services: Services, link: _Link, form: ResetForm) -> tuple[Problem, ...]:
    login_right = typed(form.login) == link.account.login
    expected = link.request.code_digest
    given = code_digest(link.token, provisional_as_typed(form.code))
    proof = proof_problems(form, login_right=login_right, code_right=expected is None or hmac.compare_digest(expected, given))
    if proof:
        _note_wrong_proof(services, link)
    policies = link.account.academy.policies
    found = proof | password_problems(services, form.password, policies, _surroundings(services, link.account))
    if form.password and form.password != form.password_again:
        found |= {Problem.PASSWORDS_DIFFER}
    return in_order(found)


def _note_wrong_proof(services: Services, link: _Link) -> None:
    note_failure(services, TRIES, str(link.request.id), Budget(MOST_TRIES, HOUR))
    with transaction():
        services.audit.record(AuditEvent.RECOVERY_REFUSED, actor="system", account_id=link.account.id)


def _surroundings(services: Services, account: Account) -> Surroundings:
    children = children_of(db.session(), account.id, day_in_france(services.clock.now()))
    names = [account.login, account.first_name, account.last_name, (account.email or "").partition("@")[0]]
    dates = []
    for child in children:
        born = child.birth_date
        names += [child.first_name, child.last_name, child.school_name]
        dates += [f"{born:%d%m%Y}", f"{born:%d%m%y}", f"{born:%Y%m%d}", f"{born:%Y}"]
    return Surroundings(names, dates)


def _use(session: Session, services: Services, link: _Link, password_hash: str) -> Problem | None:
    """Look once more, with account and request held: of two presses at once, one changes the password."""
    account = account_to_change(session, link.account.id)
    if account is None:
        return Problem.LINK_INVALID
    request = request_to_change(session, link.request.id)
    now = services.clock.now()
    if problem := link_problem(request, account, now):
        return problem
    request.used_at = now
    session.flush()
    replace_password(session, services, account, password_hash, "recovery")
    return None


def _over(services: Services, token: str, form: ResetForm, problem: Problem) -> Reset | tuple[Problem, ...]:
    """The link serves no more; unless this very form changed the password a moment ago, which is no problem."""
    link = _open(token)
    if problem is not Problem.RESET_USED or isinstance(link, Problem):
        return (problem,)
    account, used_at = link.account, link.request.used_at
    fresh = used_at is not None and services.clock.now() - used_at <= SECOND_PRESS and account.password_changed_at == used_at
    if not fresh or account.password_hash is None or _tried_out(services, link):
        return (problem,)
    if verify_password(account.password_hash, form.password):
        return Reset(account.login)
    _note_wrong_proof(services, link)  # else a used link would let passwords be tried
    return (problem,)


def _tried_out(services: Services, link: _Link) -> bool:
    return too_many(services, TRIES, str(link.request.id), Budget(MOST_TRIES, HOUR)) is not None
