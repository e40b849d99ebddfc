"""People and schools for tests: a builder for each table that matters, and the Dupont family of the guides.

Builders take the SQLAlchemy session, add their rows to the caller's transaction and flush. Every account that has a password has
`PASSWORD`, every letter `PROVISIONAL`. Dates hang on `NOW`, the moment at which the tests' clock stands.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import deadline
from account_mgmt.domain.login_names import base_of
from account_mgmt.domain.permissions import Role
from account_mgmt.models import (
    Academy,
    Account,
    ChildLink,
    Enrolment,
    Guardian,
    Guardianship,
    Notification,
    Pupil,
    School,
    StaffMember,
    StaffRole,
)
from account_mgmt.services.hashing import hash_password
from account_mgmt.services.logins import allocate_logins

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
"""A Monday in term time."""
PASSWORD = "cheval8pomme"
PROVISIONAL = "K7MW2P9R"

_numbers = count(1000)


class Stage(StrEnum):
    """How far an account has come."""

    KNOWN = "known"
    NOTIFIED = "notified"
    EXPIRED = "expired"
    CREATED = "created"
    CONFIRMED = "confirmed"


@cache
def password_hash(password: str) -> str:
    """The hash of a password, computed once a run."""
    return hash_password(password)


def make_academy(session: Session, code: str = "poitiers", preset: str = "default", **policies: object) -> Academy:
    """An académie; keyword arguments change its policies."""
    academy = Academy(
        code=code,
        name=f"Académie de {code.capitalize()}",
        sender=f"Académie de {code.capitalize()} <comptes@{code}.example>",
        preset=preset,
        policy_overrides=policies,
    )
    session.add(academy)
    session.flush()
    return academy


def make_school(session: Session, academy: Academy, uai: str = "0790031E", name: str = "Collège Jean-Moulin") -> School:
    """A school that can be reached by phone and e-mail."""
    school = School(
        academy_id=academy.id,
        uai=uai,
        name=name,
        city="Niort",
        phone="05 49 00 00 00",
        email=f"ce.{uai.lower()}@poitiers.example",
    )
    session.add(school)
    session.flush()
    return school


def make_pupil(
    session: Session, school: School, name: str = "Dylan Dupont", birth_date: date = date(2013, 5, 14), class_code: str = "5 B"
) -> Pupil:
    """A pupil enrolled at a school; `name` is first name, then last name."""
    first_name, last_name = name.split(" ", 1)
    pupil = Pupil(
        academy_id=school.academy_id, eleve_id=next(_numbers), last_name=last_name, first_name=first_name, birth_date=birth_date
    )
    session.add(pupil)
    session.flush()
    enrol(session, pupil, school, class_code)
    return pupil


def enrol(session: Session, pupil: Pupil, school: School, class_code: str = "5 B") -> Enrolment:
    """Put a pupil in a class of a school."""
    enrolment = Enrolment(pupil_id=pupil.id, school_id=school.id, class_code=class_code, level="2115", mef="10110001110")
    session.add(enrolment)
    session.flush()
    return enrolment


def make_guardian(session: Session, academy: Academy, name: str = "Jean Dupont", email: str = "") -> Guardian:
    """An adult of the schools' files."""
    first_name, last_name = name.split(" ", 1)
    guardian = Guardian(
        academy_id=academy.id, personne_id=next(_numbers), last_name=last_name, first_name=first_name, email=email
    )
    session.add(guardian)
    session.flush()
    return guardian


def make_guardianship(session: Session, guardian: Guardian, pupil: Pupil, rank: int = 1, level: int = 1) -> None:
    """Make an adult a guardian of a pupil at each school where the pupil is."""
    kinship = "20" if rank == 1 else "10"
    for enrolment_id in session.scalars(select(Enrolment.id).where(Enrolment.pupil_id == pupil.id)):
        session.add(Guardianship(enrolment_id=enrolment_id, guardian_id=guardian.id, level=level, kinship=kinship, rank=rank))
    session.flush()


def make_account(
    session: Session, pupil: Pupil, guardian: Guardian | None = None, stage: Stage = Stage.CONFIRMED, email: str | None = None
) -> Account:
    """The account of a guardian for a pupil, or the pupil's own, at a stage of its life."""
    holder = guardian or pupil
    (login,) = allocate_logins(session, [base_of(holder.first_name, holder.last_name)])
    account = Account(
        academy_id=holder.academy_id,
        kind=AccountKind.GUARDIAN if guardian else AccountKind.PUPIL,
        login=login,
        opened_at=NOW - timedelta(days=300),
        last_name=holder.last_name,
        first_name=holder.first_name,
    )
    session.add(account)
    session.flush()
    session.add(
        ChildLink(
            account_id=account.id,
            issued_account_id=account.id,
            pupil_id=pupil.id,
            guardian_id=guardian.id if guardian else None,
            since=account.opened_at,
        )
    )
    _advance(session, account, pupil, stage, email)
    session.flush()
    return account


def make_notification(session: Session, account: Account, school_id: int, issued_at: datetime) -> Notification:
    """A letter whose provisional password is `PROVISIONAL`, printed with the default deadline."""
    notification = Notification(
        account_id=account.id,
        school_id=school_id,
        password_hash=password_hash(PROVISIONAL),
        issued_at=issued_at,
        expires_at=deadline(issued_at, 3),
        channel="paper",
        issued_by="cli",
    )
    account.notification_expires_at = notification.expires_at
    session.add(notification)
    session.flush()
    return notification


def make_staff(
    session: Session, school: School | None = None, academy: Academy | None = None, email: str = "secretariat@poitiers.example"
) -> StaffMember:
    """Someone at a school's office, or with `academy` an administrator of it; the password is `PASSWORD`."""
    member = StaffMember(email=email, name="Chantal Renard", password_hash=password_hash(PASSWORD))
    session.add(member)
    session.flush()
    role = Role.ACADEMY_ADMIN if academy else Role.SCHOOL_OFFICE
    session.add(
        StaffRole(
            member_id=member.id,
            role=role,
            school_id=school.id if school else None,
            academy_id=academy.id if academy else None,
        )
    )
    session.flush()
    return member


def _advance(session: Session, account: Account, pupil: Pupil, stage: Stage, email: str | None) -> None:
    if stage is Stage.KNOWN:
        return
    issued_at = NOW - timedelta(days=200 if stage is Stage.EXPIRED else 10)
    school_id = session.scalars(select(Enrolment.school_id).where(Enrolment.pupil_id == pupil.id)).first()
    assert school_id is not None
    notification = make_notification(session, account, school_id, issued_at)
    if stage in (Stage.NOTIFIED, Stage.EXPIRED):
        return
    connected_at = NOW - timedelta(days=5)
    notification.used_at = account.first_connection_at = account.password_changed_at = connected_at
    account.password_hash = password_hash(PASSWORD)
    account.email = email or f"{account.login}@famille.example"
    account.confirmation_serial = 1
    account.confirmation_expires_at = deadline(connected_at, 3)
    if stage is Stage.CONFIRMED:
        account.email_confirmed_at = connected_at + timedelta(hours=1)


@dataclass(frozen=True)
class Dupont:
    """The family of the guides: two parents, two children in two collèges, and an account for each pair (R01)."""

    academy: Academy
    dylans_school: School
    florians_school: School
    dylan: Pupil
    florian: Pupil
    jean: Guardian
    """RL1."""
    alice: Guardian
    """RL2."""
    jean_for_dylan: Account
    jean_for_florian: Account
    alice_for_dylan: Account
    alice_for_florian: Account
    dylans_account: Account
    florians_account: Account


def dupont(session: Session, jean: Stage = Stage.CONFIRMED, others: Stage = Stage.NOTIFIED) -> Dupont:
    """The Duponts. Jean's account for Dylan stands at one stage, all other accounts at another."""
    academy = make_academy(session)
    jean_moulin = make_school(session, academy)
    rimbaud = make_school(session, academy, "0860033X", "Collège Arthur-Rimbaud")
    dylan = make_pupil(session, jean_moulin, "Dylan Dupont", date(2013, 5, 14), "5 B")
    florian = make_pupil(session, rimbaud, "Florian Dupont", date(2011, 9, 2), "3 A")
    father = make_guardian(session, academy, "Jean Dupont")
    mother = make_guardian(session, academy, "Alice Dupont")
    for child in (dylan, florian):
        make_guardianship(session, father, child, rank=1)
        make_guardianship(session, mother, child, rank=2)
    return Dupont(
        academy=academy,
        dylans_school=jean_moulin,
        florians_school=rimbaud,
        dylan=dylan,
        florian=florian,
        jean=father,
        alice=mother,
        jean_for_dylan=make_account(session, dylan, father, jean),
        jean_for_florian=make_account(session, florian, father, others),
        alice_for_dylan=make_account(session, dylan, mother, others),
        alice_for_florian=make_account(session, florian, mother, others),
        dylans_account=make_account(session, dylan, None, others),
        florians_account=make_account(session, florian, None, others),
    )
