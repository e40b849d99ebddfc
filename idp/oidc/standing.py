"""Whether what was agreed still stands, asked when a token is used: one statement each, of columns and no objects.

The release itself is a snapshot and is not made again (D27); what is asked is whether anybody may still speak of it.
"""

from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select

from account_mgmt.models import Account, ChildLink
from config.database import UtcDateTime, db
from consent.models import TeleserviceRefusal
from idp.oidc.grant import Grant
from idp.relying_parties.models import RelyingParty

SINCE = bindparam("since", type_=UtcDateTime)

STANDS = (
    select(Account.id)
    .join(RelyingParty, RelyingParty.id == bindparam("relying_party_id"))
    .where(
        Account.id == bindparam("account_id"),
        RelyingParty.suspended_at.is_(None),
        Account.closed_at.is_(None),
        Account.merged_at.is_(None),
        Account.invalidated_at.is_(None),
        or_(Account.signed_out_at.is_(None), Account.signed_out_at < SINCE),
    )
)
LEFT = exists().where(ChildLink.account_id == Account.id, ChildLink.ended_at > SINCE)
REFUSED = exists().where(
    ChildLink.account_id == Account.id,
    TeleserviceRefusal.pupil_id == ChildLink.pupil_id,
    TeleserviceRefusal.guardian_id == ChildLink.guardian_id,
    TeleserviceRefusal.recorded_at > SINCE,
)
UNCHANGED = STANDS.where(~LEFT, or_(RelyingParty.teleservice.is_(False), ~REFUSED))


def stands(relying_party_id: int, account_id: int, since: datetime) -> bool:
    """Whether the relying party is not suspended, and the account neither over nor signed out everywhere since."""
    values = {"relying_party_id": relying_party_id, "account_id": account_id, "since": since}
    return db.session.connection().execute(STANDS, values).first() is not None


def nothing_ended_since(grant: Grant) -> bool:
    """The same and, for a refresh that may come weeks later, that no child left the account and no refusal came in.

    Otherwise the person has to come by again, and the relying party gets a fresh list (R06, R66, R80).
    """
    values = {"relying_party_id": grant.relying_party_id, "account_id": grant.account_id, "since": grant.authenticated}
    return db.session.connection().execute(UNCHANGED, values).first() is not None
