"""Logging in: the outcomes, the traces, and the same answer for every miss."""

from datetime import timedelta

import pytest
from nacl.pwhash import argon2id
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account, Notification
from account_mgmt.services import authentication
from account_mgmt.services.authentication import LetterTooOld, Provisional, SignedIn, TakenOver, Wrong, authenticate
from account_mgmt.services.hashing import hash_password, needs_rehash, verify_password, waste_time
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.services import Services
from tests.factories import NOW, PASSWORD, PROVISIONAL, Dupont, Stage, make_account, make_notification

ADDRESS = "192.0.2.7"


def events(session: Session) -> list[tuple[str, int | None]]:
    return [(row.event, row.account_id) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


@pytest.mark.rule("R02")
@pytest.mark.parametrize("typed", ["jean.dupont", "JEAN.DUPONT", "  Jean.Dupont "])
def test_the_right_password_signs_in_however_the_login_is_typed(services: Services, family: Dupont, typed: str) -> None:
    assert authenticate(services, typed, PASSWORD, ADDRESS) == SignedIn(family.jean_for_dylan.id, None)


@pytest.mark.rule("R33")
def test_each_login_learns_when_the_one_before_was(
    services: Services, session: Session, family: Dupont, clock: FrozenClock
) -> None:
    authenticate(services, "jean.dupont", PASSWORD, ADDRESS)
    clock.advance(days=3)
    version = family.jean_for_dylan.version
    assert authenticate(services, "jean.dupont", PASSWORD, ADDRESS) == SignedIn(family.jean_for_dylan.id, NOW)
    session.refresh(family.jean_for_dylan)
    assert family.jean_for_dylan.last_signed_in_at == NOW + timedelta(days=3)
    assert family.jean_for_dylan.version == version
    assert events(session) == [(AuditEvent.SIGNED_IN, family.jean_for_dylan.id)] * 2


@pytest.mark.rule("R10")
@pytest.mark.parametrize("typed", [PROVISIONAL, PROVISIONAL.lower(), "k7mw 2p9r "])
def test_a_letters_password_leads_to_the_first_connection_only(
    services: Services, session: Session, family: Dupont, typed: str
) -> None:
    outcome = authenticate(services, family.jean_for_florian.login, typed, ADDRESS)
    assert isinstance(outcome, Provisional)
    assert session.get_one(Notification, outcome.notification_id).account_id == family.jean_for_florian.id
    assert events(session) == []


@pytest.mark.rule("R05")
def test_a_letter_past_its_deadline_is_told_with_its_school_and_only_for_the_right_password(
    services: Services, session: Session, family: Dupont
) -> None:
    late = make_account(session, family.florian, family.alice, Stage.EXPIRED)
    session.commit()
    assert authenticate(services, late.login, PROVISIONAL, ADDRESS) == LetterTooOld(family.florians_school.id)
    assert authenticate(services, late.login, "K7MW2P9S", ADDRESS) == Wrong()


@pytest.mark.rule("R07")
def test_only_the_last_letter_opens_anything(services: Services, session: Session, family: Dupont) -> None:
    account = family.jean_for_florian
    first = session.scalars(select(Notification).where(Notification.account_id == account.id)).one()
    first.revoked_at = NOW
    second = make_notification(session, account, family.florians_school.id, NOW)
    second.password_hash = hash_password("AAAA2222")
    session.commit()
    assert authenticate(services, account.login, PROVISIONAL, ADDRESS) == Wrong()
    assert authenticate(services, account.login, "AAAA2222", ADDRESS) == Provisional(second.id)


@pytest.mark.rule("R63")
def test_an_absorbed_account_tells_who_took_over_for_the_right_password_only(
    services: Services, session: Session, family: Dupont
) -> None:
    other = make_account(session, family.florian, family.jean)
    other.principal_id, other.merged_at = family.jean_for_dylan.id, NOW
    session.commit()
    assert authenticate(services, other.login, PASSWORD, ADDRESS) == TakenOver("j•••.d•••")
    assert authenticate(services, other.login, "another", ADDRESS) == Wrong()


@pytest.mark.rule("R32")
def test_a_wrong_password_and_an_unknown_login_are_one_outcome(services: Services, session: Session, family: Dupont) -> None:
    closed = make_account(session, family.florian, family.alice)
    closed.closed_at = NOW
    known = make_account(session, family.florian, None, Stage.KNOWN)
    session.commit()
    for login in ("jean.dupont", "nobody.atall", closed.login, known.login, "", "jean.dupont'--"):
        assert authenticate(services, login, "wrong password", ADDRESS) == Wrong()
    assert authenticate(services, closed.login, PASSWORD, ADDRESS) == Wrong()


@pytest.mark.rule("R32")
def test_every_miss_takes_one_hash_and_leaves_one_trace(
    services: Services, session: Session, family: Dupont, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = make_account(session, family.florian, None, Stage.KNOWN)
    session.commit()
    work: list[str] = []

    def watched_verify(password_hash: str, password: str) -> bool:
        work.append("hash")
        return verify_password(password_hash, password)

    def watched_waste(password: str) -> None:
        work.append("hash")
        waste_time(password)

    monkeypatch.setattr(authentication, "verify_password", watched_verify)
    monkeypatch.setattr(authentication, "waste_time", watched_waste)
    for login in ("jean.dupont", "nobody.atall", known.login, family.jean_for_florian.login):
        work.clear()
        before = len(events(session))
        assert authenticate(services, login, "wrong password", ADDRESS) == Wrong()
        assert (work, len(events(session)) - before) == (["hash"], 1)


def test_a_hash_of_earlier_parameters_is_renewed_at_login(services: Services, session: Session, family: Dupont) -> None:
    old = argon2id.str(PASSWORD.encode(), opslimit=1, memlimit=8 * 1024 * 1024).decode()
    family.jean_for_dylan.password_hash = old
    session.commit()
    assert isinstance(authenticate(services, "jean.dupont", PASSWORD, ADDRESS), SignedIn)
    session.refresh(family.jean_for_dylan)
    renewed = family.jean_for_dylan.password_hash
    assert renewed is not None
    assert not needs_rehash(renewed)
    assert isinstance(authenticate(services, "jean.dupont", PASSWORD, ADDRESS), SignedIn)


@pytest.mark.rule("R07")
def test_credentials_that_change_while_the_password_is_verified_decide(
    services: Services, session: Session, family: Dupont, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = family.jean_for_dylan.id

    def replaced_meanwhile(password_hash: str, password: str) -> bool:
        right = verify_password(password_hash, password)
        session.get_one(Account, account_id).password_hash = hash_password("another8password")
        session.commit()
        return right

    monkeypatch.setattr(authentication, "verify_password", replaced_meanwhile)
    assert authenticate(services, "jean.dupont", PASSWORD, ADDRESS) == Wrong()
    assert AuditEvent.SIGNED_IN not in {event for event, _ in events(session)}
