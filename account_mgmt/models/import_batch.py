"""An import from its preview to its end: who asked, what file, what it would do and did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base


class ImportBatch(Base):
    """A school's or an académie's import. The file is kept only until it is applied or given up."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    academy_id: Mapped[int] = mapped_column(ForeignKey("academy.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    """Empty for an académie-wide file."""
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(255))
    file_digest: Mapped[str] = mapped_column(String(64))
    plan: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    """Counts, doubtful cases with their lines, and the first few of each kind, for the preview page."""
    problem: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    """Why the file was refused: `code` (a RefusalCode), `file`, `line` and what the sentence needs; empty when it was not."""
    plan_digest: Mapped[str] = mapped_column(String(64), default="")
    """What the preview decided, down to each line: an apply that would decide otherwise is refused as stale."""
    previewed_at: Mapped[datetime | None] = mapped_column(default=None)
    apply_requested_at: Mapped[datetime | None] = mapped_column(default=None)
    apply_requested_by: Mapped[str] = mapped_column(String(64), default="")
    """The worker has been asked to apply it, and by whom: a worker that stops is taken up from here."""
    departures_confirmed: Mapped[bool] = mapped_column(default=False)
    """Someone looked at an unusual number of departures and said that they are right."""
    applied_at: Mapped[datetime | None] = mapped_column(default=None)
    discarded_at: Mapped[datetime | None] = mapped_column(default=None)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Rows of the file, and how many were written: of the last word said; the live count is in the store."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)
    """The file as it came, encrypted; emptied once applied, refused or given up."""
