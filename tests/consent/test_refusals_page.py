"""The office records the reply slips that come back (R06)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.audit import AuditEvent, AuditRow
from consent.models import TeleserviceRefusal
from tests.factories import Dupont, dupont, make_staff
from tests.offices import OFFICE, enter_office
from tests.visitor import Visitor


@pytest.fixture
def family(session: Session, visitor: Visitor) -> Dupont:
    family = dupont(session)
    make_staff(session, family.dylans_school)
    session.commit()
    enter_office(visitor)
    return family


def refusals(session: Session) -> list[tuple[int, int, str, bool]]:
    session.expire_all()
    rows = session.scalars(select(TeleserviceRefusal).order_by(TeleserviceRefusal.id)).all()
    return [(row.guardian_id, row.pupil_id, row.recorded_by, row.withdrawn_at is None) for row in rows]


@pytest.mark.rule("R06")
def test_a_slip_is_found_by_its_reference_and_recorded(visitor: Visitor, session: Session, family: Dupont) -> None:
    page = visitor.open(f"{OFFICE}/refus?recherche=alice.dupont")
    assert "Alice Dupont" in page.text
    assert "Jean Dupont" not in page.text
    page = visitor.submit(button="Enregistrer le refus")
    assert "Dylan Dupont" in page.text
    assert refusals(session) == [(family.alice.id, family.dylan.id, "staff:1", True)]


@pytest.mark.rule("R06")
def test_the_slip_of_one_guardian_leaves_the_other_as_he_was(visitor: Visitor, family: Dupont) -> None:
    visitor.open(f"{OFFICE}/refus?recherche=alice.dupont")
    visitor.submit(button="Enregistrer le refus")
    page = visitor.open(f"{OFFICE}/refus?recherche=dylan")
    rows = [" ".join(row.text_content().split()) for row in page.document.xpath("//table[1]/tbody/tr")]
    alice, jean = (next(row for row in rows if name in row) for name in ("alice.dupont", "jean.dupont"))
    assert "refusés" in alice
    assert "Enregistrer le refus" in jean


def test_a_family_that_changed_its_mind_gets_its_teleservices_back(visitor: Visitor, session: Session, family: Dupont) -> None:
    visitor.open(f"{OFFICE}/refus?recherche=alice.dupont")
    visitor.submit(button="Enregistrer le refus")
    page = visitor.submit(button="Retirer le refus")
    assert "Aucune famille n'a refusé les téléservices" in page.text.replace("’", "'")
    assert refusals(session) == [(family.alice.id, family.dylan.id, "staff:1", False)]
    events = session.scalars(select(AuditRow.event).where(AuditRow.actor == "staff:1").order_by(AuditRow.id)).all()
    assert events[-2:] == [AuditEvent.REFUSAL_RECORDED, AuditEvent.REFUSAL_WITHDRAWN]


def test_words_that_find_nobody_say_so(visitor: Visitor, family: Dupont) -> None:
    assert "Personne ne correspond" in visitor.open(f"{OFFICE}/refus?recherche=personne").text


def test_a_search_takes_wildcards_as_they_are(visitor: Visitor, family: Dupont) -> None:
    assert "Personne ne correspond" in visitor.open(f"{OFFICE}/refus?recherche=%25").text
    assert "Personne ne correspond" in visitor.open(f"{OFFICE}/refus?recherche=_ylan").text
