"""The history of the database: one line, numbered, there and back with data on SQLite and PostgreSQL, and equal to the models."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, Inspector, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

import wsgi
from account_mgmt.models import Account, ChildLink
from config import migrations
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.database import Base, db
from config.services import Services
from tests.conftest import make_settings
from tests.factories import dupont

VERSIONS = Path(migrations.__file__).parent / "versions"
STEPS = sorted(path.name[:4] for path in VERSIONS.glob("*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_app(request: pytest.FixtureRequest, tmp_path: Path, shared_files: Path, clock: FrozenClock) -> Iterator[Flask]:
    """The application before a database that has no table yet, inside its context."""
    settings = make_settings(tmp_path, shared_files)
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        settings = settings.model_copy(update={"database": settings.database.model_copy(update={"url": url})})
    app = wsgi.create_app(settings, clock=clock)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def play_a_little(app: Flask) -> None:
    """Write rows in most tables, as the use cases do."""
    services: Services = app.extensions["services"]
    dupont(db.session())
    services.audit.record(AuditEvent.ACCOUNT_OPENED, actor="cli", account_id=1)
    db.session.commit()


def own_tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def described(engine: Engine) -> dict[str, object]:
    """Tables, columns, keys, indexes and triggers, as the database itself tells them."""
    inspector: Inspector = inspect(engine)
    tables: dict[str, object] = {
        name: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)],
            inspector.get_pk_constraint(name),
            sorted(inspector.get_foreign_keys(name), key=str),
            sorted(inspector.get_unique_constraints(name), key=str),
            sorted(inspector.get_indexes(name), key=str),
        )
        for name in sorted(own_tables(engine))
    }
    sqlite = "select name, sql from sqlite_master where type = 'trigger' order by name"
    postgresql = "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by tgname"
    with engine.connect() as connection:
        statement = sqlite if engine.dialect.name == "sqlite" else postgresql
        tables["triggers"] = [tuple(row) for row in connection.execute(text(statement))]
    return tables


def test_the_history_is_one_numbered_line_without_gaps() -> None:
    script = ScriptDirectory(str(VERSIONS.parent))
    in_order = [step.revision for step in reversed(list(script.walk_revisions()))]
    assert script.get_heads() == [STEPS[-1]]
    assert in_order == STEPS == [f"{number:04}" for number in range(1, len(STEPS) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.py", path.name) for path in VERSIONS.glob("*.py"))


def test_the_steps_and_the_models_make_the_same_database(bare_app: Flask) -> None:
    migrations.upgrade(db.engine)
    by_steps = described(db.engine)
    assert migrations.differences(db.engine) == []
    migrations.downgrade(db.engine, "base")
    Base.metadata.create_all(db.engine)
    by_models = described(db.engine)
    assert by_steps == by_models


def test_up_down_and_up_again_with_data(bare_app: Flask) -> None:
    migrations.upgrade(db.engine)
    play_a_little(bare_app)
    migrations.downgrade(db.engine, "base")
    assert own_tables(db.engine) == set()
    migrations.upgrade(db.engine)
    play_a_little(bare_app)
    assert db.session.scalar(select(func.count()).select_from(ChildLink)) != 0
    assert db.session.scalar(select(func.count()).select_from(AuditRow)) == 1


def test_each_step_can_be_taken_back_and_taken_again(bare_app: Flask) -> None:
    for step in STEPS:
        before = own_tables(db.engine)
        migrations.upgrade(db.engine, step)
        after = own_tables(db.engine)
        migrations.downgrade(db.engine, "-1")
        assert own_tables(db.engine) == before
        migrations.upgrade(db.engine, step)
        assert own_tables(db.engine) == after
    assert migrations.current_revision(db.engine) == STEPS[-1]


def test_what_is_in_place_survives_an_upgrade_that_has_nothing_to_do(bare_app: Flask) -> None:
    migrations.upgrade(db.engine)
    play_a_little(bare_app)
    accounts = db.session.scalar(select(func.count()).select_from(Account))
    db.session.commit()
    migrations.upgrade(db.engine)
    assert db.session.scalar(select(func.count()).select_from(Account)) == accounts


def test_after_an_upgrade_the_audit_trail_only_grows(bare_app: Flask) -> None:
    migrations.upgrade(db.engine)
    play_a_little(bare_app)
    for statement in ("update audit_event set actor = 'nobody'", "delete from audit_event"):
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))


def test_an_upgrade_that_fails_leaves_everything_as_it_was(bare_app: Flask) -> None:
    migrations.upgrade(db.engine, STEPS[1])
    before = own_tables(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("create table letter_run (id integer)"))  # step 3 will stumble over it
    with pytest.raises(DBAPIError):
        migrations.upgrade(db.engine)
    assert own_tables(db.engine) == before | {"letter_run"}
    assert migrations.current_revision(db.engine) == STEPS[1]


def test_a_new_step_holds_what_the_models_have_and_the_database_has_not(
    bare_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "migrations"
    shutil.copytree(VERSIONS.parent, copy)
    monkeypatch.setattr(migrations, "HERE", copy)
    migrations.upgrade(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("drop table relying_party"))
    migrations.write_revision(db.engine, "bring it back", "9999")
    step = (copy / "versions" / "9999_bring_it_back.py").read_text()
    assert 'create_table("relying_party"' in step.replace("'", '"')
    assert "sa.DateTime(timezone=True)" in step
    assert step.count("create_table") == 1
