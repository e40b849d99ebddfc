"""Accounts as an office finds them, and how many stand where."""

import pytest
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind, AccountState
from account_mgmt.models import School
from account_mgmt.queries.school_accounts import Search, find
from account_mgmt.queries.schools import tallies
from account_mgmt.services import school_office
from config.services import Services
from tests.factories import NOW, Stage, dupont, make_account, make_guardian, make_guardianship, make_pupil

TODAY = NOW.date()


@pytest.fixture
def school(session: Session) -> School:
    """Dylan's collège: the Duponts in 5 B, Élodie Éon-Martin and her father in 10 A, nobody confirmed but Jean."""
    family = dupont(session, Stage.CONFIRMED, Stage.NOTIFIED)
    elodie = make_pupil(session, family.dylans_school, "Élodie Éon-Martin", class_code="10 A")
    father = make_guardian(session, family.academy, "Paul O'Brien")
    make_guardianship(session, father, elodie)
    make_account(session, elodie, father, Stage.EXPIRED)
    make_account(session, elodie, None, Stage.CREATED)
    session.commit()
    return family.dylans_school


@pytest.mark.parametrize(
    ("words", "logins"),
    [
        ("dylan", {"dylan.dupont", "jean.dupont", "alice.dupont"}),
        ("DUP dyl", {"dylan.dupont", "jean.dupont", "alice.dupont"}),
        ("jean.dupont", {"jean.dupont"}),
        ("élodie", {"elodie.eon-martin", "paul.obrien"}),
        ("Éon", {"elodie.eon-martin", "paul.obrien"}),
        ("eon", {"elodie.eon-martin"}),
        ("o'brien", {"paul.obrien"}),
        ("obrien", {"paul.obrien"}),
        ("florian", set()),
        ("%", set()),
    ],
)
def test_words_find_accounts_by_the_names_on_them(session: Session, school: School, words: str, logins: set[str]) -> None:
    assert {row.login for row in find(session, school.id, Search(words=words), NOW, TODAY)} == logins


def test_a_class_lists_each_pupil_with_the_guardians(session: Session, school: School) -> None:
    rows = find(session, school.id, Search(class_code="5 B"), NOW, TODAY)
    assert [(row.login, row.state) for row in rows] == [
        ("dylan.dupont", AccountState.NOTIFIED),
        ("jean.dupont", AccountState.CONFIRMED),
        ("alice.dupont", AccountState.NOTIFIED),
    ]


def test_a_tally_counts_each_account_once_where_it_stands(session: Session, school: School) -> None:
    counted = {(row.class_code, row.kind, row.state): row.count for row in tallies(session, school.id, NOW, TODAY)}
    assert counted == {
        ("5 B", AccountKind.GUARDIAN, AccountState.CONFIRMED): 1,
        ("5 B", AccountKind.GUARDIAN, AccountState.NOTIFIED): 1,
        ("5 B", AccountKind.PUPIL, AccountState.NOTIFIED): 1,
        ("10 A", AccountKind.GUARDIAN, AccountState.EXPIRED): 1,
        ("10 A", AccountKind.PUPIL, AccountState.CREATED): 1,
    }


@pytest.mark.rule("R110")
def test_an_overview_adds_up_by_class_and_in_all(services: Services, school: School) -> None:
    overview = school_office.overview(services, school, AccountKind.GUARDIAN)
    assert [(each.class_code, each.pupils, each.accounts) for each in overview.classes] == [("5 B", 1, 2), ("10 A", 1, 1)]
    assert (overview.total.pupils, overview.total.accounts) == (2, 3)
    assert school_office.to_write(services, school) == school_office.ToWrite(new=1, all=3)
