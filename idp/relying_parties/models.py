"""The registry's table: a relying party, what it may be told, and its protocol's settings."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base


def new_version() -> int:
    """A version unlike any other, so that no copy kept by a process passes for a row that replaced or restored it."""
    return secrets.randbits(31)


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
    entry: Mapped[str | None] = mapped_column(String(32), default=None)
    """The public that its people belong to, where it spares them the question of the entry page (R31)."""
    version: Mapped[int] = mapped_column(default_factory=new_version)
    """Changes with every change of the row: processes keep what they read under this number."""
    suspended_at: Mapped[datetime | None] = mapped_column(default=None)
