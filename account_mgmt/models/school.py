"""Schools, the académie that owns them, and the staff who act for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from account_mgmt.domain.permissions import Role
from account_mgmt.domain.policies import Policies, policies_from
from config.database import Base, text_enum


class Academy(Base):
    """A school authority: owns schools, policies, and the look of the pages (`theme`: name, colours, logo)."""

    __tablename__ = "academy"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(320))
    """The address that e-mails of this académie come from, with its display name."""
    preset: Mapped[str] = mapped_column(String(32), default="default")
    policy_overrides: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    theme: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)

    @property
    def policies(self) -> Policies:
        return policies_from(self.preset, self.policy_overrides)


class School(Base):
    """A collège, lycée or école, known by its UAI."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    academy_id: Mapped[int] = mapped_column(ForeignKey("academy.id"), index=True)
    uai: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    degree: Mapped[int] = mapped_column(default=2)
    """1 for an école, 2 for a collège or lycée: services read another vector code for each (formats of ATEN)."""
    city: Mapped[str] = mapped_column(String(100), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    portal_url: Mapped[str | None] = mapped_column(String(500), default=None)
    """The school's ENT, where the letter's QR code leads; without one, to the téléservices (R04)."""
    message: Mapped[str] = mapped_column(default="")
    academy: Mapped[Academy] = relationship(init=False, lazy="joined")


class StaffMember(Base):
    """Someone who works at a school office or an académie; never a family."""

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None, repr=False)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_out_at: Mapped[datetime | None] = mapped_column(default=None)
    """Sessions opened before this moment are over, wherever they are."""
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    roles: Mapped[list["StaffRole"]] = relationship(init=False, lazy="selectin", back_populates="member")


class StaffRole(Base):
    """What a staff member may be, and where: a role at one school, or over one académie."""

    __tablename__ = "staff_role"
    __table_args__ = (UniqueConstraint("member_id", "role", "school_id", "academy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), default=None)
    academy_id: Mapped[int | None] = mapped_column(ForeignKey("academy.id"), default=None)
    member: Mapped[StaffMember] = relationship(init=False, back_populates="roles")
