"""How long a large school's letters take, and how much memory: passwords, hashes, notifications, one document.

    python -m tests.bench.bench_letters --pupils 1500
    python -m tests.bench.bench_letters --postgresql

The target: 4,200 letters (1,500 pupils and their guardians) in under 180 s on two cores.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import wsgi
from account_mgmt.domain.accounts import AccountKind
from account_mgmt.models import Academy, Enrolment, Guardian, Guardianship, LetterRun, Pupil, School
from account_mgmt.services.letters import LetterOrder, download_document, request_letters, run_letters
from account_mgmt.services.provisioning import NewAccount, open_accounts
from config.database import Base, db, transaction
from config.services import Services
from config.settings import Settings
from tests.servers import own_the_run, postgresql_url

TARGET_SECONDS = 180
NAMES = ("Martin", "Lefèvre", "D'Éon", "Nguyen", "de La Tour", "Benali", "Muñoz", "Le Goff")
FIRST_NAMES = ("Zoé", "Ibrahim", "Maël", "Anaïs", "Jean-Baptiste", "Léa", "Yasmine", "Noé")


def main() -> None:
    """Fill a school, print all its letters, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pupils", type=int, default=1500)
    parser.add_argument(
        "--postgresql", action="store_true", help="In a PostgreSQL of its own, started for the time of the bench."
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.postgresql:
            own_the_run()
        app = wsgi.create_app(_settings(Path(folder), postgresql_url() if options.postgresql else None))
        with app.app_context():
            _run(app.extensions["services"], options.pupils)


def _run(services: Services, pupils: int) -> None:
    Base.metadata.create_all(db.engine)
    with transaction() as session:
        school_id = _school(session, services, pupils)
    _say(f"a school of {pupils} pupils: {_memory():.0f} MB")
    start, busy = time.perf_counter(), _cpu()
    run = request_letters(services, LetterOrder(school_id, "cli"))
    if not isinstance(run, LetterRun):
        raise SystemExit(f"nothing was ordered: {run}")
    run = run_letters(services, run.id)
    elapsed, spent = time.perf_counter() - start, _cpu() - busy
    document = download_document(services, run, "cli") or b""
    _say(
        f"{run.done} letters in {elapsed:.0f} s (target {TARGET_SECONDS} s for 4,200): {run.done / elapsed:.0f} letters a second"
    )
    _say(f"{spent:.0f} s of CPU, {spent / run.done * 1000:.1f} ms a letter")
    _say(f"a document of {len(document) / 1e6:.0f} MB; at most {_memory():.0f} MB of memory")


def _school(session: Session, services: Services, count: int) -> int:
    """A school whose pupils have 1.8 guardians each, with accounts and no letters."""
    academy = Academy(code="bench", name="Académie du banc d'essai", sender="banc@preau.example")
    session.add(academy)
    session.flush()
    school = School(academy.id, "0790031E", "Cité scolaire du banc d'essai", city="Niort", phone="05 49 00 00 00")
    session.add(school)
    session.flush()
    people = [
        {
            "academy_id": academy.id,
            "last_name": NAMES[n % 8],
            "first_name": FIRST_NAMES[n // 8 % 8],
            "usage_name": "",
            "email": "",
            "postal_code": "",
        }
        for n in range(2 * count)
    ]
    session.execute(
        insert(Pupil), [person | {"eleve_id": n, "birth_date": date(2012, 1, 1)} for n, person in enumerate(people[:count])]
    )
    session.execute(
        insert(Guardian), [person | {"personne_id": n, "civility": "M.", "mobile": ""} for n, person in enumerate(people)]
    )
    pupils = list(session.scalars(select(Pupil.id).order_by(Pupil.id)))
    guardians = list(session.scalars(select(Guardian.id).order_by(Guardian.id)))
    enrolled = [
        {"pupil_id": pupil, "school_id": school.id, "class_code": f"{n % 4 + 3} {n % 60 // 4}", "mef": "", "level": "2115"}
        for n, pupil in enumerate(pupils)
    ]
    session.execute(insert(Enrolment), enrolled)
    _open(session, services, academy.id, _pairs(pupils, guardians))
    return school.id


def _pairs(pupils: list[int], guardians: list[int]) -> list[tuple[int, int]]:
    """Four pupils in five have two guardians."""
    both = [(pupil, guardian) for n, pupil in enumerate(pupils) for guardian in guardians[2 * n : 2 * n + 2]]
    return [pair for n, pair in enumerate(both) if n % 10 != 9]


def _open(session: Session, services: Services, academy_id: int, pairs: list[tuple[int, int]]) -> None:
    enrolments = dict(session.execute(select(Enrolment.pupil_id, Enrolment.id)).all())
    ties = [
        {"enrolment_id": enrolments[pupil], "guardian_id": guardian, "level": 1, "kinship": "10", "rank": 1}
        for pupil, guardian in pairs
    ]
    session.execute(insert(Guardianship), ties)
    new = [NewAccount(academy_id, AccountKind.PUPIL, NAMES[p % 8], FIRST_NAMES[p % 8], p) for p in enrolments]
    new += [NewAccount(academy_id, AccountKind.GUARDIAN, NAMES[g % 8], FIRST_NAMES[g % 8], p, g) for p, g in pairs]
    open_accounts(session, services, new)


def _settings(folder: Path, database: str | None) -> Settings:
    return Settings.model_validate(
        {
            "mode": "test",
            "secret_key": "a secret for the bench, long enough and known to everybody",
            "http": {"base_url": "http://localhost"},
            "database": {"url": database or f"sqlite:///{folder}/preau.sqlite"},
            "store": {"url": f"sqlite:///{folder}/store.sqlite"},
            "keys": {"directory": folder / "keys"},
        }
    )


def _cpu() -> float:
    """The CPU time of this process and of those that it started and waited for."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _memory() -> float:
    """The most memory that this process, or one that it started, has held, in megabytes."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1000


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
