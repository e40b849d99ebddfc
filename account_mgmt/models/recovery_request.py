"""Requests for a forgotten login or password: what was asked, what left, and how far its link came."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from account_mgmt.domain.recovery import RecoveryKind
from config.database import Base, text_enum


class RecoveryRequest(Base):
    """One request, known to its owner and to the school office by its reference."""

    __tablename__ = "recovery_request"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    kind: Mapped[RecoveryKind] = mapped_column(text_enum(RecoveryKind))
    discreet: Mapped[bool]
    """The page said what it says to everybody; so must whatever else the reference opens (R54)."""
    requested_at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), default=None, index=True)
    """Empty while nobody has looked, and for a login or address that nobody has."""
    typed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True, repr=False)
    """The login or address, encrypted, until the worker answers a discreet request."""
    answered_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    mail_id: Mapped[int | None] = mapped_column(default=None)
    """The message in the outbox; without one there was nobody to write to."""
    secret_digest: Mapped[str | None] = mapped_column(String(64), default=None, unique=True, repr=False)
    code_digest: Mapped[str | None] = mapped_column(String(64), default=None, repr=False)
    """Of link and code together: by itself the code would be short enough to be guessed from its digest."""
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
