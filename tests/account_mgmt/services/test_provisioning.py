"""How accounts come to be: logins, opening, new credentials."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, event, func, select
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind, AccountState, state_at
from account_mgmt.models import Account, ChildLink, LoginName, Notification
from account_mgmt.services.authentication import Provisional, SignedIn, Wrong, authenticate
from account_mgmt.services.hashing import hash_password
from account_mgmt.services.logins import allocate_logins
from account_mgmt.services.onboarding import begin_first_connection, first_connection_of
from account_mgmt.services.provisioning import Issue, NewAccount, issue_notification, open_account, open_accounts
from account_mgmt.services.sessions import open_session
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.database import db, transaction
from config.services import Services
from tests.factories import NOW, PASSWORD, PROVISIONAL, Dupont, make_academy, make_account, make_pupil, make_school

ADDRESS = "192.0.2.7"


def new_for(family: Dupont, last_name: str = "Dupont", first_name: str = "Jean") -> NewAccount:
    return NewAccount(family.academy.id, AccountKind.PUPIL, last_name, first_name, family.dylan.id)


@pytest.mark.rule("R02")
def test_homonyms_get_numbers_in_the_order_in_which_they_come(session: Session) -> None:
    with transaction():
        assert allocate_logins(session, ["zoe.martin", "zoe.martin", "anne.martin"]) == [
            "zoe.martin",
            "zoe.martin1",
            "anne.martin",
        ]
    with transaction():
        assert allocate_logins(session, ["zoe.martin", "anne.martin"]) == ["zoe.martin2", "anne.martin1"]
        assert allocate_logins(session, []) == []


@pytest.mark.rule("R02")
def test_a_login_is_not_given_again_after_its_account_is_gone(services: Services, session: Session, family: Dupont) -> None:
    with transaction():
        first = open_account(session, services, new_for(family, "Le Goff", "Zoé"), "cli")
    with transaction():
        session.execute(delete(ChildLink).where(ChildLink.account_id == first.account_id))
        session.execute(delete(Account).where(Account.id == first.account_id))
    with transaction():
        second = open_account(session, services, new_for(family, "Le Goff", "Zoé"), "cli")
    assert (first.login, second.login) == ("zoe.le-goff", "zoe.le-goff1")


@pytest.mark.rule("R02")
def test_each_academie_has_its_own_pattern(services: Services, session: Session, family: Dupont) -> None:
    caen = make_academy(session, "caen", login_pattern="p.nom")
    pupil = make_pupil(session, make_school(session, caen, "0141687E", "Collège Flaubert"), "Zoé Martin")
    session.commit()
    with transaction():
        opened = open_accounts(
            session,
            services,
            [NewAccount(caen.id, AccountKind.PUPIL, "Martin", "Zoé", pupil.id), new_for(family, "Martin", "Zoé")],
        )
    assert [one.login for one in opened] == ["z.martin", "zoe.martin"]


@pytest.mark.rule("R01")
def test_an_account_is_opened_for_one_guardian_of_one_pupil(services: Services, session: Session, family: Dupont) -> None:
    new = NewAccount(family.academy.id, AccountKind.GUARDIAN, "Dupont", "Jean", family.florian.id, family.jean.id)
    with transaction():
        opened = open_account(session, services, new, "staff:3")
    account = session.get_one(Account, opened.account_id)
    assert (account.login, account.kind, account.opened_at, account.version) == (opened.login, AccountKind.GUARDIAN, NOW, 1)
    assert state_at(account, NOW) is AccountState.KNOWN
    link = session.scalars(select(ChildLink).where(ChildLink.account_id == account.id)).one()
    assert (link.pupil_id, link.guardian_id, link.issued_account_id, link.since) == (
        family.florian.id,
        family.jean.id,
        account.id,
        NOW,
    )
    event = session.scalars(select(AuditRow).where(AuditRow.event == AuditEvent.ACCOUNT_OPENED)).one()
    assert (event.actor, event.account_id) == ("staff:3", account.id)


def test_a_thousand_accounts_take_a_few_statements(services: Services, session: Session, family: Dupont) -> None:
    rows = [new_for(family, "Martin", f"Zoé{letter}") for letter in "abcdefghij"] * 100
    pupils = [make_pupil(session, family.dylans_school, f"Zoé Martin{number}") for number in range(len(rows))]
    rows = [
        NewAccount(row.academy_id, row.kind, row.last_name, row.first_name, pupil.id)
        for row, pupil in zip(rows, pupils, strict=True)
    ]
    session.commit()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *details: statements.append(details[2]))
    with transaction():
        opened = open_accounts(session, services, rows)
    assert len(statements) < 20
    assert len({one.login for one in opened}) == 1000
    assert [one.login for one in opened[:11]] == [*(f"zoe{letter}.martin" for letter in "abcdefghij"), "zoea.martin1"]
    assert session.scalar(select(func.count()).select_from(LoginName).where(LoginName.base == "zoea.martin")) == 100
    by_id = dict(session.execute(select(Account.id, Account.login)).all())
    assert all(by_id[one.account_id] == one.login for one in opened)


def reissue(services: Services, account: Account, school_id: int) -> Notification:
    with transaction() as session:
        issue = Issue(school_id, "paper", "staff:3", hash_password("AAAA2222"))
        return issue_notification(session, services, account, issue)


@pytest.mark.rule("R05")
def test_a_letter_is_good_for_as_long_as_the_academie_says(services: Services, session: Session, family: Dupont) -> None:
    family.academy.policy_overrides = {"activation_months": 1}
    session.commit()
    letter = reissue(services, family.jean_for_florian, family.florians_school.id)
    assert letter.expires_at == family.jean_for_florian.notification_expires_at == datetime(2026, 12, 16, 22, 59, 59, tzinfo=UTC)
    event = session.scalars(select(AuditRow).where(AuditRow.event == AuditEvent.LETTER_ISSUED)).one()
    assert (event.actor, event.account_id, event.school_id) == ("staff:3", family.jean_for_florian.id, family.florians_school.id)


@pytest.mark.rule("R07")
def test_a_new_letter_kills_the_one_before_and_its_open_screen(services: Services, session: Session, family: Dupont) -> None:
    account = family.jean_for_florian
    first = session.scalars(select(Notification).where(Notification.account_id == account.id)).one()
    ticket = begin_first_connection(services, first.id)
    second = reissue(services, account, family.florians_school.id)
    assert authenticate(services, account.login, PROVISIONAL, ADDRESS) == Wrong()
    assert authenticate(services, account.login, "AAAA2222", ADDRESS) == Provisional(second.id)
    assert first_connection_of(services, ticket) is None
    session.refresh(account)
    assert account.signed_out_at is None


@pytest.mark.rule("R07")
def test_new_credentials_stop_password_sessions_and_confirmation_links_of_an_account_in_use(
    services: Services, session: Session, family: Dupont, clock: FrozenClock
) -> None:
    account = family.jean_for_dylan
    assert isinstance(authenticate(services, account.login, PASSWORD, ADDRESS), SignedIn)
    _, before = open_session(services, account.id)
    serial = account.confirmation_serial
    clock.advance(minutes=1)
    reissue(services, account, family.dylans_school.id)
    session.refresh(account)
    assert authenticate(services, account.login, PASSWORD, ADDRESS) == Wrong()
    assert before.outlived_by(account.signed_out_at)
    assert account.confirmation_serial == serial + 1
    assert state_at(account, clock.now()) is AccountState.NOTIFIED
    clock.advance(minutes=1)
    _, after = open_session(services, account.id)
    assert not after.outlived_by(account.signed_out_at)


@pytest.mark.rule("R11")
def test_an_account_of_several_children_is_asked_for_the_child_at_the_school_that_issued_the_letter(
    services: Services, session: Session, family: Dupont
) -> None:
    account = family.jean_for_dylan
    session.add(ChildLink(account.id, family.jean_for_florian.id, family.florian.id, family.jean.id, NOW))
    session.commit()
    for school, name in ((family.florians_school, "Florian"), (family.dylans_school, "Dylan")):
        letter = reissue(services, account, school.id)
        shown = first_connection_of(services, begin_first_connection(services, letter.id))
        assert shown is not None
        assert shown.pupil_first_name == name


@pytest.mark.parametrize("end", ["merged_at", "closed_at"])
def test_an_account_that_is_over_gets_no_letter(services: Services, session: Session, family: Dupont, end: str) -> None:
    account = make_account(session, family.florian, family.alice)
    setattr(account, end, NOW)
    session.commit()
    with pytest.raises(ValueError, match="grouped or closed"):
        reissue(services, account, family.florians_school.id)
