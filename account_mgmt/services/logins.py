"""Giving out logins: each once and for ever, to one person or to an académie's worth of them (R02).

Decision: allocations take turns, under one lock for the time of the caller's transaction. Rejected: letting them race for
the unique key and try again; two imports that meet on several names would then block one another for good.
"""

from collections.abc import Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from account_mgmt.domain.login_names import login
from account_mgmt.models import LoginName

CHUNK = 500
"""Names in one statement: well under what SQLite lets a statement carry."""
ALLOCATION_LOCK = 7_202_117
"""PostgreSQL knows its advisory locks by number; nothing else here uses this one."""


def allocate_logins(session: Session, bases: Sequence[str]) -> list[str]:
    """A new login for each base, in the same order; two statements for hundreds of them, whatever the homonyms (R02)."""
    _take_turn(session)
    logins: list[str] = []
    for start in range(0, len(bases), CHUNK):
        logins += _allocate(session, bases[start : start + CHUNK])
    return logins


def _allocate(session: Session, bases: Sequence[str]) -> list[str]:
    last = select(LoginName.base, func.max(LoginName.number)).where(LoginName.base.in_(set(bases))).group_by(LoginName.base)
    taken: dict[str, int] = dict(session.execute(last).all())
    rows = []
    for base in bases:
        taken[base] = taken.get(base, -1) + 1
        rows.append({"login": login(base, taken[base]), "base": base, "number": taken[base]})
    if rows:
        session.connection().execute(insert(LoginName), rows)
    return [str(row["login"]) for row in rows]


def _take_turn(session: Session) -> None:
    # SQLite has one writer at a time anyway: its transactions take the write lock when they begin.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(ALLOCATION_LOCK)))
