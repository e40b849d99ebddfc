"""Refusals of the téléservices, as the school records them from the reply slip of its letter (R06)."""

from collections.abc import Iterable
from datetime import datetime

from config.audit import AuditEvent
from config.database import db, transaction
from config.services import Services
from consent import queries
from consent.models import TeleserviceRefusal
from consent.queries import RefusedRow, Slip, in_force


def record_refusal(services: Services, slip: Slip, actor: str) -> bool:
    """Write a refusal down; it counts from the next request on. False if it was known already."""
    with transaction() as session:
        if session.scalars(in_force(slip)).first() is not None:
            return False
        session.add(
            TeleserviceRefusal(
                guardian_id=slip.guardian_id, pupil_id=slip.pupil_id, recorded_at=services.clock.now(), recorded_by=actor
            )
        )
        services.audit.record(AuditEvent.REFUSAL_RECORDED, actor=actor, details=_details(slip))
        return True


def withdraw_refusal(services: Services, slip: Slip, actor: str) -> bool:
    """End a refusal, because the family changed its mind. False if there was none."""
    with transaction() as session:
        refusals = session.scalars(in_force(slip)).all()
        for refusal in refusals:
            refusal.withdrawn_at = services.clock.now()
        if refusals:
            services.audit.record(AuditEvent.REFUSAL_WITHDRAWN, actor=actor, details=_details(slip))
        return bool(refusals)


def refusals_at(school_id: int) -> list[RefusedRow]:
    """Every refusal in force for the pupils of a school, by name."""
    return queries.refused_at_school(db.session(), school_id)


def refused_since(pupil_ids: Iterable[int]) -> dict[Slip, datetime]:
    """The refusals in force for these pupils, each with the day it was recorded."""
    return queries.refused_since(db.session(), pupil_ids)


def belongs_to(school_id: int, slip: Slip) -> bool:
    """Whether this school's own file says that the one is a guardian of the other (R101)."""
    return queries.is_of_school(db.session(), school_id, slip)


def _details(slip: Slip) -> dict[str, int]:
    return {"guardian_id": slip.guardian_id, "pupil_id": slip.pupil_id}
