"""One office never reaches another's data, whatever numbers it puts in an address or a form (R101, R110)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import ImportBatch, LetterRun, Notification, StaffRole
from account_mgmt.services import siecle_import
from account_mgmt.services.letter_jobs import do_letters_now
from account_mgmt.services.letters import LetterOrder, request_letters
from account_mgmt.services.siecle.plans import Scope
from config.services import Services
from consent.models import TeleserviceRefusal
from tests.factories import Dupont, Stage, dupont, make_academy, make_school, make_staff
from tests.offices import OFFICE, enter_office
from tests.school_files import export, upload
from tests.visitor import Visitor

THEIRS = "/etablissement/0860033X"


@pytest.fixture
def family(session: Session) -> Dupont:
    """The Duponts at two schools; the visitor works at Dylan's."""
    family = dupont(session, Stage.KNOWN, Stage.KNOWN)
    make_staff(session, family.dylans_school)
    session.commit()
    return family


@pytest.fixture(autouse=True)
def in_the_office(visitor: Visitor, family: Dupont) -> None:
    enter_office(visitor)


def post(visitor: Visitor, path: str, **fields: object) -> int:
    """Send a form by hand, with a token that is right."""
    token = visitor.open(f"{OFFICE}/courriers").document.xpath("//input[@name='csrf_token']/@value")[0]
    url = f"{visitor.base_url}{path}"
    return visitor.client.post(url, data={"csrf_token": token, **fields}, headers={"Referer": url}).status_code


@pytest.fixture
def their_run(services: Services, family: Dupont) -> int:
    run = request_letters(services, LetterOrder(family.florians_school.id, "staff:9"))
    assert isinstance(run, LetterRun)
    do_letters_now(services, run.id)
    return run.id


@pytest.fixture
def their_import(services: Services, family: Dupont) -> int:
    school = family.florians_school
    batch = siecle_import.receive(services, upload(export()), Scope(school.academy_id, school.id), "staff:9")
    return batch.id


@pytest.mark.rule("R110")
@pytest.mark.parametrize("path", ["", "/comptes", "/comptes?classe=3+A", "/courriers", "/import", "/refus"])
def test_another_schools_pages_are_not_found(visitor: Visitor, path: str) -> None:
    assert visitor.open(f"{THEIRS}{path}").status == 404
    assert visitor.open(f"{OFFICE}{path}").status == 200


@pytest.mark.parametrize("path", ["/courriers", "/import"])
def test_nothing_can_be_ordered_or_sent_for_another_school(visitor: Visitor, session: Session, path: str) -> None:
    assert post(visitor, f"{THEIRS}{path}", class_code="*", reach="tous") == 404
    assert session.scalars(select(LetterRun)).all() == []


def test_another_schools_order_is_found_neither_under_its_name_nor_under_ours(visitor: Visitor, their_run: int) -> None:
    for office in (THEIRS, OFFICE):
        assert visitor.open(f"{office}/courriers/{their_run}").status == 404
        assert post(visitor, f"{office}/courriers/{their_run}/document") == 404


def test_another_schools_import_is_found_neither_under_its_name_nor_under_ours(
    visitor: Visitor, session: Session, their_import: int
) -> None:
    for office in (THEIRS, OFFICE):
        assert visitor.open(f"{office}/import/{their_import}").status == 404
        assert post(visitor, f"{office}/import/{their_import}/appliquer", departs="oui") == 404
        assert post(visitor, f"{office}/import/{their_import}/abandonner") == 404
    session.expire_all()
    batch = session.get_one(ImportBatch, their_import)
    assert (batch.discarded_at, batch.apply_requested_at, batch.departures_confirmed) == (None, None, False)


@pytest.mark.rule("R07")
def test_another_schools_family_gets_no_new_codes(visitor: Visitor, session: Session, family: Dupont) -> None:
    path = f"/comptes/{family.jean_for_florian.id}/nouveaux-codes"
    for office in (THEIRS, OFFICE):
        assert visitor.open(f"{office}{path}").status == 404
        assert post(visitor, f"{office}{path}", channel="papier") == 404
    assert session.scalars(select(Notification)).all() == []


def test_a_search_finds_ones_own_pupils_only(visitor: Visitor) -> None:
    text = visitor.open(f"{OFFICE}/comptes?recherche=dupont").text
    assert "Dylan" in text
    assert "Florian" not in text


@pytest.mark.rule("R06")
def test_a_refusal_cannot_be_recorded_for_another_schools_pupil(visitor: Visitor, session: Session, family: Dupont) -> None:
    fields = {"responsable": family.jean.id, "eleve": family.florian.id}
    for office in (THEIRS, OFFICE):
        assert post(visitor, f"{office}/refus/enregistrer", **fields) == 404
    # And two people of one's own school who do not belong together are no slip either.
    assert post(visitor, f"{OFFICE}/refus/enregistrer", responsable=family.jean.id, eleve=99) == 404
    assert post(visitor, f"{OFFICE}/refus/enregistrer", responsable="1 or 1", eleve="x") == 400
    assert session.scalars(select(TeleserviceRefusal)).all() == []


def test_a_role_that_was_taken_away_is_gone_at_the_next_click(visitor: Visitor, session: Session, family: Dupont) -> None:
    assert visitor.open(OFFICE).status == 200
    role = session.scalars(select(StaffRole).where(StaffRole.school_id == family.dylans_school.id)).one()
    session.delete(role)
    session.commit()
    assert visitor.open(OFFICE).status == 403


@pytest.mark.rule("R110")
def test_an_administrator_works_for_the_schools_of_the_academie_and_no_other(
    visitor: Visitor, session: Session, family: Dupont
) -> None:
    make_staff(session, academy=family.academy, email="academie@poitiers.example")
    elsewhere = make_school(session, make_academy(session, "caen"), "0140002W", "Collège Jean-Monnet")
    session.commit()
    visitor.submit(button="Se déconnecter")
    page = enter_office(visitor, "academie@poitiers.example", "/etablissement")
    assert page.heading == "Vos établissements"
    assert "Collège Jean-Moulin" in page.text
    assert "Collège Arthur-Rimbaud" in page.text
    assert "Collège Jean-Monnet" not in page.text
    assert visitor.open(THEIRS).status == 200
    assert visitor.open(f"/etablissement/{elsewhere.uai}").status == 404
