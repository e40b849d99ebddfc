"""The registry's table: a relying party, what it may be told, and its protocol's settings."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base


class RelyingParty(Base):
    """A service that people log in to. It gets nothing that is not written here."""

    __tablename__ = "relying_party"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    client_id: Mapped[str] = mapped_column(String(255), unique=True)
    """The client_id of OpenID Connect, the entityID of SAML, a chosen name for CAS."""
    name: Mapped[str] = mapped_column(String(200))
    protocol: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    academy_id: Mapped[int | None] = mapped_column(ForeignKey("academy.id"), default=None)
    description: Mapped[str] = mapped_column(default="")
    """One line that families read on their home page."""
    url: Mapped[str] = mapped_column(String(500), default="")
    """Where the home page's link leads."""
    audience: Mapped[list[str]] = mapped_column(default_factory=lambda: ["guardian", "pupil"])
    """The kinds of account that may enter (R98b)."""
    schools: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    """`{"all": true}`, or `{"uais": […], "academies": [codes]}`; empty serves no school."""
    teleservice: Mapped[bool] = mapped_column(default=False)
    attributes: Mapped[list[str]] = mapped_column(default_factory=list)
    """The attributes granted, by their names in `consent/domain.py`."""
    settings: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    """What its protocol needs: redirect URIs, secrets' digests, algorithms…"""
    version: Mapped[int] = mapped_column(default=1)
    suspended_at: Mapped[datetime | None] = mapped_column(default=None)
