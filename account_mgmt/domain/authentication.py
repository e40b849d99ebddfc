"""What a login and a password lead to: the outcomes, and the rule that picks one from the facts.

Nothing here says how a password is verified or tries are counted; a wrong password and an unknown login are one outcome.
"""

from dataclasses import dataclass, field
from datetime import datetime

from account_mgmt.domain.login_names import mask_login
from account_mgmt.domain.passwords import provisional_as_typed


@dataclass(frozen=True)
class SignedIn:
    """The right password of an account in use. The gates may still stand before it (R21)."""

    account_id: int
    previous_sign_in_at: datetime | None = None
    """When the account was used before this time (R33)."""


@dataclass(frozen=True)
class Provisional:
    """The right password of a letter in force: it opens the first-connection screen and nothing else (R10)."""

    notification_id: int


@dataclass(frozen=True)
class LetterTooOld:
    """The right password of a letter past its deadline, and the school to turn to (R05)."""

    school_id: int


@dataclass(frozen=True)
class TakenOver:
    """The right password of an account that was grouped into another (R63)."""

    masked_login: str


@dataclass(frozen=True)
class Invalidated:
    """The right password of an account that only new credentials bring back (R20, R81)."""

    account_id: int


@dataclass(frozen=True)
class Wrong:
    """No such login, or not its password, or an account that is closed: never said which (R32)."""


@dataclass(frozen=True)
class Locked:
    """Too many tries; it ends by itself (R32)."""

    until: datetime


Outcome = SignedIn | Provisional | LetterTooOld | TakenOver | Invalidated | Wrong | Locked


@dataclass(frozen=True)
class LetterFacts:
    """The latest letter of an account that was neither used nor revoked."""

    notification_id: int
    school_id: int
    password_hash: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Credentials:
    """What is known of a login that exists."""

    account_id: int
    login: str
    password_hash: str | None = field(repr=False)
    last_signed_in_at: datetime | None
    closed_at: datetime | None
    invalidated_at: datetime | None
    principal_login: str | None
    """The login of the account that took over, if one did."""
    letter: LetterFacts | None

    def held_against(self, password: str) -> tuple[str, str] | None:
        """The hash in force, the account's own or else its letter's, and the typed password in that one's form."""
        if self.password_hash is not None:
            return self.password_hash, password
        return (self.letter.password_hash, provisional_as_typed(password)) if self.letter else None


def outcome_for(credentials: Credentials, now: datetime) -> Outcome:
    """What the right password leads to (R05, R10, R63, R81)."""
    if credentials.closed_at is not None:
        return _outcome_for_closed(credentials, credentials.closed_at)
    if credentials.principal_login is not None:
        return TakenOver(mask_login(credentials.principal_login))
    if credentials.invalidated_at is not None:
        return Invalidated(credentials.account_id)
    if credentials.password_hash is not None:
        return SignedIn(credentials.account_id, credentials.last_signed_in_at)
    return _outcome_for_letter(credentials.letter, now) if credentials.letter else Wrong()


def _outcome_for_letter(letter: LetterFacts, now: datetime) -> LetterTooOld | Provisional:
    return LetterTooOld(letter.school_id) if now >= letter.expires_at else Provisional(letter.notification_id)


def _outcome_for_closed(credentials: Credentials, closed_at: datetime) -> LetterTooOld | Wrong:
    """A letter that was too old says the same after the night that deleted its account for it as before (R05)."""
    letter = credentials.letter
    if letter is None or credentials.password_hash is not None or letter.expires_at > closed_at:
        return Wrong()
    return LetterTooOld(letter.school_id)
