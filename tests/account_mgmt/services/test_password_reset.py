"""Recovery below its pages: what is kept of secrets, what the trail holds, two people at once, on both databases."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.recovery import ResetForm
from account_mgmt.models import Account, ChildLink, Notification, RecoveryRequest
from account_mgmt.services.hashing import verify_password
from account_mgmt.services.password_reset import Reset, Resettable, read_link, reset_password
from account_mgmt.services.recovery import Asker, TakenIn, ask_for_logins, ask_for_password
from account_mgmt.services.recovery_answers import answer_waiting
from config.audit import AuditRow
from config.database import db, transaction
from config.outbox import OutgoingMail
from config.services import Services
from tests.concurrency import together
from tests.factories import NOW, Dupont, dupont

ASKER = Asker("192.0.2.7", "fr")
Outcome = Reset | tuple[Problem, ...]


@pytest.fixture
def services(each_app: Flask) -> Services:
    services: Services = each_app.extensions["services"]
    return services


@pytest.fixture
def family(each_app: Flask) -> Dupont:
    family = dupont(db.session())
    family.academy.preset = "caen"
    db.session.commit()
    return family


def form(login: str, password: str = "girafe7violon", code: str = "") -> ResetForm:
    return ResetForm(login, password, password, code)


def asked(services: Services, login: str) -> tuple[str, str]:
    """Ask, and read the message: the secret of its link, and the code."""
    assert isinstance(ask_for_password(services, login, ASKER), TakenIn)
    content = db.session.scalars(select(OutgoingMail.content).order_by(OutgoingMail.id.desc())).first()
    assert content is not None
    words = services.outbox.open(content).text.split()
    (link,) = (word for word in words if "/mot-de-passe-oublie/" in word)
    return link.rpartition("/")[2], words[words.index("code") + 2]


def account(family: Dupont) -> Account:
    db.session.commit()
    return db.session.get_one(Account, family.jean_for_dylan.id, populate_existing=True)


@pytest.mark.rule("R51")
def test_neither_the_link_nor_the_code_is_kept(services: Services, family: Dupont) -> None:
    token, code = asked(services, family.jean_for_dylan.login)
    row = db.session.execute(text("select * from recovery_request")).mappings().one()
    kept = " ".join(str(value) for value in row.values())
    assert token not in kept
    assert code not in kept


@pytest.mark.rule("R54")
def test_what_was_typed_waits_encrypted(services: Services, family: Dupont) -> None:
    family.academy.policy_overrides = {"recovery_messages": "discreet"}
    db.session.commit()
    ask_for_logins(services, "jean.dupont@famille.example", ASKER)
    (typed,) = db.session.execute(text("select typed from recovery_request")).one()
    assert b"jean" not in bytes(typed)
    assert answer_waiting(services) == 1
    assert answer_waiting(services) == 0


@pytest.mark.rule("R51", "R55")
def test_the_trail_tells_the_request_its_message_and_the_change(services: Services, family: Dupont) -> None:
    login, account_id = family.jean_for_dylan.login, family.jean_for_dylan.id
    token, code = asked(services, login)
    assert isinstance(read_link(services, token), Resettable)
    assert reset_password(services, token, form(login, code="AAAAAAAA")) == (Problem.RESET_CODE_WRONG,)
    assert reset_password(services, token, form(login, code=code)) == Reset(login)
    rows = db.session.execute(select(AuditRow.event, AuditRow.account_id, AuditRow.details).order_by(AuditRow.id)).all()
    assert [tuple(row) for row in rows] == [
        ("recovery.sent", account_id, {}),
        ("recovery.requested", account_id, {"kind": "password"}),
        ("recovery.refused", account_id, {}),
        ("account.password_changed", account_id, {"way": "recovery"}),
    ]
    assert account(family).signed_out_at == account(family).password_changed_at == NOW


@pytest.mark.rule("R51")
def test_of_two_people_behind_one_link_one_chooses_the_password(each_app: Flask, services: Services, family: Dupont) -> None:
    login = family.jean_for_dylan.login
    token, code = asked(services, login)
    passwords = ["girafe7violon", "tortue4trompette", "castor9hautbois"]
    calls: list[Callable[[], Outcome]] = [
        partial(reset_password, services, token, form(login, password, code)) for password in passwords
    ]
    outcomes = together(each_app, calls)
    assert sorted(map(str, outcomes), key=len)[1:] == [str((Problem.RESET_USED,))] * 2
    (chosen,) = (password for password, outcome in zip(passwords, outcomes, strict=True) if isinstance(outcome, Reset))
    assert verify_password(account(family).password_hash or "", chosen)


@pytest.mark.rule("R51")
def test_a_double_press_is_one_change(each_app: Flask, services: Services, family: Dupont) -> None:
    login = family.jean_for_dylan.login
    token, code = asked(services, login)
    outcomes = together(each_app, [partial(reset_password, services, token, form(login, code=code))] * 3)
    assert outcomes == [Reset(login)] * 3
    db.session.commit()
    assert db.session.scalars(select(OutgoingMail.kind)).all() == ["reset_password", "password_changed"]


@pytest.mark.rule("R51", "R55")
def test_of_two_links_at_once_the_second_finds_the_account_changed(each_app: Flask, services: Services, family: Dupont) -> None:
    login = family.jean_for_dylan.login
    secrets = [asked(services, login), asked(services, login)]
    calls: list[Callable[[], Outcome]] = [
        partial(reset_password, services, token, form(login, code=code)) for token, code in secrets
    ]
    outcomes = together(each_app, calls)
    assert [outcome for outcome in outcomes if isinstance(outcome, Reset)] == [Reset(login)]
    assert (Problem.RESET_EXPIRED,) in outcomes


def test_a_request_whose_account_is_gone_opens_nothing(services: Services, family: Dupont) -> None:
    token, _ = asked(services, family.jean_for_dylan.login)
    with transaction() as session:
        session.execute(update(RecoveryRequest).values(account_id=None))
    assert read_link(services, token) is Problem.LINK_INVALID
    assert reset_password(services, token, form(family.jean_for_dylan.login)) == (Problem.LINK_INVALID,)


@pytest.mark.rule("R51")
def test_a_used_link_lets_nobody_try_passwords(services: Services, family: Dupont) -> None:
    login = family.jean_for_dylan.login
    token, code = asked(services, login)
    reset_password(services, token, form(login, code=code))
    for number in range(5):
        assert reset_password(services, token, form(login, f"girafe{number}tambour")) == (Problem.RESET_USED,)
    assert reset_password(services, token, form(login)) == (Problem.RESET_USED,)


def test_a_request_outlives_its_account_without_standing_in_the_way(services: Services, family: Dupont) -> None:
    reference = ask_for_password(services, family.jean_for_dylan.login, ASKER)
    assert isinstance(reference, TakenIn)
    with transaction() as session:
        session.execute(delete(ChildLink).where(ChildLink.account_id == family.jean_for_dylan.id))
        session.execute(delete(Notification).where(Notification.account_id == family.jean_for_dylan.id))
        session.execute(delete(Account).where(Account.id == family.jean_for_dylan.id))
    assert db.session.scalars(select(RecoveryRequest.account_id)).all() == [None]
