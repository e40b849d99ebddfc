"""Académies and schools: how the first ones get in. What schools know of their pupils comes with their files."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from account_mgmt.domain.login_names import fold
from account_mgmt.domain.policies import policies_from
from account_mgmt.domain.uai import as_written, is_uai
from account_mgmt.models import Academy, School
from account_mgmt.queries.schools import academy_with, all_schools, school_with
from account_mgmt.services.addresses import normalise_address
from config.audit import AuditEvent
from config.database import db, transaction
from config.services import Services

FOUND_AT_ONCE = 20


class SchoolProblem(StrEnum):
    """Why an académie or a school is not added."""

    UAI_INVALID = "uai_invalid"
    UAI_TAKEN = "uai_taken"
    UNKNOWN_ACADEMY = "unknown_academy"
    CODE_TAKEN = "code_taken"
    POLICY_INVALID = "policy_invalid"
    PORTAL_INVALID = "portal_invalid"
    SENDER_INVALID = "sender_invalid"


@dataclass(frozen=True)
class NewAcademy:
    """An académie to add."""

    code: str
    name: str
    sender: str
    """An address, alone or as `Name <address>`."""
    preset: str = "default"
    policies: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewSchool:
    """A school to add."""

    academy: str
    """Its académie's code."""
    uai: str
    name: str
    city: str = ""
    phone: str = ""
    email: str = ""
    portal_url: str | None = None
    degree: int = 2


def add_academy(services: Services, new: NewAcademy, actor: str) -> Academy | SchoolProblem:
    """Add an académie with its policies."""
    try:
        policies_from(new.preset, new.policies)
    except ValueError:
        return SchoolProblem.POLICY_INVALID
    if normalise_address(parseaddr(new.sender)[1]) is None:
        return SchoolProblem.SENDER_INVALID
    with transaction() as session:
        if academy_with(session, new.code):
            return SchoolProblem.CODE_TAKEN
        academy = Academy(new.code, new.name, new.sender, new.preset, new.policies)
        session.add(academy)
        session.flush()
        services.audit.record(AuditEvent.ACADEMY_ADDED, actor=actor, details={"academy": academy.id})
    return academy


def add_school(services: Services, new: NewSchool, actor: str) -> School | SchoolProblem:
    """Add a school to its académie."""
    uai = as_written(new.uai)
    if not is_uai(uai):
        return SchoolProblem.UAI_INVALID
    if new.portal_url and not new.portal_url.startswith(("https://", "http://")):
        return SchoolProblem.PORTAL_INVALID
    with transaction() as session:
        if school_with(session, uai):
            return SchoolProblem.UAI_TAKEN
        academy = academy_with(session, new.academy)
        if academy is None:
            return SchoolProblem.UNKNOWN_ACADEMY
        school = _add(session, academy, uai, new)
        services.audit.record(AuditEvent.SCHOOL_ADDED, actor=actor, school_id=school.id)
    return school


def find_schools(words: str) -> list[School]:
    """The schools whose name, city or UAI hold each of these words, with or without accents; all of them for no word (R41)."""
    wanted = [fold(word) or word.lower() for word in words.split()]
    found = []
    for school in all_schools(db.session()):
        text = f"{fold(school.name)} {fold(school.city)} {school.uai.lower()}"
        if all(word in text for word in wanted):
            found.append(school)
    return found


def _add(session: Session, academy: Academy, uai: str, new: NewSchool) -> School:
    school = School(academy.id, uai, new.name, new.degree, new.city, new.phone, new.email, new.portal_url)
    session.add(school)
    session.flush()
    return school
