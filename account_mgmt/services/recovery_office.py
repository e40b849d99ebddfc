"""A recovery request as the school office sees it, by the reference that a family reads out: for its own accounts only (R110)."""

from dataclasses import dataclass
from datetime import datetime

from account_mgmt.domain.recovery import MailFacts, RecoveryKind, RequestState, reference_as_typed, state_of
from account_mgmt.models import Account, RecoveryRequest, School
from account_mgmt.queries.recovery import accounts_confirmed_at, mail_of, request_with
from account_mgmt.queries.school_accounts import AccountRow, Search
from account_mgmt.services.school_office import find_accounts
from config.database import db
from config.services import Services


@dataclass(frozen=True)
class SeenRequest:
    """A request with what became of it, and the accounts of this school that it is about."""

    reference: str
    kind: RecoveryKind
    state: RequestState
    requested_at: datetime
    expires_at: datetime | None
    opened_at: datetime | None
    used_at: datetime | None
    mail: MailFacts | None
    accounts: list[AccountRow]


def request_at(services: Services, school: School, text: str) -> SeenRequest | None:
    """The request of this reference, if it is about an account of this school; another's is not found, as if there were none."""
    reference = reference_as_typed(text)
    request = request_with(db.session(), reference) if reference else None
    if request is None:
        return None
    accounts = [
        row for account_id in _concerned(request) for row in find_accounts(services, school, Search(account_id=account_id))
    ]
    if not accounts:
        return None
    mail = mail_of(db.session(), request)
    return SeenRequest(
        reference=request.reference,
        kind=request.kind,
        state=state_of(request, mail, services.clock.now()),
        requested_at=request.requested_at,
        expires_at=request.expires_at,
        opened_at=request.opened_at,
        used_at=request.used_at,
        mail=mail,
        accounts=accounts,
    )


def _concerned(request: RecoveryRequest) -> list[int]:
    """The accounts that a request is about: that of the login, or all that its message lists (R40)."""
    account = db.session.get(Account, request.account_id) if request.account_id else None
    if account is None:
        return []
    by_address = request.kind is RecoveryKind.LOGIN and account.email is not None
    holders = accounts_confirmed_at(db.session(), account.email) if by_address and account.email else [account]
    return list(dict.fromkeys(holder.principal_id or holder.id for holder in holders))
