"""Reply slips: recorded once, ended on request, and in the audit trail."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.audit import AuditRow
from config.services import Services
from consent.models import TeleserviceRefusal
from consent.queries import Slip, find_slip, refusals
from consent.services import record_refusal, withdraw_refusal
from tests.factories import Dupont, dupont

pytestmark = pytest.mark.rule("R06")


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session)
    session.commit()
    return family


@pytest.fixture
def slip(family: Dupont) -> Slip:
    return Slip(family.jean.id, family.dylan.id)


def test_the_two_people_of_a_slip_are_found_by_their_numbers(session: Session, family: Dupont, slip: Slip) -> None:
    assert find_slip(session, "poitiers", family.jean.personne_id, family.dylan.eleve_id) == slip
    assert find_slip(session, "caen", family.jean.personne_id, family.dylan.eleve_id) is None
    assert find_slip(session, "poitiers", 1, family.dylan.eleve_id) is None


def test_a_refusal_is_recorded_once(services: Services, session: Session, slip: Slip) -> None:
    assert record_refusal(services, slip, "staff:3")
    assert not record_refusal(services, slip, "staff:4")
    (row,) = session.scalars(select(TeleserviceRefusal)).all()
    assert (row.recorded_by, row.recorded_at) == ("staff:3", services.clock.now())


def test_a_refusal_can_be_ended_and_made_again(services: Services, session: Session, slip: Slip) -> None:
    assert not withdraw_refusal(services, slip, "cli")
    record_refusal(services, slip, "cli")
    assert withdraw_refusal(services, slip, "cli")
    assert refusals(session) == []
    assert record_refusal(services, slip, "cli")
    assert len(refusals(session)) == 1


def test_both_are_in_the_audit_trail(services: Services, session: Session, slip: Slip) -> None:
    record_refusal(services, slip, "staff:3")
    withdraw_refusal(services, slip, "staff:3")
    rows = session.execute(select(AuditRow.event, AuditRow.actor, AuditRow.details).order_by(AuditRow.id)).all()
    details = {"guardian_id": slip.guardian_id, "pupil_id": slip.pupil_id}
    assert [tuple(row) for row in rows] == [
        ("refusal.recorded", "staff:3", details),
        ("refusal.withdrawn", "staff:3", details),
    ]


def test_the_commands_say_what_they_did(app: Flask, family: Dupont) -> None:
    numbers = ["poitiers", str(family.jean.personne_id), str(family.dylan.eleve_id)]
    runner = app.test_cli_runner()
    assert "is recorded" in runner.invoke(args=["refusals", "record", *numbers]).output
    assert "known already" in runner.invoke(args=["refusals", "record", *numbers]).output
    listed = runner.invoke(args=["refusals", "list"]).output
    assert f"personne {family.jean.personne_id}  élève {family.dylan.eleve_id}  2026-11-16  cli" in listed
    assert "is ended" in runner.invoke(args=["refusals", "withdraw", *numbers]).output
    assert "There was no refusal" in runner.invoke(args=["refusals", "withdraw", *numbers]).output


def test_numbers_that_no_file_brings_together_are_refused(app: Flask, family: Dupont) -> None:
    result = app.test_cli_runner().invoke(args=["refusals", "record", "poitiers", "1", "2"])
    assert result.exit_code == 1
    assert "Check the two numbers in SIECLE" in result.output
