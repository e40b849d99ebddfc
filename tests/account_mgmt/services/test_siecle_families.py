"""What an import does to families and their accounts, over the years (R01, R06, R101-R103)."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.models import Account, ChildLink, Enrolment, Guardian, Pupil
from config.clock import FrozenClock
from config.database import db
from config.services import Services
from idp.demo.siecle_xml import Adult, Child, Tie
from tests.account_mgmt.services.school_office import Office, open_office
from tests.school_files import ALICE, DYLAN, FAMILY_TIES, FLORIAN, HELENE, JEAN, ZOE, ZOES_TIES, export

ZOE_ALONE = export("0790031E", ZOE, adults=(HELENE,), ties=ZOES_TIES)


@pytest.fixture
def office(services: Services) -> Office:
    return open_office(services)


@pytest.fixture
def imported(office: Office) -> Office:
    """Dylan with his parents and Zoé with her mother are at the collège."""
    office.imports(export())
    return office


def account(login: str) -> Account:
    return db.session.scalars(select(Account).where(Account.login == login).execution_options(populate_existing=True)).one()


def left_on(eleve_id: int) -> date | None:
    query = select(Enrolment.left_on).join(Pupil, Pupil.id == Enrolment.pupil_id).where(Pupil.eleve_id == eleve_id)
    return db.session.scalars(query).first()


@pytest.mark.rule("R103")
def test_a_new_year_changes_classes_and_keeps_logins(imported: Office) -> None:
    logins = set(imported.accounts())
    promoted = (replace(DYLAN, class_code="4 A", mef="10210001110"), replace(ZOE, class_code="3 B", mef="10310019110"))
    assert imported.imports(replace(export(), children=promoted, year=2027)) == {"pupils_changed": 2}
    assert set(imported.accounts()) == logins
    places = db.session.execute(select(Enrolment.class_code, Enrolment.level).order_by(Enrolment.class_code)).all()
    assert [tuple(place) for place in places] == [("3 B", "2116"), ("4 A", "2115")]


@pytest.mark.rule("R101")
def test_a_pupil_gone_from_the_file_leaves_and_every_link_to_him_ends(imported: Office) -> None:
    changed = imported.imports(ZOE_ALONE)
    assert changed == {"pupils_gone": 1, "pupils_unchanged": 1, "links_ended": 3}
    assert left_on(1001) == date(2026, 11, 16)
    assert imported.accounts()["jean.dupont"] == (-1, 2001)
    assert account("jean.dupont").closed_at is None


@pytest.mark.rule("R101")
def test_a_pupil_with_a_date_of_departure_leaves_on_that_day(imported: Office) -> None:
    imported.imports(replace(export(), children=(replace(DYLAN, left_on=date(2026, 11, 2)), ZOE)))
    assert left_on(1001) == date(2026, 11, 2)


@pytest.mark.rule("R101")
def test_who_comes_back_finds_the_same_accounts(imported: Office, clock: FrozenClock) -> None:
    before = imported.accounts()
    imported.imports(ZOE_ALONE)
    clock.advance(days=300)
    changed = imported.imports(export())
    assert changed == {"pupils_back": 1, "pupils_unchanged": 1, "accounts_found_again": 3}
    assert imported.accounts() == before
    assert left_on(1001) is None


@pytest.mark.rule("R80")
def test_who_comes_back_in_time_opens_the_closed_account_again(imported: Office) -> None:
    imported.imports(ZOE_ALONE)
    account("jean.dupont").closed_at = imported.services.clock.now()
    db.session.commit()
    assert imported.imports(export())["accounts_found_again"] == 3
    assert imported.accounts()["jean.dupont"] == (1001, 2001)
    assert account("jean.dupont").closed_at is None


@pytest.mark.rule("R02")
def test_who_comes_back_after_the_account_was_erased_gets_a_new_one_under_a_new_login(imported: Office) -> None:
    imported.imports(ZOE_ALONE)
    erased = account("jean.dupont")
    erased.closed_at = erased.erased_at = imported.services.clock.now()
    db.session.commit()
    assert imported.imports(export())["accounts_opened"] == 1
    assert imported.accounts()["jean.dupont1"] == (1001, 2001)
    assert imported.accounts()["jean.dupont"] == (-1, 2001)


def group(principal: str, absorbed: str, imported: Office, *, move_links: bool) -> None:
    """What a grouping leaves behind: the absorbed account points to its principal, open links have moved."""
    one, other = account(principal), account(absorbed)
    other.merged_at, other.principal_id = imported.services.clock.now(), one.id
    if move_links:
        db.session.execute(update(ChildLink).where(ChildLink.account_id == other.id).values(account_id=one.id))
    db.session.commit()


@pytest.mark.rule("R63")
def test_a_grouping_survives_departure_and_return(imported: Office) -> None:
    group("jean.dupont", "alice.dupont", imported, move_links=True)
    imported.imports(ZOE_ALONE)
    imported.imports(export())
    principal = account("jean.dupont").id
    holders = db.session.scalars(
        select(ChildLink.account_id).where(ChildLink.ended_at.is_(None), ChildLink.guardian_id.is_not(None))
    )
    assert sorted(holders) == [principal, principal, account("helene.deon").id]


@pytest.mark.rule("R63")
def test_an_account_grouped_while_the_pupil_was_away_gives_him_to_the_principal_on_return(imported: Office) -> None:
    imported.imports(ZOE_ALONE)
    group("jean.dupont", "alice.dupont", imported, move_links=False)
    imported.imports(export())
    query = select(ChildLink.account_id).where(ChildLink.issued_account_id == account("alice.dupont").id)
    assert db.session.scalars(query).one() == account("jean.dupont").id


@pytest.mark.rule("R66")
def test_only_the_last_link_of_a_pair_comes_back(imported: Office) -> None:
    """After the school gave Jean a new account for Dylan, the old one stays without him."""
    now = imported.services.clock.now()
    old = db.session.scalars(select(ChildLink).where(ChildLink.account_id == account("jean.dupont").id)).one()
    old.ended_at = now
    new = account("alice.dupont")
    db.session.add(
        ChildLink(account_id=new.id, issued_account_id=new.id, pupil_id=old.pupil_id, guardian_id=old.guardian_id, since=now)
    )
    db.session.commit()
    imported.imports(ZOE_ALONE)
    imported.imports(export())
    links = db.session.scalars(select(ChildLink).where(ChildLink.guardian_id == old.guardian_id).order_by(ChildLink.id)).all()
    assert [link.ended_at is None for link in links] == [False, True]


def test_a_link_that_was_ended_on_purpose_is_not_opened_again_by_the_same_file(imported: Office) -> None:
    link = db.session.scalars(select(ChildLink).where(ChildLink.account_id == account("jean.dupont").id)).one()
    link.ended_at = imported.services.clock.now()
    db.session.commit()
    assert imported.imports(export()) == {"pupils_unchanged": 2}
    assert imported.accounts()["jean.dupont"] == (-1, 2001)


@pytest.mark.rule("R102")
def test_a_guardian_who_is_no_longer_legal_loses_the_pupil_and_gets_him_back(imported: Office) -> None:
    ties = (replace(FAMILY_TIES[0], level=2), FAMILY_TIES[1], *ZOES_TIES)
    assert imported.imports(replace(export(), ties=ties))["links_ended"] == 1
    assert imported.accounts()["jean.dupont"] == (-1, 2001)
    assert ("0790031E", 1001, 2001, 2, 1) in imported.ties()
    assert imported.imports(export())["accounts_found_again"] == 1
    assert imported.accounts()["jean.dupont"] == (1001, 2001)


@pytest.mark.rule("R102")
def test_somebody_who_already_has_an_account_for_the_pupil_gets_no_second_one(imported: Office) -> None:
    ties = (replace(FAMILY_TIES[0], level=2), FAMILY_TIES[1], *ZOES_TIES)
    imported.imports(replace(export(), ties=ties))
    db.session.execute(update(ChildLink).where(ChildLink.account_id == account("jean.dupont").id).values(ended_at=None))
    db.session.commit()
    assert "accounts_opened" not in imported.imports(export())
    assert sorted(imported.accounts()) == ["alice.dupont", "dylan.dupont", "helene.deon", "jean.dupont", "zoe.deon"]


@pytest.mark.rule("R102")
def test_people_in_charge_or_to_be_contacted_are_known_but_have_no_account(imported: Office) -> None:
    rose, paul = Adult(2010, "MME", "DUPONT", "Rose"), Adult(2011, "M.", "DUBOIS", "Paul")
    ties = (*export().ties, Tie(1001, 2010, 2, "38"), Tie(1001, 2011, 3, "90"))
    imported.imports(replace(export(), adults=(*export().adults, rose, paul), ties=ties))
    assert len(imported.accounts()) == 5
    assert {("0790031E", 1001, 2010, 2, 1), ("0790031E", 1001, 2011, 3, 1)} <= imported.ties()


@pytest.mark.rule("R01")
@pytest.mark.rule("R02")
def test_homonyms_and_a_father_of_three_get_an_account_each_under_numbered_logins(office: Office) -> None:
    children = (DYLAN, replace(DYLAN, eleve_id=1004, ine=""), replace(FLORIAN, eleve_id=1005))
    other_jean = replace(JEAN, personne_id=2005)
    ties = (*(Tie(child.eleve_id, 2001, 1, "20", 1) for child in children), Tie(1004, 2005, 1, "20", 2))
    office.imports(export("0790031E", *children, adults=(JEAN, other_jean), ties=ties))
    logins = office.accounts()
    assert {login for login in logins if login.startswith("jean")} == {
        "jean.dupont",
        "jean.dupont1",
        "jean.dupont2",
        "jean.dupont3",
    }
    assert {login for login in logins if login.startswith("dylan")} == {"dylan.dupont", "dylan.dupont1"}


@pytest.mark.rule("R01")
def test_an_adult_pupil_who_answers_for_himself_has_two_accounts(office: Office) -> None:
    grown = Child(1006, "DURAND", "Paul", date(2008, 1, 3), "T 1", "20211010110")
    himself = Adult(2006, "M.", "DURAND", "Paul")
    office.imports(export("0790031E", grown, adults=(himself,), ties=(Tie(1006, 2006, 1, "70", 1),)))
    kinds = db.session.execute(select(Account.login, Account.kind).order_by(Account.login)).all()
    assert [tuple(row) for row in kinds] == [("paul.durand", AccountKind.PUPIL), ("paul.durand1", AccountKind.GUARDIAN)]


def test_two_mothers_and_three_legal_guardians_are_no_trouble(office: Office) -> None:
    third = Adult(2007, "MME", "DUBOIS", "Claire")
    ties = (Tie(1001, 2002, 1, "10"), Tie(1001, 2003, 1, "10"), Tie(1001, 2007, 1, "50"))
    office.imports(export("0790031E", DYLAN, adults=(ALICE, HELENE, third), ties=ties))
    assert {(personne_id, rank) for _, _, personne_id, _, rank in office.ties()} == {(2002, 1), (2003, 2), (2007, 3)}


def test_a_new_name_shows_on_accounts_and_leaves_logins_alone(imported: Office) -> None:
    adults = (replace(JEAN, last_name="DURAND"), ALICE, HELENE)
    children = (replace(DYLAN, usage_name="MARTIN"), ZOE)
    versions = account("jean.dupont").version
    imported.imports(replace(export(), adults=adults, children=children))
    assert (account("jean.dupont").last_name, account("dylan.dupont").last_name) == ("DURAND", "MARTIN")
    assert account("jean.dupont").version == versions + 1
    assert account("alice.dupont").last_name == "DUPONT"


def test_a_name_stays_as_the_file_has_it_to_the_byte(office: Office) -> None:
    name = "d'ÉON  de  L’Hermite-Œuvrard"
    office.imports(export("0790031E", replace(ZOE, last_name=name), adults=(replace(HELENE, last_name=name),), ties=ZOES_TIES))
    assert db.session.scalars(select(Pupil.last_name)).one() == name
    assert db.session.scalars(select(Guardian.last_name)).one() == name
    assert list(office.accounts()) == ["zoe.deon-de-lhermite-oeuvrard", "helene.deon-de-lhermite-oeuvrard"]


def test_the_national_identifier_is_never_kept(office: Office) -> None:
    office.imports(export())
    (kept,) = db.session.scalars(select(Pupil.ine_hash).where(Pupil.eleve_id == 1001))
    assert kept is not None
    assert len(kept) == 64
    assert "070832327JA" not in str(office.everything())


def test_two_parents_may_share_an_address(each_app: Flask) -> None:
    office = open_office(each_app.extensions["services"])
    office.imports(export())
    emails = db.session.scalars(select(Guardian.email).where(Guardian.email != "")).all()
    assert emails == ["jean@famille.example"] * 2
