"""A pupil leaves: from the school's file to the closed account, back again after the summer, or forgotten for good."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account, ChildLink, Guardian, Pupil
from account_mgmt.services.nightly import nightly
from config.clock import FrozenClock
from config.services import Services
from tests.account_mgmt.services.school_office import Office, open_office
from tests.factories import PASSWORD, password_hash
from tests.school_files import HELENE, ZOE, ZOES_TIES, export
from tests.visitor import Page, Visitor

ZOE_ALONE = export("0790031E", ZOE, adults=(HELENE,), ties=ZOES_TIES)
DYLANS = 3
"""His own account, and one for each parent."""


@pytest.fixture
def office(services: Services, session: Session) -> Office:
    """Dylan and Zoé are at the collège; Jean Dupont uses his account for Dylan."""
    office = open_office(services)
    office.imports(export())
    jean = session.scalars(select(Account).where(Account.login == "jean.dupont")).one()
    jean.password_hash, jean.email = password_hash(PASSWORD), "jean@famille.example"
    jean.first_connection_at = jean.email_confirmed_at = services.clock.now()
    session.commit()
    return office


def sign_in(visitor: Visitor) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": "jean.dupont", "password": PASSWORD}, button="Se connecter")


def names(session: Session, table: type[Pupil | Guardian | Account]) -> set[str]:
    session.commit()
    rows = session.execute(select(table.__table__.c.first_name, table.__table__.c.last_name))
    return {f"{first_name} {last_name}" for first_name, last_name in rows}


@pytest.mark.rule("R80", "R101")
def test_a_pupil_who_left_for_good_is_forgotten_within_three_months(
    office: Office, session: Session, clock: FrozenClock, new_visitor: Callable[[], Visitor]
) -> None:
    assert sign_in(new_visitor()).path == "/"
    office.imports(ZOE_ALONE)
    assert nightly(office.services) == {"no_child": DYLANS}
    assert sign_in(new_visitor()).path == "/connexion"  # the same answer as a login that never was
    assert "Jean DUPONT" in names(session, Account)
    clock.advance(days=81)
    assert nightly(office.services) == {"erasure": DYLANS, "pupils_erased": 1, "guardians_erased": 2}
    for table in (Account, Pupil, Guardian):
        assert not {name for name in names(session, table) if "DUPONT" in name}
    assert {name for name in names(session, Pupil) if name.strip()} == {"Zoé D'ÉON"}
    assert session.scalars(select(Pupil.birth_date).where(Pupil.erased_at.is_not(None))).one() == date.min


@pytest.mark.rule("R80", "R103")
def test_a_pupil_who_is_back_after_the_summer_finds_the_same_account(
    office: Office, session: Session, clock: FrozenClock, new_visitor: Callable[[], Visitor]
) -> None:
    office.imports(ZOE_ALONE)
    nightly(office.services)
    clock.advance(days=70)
    nightly(office.services)
    office.imports(export())
    assert nightly(office.services) == {}
    assert "Dylan" in sign_in(new_visitor()).text
    jean = session.scalars(select(Account.id).where(Account.login == "jean.dupont")).one()
    assert session.scalars(select(ChildLink.ended_at).where(ChildLink.account_id == jean)).all() == [None]


@pytest.mark.rule("R02", "R101")
def test_a_pupil_who_is_back_after_years_is_somebody_new(office: Office, clock: FrozenClock, session: Session) -> None:
    office.imports(ZOE_ALONE)
    nightly(office.services)
    clock.advance(days=81)
    nightly(office.services)
    clock.advance(days=600)
    changed = office.imports(export())
    assert (changed["pupils_created"], changed["accounts_opened"]) == (1, DYLANS)
    assert "jean.dupont1" in office.accounts()
