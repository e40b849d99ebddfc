"""Staff: how they are added, how they get a password, how they log in (R32, R110, R111)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.domain.authentication import Locked, Wrong
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.permissions import Role
from account_mgmt.models import School, StaffMember
from account_mgmt.services import sessions, staff
from account_mgmt.services.profile import staff_member_of
from account_mgmt.services.staff import NewMember, StaffSignedIn
from config.audit import AuditEvent, AuditRow
from config.clock import FrozenClock
from config.links import LinkExpired, LinkInvalid
from config.mailer import Mail
from config.services import Services
from tests.factories import PASSWORD, make_academy, make_school, make_staff

ADDRESS = "192.0.2.1"
CHOSEN = "quatre mots sans lien"


@pytest.fixture
def school(session: Session) -> School:
    school = make_school(session, make_academy(session))
    session.commit()
    return school


@pytest.fixture
def member(session: Session, school: School) -> StaffMember:
    member = make_staff(session, school)
    session.commit()
    return member


def added(services: Services, school: School, email: str = "Chantal.Renard@poitiers.example") -> StaffMember:
    member = staff.add_member(services, NewMember(email, "Chantal Renard", Role.SCHOOL_OFFICE, school=school), "cli")
    assert isinstance(member, StaffMember)
    return member


def token_of(services: Services, member: StaffMember) -> str:
    return staff.password_link(services, member).rpartition("/")[2]


def test_a_new_member_gets_a_link_by_e_mail_and_chooses_a_password(
    services: Services, school: School, mails: Callable[[], list[Mail]]
) -> None:
    member = added(services, school)
    staff.mail_password_link(services, member, school.academy)
    (mail,) = mails()
    assert (mail.to, mail.sender) == (member.email, school.academy.sender)
    token = next(word for word in mail.text.split() if "/etablissement/mot-de-passe/" in word).rpartition("/")[2]
    assert isinstance(staff.choose_password(services, token, CHOSEN, CHOSEN), StaffMember)
    outcome = staff.authenticate(services, "chantal.renard@POITIERS.example ", CHOSEN, ADDRESS)
    assert outcome == StaffSignedIn(member.id, None)


def test_the_link_serves_once(services: Services, school: School) -> None:
    token = token_of(services, added(services, school))
    staff.choose_password(services, token, CHOSEN, CHOSEN)
    with pytest.raises(LinkInvalid):
        staff.choose_password(services, token, CHOSEN + "!", CHOSEN + "!")


def test_the_link_dies_after_a_week_or_when_the_access_is_taken_away(
    services: Services, school: School, clock: FrozenClock
) -> None:
    member = added(services, school)
    token = token_of(services, member)
    clock.advance(days=7, seconds=1)
    with pytest.raises(LinkExpired):
        staff.member_of_link(services, token)
    fresh = token_of(services, member)
    staff.close_member(services, member.id, "cli")
    with pytest.raises(LinkInvalid):
        staff.member_of_link(services, fresh)


@pytest.mark.parametrize(
    ("password", "again", "problem"),
    [
        ("court", "court", Problem.PASSWORD_TOO_SHORT),
        ("Chantal Renard", "Chantal Renard", Problem.PASSWORD_TOO_EASY),
        (CHOSEN, CHOSEN + "!", Problem.PASSWORDS_DIFFER),
    ],
)
def test_a_poor_password_is_refused(services: Services, school: School, password: str, again: str, problem: Problem) -> None:
    token = token_of(services, added(services, school))
    outcome = staff.choose_password(services, token, password, again)
    assert isinstance(outcome, frozenset)
    assert problem in outcome


def test_a_new_password_ends_the_sessions_opened_with_the_old_one(
    services: Services, member: StaffMember, clock: FrozenClock
) -> None:
    _cookie, session = sessions.open_staff_session(services, member.id)
    clock.advance(minutes=1)
    staff.choose_password(services, token_of(services, member), CHOSEN, CHOSEN)
    assert staff_member_of(session) is None


@pytest.mark.rule("R32")
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer_and_the_same_work(
    services: Services, member: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []

    def verify(_password_hash: str, _password: str) -> bool:
        work.append("verified")
        return False

    monkeypatch.setattr(staff, "verify_password", verify)
    monkeypatch.setattr(staff, "waste_time", lambda _password: work.append("wasted"))
    assert isinstance(staff.authenticate(services, member.email, "wrong", ADDRESS), Wrong)
    assert isinstance(staff.authenticate(services, "nobody@poitiers.example", "wrong", ADDRESS), Wrong)
    assert work == ["verified", "wasted"]


@pytest.mark.rule("R32")
def test_too_many_tries_lock_for_a_while_and_the_lock_ends_by_itself(
    services: Services, member: StaffMember, clock: FrozenClock
) -> None:
    for _ in range(services.settings.accounts.login_tries):
        clock.advance(seconds=40)  # the slow-down between tries
        staff.authenticate(services, member.email, "wrong", ADDRESS)
    assert isinstance(staff.authenticate(services, member.email, PASSWORD, ADDRESS), Locked)
    clock.advance(minutes=services.settings.accounts.login_lock_minutes, seconds=1)
    assert isinstance(staff.authenticate(services, member.email, PASSWORD, ADDRESS), StaffSignedIn)


def test_someone_whose_access_was_taken_away_is_out_at_once(services: Services, member: StaffMember) -> None:
    _cookie, session = sessions.open_staff_session(services, member.id)
    staff.close_member(services, member.id, "cli")
    assert staff_member_of(session) is None
    assert isinstance(staff.authenticate(services, member.email, PASSWORD, ADDRESS), Wrong)


def test_someone_without_a_password_cannot_log_in(services: Services, school: School) -> None:
    member = added(services, school)
    assert isinstance(staff.authenticate(services, member.email, "", ADDRESS), Wrong)


def test_adding_twice_is_adding_once_and_another_place_is_one_more_role(
    services: Services, session: Session, school: School
) -> None:
    member = added(services, school)
    assert added(services, school).id == member.id
    other = make_school(session, school.academy, "0860011V", "Collège Rimbaud")
    session.commit()
    again = added(services, other)
    assert {role.school_id for role in again.roles} == {school.id, other.id}


def test_what_is_no_address_is_refused(services: Services, school: School) -> None:
    new = NewMember("chantal", "Chantal Renard", Role.SCHOOL_OFFICE, school=school)
    assert staff.add_member(services, new, "cli") is Problem.EMAIL_INVALID


def test_what_staff_do_about_access_is_in_the_audit_trail(services: Services, session: Session, member: StaffMember) -> None:
    staff.authenticate(services, member.email, "wrong", ADDRESS)
    staff.choose_password(services, token_of(services, member), CHOSEN, CHOSEN)
    staff.authenticate(services, member.email, CHOSEN, ADDRESS)
    staff.close_member(services, member.id, "cli")
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert [row.event for row in rows] == [
        AuditEvent.STAFF_SIGN_IN_REFUSED,
        AuditEvent.STAFF_PASSWORD_CHOSEN,
        AuditEvent.STAFF_SIGNED_IN,
        AuditEvent.STAFF_CLOSED,
    ]
    assert member.email not in " ".join(str(row.details) for row in rows)


def test_a_staff_session_lasts_a_working_day_with_its_interruptions(
    services: Services, member: StaffMember, clock: FrozenClock
) -> None:
    cookie, _session = sessions.open_staff_session(services, member.id)
    for _ in range(5):
        clock.advance(minutes=110)
        assert sessions.find(services, cookie, "staff") is not None
        assert sessions.find(services, cookie) is None, "it opens no family's page"
    clock.advance(hours=3)
    assert sessions.find(services, cookie, "staff") is None
