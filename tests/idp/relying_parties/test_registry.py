"""The registry: written from files, read by every request, changed at once everywhere."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.audit import AuditRow
from config.database import transaction
from config.services import Services
from config.tokens import digest
from idp.interaction.services import sector_of
from idp.relying_parties import registry
from idp.relying_parties.domain import Registration
from idp.relying_parties.domain.problems import Code
from idp.relying_parties.models import RelyingParty
from idp.relying_parties.registry import HasNoSecret, Registered, UnknownRelyingParty
from idp.relying_parties.services import find, find_by_id
from tests.counting import counting
from tests.factories import make_academy
from tests.idp.relying_parties.domain.test_validation import ICART, changed

NO_SCHOOL_OF_OURS = changed(schools={"all": True})


def registered(services: Services, document: dict[str, Any]) -> Registered:
    outcome = registry.register(services, document, "cli")
    assert isinstance(outcome, Registered), outcome
    return outcome


def found(client_id: str = "i-cart") -> Registration:
    registration = find(client_id)
    assert registration is not None
    return registration


def test_a_registration_is_found_by_its_client_id_and_its_number(services: Services) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    assert found().name == "i-Cart"
    assert find_by_id(found().id) == found()
    assert find("unknown") is None
    assert find_by_id(999) is None


def test_the_secret_is_shown_once_and_kept_as_a_digest(services: Services, session: Session) -> None:
    secret = registered(services, NO_SCHOOL_OF_OURS).secret
    assert secret
    assert [kept.digest for kept in found().oidc.secrets] == [digest(secret)]
    assert secret not in str(session.scalars(select(RelyingParty.settings)).all())
    assert registered(services, NO_SCHOOL_OF_OURS).secret is None


def test_the_same_file_again_changes_nothing(services: Services) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    before = found()
    outcome = registered(services, NO_SCHOOL_OF_OURS)
    assert (outcome.created, outcome.changed) == (False, ())
    assert found() == before


def test_a_change_is_seen_by_the_next_request_and_keeps_the_secret(services: Services) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    secrets = found().oidc.secrets
    outcome = registered(services, {**NO_SCHOOL_OF_OURS, "name": "i-Cart 2"})
    assert outcome.changed == ("name",)
    assert (found().name, found().oidc.secrets) == ("i-Cart 2", secrets)


def test_a_relying_party_that_stops_using_a_secret_loses_it_and_gets_a_new_one_later(services: Services) -> None:
    first = registered(services, NO_SCHOOL_OF_OURS).secret
    public = changed(schools={"all": True}, oidc__token_endpoint_auth_method="none")
    registered(services, public)
    assert found().oidc.secrets == ()
    second = registered(services, NO_SCHOOL_OF_OURS).secret
    assert second not in (None, first)


def test_two_secrets_live_side_by_side_until_the_earlier_one_is_ended(services: Services) -> None:
    first = registered(services, NO_SCHOOL_OF_OURS).secret
    second = registry.rotate_secret(services, "i-cart", "cli")
    assert [kept.digest for kept in found().oidc.secrets] == [digest(first or ""), digest(second)]
    third = registry.rotate_secret(services, "i-cart", "cli")
    assert [kept.digest for kept in found().oidc.secrets] == [digest(second), digest(third)]
    assert registry.end_earlier_secrets(services, "i-cart", "cli") == 1
    assert registry.end_earlier_secrets(services, "i-cart", "cli") == 0
    assert [kept.digest for kept in found().oidc.secrets] == [digest(third)]


def test_a_secret_that_leaked_is_ended_at_once(services: Services) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    secret = registry.rotate_secret(services, "i-cart", "cli", at_once=True)
    assert [kept.digest for kept in found().oidc.secrets] == [digest(secret)]


def test_who_has_no_secret_gets_none(services: Services) -> None:
    registered(services, changed(schools={"all": True}, oidc__token_endpoint_auth_method="none"))
    with pytest.raises(HasNoSecret):
        registry.rotate_secret(services, "i-cart", "cli")


def test_nothing_can_be_done_to_a_relying_party_that_is_not_there(services: Services) -> None:
    for use_case in (registry.rotate_secret, registry.end_earlier_secrets):
        with pytest.raises(UnknownRelyingParty):
            use_case(services, "unknown", "cli")
    with pytest.raises(UnknownRelyingParty):
        registry.set_suspended(services, "unknown", "cli", suspended=True)


def test_an_academie_that_does_not_exist_is_refused_and_nothing_is_written(services: Services, session: Session) -> None:
    make_academy(session, "caen")
    session.commit()
    problems = registry.register(services, {**ICART, "academy": "poitier"}, "cli")
    assert isinstance(problems, list)
    assert [(problem.field, problem.code, problem.known) for problem in problems] == [
        ("schools.academies", Code.UNKNOWN_ACADEMY, ("caen",)),
        ("academy", Code.UNKNOWN_ACADEMY, ("caen",)),
    ]
    assert find("i-cart") is None


def test_everything_done_is_in_the_audit_trail_without_any_secret(services: Services, session: Session) -> None:
    secret = registered(services, NO_SCHOOL_OF_OURS).secret or ""
    registered(services, {**NO_SCHOOL_OF_OURS, "name": "i-Cart 2"})
    registry.set_suspended(services, "i-cart", "cli", suspended=True)
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert [(row.event, row.details) for row in rows] == [
        ("relying_party.registered", {}),
        ("relying_party.changed", {"fields": ["name"]}),
        ("relying_party.changed", {"fields": ["suspended_at"]}),
    ]
    assert secret
    assert secret not in str([row.details for row in rows])


def test_a_known_registration_costs_one_light_statement(app: Flask, services: Services) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    found()
    with counting(app, services) as spent:
        found()
    assert len(spent.statements) == 1
    assert "settings" not in spent.statements[0]


def test_a_change_made_by_another_process_is_seen_at_once(services: Services, session: Session) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    assert not found().suspended
    with transaction() as elsewhere:  # straight to the table: no process is told
        elsewhere.scalars(select(RelyingParty)).one().suspended_at = services.clock.now()
    assert found().suspended


@pytest.mark.rule("R95")
def test_a_subject_belongs_to_one_relying_party_unless_it_shares_a_sector(services: Services) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    registered(services, {**NO_SCHOOL_OF_OURS, "client_id": "lol"})
    shared = changed(schools={"all": True}, oidc__sector_identifier="pronote")
    registered(services, {**shared, "client_id": "pronote-1"})
    registered(services, {**shared, "client_id": "pronote-2"})
    registered(services, {**NO_SCHOOL_OF_OURS, "client_id": "pronote"})
    subjects = [sector_of(services, found(name)).account(1) for name in ("i-cart", "lol", "pronote-1", "pronote-2", "pronote")]
    assert subjects[2] == subjects[3]
    assert len(set(subjects)) == 4


def test_a_change_of_sector_is_announced(services: Services) -> None:
    registered(services, NO_SCHOOL_OF_OURS)
    assert registered(services, changed(schools={"all": True}, oidc__sector_identifier="pronote")).new_subjects
