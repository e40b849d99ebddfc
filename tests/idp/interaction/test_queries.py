"""The one statement of a single sign-on, on each database: what it finds of a family, and what it leaves out."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

import wsgi
from account_mgmt.domain.accounts import AccountKind
from account_mgmt.models import ChildLink, Enrolment, Guardianship
from config.clock import FrozenClock
from config.database import Base, db
from config.services import Services
from config.settings import DatabaseSettings, Settings
from consent.models import TeleserviceRefusal
from idp.domain.identity import Identity
from idp.interaction.queries import KnownAccount, person
from tests.factories import NOW, Dupont, Stage, dupont, enrol

TODAY = date(2026, 11, 16)


@pytest.fixture(params=["sqlite", "postgresql"])
def each_app(request: pytest.FixtureRequest, settings: Settings, clock: FrozenClock) -> Iterator[Flask]:
    """The application on each database; the test is inside its context."""
    if request.param == "sqlite":
        app: Flask = request.getfixturevalue("app")
        with app.app_context():
            yield app
        return
    url = DatabaseSettings(url=request.getfixturevalue("postgresql_url"))
    app = wsgi.create_app(settings.model_copy(update={"database": url}), clock=clock)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
        services: Services = app.extensions["services"]
        services.store.close()


@pytest.fixture
def family(each_app: Flask) -> Dupont:
    """Jean's account holds both children, in his name and, for Dylan, in Alice's (R65)."""
    family = dupont(db.session(), others=Stage.CONFIRMED)
    mine = [family.jean_for_florian.id, family.alice_for_dylan.id]
    db.session.execute(update(ChildLink).where(ChildLink.account_id.in_(mine)).values(account_id=family.jean_for_dylan.id))
    db.session.commit()
    return family


def known(account_id: int, today: date = TODAY) -> tuple[KnownAccount, Identity]:
    found = person(db.session(), account_id, today)
    assert found is not None
    return found


def seen(account_id: int, today: date = TODAY) -> list[tuple[str, str, list[str]]]:
    """Each child with its school and the first names of those in whose name it is seen."""
    children = known(account_id, today)[1].children
    return [(child.first_name, child.school_uai, [holder.first_name for holder in child.on_behalf_of]) for child in children]


def enrolment_of(pupil_id: int) -> Enrolment:
    return db.session.scalars(select(Enrolment).where(Enrolment.pupil_id == pupil_id)).one()


def test_an_account_is_read_with_its_children_schools_and_guardians(family: Dupont) -> None:
    account, identity = known(family.jean_for_dylan.id)
    assert (account.login, account.kind, account.email_confirmed) == ("jean.dupont", AccountKind.GUARDIAN, True)
    assert account.signed_out_at is None
    florian, dylan = identity.children
    assert (florian.birth_date, florian.school_name, florian.class_code) == (date(2011, 9, 2), "Collège Arthur-Rimbaud", "3 A")
    assert (dylan.academy_code, dylan.level, dylan.school_degree) == ("poitiers", "2115", 2)
    assert [(holder.first_name, holder.kinship, holder.level, holder.rank) for holder in dylan.on_behalf_of] == [
        ("Jean", "20", 1, 1),
        ("Alice", "10", 1, 2),
    ]


def test_nobody_is_found_under_a_number_that_is_not_given(each_app: Flask) -> None:
    assert person(db.session(), 999, TODAY) is None


def test_an_account_without_a_child_is_found_all_the_same(family: Dupont) -> None:
    assert seen(family.alice_for_dylan.id) == []


@pytest.mark.rule("R66")
def test_a_link_that_ended_is_not_read(family: Dupont) -> None:
    ended = update(ChildLink).where(ChildLink.pupil_id == family.dylan.id, ChildLink.guardian_id == family.jean.id)
    db.session.execute(ended.values(ended_at=NOW))
    assert seen(family.jean_for_dylan.id) == [("Florian", "0860033X", ["Jean"]), ("Dylan", "0790031E", ["Alice"])]


@pytest.mark.rule("R101")
def test_a_pupil_is_seen_at_a_school_until_the_day_of_leaving(family: Dupont) -> None:
    enrolment_of(family.florian.id).left_on = TODAY
    db.session.flush()
    assert [child for child, _uai, _names in seen(family.jean_for_dylan.id, TODAY - timedelta(days=1))] == ["Florian", "Dylan"]
    assert [child for child, _uai, _names in seen(family.jean_for_dylan.id)] == ["Dylan"]


@pytest.mark.rule("R101")
def test_at_a_second_school_only_those_are_guardians_whom_its_own_file_names(family: Dupont) -> None:
    second = enrol(db.session(), family.dylan, family.florians_school)
    db.session.add(Guardianship(enrolment_id=second.id, guardian_id=family.alice.id, level=1))
    db.session.flush()
    assert ("Dylan", "0860033X", ["Alice"]) in seen(family.jean_for_dylan.id)
    assert ("Dylan", "0790031E", ["Jean", "Alice"]) in seen(family.jean_for_dylan.id)


@pytest.mark.rule("R102")
def test_who_is_no_longer_a_legal_guardian_in_the_file_sees_nothing(family: Dupont) -> None:
    db.session.execute(update(Guardianship).where(Guardianship.guardian_id == family.jean.id).values(level=3))
    assert seen(family.jean_for_dylan.id) == [("Dylan", "0790031E", ["Alice"])]


@pytest.mark.rule("R06")
def test_a_refusal_marks_its_guardian_and_pupil_once_however_often_recorded(family: Dupont) -> None:
    dylan, florian, jean = family.dylan.id, family.florian.id, family.jean.id
    db.session.add_all([refusal(jean, dylan), refusal(jean, dylan), refusal(jean, florian, withdrawn_at=NOW)])
    db.session.flush()
    refused = [
        (child.first_name, [holder.teleservices_refused for holder in child.on_behalf_of])
        for child in known(family.jean_for_dylan.id)[1].children
    ]
    assert refused == [("Florian", [False]), ("Dylan", [True, False])]


def refusal(guardian_id: int, pupil_id: int, withdrawn_at: datetime | None = None) -> TeleserviceRefusal:
    return TeleserviceRefusal(guardian_id, pupil_id, recorded_at=NOW, recorded_by="cli", withdrawn_at=withdrawn_at)


@pytest.mark.rule("R96")
def test_a_pupils_account_carries_the_pupil_at_each_school(family: Dupont) -> None:
    enrol(db.session(), family.dylan, family.florians_school)
    assert seen(family.dylans_account.id) == [("Dylan", "0790031E", []), ("Dylan", "0860033X", [])]
    assert known(family.dylans_account.id)[1].birth_date == date(2013, 5, 14)
