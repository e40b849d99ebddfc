"""Several people, or one person's several windows, at the same moment, on both databases: one after the other, in effect."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.first_connection import FirstConnectionForm
from account_mgmt.models import Account, ChildLink, LoginName, Notification
from account_mgmt.services.authentication import SignedIn, authenticate
from account_mgmt.services.confirmation import confirm_email, resend_confirmation
from account_mgmt.services.grouping import Grouped, OtherAccount, Preview, group_accounts, preview_grouping
from account_mgmt.services.logins import allocate_logins
from account_mgmt.services.onboarding import Completed, begin_first_connection, complete_first_connection
from account_mgmt.services.provisioning import NewAccount, open_account
from account_mgmt.services.sessions import Session, open_session
from config.audit import AuditEvent, AuditRow
from config.database import db, transaction
from config.outbox import OutgoingMail
from config.services import Services
from tests.concurrency import together
from tests.factories import PASSWORD, PROVISIONAL, Dupont, Stage, dupont, make_account, make_pupil

ADDRESS = "192.0.2.7"
FORM = FirstConnectionForm("tambour4velo", "tambour4velo", "jean@example.org", "jean@example.org", "2", "9", "2011")


@pytest.fixture
def services(each_app: Flask) -> Services:
    services: Services = each_app.extensions["services"]
    return services


@pytest.fixture
def family(each_app: Flask) -> Dupont:
    family = dupont(db.session())
    db.session.commit()
    return family


def count(statement: object) -> int:
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(statement)) or 0  # type: ignore[arg-type]  # a table or a subquery


@pytest.mark.rule("R02")
def test_homonyms_opened_at_once_get_different_logins(each_app: Flask, services: Services, family: Dupont) -> None:
    pupils = [make_pupil(db.session(), family.dylans_school, "Zoé Le Goff") for _ in range(8)]
    ids = [pupil.id for pupil in pupils]
    academy_id = family.academy.id
    db.session.commit()

    def open_for(pupil_id: int) -> str:
        with transaction() as session:
            new = NewAccount(academy_id, AccountKind.PUPIL, "Le Goff", "Zoé", pupil_id)
            return open_account(session, services, new, "cli").login

    logins = together(each_app, [partial(open_for, pupil_id) for pupil_id in ids])
    assert sorted(logins) == ["zoe.le-goff", *(f"zoe.le-goff{number}" for number in range(1, 8))]


@pytest.mark.rule("R02")
def test_two_imports_that_share_many_names_both_end(each_app: Flask) -> None:
    names = [f"anne.{letter}" for letter in "abcdefghij"] * 20

    def give(bases: list[str]) -> list[str]:
        with transaction() as session:
            return [login for start in range(0, len(bases), 20) for login in allocate_logins(session, bases[start : start + 20])]

    one, other = together(each_app, [partial(give, names), partial(give, names[::-1])])
    assert len({*one, *other}) == 400 == count(LoginName)


@pytest.mark.rule("R15")
def test_a_form_sent_twice_at_once_creates_one_account_and_one_message(
    each_app: Flask, services: Services, family: Dupont
) -> None:
    letter = db.session.scalars(select(Notification).where(Notification.account_id == family.jean_for_florian.id)).one()
    ticket = begin_first_connection(services, letter.id)
    press: Callable[[], object] = partial(complete_first_connection, services, ticket, FORM)
    db.session.commit()
    assert together(each_app, [press] * 4) == [Completed(family.jean_for_florian.id, "jean@example.org")] * 4
    assert count(OutgoingMail) == 1
    assert count(select(AuditRow).where(AuditRow.event == AuditEvent.FIRST_CONNECTION_COMPLETED).subquery()) == 1


@pytest.mark.rule("R20")
def test_a_link_followed_twice_at_once_confirms_once(each_app: Flask, services: Services, family: Dupont) -> None:
    account = make_account(db.session(), family.dylan, family.alice, Stage.CREATED)
    db.session.commit()
    resend_confirmation(services, account.id)
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.content is not None
    token = services.outbox.open(mail.content).text.partition("/confirmation/")[2].split()[0]
    db.session.commit()
    results = together(each_app, [partial(confirm_email, services, token)] * 4)
    assert len(set(results)) == 1
    assert not isinstance(results[0], Problem)
    assert count(select(AuditRow).where(AuditRow.event == AuditEvent.EMAIL_CONFIRMED).subquery()) == 1


def test_logins_of_one_account_at_once_all_succeed(each_app: Flask, services: Services, family: Dupont) -> None:
    enter: Callable[[], object] = partial(authenticate, services, "jean.dupont", PASSWORD, ADDRESS)
    outcomes = together(each_app, [enter] * 6)
    assert all(isinstance(outcome, SignedIn) for outcome in outcomes)


def prepared(services: Services, principal: Account, other: OtherAccount) -> Callable[[], Grouped | Problem]:
    """A grouping whose preview was seen, ready to be confirmed."""
    session: Session = open_session(services, principal.id)[1]
    preview = preview_grouping(services, session, other, ADDRESS)
    assert isinstance(preview, Preview)
    return partial(group_accounts, services, session, preview.token)


@pytest.mark.rule("R67")
def test_two_accounts_that_group_each_other_at_once_end_as_one(each_app: Flask, services: Services, family: Dupont) -> None:
    alice = make_account(db.session(), family.dylan, family.alice)
    db.session.commit()
    jean = family.jean_for_dylan
    deeds = [
        prepared(services, jean, OtherAccount(alice.login, PASSWORD)),
        prepared(services, alice, OtherAccount(jean.login, PASSWORD)),
    ]
    db.session.commit()
    results = together(each_app, deeds)
    assert sorted(isinstance(result, Grouped) for result in results) == [False, True]
    assert Problem.PRINCIPAL_GONE in results
    merged = db.session.scalars(select(Account.id).where(Account.merged_at.is_not(None))).all()
    assert len(merged) == 1
    assert not db.session.scalars(select(ChildLink).where(ChildLink.account_id.in_(merged))).all()


@pytest.mark.rule("R67")
def test_one_letter_joined_by_both_parents_at_once_goes_to_one_of_them(
    each_app: Flask, services: Services, family: Dupont
) -> None:
    alice = make_account(db.session(), family.dylan, family.alice)
    db.session.commit()
    letter = OtherAccount("jean.dupont1", PROVISIONAL, "2", "9", "2011")
    deeds = [prepared(services, principal, letter) for principal in (family.jean_for_dylan, alice)]
    db.session.commit()
    results = together(each_app, deeds)
    assert sorted(isinstance(result, Grouped) for result in results) == [False, True]
    assert Problem.OTHER_ALREADY_GROUPED in results
    assert (
        len(
            db.session.scalars(
                select(ChildLink).where(
                    ChildLink.pupil_id == family.florian.id, ChildLink.account_id.in_([family.jean_for_dylan.id, alice.id])
                )
            ).all()
        )
        == 1
    )


@pytest.mark.rule("R67")
def test_a_letter_completed_and_joined_at_once_ends_as_one_or_the_other(
    each_app: Flask, services: Services, family: Dupont
) -> None:
    letter = db.session.scalars(select(Notification).where(Notification.account_id == family.jean_for_florian.id)).one()
    ticket = begin_first_connection(services, letter.id)
    deed = prepared(services, family.jean_for_dylan, OtherAccount("jean.dupont1", PROVISIONAL, "2", "9", "2011"))
    db.session.commit()
    press: Callable[[], object] = partial(complete_first_connection, services, ticket, FORM)
    completed, grouped = together(each_app, [press, deed])
    assert isinstance(completed, Completed) != isinstance(grouped, Grouped)
    db.session.refresh(family.jean_for_florian)
    assert (family.jean_for_florian.merged_at is None) == isinstance(completed, Completed)


@pytest.mark.rule("R67")
def test_a_principal_that_is_absorbed_while_it_absorbs_leaves_nothing_behind(
    each_app: Flask, services: Services, family: Dupont
) -> None:
    alice = make_account(db.session(), family.dylan, family.alice)
    db.session.commit()
    jean = family.jean_for_dylan
    deeds = [
        prepared(services, jean, OtherAccount("jean.dupont1", PROVISIONAL, "2", "9", "2011")),
        prepared(services, alice, OtherAccount(jean.login, PASSWORD)),
    ]
    db.session.commit()
    results = together(each_app, deeds)
    db.session.commit()
    links = db.session.execute(
        select(Account.login, Account.merged_at)
        .join(ChildLink, ChildLink.account_id == Account.id)
        .where(ChildLink.ended_at.is_(None))
    ).all()
    assert all(merged_at is None for _, merged_at in links)
    assert any(isinstance(result, Grouped) for result in results)
    db.session.refresh(family.jean_for_florian)
    principal_id = family.jean_for_florian.principal_id
    if principal_id is not None:
        principal = db.session.get_one(Account, principal_id, populate_existing=True)
        assert principal.merged_at is None
