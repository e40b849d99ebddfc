"""What the night does to one batch of accounts, pupils or adults, in the caller's transaction, by a few statements.

Each function takes the ids that `queries/lifecycle.py` found and holds; doing one twice changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.lifecycle import Due, closing_day, start_of
from account_mgmt.models import Account, ChildLink, Enrolment, Guardian, Guardianship, Pupil
from account_mgmt.queries import imports
from account_mgmt.queries import lifecycle as queries
from account_mgmt.queries.accounts import accounts_to_change
from account_mgmt.services import emails
from account_mgmt.services.provisioning import NewAccount, open_accounts
from config.audit import AuditEvent
from config.services import Services

Act = Callable[[Session, Services, list[int]], None]
NO_BIRTH_DATE = date.min
"""Of a pupil who was erased: the column has no empty value."""


def delete_unused(session: Session, services: Services, account_ids: list[int]) -> None:
    """Erase the accounts whose letter grew too old; each of their pairs gets another, under a new login (R05)."""
    pairs = queries.pairs_held(session, account_ids)
    pupils = imports.names_of_pupils(session, {pair.pupil_id for pair in pairs})
    guardians = imports.names_of_guardians(session, {pair.guardian_id for pair in pairs if pair.guardian_id is not None})
    now = services.clock.now()
    _end_links(session, ChildLink.account_id.in_(account_ids), now)
    _change(session, account_ids, {"closed_at": now})
    erase(session, services, account_ids)
    opened = []
    for pair in pairs:
        last_name, first_name = pupils[pair.pupil_id] if pair.guardian_id is None else guardians[pair.guardian_id]
        opened.append(NewAccount(pair.academy_id, pair.kind, last_name, first_name, pair.pupil_id, pair.guardian_id))
    for account in open_accounts(session, services, opened):
        services.audit.record(AuditEvent.ACCOUNT_OPENED, actor="system", account_id=account.account_id)


def close(session: Session, services: Services, account_ids: list[int]) -> None:
    """Close accounts that have no child left; a child who comes back in time opens them again (R80)."""
    now = services.clock.now()
    _change(session, account_ids, {"closed_at": now, "signed_out_at": now})
    _record(services, AuditEvent.ACCOUNT_CLOSED, account_ids)


def invalidate(session: Session, services: Services, account_ids: list[int]) -> None:
    """Let nobody in any more until the school issues new credentials (R20, R81)."""
    now = services.clock.now()
    _change(session, account_ids, {"invalidated_at": now, "signed_out_at": now})
    _record(services, AuditEvent.ACCOUNT_INVALIDATED, account_ids)


def warn_first(session: Session, services: Services, account_ids: list[int]) -> None:
    """Write to those whose account would be invalidated in a month (R81)."""
    _warn(session, services, account_ids, "first_warning_at")


def warn_last(session: Session, services: Services, account_ids: list[int]) -> None:
    """Write to those whose account would be invalidated in a week (R81)."""
    _warn(session, services, account_ids, "last_warning_at")


def erase(session: Session, services: Services, account_ids: list[int]) -> None:
    """Take everything of a person out of accounts; the logins stay, so that nobody else ever gets them (R02)."""
    now = services.clock.now()
    nothing: dict[str, Any] = {"last_name": "", "first_name": "", "email": None, "password_hash": None, "language": None}
    _change(session, account_ids, nothing | {"closed_at": func.coalesce(Account.closed_at, now), "erased_at": now})
    _record(services, AuditEvent.ACCOUNT_ERASED, account_ids)


ACTS: dict[Due, Act] = {
    Due.LETTER_EXPIRED: delete_unused,
    Due.NO_CHILD: close,
    Due.CONFIRMATION_EXPIRED: invalidate,
    Due.INACTIVE: invalidate,
    Due.FIRST_WARNING: warn_first,
    Due.LAST_WARNING: warn_last,
    Due.ERASURE: erase,
}


def end_links(session: Session, services: Services, link_ids: list[int]) -> None:
    """End the links to pupils who are at no school any more, from the day on which they left (R80)."""
    by_day: dict[date | None, list[int]] = defaultdict(list)
    for link_id, day in queries.last_days(session, link_ids).items():
        by_day[day].append(link_id)
    for day, ids in by_day.items():
        _end_links(session, ChildLink.id.in_(ids), start_of(day) if day else services.clock.now())


def forget_pupils(session: Session, services: Services, pupil_ids: list[int]) -> None:
    """Erase pupils: names, birth date, numbers and what schools said of them."""
    enrolments = select(Enrolment.id).where(Enrolment.pupil_id.in_(pupil_ids))
    session.execute(delete(Guardianship).where(Guardianship.enrolment_id.in_(enrolments)))
    session.execute(delete(Enrolment).where(Enrolment.pupil_id.in_(pupil_ids)))
    # The other way round than any number of SIECLE: who comes back later is somebody new.
    nothing: dict[str, Any] = {
        "eleve_id": -Pupil.id,
        "last_name": "",
        "first_name": "",
        "usage_name": "",
        "birth_date": NO_BIRTH_DATE,
    }
    nothing |= {"ine_hash": None, "email": "", "postal_code": "", "erased_at": services.clock.now()}
    session.execute(update(Pupil).where(Pupil.id.in_(pupil_ids)).values(nothing).execution_options(synchronize_session=False))


def forget_guardians(session: Session, services: Services, guardian_ids: list[int]) -> None:
    """Erase adults: names, addresses, numbers and what they were to pupils."""
    session.execute(delete(Guardianship).where(Guardianship.guardian_id.in_(guardian_ids)))
    nothing: dict[str, Any] = {
        "personne_id": -Guardian.id,
        "last_name": "",
        "first_name": "",
        "usage_name": "",
        "civility": "",
        "email": "",
    }
    nothing |= {"mobile": "", "postal_code": "", "erased_at": services.clock.now()}
    statement = update(Guardian).where(Guardian.id.in_(guardian_ids)).values(nothing)
    session.execute(statement.execution_options(synchronize_session=False))


def _warn(session: Session, services: Services, account_ids: list[int], column: str) -> None:
    _change(session, account_ids, {column: services.clock.now()})
    for account in accounts_to_change(session, account_ids).values():
        day = closing_day(account, account.academy.policies.inactivity_months)
        if day is not None:
            emails.closing_soon(session, services, account, day)
    _record(services, AuditEvent.ACCOUNT_WARNED, account_ids)


def _change(session: Session, account_ids: Sequence[int], values: dict[str, Any]) -> None:
    statement = update(Account).where(Account.id.in_(account_ids)).values(values | {"version": Account.version + 1})
    session.execute(statement.execution_options(synchronize_session=False))


def _end_links(session: Session, which: Any, moment: datetime) -> None:
    statement = update(ChildLink).where(which, ChildLink.ended_at.is_(None)).values(ended_at=moment)
    session.execute(statement.execution_options(synchronize_session=False))


def _record(services: Services, event: AuditEvent, account_ids: Sequence[int]) -> None:
    for account_id in account_ids:
        services.audit.record(event, actor="system", account_id=account_id)
