"""How long the night job takes on a large site, and how much memory: a night in which a tenth of all accounts has something due.

    python -m tests.bench.bench_nightly --accounts 1000000
    python -m tests.bench.bench_nightly --postgresql

The target: a million accounts in under 180 s and 300 MB, on two cores; a second run finds nothing to do.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

import wsgi
from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import day_in_france
from account_mgmt.models import Account, ChildLink, Enrolment, Guardian, Guardianship, LoginName, Pupil
from account_mgmt.services.nightly import nightly, rehearse
from config.clock import FrozenClock
from config.database import Base, db
from config.services import Services
from config.settings import Settings
from tests.factories import NOW, make_academy, make_school
from tests.servers import own_the_run, postgresql_url

CHUNK = 3000
"""Pupils written at a time; each has an account, and so have both parents."""
TABLES = (LoginName, Account, Pupil, Guardian, Enrolment, Guardianship, ChildLink)
Rows = dict[type[Base], list[dict[str, Any]]]


def main() -> None:
    """Fill a site, let a night pass, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument(
        "--postgresql", action="store_true", help="In a PostgreSQL of its own, started for the time of the bench."
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.postgresql:
            own_the_run()
        settings = _settings(Path(folder), postgresql_url() if options.postgresql else None)
        app = wsgi.create_app(settings, clock=FrozenClock(NOW))
        with app.app_context():
            _run(app.extensions["services"], options.accounts)


def _run(services: Services, accounts: int) -> None:
    Base.metadata.create_all(db.engine)
    school = make_school(db.session(), make_academy(db.session()))
    db.session.commit()
    with db.engine.connect() as connection:
        for first in range(1, accounts // 3 + 1, CHUNK):
            _write(connection, first, min(first + CHUNK, accounts // 3 + 1), school.academy_id, school.id)
            connection.commit()
        if connection.dialect.name == "postgresql":
            # The ids above were chosen here: the night's own accounts come after them.
            connection.exec_driver_sql("select setval('account_id_seq', (select max(id) from account))")
            connection.exec_driver_sql("analyze")
            connection.commit()
    _say(f"{accounts} accounts in place: {_memory():.0f} MB")
    for name, act in (("rehearsal", rehearse), ("night", nightly), ("the same night again", nightly)):
        start = time.perf_counter()
        report = act(services)
        _say(f"{name}: {time.perf_counter() - start:.0f} s (target 180), at most {_memory():.0f} MB (target 300): {dict(report)}")


def _write(connection: Connection, first: int, end: int, academy_id: int, school_id: int) -> None:
    rows: Rows = {table: [] for table in TABLES}
    for pupil in range(first, end):
        _family(rows, pupil, academy_id, school_id)
    for table in TABLES:
        connection.execute(insert(table), rows[table])


def _family(rows: Rows, pupil: int, academy_id: int, school_id: int) -> None:
    """A pupil and two parents; one family of a hundred left long ago, two have just left."""
    left = {0: NOW - timedelta(days=100), 1: NOW - timedelta(days=1), 2: NOW - timedelta(days=1)}.get(pupil % 100)
    person = {"academy_id": academy_id, "last_name": "Dupont", "first_name": "Dylan"}
    rows[Pupil].append(person | {"id": pupil, "eleve_id": pupil, "birth_date": date(2013, 5, 14)} | _blank("usage_name"))
    left_on = day_in_france(left) if left else None
    rows[Enrolment].append({"id": pupil, "pupil_id": pupil, "school_id": school_id, "class_code": "5 B", "left_on": left_on})
    for place, account in enumerate(range(3 * pupil - 2, 3 * pupil + 1)):
        guardian = 2 * pupil - 2 + place if place else None
        if guardian:
            rows[Guardian].append(person | {"id": guardian, "personne_id": guardian} | _blank("usage_name", "civility", "mobile"))
            tie = {"id": guardian, "enrolment_id": pupil, "guardian_id": guardian, "level": 1, "kinship": "10", "rank": place}
            rows[Guardianship].append(tie)
        _account(rows, account, person, left if pupil % 100 == 0 else None, is_pupil=guardian is None)
        rows[ChildLink].append(
            {"account_id": account, "issued_account_id": account, "pupil_id": pupil, "guardian_id": guardian}
            | {"since": NOW - timedelta(days=400), "ended_at": left if pupil % 100 == 0 else None}
        )


def _account(rows: Rows, account: int, person: dict[str, Any], closed_at: datetime | None, *, is_pupil: bool) -> None:
    """Of a hundred accounts, three have a letter too old, two are to be warned, one is out of use; all others are in use."""
    login = f"dylan.dupont{account}"
    rows[LoginName].append({"login": login, "base": "dylan.dupont", "number": account})
    used = NOW - timedelta(days={5: 380, 6: 340, 7: 360}.get(account % 100, account % 300))
    created = None if account % 100 in (2, 3, 4) else NOW - timedelta(days=400)
    rows[Account].append(
        person
        | {"id": account, "login": login, "kind": AccountKind.PUPIL if is_pupil else AccountKind.GUARDIAN, "version": 1}
        | {"opened_at": NOW - timedelta(days=420), "notification_expires_at": NOW - timedelta(days=1), "closed_at": closed_at}
        | {"first_connection_at": created, "email_confirmed_at": created, "last_signed_in_at": created and used}
        | {"last_warning_at": NOW - timedelta(days=9) if account % 100 == 5 else None}
        | {"email": f"{login}@famille.example", "confirmation_serial": 1}
    )


def _blank(*columns: str) -> dict[str, str]:
    return dict.fromkeys((*columns, "email", "postal_code"), "")


def _settings(folder: Path, url: str | None) -> Settings:
    return Settings.model_validate(
        {
            "mode": "test",
            "secret_key": "a secret for measures, long enough and known to everybody",
            "http": {"base_url": "https://preau.test"},
            "database": {"url": url or f"sqlite:///{folder}/preau.sqlite"},
            "store": {"url": f"sqlite:///{folder}/store.sqlite"},
            "keys": {"directory": folder / "keys"},
        }
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
