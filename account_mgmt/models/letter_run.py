"""A run of letters: who printed what, for whom, when, and how far it is."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base


class LetterRun(Base):
    """One order of letters for a school or a class. The document holds live passwords, so it is kept encrypted and for a short time."""

    __tablename__ = "letter_run"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    class_code: Mapped[str | None] = mapped_column(String(32), default=None)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None)
    """One letter again, for this account alone."""
    only_unopened: Mapped[bool] = mapped_column(default=True)
    """Leave out accounts whose first connection is made."""
    by_email: Mapped[bool] = mapped_column(default=True)
    """Send by e-mail where the school knows an address; print the others (R04)."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    printed: Mapped[int] = mapped_column(default=0)
    emailed: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    document_deleted_at: Mapped[datetime | None] = mapped_column(default=None)
    document: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)
