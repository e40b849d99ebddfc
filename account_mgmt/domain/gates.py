"""The two gates that stand between a right password and any service: first connection, e-mail confirmation."""

from enum import StrEnum

from account_mgmt.domain.accounts import AccountFacts, AccountKind


class Gate(StrEnum):
    """What a person still has to pass before being let in anywhere."""

    FIRST_CONNECTION = "first_connection"
    EMAIL_CONFIRMATION = "email_confirmation"


def pending_gate(account: AccountFacts) -> Gate | None:
    """The gate before which this account stands; none when it may go on (R10, R21, R23)."""
    if account.first_connection_at is None:
        return Gate.FIRST_CONNECTION
    if account.kind is AccountKind.GUARDIAN and account.email_confirmed_at is None:
        return Gate.EMAIL_CONFIRMATION
    return None
