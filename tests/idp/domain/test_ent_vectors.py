"""The identity vectors that school portals read, on the families that have broken such readers."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from account_mgmt.domain.accounts import AccountKind
from idp.domain import ent_vectors
from idp.domain.identity import Child, Identity, OnBehalfOf

JEAN = OnBehalfOf(guardian_id=1, last_name="DUPONT", first_name="Jean", kinship="20", level=1, rank=1)
ALICE = OnBehalfOf(
    guardian_id=2,
    last_name="DUPONT-LEROY",
    first_name="Alice",
    kinship="10",
    level=1,
    rank=2,
)
DYLAN = Child(
    pupil_id=1,
    eleve_id=610308,
    last_name="DUPONT",
    first_name="Dylan",
    birth_date=date(2013, 5, 2),
    school_uai="0860001A",
    school_name="Collège des Tilleuls",
    school_degree=2,
    academy_code="poitiers",
    class_code="3 A",
    level="2116",
    on_behalf_of=(JEAN,),
)
FLORIAN = replace(
    DYLAN,
    pupil_id=2,
    eleve_id=610309,
    first_name="Florian",
    school_uai="0860002B",
    class_code="CM2",
)
PARENT = Identity(
    account_id=1,
    kind=AccountKind.GUARDIAN,
    login="jean.dupont",
    last_name="DUPONT",
    first_name="Jean",
    email=None,
    email_verified=False,
    language=None,
    children=(DYLAN,),
)
PUPIL = replace(
    PARENT,
    kind=AccountKind.PUPIL,
    login="dylan.dupont",
    first_name="Dylan",
    children=(replace(DYLAN, on_behalf_of=()),),
)


def of(*children: Child) -> Identity:
    return replace(PARENT, children=children)


@pytest.mark.rule("R98")
def test_a_parent_has_a_vector_with_the_own_name_the_child_number_and_the_school() -> None:
    assert ent_vectors.vectors(PARENT).values == ("2|DUPONT|Jean|610308|0860001A",)


@pytest.mark.rule("R98")
def test_every_vector_has_exactly_five_fields() -> None:
    found = ent_vectors.vectors(of(DYLAN, FLORIAN)).values
    assert found == ("2|DUPONT|Jean|610308|0860001A", "2|DUPONT|Jean|610309|0860002B")
    assert all(vector.count("|") == 4 for vector in found)


@pytest.mark.rule("R65")
def test_a_joint_account_has_a_vector_for_each_guardian_and_child() -> None:
    joint = of(
        replace(DYLAN, on_behalf_of=(JEAN, ALICE)),
        replace(FLORIAN, on_behalf_of=(JEAN, ALICE)),
    )
    assert ent_vectors.vectors(joint).values == (
        "2|DUPONT|Jean|610308|0860001A",
        "2|DUPONT-LEROY|Alice|610308|0860001A",
        "2|DUPONT|Jean|610309|0860002B",
        "2|DUPONT-LEROY|Alice|610309|0860002B",
    )


@pytest.mark.rule("R98")
def test_two_guardians_of_one_name_give_one_vector() -> None:
    twice = replace(DYLAN, on_behalf_of=(JEAN, replace(JEAN, guardian_id=3, kinship="10")))
    assert ent_vectors.vectors(of(twice)).values == ("2|DUPONT|Jean|610308|0860001A",)


@pytest.mark.rule("R98")
def test_a_child_of_the_first_degree_and_one_of_the_second_have_their_own_codes() -> None:
    family = of(DYLAN, replace(FLORIAN, school_degree=1))
    assert [vector[0] for vector in ent_vectors.vectors(family).values] == ["2", "1"]
    assert ent_vectors.affiliations(family) == ("resp1d", "resp2d")


@pytest.mark.rule("R98")
def test_one_number_in_two_academies_is_two_children() -> None:
    elsewhere = replace(FLORIAN, eleve_id=DYLAN.eleve_id, academy_code="caen", school_uai="0140070A")
    assert ent_vectors.vectors(of(DYLAN, elsewhere)).values == (
        "2|DUPONT|Jean|610308|0860001A",
        "2|DUPONT|Jean|610308|0140070A",
    )


@pytest.mark.rule("R98")
@pytest.mark.parametrize(("degree", "code", "affiliation"), [(1, "3", "eleve1d"), (2, "4", "eleve2d")])
def test_a_pupil_has_a_single_vector_with_the_own_name(degree: int, code: str, affiliation: str) -> None:
    own = replace(PUPIL.children[0], school_degree=degree)
    pupil = replace(PUPIL, children=(own, replace(own, school_uai="0860002B")))
    assert ent_vectors.vectors(pupil).values == (f"{code}|DUPONT|Dylan|610308|0860001A",)
    assert ent_vectors.affiliations(pupil) == (affiliation,)


@pytest.mark.rule("R98")
def test_an_adult_pupil_who_is_his_own_guardian_is_read_by_the_kind_of_account() -> None:
    own = replace(JEAN, last_name="DUPONT", first_name="Dylan", kinship="70")
    guardian = replace(PARENT, first_name="Dylan", children=(replace(DYLAN, on_behalf_of=(own,)),))
    assert ent_vectors.vectors(guardian).values == ("2|DUPONT|Dylan|610308|0860001A",)
    assert ent_vectors.vectors(PUPIL).values == ("4|DUPONT|Dylan|610308|0860001A",)


@pytest.mark.rule("R98")
@pytest.mark.parametrize("name", ["D'ALEMBERT", "LE-GOFF", "NOËL", "Ó Súilleabháin", "DE LA TOUR"])
def test_a_name_goes_out_letter_for_letter_as_the_school_writes_it(name: str) -> None:
    child = replace(DYLAN, on_behalf_of=(replace(JEAN, last_name=name),))
    assert ent_vectors.vectors(of(child)).values == (f"2|{name}|Jean|610308|0860001A",)


@pytest.mark.rule("R98")
@pytest.mark.parametrize("name", ["DU|PONT", "DUPONT;", "", "  "])
def test_a_name_that_would_break_the_vector_leaves_it_out_and_says_so(
    name: str,
) -> None:
    family = of(replace(DYLAN, on_behalf_of=(replace(JEAN, last_name=name),)), FLORIAN)
    found = ent_vectors.vectors(family)
    assert found.values == ("2|DUPONT|Jean|610309|0860002B",)
    assert found.unsayable == (DYLAN.pupil_id,)


@pytest.mark.rule("R98")
def test_no_vector_goes_out_with_a_blank_school() -> None:
    found = ent_vectors.vectors(of(replace(DYLAN, school_uai="")))
    assert found.values == ()
    assert found.unsayable == (DYLAN.pupil_id,)


@pytest.mark.rule("R96")
def test_a_child_that_is_not_released_is_in_no_vector() -> None:
    assert ent_vectors.vectors(of()).values == ()
    assert ent_vectors.affiliations(of()) == ()


@pytest.mark.rule("R95")
def test_the_opaque_number_has_96_hexadecimal_digits_and_follows_the_subject() -> None:
    one, other = (
        ent_vectors.opaque_id("subject-at-one"),
        ent_vectors.opaque_id("subject-at-another"),
    )
    assert len(one) == 96
    assert int(one, 16)
    assert one != other
    assert one == ent_vectors.opaque_id("subject-at-one")


def test_the_connection_date_has_milliseconds_and_no_zone() -> None:
    moment = datetime(2026, 11, 22, 16, 5, 33, 437_900, tzinfo=UTC)
    assert ent_vectors.connection_date(moment) == "2026-11-22 16:05:33.437"


@pytest.mark.rule("R98")
def test_the_profile_is_the_letter_form_of_the_sdet() -> None:
    assert ent_vectors.sdet_profiles(PARENT) == ("National_TUT",)
    assert ent_vectors.sdet_profiles(PUPIL) == ("National_ELV",)


def test_the_digest_of_the_national_number_has_32_digits_or_is_absent() -> None:
    assert ent_vectors.ine_hash(replace(DYLAN, ine_hash="ab" * 32)) == "ab" * 16
    assert ent_vectors.ine_hash(DYLAN) is None
