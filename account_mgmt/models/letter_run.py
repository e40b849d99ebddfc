"""A run of letters: who ordered what, for whom, when, how far it is; and its pages until the document is made."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base


class LetterRun(Base):
    """One order of letters for a school, a class, or one account.

    The document holds live passwords, so it is kept encrypted and for a short time.
    """

    __tablename__ = "letter_run"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    class_code: Mapped[str | None] = mapped_column(String(32), default=None)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None)
    """New credentials for this account alone, created or not (R07)."""
    replace_valid: Mapped[bool] = mapped_column(default=False)
    """Also the accounts whose earlier letter is still good: that letter stops working."""
    by_email: Mapped[bool] = mapped_column(default=True)
    """Send by e-mail where the school knows an address; print the others (R04)."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    printed: Mapped[int] = mapped_column(default=0)
    emailed: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    downloaded_at: Mapped[datetime | None] = mapped_column(default=None)
    """The first download; the document goes a day later."""
    document_deleted_at: Mapped[datetime | None] = mapped_column(default=None)
    document: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True, repr=False)


class LetterPage(Base):
    """What a run has issued so far, an account each: a restarted run finds here what is done and what it has to print."""

    __tablename__ = "letter_page"
    __table_args__ = (UniqueConstraint("run_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("letter_run.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id"))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True, repr=False)
    """The page, encrypted, until the document is made; empty for a letter that left by e-mail."""
