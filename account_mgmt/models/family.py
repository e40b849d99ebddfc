"""Pupils and guardians as the schools' files name them, and which account stands for which child."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from account_mgmt.models.account import Account
from account_mgmt.models.school import School
from config.database import Base


class Pupil(Base):
    """A child, one in an académie whatever the school: recognised by SIECLE's ELEVE_ID (R101)."""

    __tablename__ = "pupil"
    __table_args__ = (UniqueConstraint("academy_id", "eleve_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    academy_id: Mapped[int] = mapped_column(ForeignKey("academy.id"))
    eleve_id: Mapped[int]
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    birth_date: Mapped[date]
    usage_name: Mapped[str] = mapped_column(String(100), default="")
    ine_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    """A keyed digest of the national identifier, never the identifier."""
    email: Mapped[str] = mapped_column(String(320), default="")
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    """Nothing of the person is left in this row, which other rows still point at."""


class Enrolment(Base):
    """A pupil at a school: what that school's file says, and no other's file touches (R101)."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("pupil_id", "school_id"), Index(None, "school_id", "class_code"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    class_code: Mapped[str] = mapped_column(String(32), default="")
    mef: Mapped[str] = mapped_column(String(11), default="")
    level: Mapped[str] = mapped_column(String(4), default="")
    """The first four digits of the MEFSTAT code: 2115 is a quatrième."""
    left_on: Mapped[date | None] = mapped_column(default=None)
    pupil: Mapped[Pupil] = relationship(init=False)
    school: Mapped[School] = relationship(init=False)


class Guardian(Base):
    """An adult of the schools' files, one in an académie: recognised by SIECLE's PERSONNE_ID (R101)."""

    __tablename__ = "guardian"
    __table_args__ = (UniqueConstraint("academy_id", "personne_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    academy_id: Mapped[int] = mapped_column(ForeignKey("academy.id"))
    personne_id: Mapped[int]
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    usage_name: Mapped[str] = mapped_column(String(100), default="")
    civility: Mapped[str] = mapped_column(String(10), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    mobile: Mapped[str] = mapped_column(String(20), default="")
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    """As for a pupil."""


class Guardianship(Base):
    """What a guardian is to an enrolled pupil, from the school's file; only level 1 gets accounts (R102)."""

    __tablename__ = "guardianship"
    __table_args__ = (UniqueConstraint("enrolment_id", "guardian_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    guardian_id: Mapped[int] = mapped_column(ForeignKey("guardian.id"), index=True)
    level: Mapped[int]
    """SIECLE's NIVEAU_RESPONSABILITE: 1 legal guardian, 2 in charge, 3 to be contacted."""
    kinship: Mapped[str] = mapped_column(String(2), default="")
    """SIECLE's CODE_PARENTE: 10 mother, 20 father, 50 tutor…"""
    rank: Mapped[int] = mapped_column(default=1)
    """RL1 or RL2: kept where an old file gives it, else the order in the file."""
    guardian: Mapped[Guardian] = relationship(init=False)
    enrolment: Mapped[Enrolment] = relationship(init=False)


class ChildLink(Base):
    """An account gives access to a pupil: on behalf of a guardian, or as the pupil himself (`guardian_id` empty).

    A grouping moves the link to the principal; `issued_account_id` remembers whose letter it came from.
    """

    __tablename__ = "child_link"
    __table_args__ = (UniqueConstraint("account_id", "pupil_id", "guardian_id"), Index(None, "pupil_id", "guardian_id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    issued_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardian.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    account: Mapped[Account] = relationship(init=False, foreign_keys=[account_id])
    pupil: Mapped[Pupil] = relationship(init=False)
    guardian: Mapped[Guardian | None] = relationship(init=False)
