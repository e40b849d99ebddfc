"""Refusals: what a family said no to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base


class TeleserviceRefusal(Base):
    """A reply slip that came back: one guardian refuses the téléservices for one pupil (R06)."""

    __tablename__ = "teleservice_refusal"
    __table_args__ = (Index(None, "pupil_id", "guardian_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("guardian.id"))
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupil.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
