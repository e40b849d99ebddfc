"""What a person still has to do before a relying party is answered: an ordered list of checks, and nothing else.

Each check reads facts, never a flag that somebody must reset: "was this done since the request came?" (D6). A new gate is
a member of `Step`, a line of `CHECKS`, its word for passive requests in `PASSIVE_REFUSALS`, and a page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from account_mgmt.domain.accounts import AccountFacts
from account_mgmt.domain.gates import Gate, pending_gate
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.release import Refusal, RefusalReason


class Step(StrEnum):
    """What is asked of the person next; each has a page."""

    SIGN_IN = "sign_in"
    FIRST_CONNECTION = "first_connection"
    EMAIL_CONFIRMATION = "email_confirmation"


class SessionFacts(Protocol):
    """What the checks read of a session that is still alive."""

    @property
    def authenticated_at(self) -> datetime: ...


@dataclass(frozen=True)
class SignedIn:
    """A live session, its account, and the account's subject for whoever asks."""

    session: SessionFacts
    account: AccountFacts
    subject: str


@dataclass(frozen=True)
class Facts:
    """All that the checks may look at."""

    request: AuthenticationRequest
    person: SignedIn | None


def sign_in_needed(facts: Facts) -> bool:
    """Whether somebody must (again) give a password: nobody is there, or not freshly enough, or it is another person."""
    if facts.person is None:
        return True
    request, authenticated_at = facts.request, facts.person.session.authenticated_at
    if authenticated_at >= request.received_at:
        return False  # signed in for this very request: that is as fresh as anything can ask
    if request.reauthenticate or _too_old(authenticated_at, request):
        return True
    return not is_expected(facts)


def _too_old(authenticated_at: datetime, request: AuthenticationRequest) -> bool:
    """OpenID Connect Core §3.1.2.1, max_age; counted from the request, so that time spent at a later step is not held against."""
    return request.max_age is not None and authenticated_at + timedelta(seconds=request.max_age) < request.received_at


def is_expected(facts: Facts) -> bool:
    """Whether the person is the one that the request names, when it names one."""
    expected = facts.request.expected_subject
    return expected is None or (facts.person is not None and facts.person.subject == expected)


def _stands_before(gate: Gate) -> Callable[[Facts], bool]:
    return lambda facts: facts.person is not None and pending_gate(facts.person.account) is gate


CHECKS: tuple[tuple[Step, Callable[[Facts], bool]], ...] = (  # the order is the policy
    (Step.SIGN_IN, sign_in_needed),
    (Step.FIRST_CONNECTION, _stands_before(Gate.FIRST_CONNECTION)),
    (Step.EMAIL_CONFIRMATION, _stands_before(Gate.EMAIL_CONFIRMATION)),
)

PASSIVE_REFUSALS: dict[Step, RefusalReason] = {
    Step.SIGN_IN: RefusalReason.LOGIN_REQUIRED,
    Step.FIRST_CONNECTION: RefusalReason.INTERACTION_REQUIRED,
    Step.EMAIL_CONFIRMATION: RefusalReason.INTERACTION_REQUIRED,
}
"""What a request that may show nothing is told, step by step (prompt=none, IsPassive, gateway)."""


def next_step(facts: Facts) -> Step | None:
    """The first step still to be taken; checks after it are not evaluated."""
    return next((step for step, needed in CHECKS if needed(facts)), None)


def decide(facts: Facts) -> Step | Refusal | None:
    """What comes next: a step, a refusal, or nothing that stands in the way (R10, R21, R23).

    Passive requests are refused here and nowhere else. So is the person who signed in for a request that names another:
    asking again would only go round in a circle (OpenID Connect Core §3.1.2.1, id_token_hint).
    """
    step = next_step(facts)
    if step is not None and facts.request.passive:
        return Refusal(PASSIVE_REFUSALS[step])
    if step is None and not is_expected(facts):
        return Refusal(RefusalReason.LOGIN_REQUIRED)
    return step
