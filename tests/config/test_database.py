"""What the database promises to use cases: whole or not at all, dates with their zone, foreign keys, writers in turn."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

import wsgi
from account_mgmt.models import Academy, Account, School
from config.clock import FrozenClock
from config.database import Base, db, transaction
from tests.conftest import make_settings
from tests.factories import NOW, Stage, dupont, make_academy


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path, shared_files: Path, clock: FrozenClock) -> Iterator[Flask]:
    """The application over an empty database of each kind."""
    settings = make_settings(tmp_path, shared_files)
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        settings = settings.model_copy(update={"database": settings.database.model_copy(update={"url": url})})
    app = wsgi.create_app(settings, clock=clock)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def in_threads(app: Flask, action: Callable[[], str], times: int) -> list[str]:
    """The results of use cases that begin together, each in its own context as in a server."""
    barrier = Barrier(times)

    def run(_: int) -> str:
        with app.app_context():
            barrier.wait()
            return action()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_a_use_case_that_ends_well_is_kept(app: Flask) -> None:
    with transaction() as session:
        make_academy(session)
    db.session.remove()
    assert db.session.scalar(select(Academy.code)) == "poitiers"


def test_a_use_case_that_fails_leaves_nothing(app: Flask) -> None:
    with pytest.raises(LookupError), transaction() as session:
        make_academy(session)
        raise LookupError
    assert db.session.scalar(select(Academy.code)) is None


def test_after_a_failure_the_next_use_case_works(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        make_academy(session)
        make_academy(session)
    with transaction() as session:
        make_academy(session)
    assert db.session.scalar(select(Academy.code)) == "poitiers"


def test_a_use_case_inside_a_use_case_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="one transaction"), transaction() as session:
        make_academy(session)
        with transaction():
            pass
    assert db.session.scalar(select(Academy.code)) is None
    with transaction():
        pass


def test_what_was_read_before_a_use_case_is_still_good_in_it(app: Flask) -> None:
    with transaction() as session:
        make_academy(session)
    academy = db.session.scalars(select(Academy)).one()
    with transaction():
        academy.name = "Académie renommée"
    db.session.remove()
    assert db.session.scalar(select(Academy.name)) == "Académie renommée"


def test_dates_come_back_in_utc_with_their_zone(app: Flask) -> None:
    paris = datetime(2026, 11, 16, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    with transaction() as session:
        dupont(session)
        session.scalars(select(Account).limit(1)).one().last_signed_in_at = paris
    db.session.remove()
    read = db.session.scalar(select(Account.last_signed_in_at).where(Account.last_signed_in_at.is_not(None)))
    assert (read, read and read.tzinfo) == (NOW, UTC)


def test_a_date_without_its_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="time zone"), transaction() as session:
        dupont(session)
        session.scalars(select(Account).limit(1)).one().last_signed_in_at = datetime(2026, 11, 16)  # noqa: DTZ001 - the fault under test


def test_a_row_cannot_point_to_nothing(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(School(academy_id=404, uai="0790031E", name="Nulle part"))


def test_use_cases_that_read_then_write_at_once_all_succeed_or_are_told(app: Flask) -> None:
    with transaction() as session:
        make_academy(session)

    def add_a_letter() -> str:
        db.session.scalars(select(Academy)).one()  # what a page reads before its use case
        with transaction() as session:
            academy = session.scalars(select(Academy).with_for_update()).one()
            session.refresh(academy)
            academy.name += "x"
        return "done"

    assert in_threads(app, add_a_letter, 8) == ["done"] * 8
    db.session.remove()
    assert db.session.scalars(select(Academy)).one().name.endswith("x" * 8)


def test_of_two_that_change_an_account_from_the_same_version_the_second_is_refused(app: Flask) -> None:
    with transaction() as session:
        dupont(session, jean=Stage.CONFIRMED)
        number = session.scalars(select(Account.id).limit(1)).one()

    def change() -> str:
        account = db.session.get_one(Account, number)
        barrier.wait()
        try:
            with transaction():
                account.language = "en" if account.language == "fr" else "fr"
        except StaleDataError:
            return "refused"
        return "done"

    barrier = Barrier(2)
    assert sorted(in_threads(app, change, 2)) == ["done", "refused"]


def test_a_use_case_costs_no_statement_of_its_own(app: Flask) -> None:
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    with transaction() as session:
        session.execute(text("select 1"))
    assert statements == ["select 1"]


def test_the_file_of_a_sqlite_database_is_for_its_user_alone(tmp_path: Path, shared_files: Path) -> None:
    app = wsgi.create_app(make_settings(tmp_path / "new", shared_files))
    assert not (tmp_path / "new").exists()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.session.execute(text("select 1"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
        db.session.remove()
        db.engine.dispose()
    assert modes == {"preau.sqlite": 0o600, "preau.sqlite-shm": 0o600, "preau.sqlite-wal": 0o600}
