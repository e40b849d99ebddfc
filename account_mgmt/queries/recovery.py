"""What recovery looks up: accounts by login or address, requests by reference, by link, or because they wait for an answer."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.policies import Policies, policies_from
from account_mgmt.domain.recovery import MailFacts, RecoveryKind
from account_mgmt.models import Academy, Account, RecoveryRequest
from config.outbox import OutgoingMail

ANSWERED_AT_ONCE = 100


def policies_of_all(session: Session) -> list[Policies]:
    """The policies of every académie that this site serves."""
    rows = session.execute(select(Academy.preset, Academy.policy_overrides))
    return [policies_from(preset, overrides) for preset, overrides in rows]


def account_with_login(session: Session, login: str) -> Account | None:
    """The account of a login as `login_names.typed` gives it."""
    statement = select(Account).where(Account.login == login).execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def accounts_confirmed_at(session: Session, email: str) -> list[Account]:
    """The accounts whose confirmed address this is, also those that were grouped since (R40).

    People and telephones write addresses with capitals or without: the usual ways are tried, so that the index serves.
    """
    ways = {email, email.lower(), email[:1].upper() + email[1:].lower()}
    confirmed = select(Account).where(Account.email.in_(ways), Account.email_confirmed_at.is_not(None))
    return list(session.scalars(confirmed.where(Account.closed_at.is_(None)).order_by(Account.id)))


def request_with(session: Session, reference: str) -> RecoveryRequest | None:
    """The request of this reference."""
    return session.scalars(select(RecoveryRequest).where(RecoveryRequest.reference == reference)).one_or_none()


def request_behind(session: Session, secret_digest: str) -> RecoveryRequest | None:
    """The request whose link holds this secret, as it is now."""
    statement = select(RecoveryRequest).where(RecoveryRequest.secret_digest == secret_digest)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def request_to_change(session: Session, request_id: int) -> RecoveryRequest:
    """The request as it is now, held for this transaction."""
    return session.get_one(RecoveryRequest, request_id, populate_existing=True, with_for_update=True)


def waiting_requests(session: Session) -> list[int]:
    """The requests that nobody has answered yet, the oldest first."""
    waiting = select(RecoveryRequest.id).where(RecoveryRequest.answered_at.is_(None)).order_by(RecoveryRequest.id)
    return list(session.scalars(waiting.limit(ANSWERED_AT_ONCE)))


def mail_of(session: Session, request: RecoveryRequest) -> MailFacts | None:
    """What became of the message of a request; nothing if none was sent."""
    if request.mail_id is None:
        return None
    row = session.execute(
        select(OutgoingMail.sent_at, OutgoingMail.failed_at).where(OutgoingMail.id == request.mail_id)
    ).one_or_none()
    return MailFacts(*row) if row else None


def end_open_links(session: Session, account_id: int, now: datetime) -> None:
    """Let the links end that could still change this account's password."""
    session.execute(
        update(RecoveryRequest)
        .where(RecoveryRequest.account_id == account_id, RecoveryRequest.kind == RecoveryKind.PASSWORD)
        .where(RecoveryRequest.used_at.is_(None), RecoveryRequest.expires_at > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )


def delete_requests_before(session: Session, moment: datetime) -> int:
    """Delete the requests that are older than a moment, and say how many there were."""
    old = delete(RecoveryRequest).where(RecoveryRequest.requested_at < moment).returning(RecoveryRequest.id)
    return len(session.scalars(old).all())
