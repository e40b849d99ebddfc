"""The accounts of a school's families, one row for each child that an account sees: how far it is, and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind, AccountState
from account_mgmt.domain.login_names import fold
from account_mgmt.models import Account, ChildLink, Enrolment, Guardian, Pupil
from account_mgmt.queries.schools import state_at_in_sql, there_on

LISTED = 300
ESCAPE = "\\"


@dataclass(frozen=True)
class Search:
    """What is looked for: one of the three."""

    class_code: str | None = None
    words: str = ""
    account_id: int | None = None


@dataclass(frozen=True)
class AccountRow:
    """An account as its school sees it; never its password, and of the address only whether there is one."""

    account_id: int
    kind: AccountKind
    login: str
    first_name: str
    last_name: str
    state: AccountState
    notification_expires_at: datetime | None
    last_signed_in_at: datetime | None
    pupil_id: int
    pupil_first_name: str
    pupil_last_name: str
    class_code: str
    school_email: str
    """The address that the school's file has of this person: letters by e-mail go there."""
    guardian_id: int | None
    """On whose behalf; empty for the pupil's own account."""


def find(session: Session, school_id: int, search: Search, now: datetime, today: date) -> list[AccountRow]:
    """The accounts of pupils who are at this school today, with their guardians', in the order of a class list."""
    at_school = and_(Enrolment.pupil_id == Pupil.id, Enrolment.school_id == school_id, there_on(today))
    statement: Select[*tuple[Any, ...]] = (
        select(
            Account.id,
            Account.kind,
            Account.login,
            func.coalesce(Guardian.first_name, Account.first_name),
            func.coalesce(Guardian.last_name, Account.last_name),
            state_at_in_sql(now),
            Account.notification_expires_at,
            Account.last_signed_in_at,
            Pupil.id,
            Pupil.first_name,
            Pupil.last_name,
            Enrolment.class_code,
            func.coalesce(Guardian.email, Pupil.email),
            ChildLink.guardian_id,
        )
        .select_from(ChildLink)
        .join(Account, Account.id == ChildLink.account_id)
        .join(Pupil, Pupil.id == ChildLink.pupil_id)
        .join(Enrolment, at_school)
        .outerjoin(Guardian, Guardian.id == ChildLink.guardian_id)
        .where(ChildLink.ended_at.is_(None), Account.closed_at.is_(None), *_conditions(search))
        .order_by(Enrolment.class_code, Pupil.last_name, Pupil.first_name, Pupil.id, Account.kind.desc(), Account.id)
        .limit(LISTED)
    )
    return [AccountRow(*row) for row in session.execute(statement)]


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    if search.account_id is not None:
        return [Account.id == search.account_id]
    conditions = [] if search.class_code is None else [Enrolment.class_code == search.class_code]
    # Each word has to begin one of the names: "dup dyl" finds Dylan Dupont, and so does his login.
    return conditions + [_begins(word) for word in search.words.split()[:5]]


def _begins(word: str) -> ColumnElement[bool]:
    # SQLite knows capitals of ASCII letters only, so accented ones are tried in each of the ways in which names are written.
    names = (Account.last_name, Account.first_name, Pupil.last_name, Pupil.first_name)
    written = {word, word.lower(), word.capitalize(), word.upper()}
    login = _escaped(fold(word) or word)
    return or_(
        Account.login.like(f"{_escaped(word.lower())}%", escape=ESCAPE),
        Account.login.like(f"%.{login}%", escape=ESCAPE),
        *(name.ilike(f"{_escaped(form)}%", escape=ESCAPE) for name in names for form in written),
    )


def _escaped(text: str) -> str:
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text
