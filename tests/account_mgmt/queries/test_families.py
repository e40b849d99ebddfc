"""Children as an account sees them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import ChildLink, Enrolment, Guardianship
from account_mgmt.queries.families import children_of
from tests.factories import NOW, Dupont, dupont, enrol, make_account

TODAY = NOW.date()


@pytest.fixture
def family(session: Session) -> Dupont:
    return dupont(session)


def seen(session: Session, account_id: int, today: date = TODAY) -> list[tuple[str, str, str | None]]:
    return [(row.first_name, row.school_uai, row.guardian_first_name) for row in children_of(session, account_id, today)]


@pytest.mark.rule("R96")
def test_a_guardian_sees_the_child_of_the_letter_in_the_own_name(session: Session, family: Dupont) -> None:
    (row,) = children_of(session, family.alice_for_dylan.id, TODAY)
    assert (row.first_name, row.birth_date, row.class_code, row.school_name) == (
        "Dylan",
        date(2013, 5, 14),
        "5 B",
        "Collège Jean-Moulin",
    )
    assert (row.guardian_first_name, row.kinship, row.rank) == ("Alice", "10", 2)


@pytest.mark.rule("R96")
def test_a_pupils_own_account_carries_the_pupil(session: Session, family: Dupont) -> None:
    assert seen(session, family.dylans_account.id) == [("Dylan", "0790031E", None)]


@pytest.mark.rule("R70")
def test_the_youngest_child_comes_first(session: Session, family: Dupont) -> None:
    session.add(ChildLink(family.jean_for_dylan.id, family.jean_for_florian.id, family.florian.id, family.jean.id, NOW))
    assert [name for name, _, _ in seen(session, family.jean_for_dylan.id)] == ["Dylan", "Florian"]


@pytest.mark.rule("R101")
def test_only_the_schools_whose_own_file_says_legal_guardian_show_the_child(session: Session, family: Dupont) -> None:
    enrol(session, family.dylan, family.florians_school)
    assert seen(session, family.jean_for_dylan.id) == [("Dylan", "0790031E", "Jean")]
    second = session.scalars(select(Enrolment).where(Enrolment.pupil_id == family.dylan.id).order_by(Enrolment.id.desc())).first()
    assert second is not None
    session.add(Guardianship(second.id, family.jean.id, level=2))
    assert len(seen(session, family.jean_for_dylan.id)) == 1
    session.scalars(select(Guardianship).where(Guardianship.enrolment_id == second.id)).one().level = 1
    assert len(seen(session, family.jean_for_dylan.id)) == 2
    assert len(seen(session, family.dylans_account.id)) == 2


@pytest.mark.rule("R102")
def test_someone_to_be_contacted_sees_nothing(session: Session, family: Dupont) -> None:
    uncle = make_account(session, family.dylan, family.alice)
    for guardianship in session.scalars(select(Guardianship).where(Guardianship.guardian_id == family.alice.id)):
        guardianship.level = 3
    assert seen(session, uncle.id) == []


@pytest.mark.rule("R80")
def test_a_child_who_left_or_whose_link_ended_is_not_shown(session: Session, family: Dupont) -> None:
    enrolment = session.scalars(select(Enrolment).where(Enrolment.pupil_id == family.dylan.id)).one()
    enrolment.left_on = TODAY + timedelta(days=1)
    assert len(seen(session, family.jean_for_dylan.id)) == 1
    assert seen(session, family.jean_for_dylan.id, TODAY + timedelta(days=1)) == []
    link = session.scalars(select(ChildLink).where(ChildLink.account_id == family.jean_for_florian.id)).one()
    link.ended_at = NOW
    assert seen(session, family.jean_for_florian.id) == []
