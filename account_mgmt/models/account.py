"""Accounts, the logins ever given, and the notifications that bring an account to life."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.models.school import Academy
from config.database import Base, text_enum


class LoginName(Base):
    """A login that was given once, and therefore never again, not even after its account is gone (R02)."""

    __tablename__ = "login_name"

    login: Mapped[str] = mapped_column(String(120), primary_key=True)
    base: Mapped[str] = mapped_column(String(110), index=True)
    """The login without its order number."""
    number: Mapped[int]
    """0 for the first of that name, then 1, 2, 3…"""


class Account(Base):
    """What one logs in with. The dates are the whole state: see `domain/accounts.py`."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    academy_id: Mapped[int] = mapped_column(ForeignKey("academy.id"))
    kind: Mapped[AccountKind] = mapped_column(text_enum(AccountKind))
    login: Mapped[str] = mapped_column(ForeignKey("login_name.login"), unique=True)
    opened_at: Mapped[datetime]
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None, repr=False)
    """argon2id; empty until the first connection. The provisional password's hash is the notification's."""
    password_changed_at: Mapped[datetime | None] = mapped_column(default=None)
    email: Mapped[str | None] = mapped_column(String(320), default=None, index=True, repr=False)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    confirmation_serial: Mapped[int] = mapped_column(default=0)
    """Grows with each confirmation message, so that earlier links are dead (R22)."""
    confirmation_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    notification_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    """The deadline of the letter in force, as printed on it (R05)."""
    first_connection_at: Mapped[datetime | None] = mapped_column(default=None)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_out_at: Mapped[datetime | None] = mapped_column(default=None)
    """Sessions and tokens from before this moment are over: one date ends them all, wherever they are kept."""
    language: Mapped[str | None] = mapped_column(String(5), default=None)
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None)
    """The account that took over, when grouped (R63)."""
    merged_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1, init=False)
    """Two use cases that change one account at once: the second one is refused and starts again."""
    invalidated_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when only new credentials help: not used for too long, or never confirmed (R20, R81)."""
    first_warning_at: Mapped[datetime | None] = mapped_column(default=None)
    last_warning_at: Mapped[datetime | None] = mapped_column(default=None)
    """The messages before that, since the account was last used."""
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    """Nothing of the person is left in this row but the login, which is never given again (R02, R05)."""
    academy: Mapped[Academy] = relationship(init=False)
    principal: Mapped["Account | None"] = relationship(init=False, remote_side="Account.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy declares it for instances


class Notification(Base):
    """A letter or e-mail that brings a login and a provisional password (R01, R03, R05)."""

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    """The school that issued it, and to which the person can turn."""
    password_hash: Mapped[str] = mapped_column(String(200), repr=False)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(10))
    """`paper` or `email`."""
    issued_by: Mapped[str] = mapped_column(String(64), default="")
    """Who asked for it, in the audit trail's words: `staff:12`, `cli`."""
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    account: Mapped[Account] = relationship(init=False)
