"""The night job: goes once through accounts, links and people, in batches that are a transaction each (R82).

It keeps no place of its own: what is left to do is read from the dates. So it can be run twice, late, beside itself, or be
killed in the middle; nothing of it is ever in memory but the ids of one batch.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import time

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from account_mgmt.domain.lifecycle import Due
from account_mgmt.models import ChildLink, Guardian, Pupil
from account_mgmt.queries import lifecycle as queries
from account_mgmt.queries.lifecycle import Night
from account_mgmt.services import lifecycle
from account_mgmt.services.lifecycle import ACTS, Act
from config.database import db, transaction
from config.services import Services
from config.worker import periodic

BATCH = 500
"""Accounts in one transaction: other writers wait for a moment only."""
Report = Counter[str]
"""How many rows each step changed, or would change."""

STEPS: tuple[tuple[str, type[ChildLink | Pupil | Guardian], Callable[[Night], Select[int]], Act], ...] = (
    ("links_ended", ChildLink, queries.links_over, lifecycle.end_links),
    ("pupils_erased", Pupil, queries.pupils_to_forget, lifecycle.forget_pupils),
    ("guardians_erased", Guardian, queries.guardians_to_forget, lifecycle.forget_guardians),
)
LINKS, *PEOPLE = STEPS


def nightly(services: Services) -> Report:
    """Do what is due today with accounts, pupils and adults (R05, R20, R80-R82)."""
    night = queries.night_at(db.session(), services.clock.now())
    report: Report = Counter()
    _step(services, night, LINKS, report)
    _accounts(services, night, report)
    for step in PEOPLE:
        _step(services, night, step, report)
    return report


def rehearse(services: Services) -> Report:
    """The same counts, and nothing changed; what one step makes possible for the next is not in them."""
    session = db.session()
    night = queries.night_at(session, services.clock.now())
    report: Report = Counter({due.value: count for due, count in queries.count_due(session, night).items()})
    for name, _table, found, _act in STEPS:
        report[name] = session.scalar(select(func.count()).select_from(found(night).subquery())) or 0
    session.commit()
    return +report


def lines_of(report: Report) -> list[str]:
    """A line for each kind of change, in the order in which the night makes them."""
    names = [LINKS[0], *(due.value for due in Due), *(step[0] for step in PEOPLE)]
    return [f"{report[name]:>9} {name}" for name in names]


@periodic("accounts.nightly", daily=time(2, 20))
def _nightly(services: Services) -> str | None:
    report = nightly(services)
    return ", ".join(f"{count} {name}" for name, count in report.items()) or None


def _accounts(services: Services, night: Night, report: Report) -> None:
    after = 0
    while True:
        with transaction() as session:
            batch = queries.next_due(session, night, after, BATCH)
            by_act: dict[Due, list[int]] = defaultdict(list)
            for account_id, due in batch:
                by_act[due].append(account_id)
            for due, account_ids in by_act.items():
                ACTS[due](session, services, account_ids)
        if not batch:
            return
        after = batch[-1][0]
        report.update(due.value for _, due in batch)


def _step(
    services: Services,
    night: Night,
    step: tuple[str, type[ChildLink | Pupil | Guardian], Callable[[Night], Select[int]], Act],
    report: Report,
) -> None:
    name, table, found, act = step
    after = 0
    while True:
        with transaction() as session:
            ids = _held(session, found(night).where(table.id > after).order_by(table.id).limit(BATCH), table)
            if ids:
                act(session, services, ids)
        if not ids:
            return
        after = ids[-1]
        report[name] += len(ids)


def _held(session: Session, statement: Select[int], table: type[ChildLink | Pupil | Guardian]) -> list[int]:
    return list(session.scalars(statement.with_for_update(of=table)))
