"""The two answers of the pipeline: a release, or a refusal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp.domain.identity import Identity


class RefusalReason(StrEnum):
    """Why a relying party gets nothing; each protocol has its own word for each."""

    LOGIN_REQUIRED = "login_required"  # passive, and nobody is signed in (or not freshly enough)
    INTERACTION_REQUIRED = "interaction_required"  # passive, and a gate stands in the way
    CONSENT_REQUIRED = "consent_required"
    CANCELLED = "cancelled"  # the person turned back
    NO_CHILD = "no_child"  # R97: nobody left to speak of at this relying party
    WRONG_AUDIENCE = "wrong_audience"  # R98b: pupils only, or guardians only
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Release:
    """What is told to a relying party: a snapshot, the same at every endpoint that speaks of it (D27).

    `identity` holds what may be told and nothing more; `subject` is pairwise (R95); `session_handle` names the session
    without opening it (the `sid` of OpenID Connect, the SessionIndex of SAML).
    """

    subject: str
    session_handle: str
    authenticated_at: datetime
    methods: tuple[str, ...]
    identity: Identity
    attributes: frozenset[str]


@dataclass(frozen=True)
class Refusal:
    """A reason that stops the request; the front end puts it in its protocol's words."""

    reason: RefusalReason
