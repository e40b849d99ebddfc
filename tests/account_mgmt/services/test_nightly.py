"""The night job: what it does to accounts and people, once, whatever happens to it, on both databases."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountState, state_at
from account_mgmt.domain.authentication import Invalidated, LetterTooOld, SignedIn, Wrong
from account_mgmt.domain.lifecycle import Due
from account_mgmt.models import Account, ChildLink, Enrolment, Guardian, Guardianship, LoginName, Pupil
from account_mgmt.services import nightly as job
from account_mgmt.services.authentication import authenticate
from account_mgmt.services.lifecycle import ACTS, delete_unused
from account_mgmt.services.nightly import nightly, rehearse
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.database import db
from config.mailer import Mail
from config.services import Services
from tests.factories import NOW, PASSWORD, PROVISIONAL, Dupont, Stage, dupont

ADDRESS = "192.0.2.1"


@pytest.fixture
def home(each_app: Flask) -> Dupont:
    """The Duponts on each database: Jean's account for Dylan is in use, the other letters grew too old."""
    family = dupont(db.session(), Stage.CONFIRMED, Stage.EXPIRED)
    db.session.commit()
    return family


def services_of(app: Flask) -> Services:
    services: Services = app.extensions["services"]
    return services


def now_known(account: Account) -> Account:
    return db.session.get_one(Account, account.id, populate_existing=True)


def everything() -> list[object]:
    """Every account and link as it stands."""
    db.session.commit()
    accounts = db.session.execute(select(Account.__table__).order_by(Account.id)).all()
    links = db.session.execute(select(ChildLink.__table__).order_by(ChildLink.id)).all()
    return [*accounts, *links]


@pytest.mark.rule("R02", "R05")
def test_a_letter_that_grew_too_old_takes_its_account_along_and_another_login_awaits_a_letter(
    each_app: Flask, home: Dupont
) -> None:
    services, old = services_of(each_app), home.jean_for_florian
    assert rehearse(services) == {"letter_expired": 5}
    assert nightly(services) == {"letter_expired": 5}
    gone = now_known(old)
    assert state_at(gone, NOW) is AccountState.CLOSED
    assert (gone.last_name, gone.first_name, gone.email, gone.password_hash) == ("", "", None, None)
    link = db.session.scalars(
        select(ChildLink).where(
            ChildLink.pupil_id == home.florian.id, ChildLink.guardian_id == home.jean.id, ChildLink.ended_at.is_(None)
        )
    ).one()
    fresh = db.session.get_one(Account, link.account_id)
    assert state_at(fresh, NOW) is AccountState.KNOWN
    assert (fresh.first_name, fresh.last_name) == ("Jean", "Dupont")
    assert fresh.login not in {old.login, home.jean_for_dylan.login}
    assert db.session.get(LoginName, old.login) is not None
    assert authenticate(services, old.login, PROVISIONAL, ADDRESS) == LetterTooOld(home.florians_school.id)
    assert authenticate(services, old.login, PASSWORD, ADDRESS) == Wrong()
    assert isinstance(authenticate(services, home.jean_for_dylan.login, PASSWORD, ADDRESS), SignedIn)


@pytest.mark.rule("R82")
def test_a_second_run_finds_nothing_to_do(each_app: Flask, home: Dupont) -> None:
    services = services_of(each_app)
    nightly(services)
    before = everything()
    assert rehearse(services) == {}
    assert nightly(services) == {}
    assert everything() == before


@pytest.mark.rule("R82")
def test_a_rehearsal_changes_nothing(each_app: Flask, home: Dupont) -> None:
    before = everything()
    assert rehearse(services_of(each_app)) == {"letter_expired": 5}
    assert everything() == before


@pytest.mark.rule("R82")
def test_a_run_that_is_killed_half_way_is_finished_by_the_next(
    each_app: Flask, home: Dupont, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, left = services_of(each_app), iter(range(2, -1, -1))
    monkeypatch.setattr(job, "BATCH", 1)

    def die_at_the_third(session: Session, services: Services, account_ids: list[int]) -> None:
        delete_unused(session, services, account_ids)
        if next(left) == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setitem(ACTS, Due.LETTER_EXPIRED, die_at_the_third)
        nightly(services)
    done = 5 - rehearse(services)["letter_expired"]
    assert done == 2
    assert nightly(services) == {"letter_expired": 3}
    holders = select(func.count()).select_from(ChildLink).where(ChildLink.ended_at.is_(None))
    assert db.session.scalar(holders) == 6


@pytest.mark.rule("R20")
def test_a_guardian_who_never_confirmed_needs_new_credentials(services: Services, session: Session, clock: FrozenClock) -> None:
    family = dupont(session, Stage.CREATED, Stage.CONFIRMED)
    session.commit()
    clock.advance(days=100)
    assert nightly(services) == {"confirmation_expired": 1}
    account = family.jean_for_dylan
    assert authenticate(services, account.login, PASSWORD, ADDRESS) == Invalidated(account.id)
    assert authenticate(services, account.login, "autre8chose", ADDRESS) == Wrong()


@pytest.mark.rule("R81")
def test_an_account_out_of_use_is_announced_twice_then_invalidated(
    services: Services, session: Session, clock: FrozenClock, mails: Callable[[], list[Mail]]
) -> None:
    family = dupont(session, Stage.CONFIRMED, Stage.KNOWN)
    session.commit()  # last used on 11 November 2026: 11 November 2027 is the last day
    told = []
    clock.advance(days=320)
    for _night in range(45):
        clock.advance(days=1)
        told += [(clock.now().date(), name) for name in nightly(services)]
    assert told == [
        (date(2027, 10, 12), "first_warning"),
        (date(2027, 11, 4), "last_warning"),
        (date(2027, 11, 12), "inactive"),
    ]
    first, last = mails()
    assert first.to == last.to == now_known(family.jean_for_dylan).email
    assert "11 novembre 2027" in first.text
    assert "11 novembre 2027" in last.text
    assert "11 novembre 2027" in last.subject


@pytest.mark.rule("R81")
def test_logging_in_after_a_warning_starts_the_months_anew(services: Services, session: Session, clock: FrozenClock) -> None:
    family = dupont(session, Stage.CONFIRMED, Stage.KNOWN)
    session.commit()
    clock.advance(days=355)
    assert nightly(services) == {"last_warning": 1}
    assert isinstance(authenticate(services, family.jean_for_dylan.login, PASSWORD, ADDRESS), SignedIn)
    account = now_known(family.jean_for_dylan)
    assert account.last_warning_at is None
    clock.advance(days=30)
    assert nightly(services) == {}


@pytest.mark.rule("R80")
def test_the_accounts_of_a_pupil_who_left_close_and_are_erased_within_three_months(
    each_app: Flask, home: Dupont, clock: FrozenClock
) -> None:
    services = services_of(each_app)
    nightly(services)
    left_on = date(2026, 11, 20)
    db.session.execute(update(Enrolment).where(Enrolment.pupil_id == home.dylan.id).values(left_on=left_on))
    db.session.commit()
    assert nightly(services) == {}
    clock.advance(days=4)  # no import came since
    assert nightly(services) == {"links_ended": 3, "no_child": 3}
    assert authenticate(services, home.jean_for_dylan.login, PASSWORD, ADDRESS) == Wrong()
    assert now_known(home.jean_for_dylan).first_name == "Jean"
    clock.advance(days=81)
    assert nightly(services) == {"erasure": 3, "pupils_erased": 1}
    pupil = db.session.get_one(Pupil, home.dylan.id, populate_existing=True)
    assert (pupil.last_name, pupil.first_name, pupil.ine_hash, pupil.birth_date) == ("", "", None, date.min)
    assert pupil.eleve_id < 0
    assert now_known(home.jean_for_dylan).first_name == now_known(home.jean_for_dylan).last_name == ""
    ties = db.session.scalars(select(Guardianship.guardian_id).order_by(Guardianship.guardian_id)).all()
    assert ties == [home.jean.id, home.alice.id]  # for Florian, who stays
    assert db.session.get_one(Guardian, home.jean.id, populate_existing=True).first_name == "Jean"


def test_the_trail_tells_each_end_by_ids_alone(services: Services, session: Session) -> None:
    dupont(session, Stage.CONFIRMED, Stage.EXPIRED)
    session.commit()
    nightly(services)
    events = session.scalars(select(AuditRow)).all()
    assert [row.event for row in events].count(AuditEvent.ACCOUNT_ERASED) == 5
    assert [row.event for row in events].count(AuditEvent.ACCOUNT_OPENED) == 5
    assert all(row.actor == "system" and not row.details for row in events)
