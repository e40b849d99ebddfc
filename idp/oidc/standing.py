"""Whether what was agreed still stands, asked when a token is used: one statement each, of columns and no objects.

The release itself is a snapshot and is not made again (D27); what is asked is whether anybody may still speak of it.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from account_mgmt.models import Account, ChildLink
from config.database import db
from consent.models import TeleserviceRefusal
from idp.oidc.grant import Grant
from idp.relying_parties.models import RelyingParty


def stands(relying_party_id: int, account_id: int, authenticated_at: datetime) -> bool:
    """Whether the relying party is not suspended, and the account neither closed, grouped nor signed out everywhere since."""
    return _holds(*_open(relying_party_id, account_id, authenticated_at))


def nothing_ended_since(grant: Grant) -> bool:
    """The same and, for a refresh that may come weeks later, that no child left the account and no refusal came in.

    Otherwise the person has to come by again, and the relying party gets a fresh list (R06, R66, R80).
    """
    since = grant.authenticated
    left = exists().where(ChildLink.account_id == Account.id, ChildLink.ended_at > since)
    refused = exists().where(
        TeleserviceRefusal.pupil_id == ChildLink.pupil_id,
        TeleserviceRefusal.guardian_id == ChildLink.guardian_id,
        ChildLink.account_id == Account.id,
        TeleserviceRefusal.recorded_at > since,
    )
    unrefused = or_(RelyingParty.teleservice.is_(False), ~refused)
    return _holds(*_open(grant.relying_party_id, grant.account_id, since), ~left, unrefused)


def _open(relying_party_id: int, account_id: int, authenticated_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        RelyingParty.id == relying_party_id,
        RelyingParty.suspended_at.is_(None),
        Account.id == account_id,
        Account.closed_at.is_(None),
        Account.merged_at.is_(None),
        or_(Account.signed_out_at.is_(None), Account.signed_out_at < authenticated_at),
    )


def _holds(*conditions: ColumnElement[bool]) -> bool:
    return db.session.execute(select(Account.id).where(*conditions)).first() is not None
