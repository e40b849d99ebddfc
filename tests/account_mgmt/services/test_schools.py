"""Adding académies and schools."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Academy, School
from account_mgmt.services.schools import NewAcademy, NewSchool, SchoolProblem, add_academy, add_school
from config.services import Services

SENDER = "Académie de Caen <comptes@caen.example>"


@pytest.fixture
def academy(services: Services) -> Academy:
    academy = add_academy(services, NewAcademy("caen", "Académie de Caen", SENDER, "caen"), "cli")
    assert isinstance(academy, Academy)
    return academy


def test_an_academie_is_added_with_its_policies(academy: Academy) -> None:
    assert academy.policies.inactivity_months == 6


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (NewAcademy("caen", "Académie de Caen", SENDER), SchoolProblem.CODE_TAKEN),
        (NewAcademy("x", "X", "nobody"), SchoolProblem.SENDER_INVALID),
        (NewAcademy("x", "X", SENDER, "nowhere"), SchoolProblem.POLICY_INVALID),
        (NewAcademy("x", "X", SENDER, policies={"password_min": 12, "no_such": 1}), SchoolProblem.POLICY_INVALID),
    ],
)
def test_an_academie_that_cannot_be_is_refused(
    services: Services, academy: Academy, new: NewAcademy, problem: SchoolProblem
) -> None:
    assert add_academy(services, new, "cli") is problem


def test_a_school_is_added_to_its_academie(services: Services, session: Session, academy: Academy) -> None:
    school = add_school(services, NewSchool("caen", "079 0031e", "Collège Jean-Moulin", city="Niort"), "cli")
    assert isinstance(school, School)
    assert (school.uai, school.academy.code) == ("0790031E", "caen")
    assert session.scalars(select(School.uai)).all() == ["0790031E"]


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (NewSchool("caen", "0790031F", "Collège"), SchoolProblem.UAI_INVALID),
        (NewSchool("rouen", "0790031E", "Collège"), SchoolProblem.UNKNOWN_ACADEMY),
        (NewSchool("caen", "0790031E", "Collège", portal_url="javascript:alert(1)"), SchoolProblem.PORTAL_INVALID),
    ],
)
def test_a_school_that_cannot_be_is_refused(services: Services, academy: Academy, new: NewSchool, problem: SchoolProblem) -> None:
    assert add_school(services, new, "cli") is problem


def test_two_schools_cannot_have_one_number(services: Services, academy: Academy) -> None:
    new = NewSchool("caen", "0790031E", "Collège")
    assert isinstance(add_school(services, new, "cli"), School)
    assert add_school(services, new, "cli") is SchoolProblem.UAI_TAKEN
