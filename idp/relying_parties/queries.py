"""Reading the registry: one light statement for each request, the whole row only when it is not known yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from consent.domain import Attribute
from idp.relying_parties.domain import Registration, ServedSchools
from idp.relying_parties.models import RelyingParty

# Made once: these run in every request of a relying party, and building a statement takes longer than running it. They run on
# the connection, since the session would look for entities in each row.
LIGHT = select(RelyingParty.id, RelyingParty.version, RelyingParty.suspended_at)
BY_CLIENT_ID = LIGHT.where(RelyingParty.client_id == bindparam("client_id"))
BY_ID = LIGHT.where(RelyingParty.id == bindparam("id"))
WHOLE = select(*RelyingParty.__table__.columns)


def version_by_client_id(session: Session, client_id: str) -> tuple[int, int, bool] | None:
    """The number and version of a relying party, and whether it is suspended; none when there is no such one."""
    return _version(session.connection().execute(BY_CLIENT_ID, {"client_id": client_id}).one_or_none())


def version_by_id(session: Session, relying_party_id: int) -> tuple[int, int, bool] | None:
    """The same, by number."""
    return _version(session.connection().execute(BY_ID, {"id": relying_party_id}).one_or_none())


def _version(row: Row[int, int, datetime | None] | None) -> tuple[int, int, bool] | None:
    return None if row is None else (row.id, row.version, row.suspended_at is not None)


def registration(session: Session, relying_party_id: int) -> Registration:
    """The whole registration, read."""
    return _read(session.execute(WHOLE.where(RelyingParty.id == relying_party_id)).one())


def registrations(session: Session) -> Sequence[Registration]:
    """All of them, by name."""
    return [_read(row) for row in session.execute(WHOLE.order_by(RelyingParty.name, RelyingParty.id))]


def _read(row: Row[Any]) -> Registration:
    return Registration(
        id=row.id,
        version=row.version,
        client_id=row.client_id,
        name=row.name,
        protocol=row.protocol,
        description=row.description,
        url=row.url,
        audience=frozenset(AccountKind(kind) for kind in row.audience),
        schools=ServedSchools.from_dict(row.schools),
        teleservice=row.teleservice,
        attributes=frozenset(Attribute(name) for name in row.attributes),
        settings=row.settings,
        entry=row.entry,
        academy_id=row.academy_id,
        suspended=row.suspended_at is not None,
    )
