"""Everything known of an account, made from what the schools' files say line by line."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from account_mgmt.domain.accounts import AccountKind
from idp.domain.identity import Child, OnBehalfOf, Tie, describe


@dataclass(frozen=True)
class FakeHolder:
    id: int = 12
    kind: AccountKind = AccountKind.GUARDIAN
    login: str = "jean.dupont"
    last_name: str = "Dupont"
    first_name: str = "Jean"
    email: str | None = "jean@famille.example"
    email_confirmed: bool = True
    language: str | None = "fr"


DYLAN = Child(
    pupil_id=1,
    eleve_id=1001,
    last_name="Dupont",
    first_name="Dylan",
    birth_date=date(2013, 5, 14),
    school_uai="0790031E",
    school_name="Collège Jean-Moulin",
    school_degree=2,
    academy_code="poitiers",
    class_code="5 B",
    level="2115",
)
FLORIAN = replace(DYLAN, pupil_id=2, eleve_id=1002, first_name="Florian", birth_date=date(2011, 9, 2), school_uai="0860033X")
JEAN = OnBehalfOf(21, "Dupont", "Jean", "20", level=1, rank=1)
ALICE = OnBehalfOf(22, "Dupont", "Alice", "10", level=1, rank=2)


@pytest.mark.rule("R96")
def test_a_guardian_has_the_children_in_whose_files_he_is_a_guardian() -> None:
    identity = describe(FakeHolder(), [Tie(DYLAN, JEAN), Tie(FLORIAN, JEAN)])
    assert [child.first_name for child in identity.children] == ["Florian", "Dylan"]  # the eldest first
    assert all(child.on_behalf_of == (JEAN,) for child in identity.children)


@pytest.mark.rule("R65")
def test_a_joint_account_has_one_child_with_two_guardians() -> None:
    identity = describe(FakeHolder(), [Tie(DYLAN, ALICE), Tie(DYLAN, JEAN)])
    assert len(identity.children) == 1
    assert identity.children[0].on_behalf_of == (JEAN, ALICE)


def test_a_child_at_two_schools_is_there_once_for_each() -> None:
    elsewhere = replace(DYLAN, school_uai="0860033X")
    identity = describe(FakeHolder(), [Tie(DYLAN, JEAN), Tie(elsewhere, JEAN)])
    assert [child.school_uai for child in identity.children] == ["0790031E", "0860033X"]


@pytest.mark.rule("R101")
def test_a_guardian_sees_nothing_at_a_school_whose_own_file_does_not_name_him() -> None:
    elsewhere = replace(DYLAN, school_uai="0860033X")
    identity = describe(FakeHolder(), [Tie(DYLAN, JEAN), Tie(elsewhere, None)])
    assert [child.school_uai for child in identity.children] == ["0790031E"]


@pytest.mark.rule("R102")
@pytest.mark.parametrize("level", [2, 3])
def test_who_is_no_longer_a_legal_guardian_sees_the_child_no_more(level: int) -> None:
    identity = describe(FakeHolder(), [Tie(DYLAN, replace(JEAN, level=level))])
    assert identity.children == ()


@pytest.mark.rule("R96")
def test_a_pupil_carries_the_pupil_and_the_own_birth_date() -> None:
    identity = describe(FakeHolder(kind=AccountKind.PUPIL), [Tie(DYLAN, None)])
    assert identity.children == (DYLAN,)
    assert identity.birth_date == date(2013, 5, 14)


def test_nothing_is_known_of_a_guardians_birth_date() -> None:
    assert describe(FakeHolder(), [Tie(DYLAN, JEAN)]).birth_date is None


def test_an_account_without_children_is_described_all_the_same() -> None:
    identity = describe(FakeHolder(), [])
    assert identity.children == ()
    assert (identity.login, identity.email, identity.email_verified) == ("jean.dupont", "jean@famille.example", True)
