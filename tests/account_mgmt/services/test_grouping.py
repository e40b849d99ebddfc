"""Grouping: the preview, the deed, and everything that is refused."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from account_mgmt.domain.errors import Problem
from account_mgmt.models import Account, ChildLink, Notification
from account_mgmt.queries.families import ChildRow
from account_mgmt.services.authentication import Locked, SignedIn, TakenOver, Wrong, authenticate
from account_mgmt.services.grouping import Grouped, OtherAccount, Preview, group_accounts, preview_grouping
from account_mgmt.services.sessions import Session, open_session
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.services import Services
from config.tokens import digest
from tests.account_mgmt.services.conftest import Mails
from tests.factories import NOW, PASSWORD, PROVISIONAL, Dupont, Stage, make_account

ADDRESS = "192.0.2.7"
FLORIANS_LETTER = OtherAccount("jean.dupont1", PROVISIONAL, "2", "9", "2011")


@dataclass
class Jean:
    """Jean in front of his browser: what he asks for goes through these."""

    services: Services
    session: Session

    def previews(self, other: OtherAccount) -> Preview | Problem:
        return preview_grouping(self.services, self.session, other, ADDRESS)

    def groups(self, other: OtherAccount) -> Grouped | Problem:
        preview = self.previews(other)
        return group_accounts(self.services, self.session, preview.token) if isinstance(preview, Preview) else preview


@pytest.fixture
def jean(services: Services, family: Dupont) -> Jean:
    return Jean(services, open_session(services, family.jean_for_dylan.id)[1])


def names(children: tuple[ChildRow, ...]) -> list[str]:
    return [child.first_name for child in children]


@pytest.mark.rule("R62")
def test_the_preview_says_who_joins_which_login_stops_and_writes_nothing(jean: Jean, session: Database, family: Dupont) -> None:
    preview = jean.previews(FLORIANS_LETTER)
    assert isinstance(preview, Preview)
    assert (preview.login, preview.stopping_login) == ("jean.dupont", "jean.dupont1")
    assert (names(preview.joining), names(preview.held)) == (["Florian"], ["Dylan"])
    session.refresh(family.jean_for_florian)
    assert family.jean_for_florian.merged_at is None


@pytest.mark.rule("R61")
def test_a_letter_that_was_not_used_joins_with_its_child(jean: Jean, session: Database, family: Dupont, mails: Mails) -> None:
    grouped = jean.groups(FLORIANS_LETTER)
    assert isinstance(grouped, Grouped)
    assert (grouped.login, grouped.stopped_login, names(grouped.children)) == (
        "jean.dupont",
        "jean.dupont1",
        ["Dylan", "Florian"],
    )
    absorbed = family.jean_for_florian
    session.refresh(absorbed)
    assert (absorbed.principal_id, absorbed.merged_at, absorbed.signed_out_at) == (family.jean_for_dylan.id, NOW, NOW)
    letter = session.scalars(select(Notification).where(Notification.account_id == absorbed.id)).one()
    assert letter.used_at == NOW
    (mail,) = mails()
    assert mail.to == family.jean_for_dylan.email
    for part in ("jean.dupont1", "Florian, Collège Arthur-Rimbaud", "Dylan, Collège Jean-Moulin"):
        assert part in mail.text
        assert part in mail.html
    event = session.scalars(select(AuditRow).where(AuditRow.event == AuditEvent.ACCOUNTS_GROUPED)).one()
    assert (event.account_id, event.details) == (family.jean_for_dylan.id, {"absorbed": absorbed.id})


@pytest.mark.rule("R63")
def test_afterwards_only_the_principal_logs_in(services: Services, jean: Jean, family: Dupont) -> None:
    assert isinstance(jean.groups(FLORIANS_LETTER), Grouped)
    assert isinstance(authenticate(services, "jean.dupont", PASSWORD, ADDRESS), SignedIn)
    assert authenticate(services, "jean.dupont1", PROVISIONAL, ADDRESS) == TakenOver("j•••.d•••")
    assert authenticate(services, "jean.dupont1", PASSWORD, ADDRESS) == Wrong()


@pytest.mark.rule("R61")
def test_an_account_in_use_joins_without_a_birth_date_and_both_owners_are_told(
    services: Services, jean: Jean, session: Database, family: Dupont, mails: Mails
) -> None:
    other = make_account(session, family.florian, family.jean, email="work@example.org")
    session.commit()
    _, theirs = open_session(services, other.id)
    assert isinstance(jean.groups(OtherAccount(other.login, PASSWORD)), Grouped)
    session.refresh(other)
    assert theirs.outlived_by(other.signed_out_at)
    assert {mail.to for mail in mails()} == {"work@example.org", family.jean_for_dylan.email}
    assert authenticate(services, other.login, PASSWORD, ADDRESS) == TakenOver("j•••.d•••")


@pytest.mark.rule("R65")
def test_both_parents_accounts_of_one_child_make_one_that_acts_for_both(jean: Jean, session: Database, family: Dupont) -> None:
    grouped = jean.groups(OtherAccount(family.alice_for_dylan.login, PROVISIONAL, "14", "5", "2013"))
    assert isinstance(grouped, Grouped)
    assert [(row.first_name, row.guardian_first_name, row.rank) for row in grouped.children] == [
        ("Dylan", "Jean", 1),
        ("Dylan", "Alice", 2),
    ]


def test_a_link_remembers_from_which_letter_it_came(jean: Jean, session: Database, family: Dupont) -> None:
    assert isinstance(jean.groups(FLORIANS_LETTER), Grouped)
    link = session.scalars(select(ChildLink).where(ChildLink.issued_account_id == family.jean_for_florian.id)).one()
    assert (link.account_id, link.pupil_id) == (family.jean_for_dylan.id, family.florian.id)


@pytest.mark.rule("R64")
def test_a_principal_that_joins_another_brings_everything_it_had_taken_over(
    services: Services, jean: Jean, session: Database, family: Dupont
) -> None:
    assert isinstance(jean.groups(FLORIANS_LETTER), Grouped)
    alice = make_account(session, family.dylan, family.alice)
    session.commit()
    hers = Jean(services, open_session(services, alice.id)[1])
    grouped = hers.groups(OtherAccount("jean.dupont", PASSWORD))
    assert isinstance(grouped, Grouped)
    assert sorted((row.first_name, row.guardian_first_name or "") for row in grouped.children) == [
        ("Dylan", "Alice"),
        ("Dylan", "Jean"),
        ("Florian", "Jean"),
    ]
    followers = session.scalars(select(Account.login).where(Account.principal_id == alice.id).order_by(Account.login)).all()
    assert followers == ["jean.dupont", "jean.dupont1"]
    assert authenticate(services, "jean.dupont1", PROVISIONAL, ADDRESS) == TakenOver("a•••.d•••2")


@pytest.mark.rule("R62")
def test_pressing_the_button_twice_is_the_same_as_once(jean: Jean, mails: Mails) -> None:
    preview = jean.previews(FLORIANS_LETTER)
    assert isinstance(preview, Preview)
    first = group_accounts(jean.services, jean.session, preview.token)
    assert isinstance(first, Grouped)
    assert group_accounts(jean.services, jean.session, preview.token) == first
    assert len(mails()) == 1


@pytest.mark.rule("R62")
def test_a_preview_serves_only_the_session_that_asked_for_it_and_not_for_long(
    services: Services, jean: Jean, family: Dupont, clock: FrozenClock
) -> None:
    preview = jean.previews(FLORIANS_LETTER)
    assert isinstance(preview, Preview)
    _, another = open_session(services, family.jean_for_dylan.id)
    assert group_accounts(services, another, preview.token) is Problem.GROUPING_OVER
    assert group_accounts(services, jean.session, "made up") is Problem.GROUPING_OVER
    clock.advance(minutes=16)
    assert group_accounts(services, jean.session, preview.token) is Problem.GROUPING_OVER


@pytest.mark.rule("R07")
def test_a_preview_ends_when_the_other_account_changes(jean: Jean, session: Database, family: Dupont) -> None:
    preview = jean.previews(FLORIANS_LETTER)
    assert isinstance(preview, Preview)
    session.refresh(family.jean_for_florian)
    family.jean_for_florian.notification_expires_at = NOW + timedelta(days=90)
    session.commit()
    assert group_accounts(jean.services, jean.session, preview.token) is Problem.GROUPING_OVER


@pytest.mark.rule("R67")
@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (OtherAccount("dylan.dupont", PROVISIONAL, "14", "5", "2013"), Problem.OTHER_IS_PUPIL),
        (OtherAccount("jean.dupont", PASSWORD), Problem.OTHER_IS_PRINCIPAL),
        (OtherAccount("jean.dupont1", "wrong password", "2", "9", "2011"), Problem.OTHER_WRONG_PASSWORD),
        (OtherAccount("nobody.atall", PASSWORD), Problem.OTHER_WRONG_PASSWORD),
        (OtherAccount("jean.dupont1", PROVISIONAL), Problem.BIRTH_DATE_MISSING),
        (OtherAccount("jean.dupont1", PROVISIONAL, "31", "9", "2011"), Problem.BIRTH_DATE_INVALID),
        (OtherAccount("jean.dupont1", PROVISIONAL, "3", "9", "2011"), Problem.BIRTH_DATE_WRONG),
    ],
)
def test_a_refusal_says_why(jean: Jean, other: OtherAccount, problem: Problem) -> None:
    assert jean.previews(other) is problem


@pytest.mark.rule("R67")
def test_a_letter_too_old_a_grouped_and_a_closed_account_are_refused_for_the_right_password(
    jean: Jean, session: Database, family: Dupont
) -> None:
    old = make_account(session, family.florian, family.jean, Stage.EXPIRED)
    grouped, closed = (make_account(session, child, family.alice) for child in (family.dylan, family.florian))
    grouped.merged_at, grouped.principal_id = NOW, family.alice_for_dylan.id
    closed.closed_at = NOW
    session.commit()
    expected = {
        OtherAccount(old.login, PROVISIONAL): Problem.OTHER_LETTER_TOO_OLD,
        OtherAccount(grouped.login, PASSWORD): Problem.OTHER_ALREADY_GROUPED,
        OtherAccount(closed.login, PASSWORD): Problem.OTHER_CLOSED,
    }
    assert {other: jean.previews(other) for other in expected} == expected
    for other in expected:
        assert jean.previews(OtherAccount(other.login, "wrong password")) is Problem.OTHER_WRONG_PASSWORD


@pytest.mark.rule("R67")
def test_a_wrong_password_counts_as_one_at_login_and_the_other_way_round(jean: Jean, clock: FrozenClock) -> None:
    for _ in range(5):
        assert jean.previews(OtherAccount("jean.dupont1", "wrong password")) is Problem.OTHER_WRONG_PASSWORD
    assert jean.previews(FLORIANS_LETTER) is Problem.OTHER_LOCKED
    assert isinstance(authenticate(jean.services, "jean.dupont1", PROVISIONAL, ADDRESS), Locked)
    clock.advance(seconds=1)
    assert isinstance(jean.previews(FLORIANS_LETTER), Preview)


@pytest.mark.rule("R14")
def test_wrong_birth_dates_lock_the_letter_here_as_on_its_own_screen(jean: Jean) -> None:
    for _ in range(5):
        assert jean.previews(OtherAccount("jean.dupont1", PROVISIONAL, "3", "9", "2011")) is Problem.BIRTH_DATE_WRONG
    assert jean.previews(FLORIANS_LETTER) is Problem.BIRTH_DATE_LOCKED


@pytest.mark.rule("R60")
def test_the_principal_must_be_a_confirmed_guardian(services: Services, session: Database, family: Dupont) -> None:
    waiting = make_account(session, family.dylan, family.alice, Stage.CREATED)
    pupil = make_account(session, family.dylan)
    session.commit()
    for account, problem in ((waiting, Problem.PRINCIPAL_UNCONFIRMED), (pupil, Problem.PRINCIPAL_IS_PUPIL)):
        _, theirs = open_session(services, account.id)
        assert preview_grouping(services, theirs, FLORIANS_LETTER, ADDRESS) is problem


def test_a_child_that_the_principal_had_already_is_held_once(jean: Jean, session: Database, family: Dupont) -> None:
    principal = family.jean_for_dylan
    session.add(ChildLink(principal.id, principal.id, family.florian.id, family.jean.id, NOW, ended_at=NOW))
    session.commit()
    grouped = jean.groups(FLORIANS_LETTER)
    assert isinstance(grouped, Grouped)
    assert names(grouped.children) == ["Dylan", "Florian"]
    links = session.scalars(
        select(ChildLink).where(ChildLink.pupil_id == family.florian.id, ChildLink.guardian_id == family.jean.id)
    )
    assert {link.account_id: link.ended_at for link in links} == {principal.id: None, family.jean_for_florian.id: NOW}


def test_a_letter_whose_child_is_no_longer_tied_to_it_joins_nothing(jean: Jean, session: Database, family: Dupont) -> None:
    link = session.scalars(select(ChildLink).where(ChildLink.account_id == family.jean_for_florian.id)).one()
    link.ended_at = NOW
    session.commit()
    assert jean.previews(FLORIANS_LETTER) is Problem.GROUPING_OVER


def test_an_account_that_is_no_more_groups_nothing(services: Services, jean: Jean) -> None:
    _, nobodys = open_session(services, 9999)
    assert preview_grouping(services, nobodys, FLORIANS_LETTER, ADDRESS) is Problem.PRINCIPAL_GONE
    kept = {"session": jean.session.handle, "other_id": 9999, "other_version": 1}
    services.store.put("grouping", digest("token"), kept, 60)
    assert group_accounts(services, jean.session, "token") is Problem.GROUPING_OVER
