"""What may be told: the children that a relying party may speak of, and the fields that its attributes open."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.accounts import AccountKind
from consent.domain import (
    CHILD_FIELDS,
    IDENTITY_FIELDS,
    Attribute,
    ReleasePolicy,
    attributes_released,
    releasable,
    visible_children,
)
from idp.domain.identity import Child, Identity, OnBehalfOf

JEAN = OnBehalfOf(21, "Dupont", "Jean", "20", level=1, rank=1)
ALICE = OnBehalfOf(22, "Dupont", "Alice", "10", level=1, rank=2)
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
    mef="10110001110",
    ine_hash="f" * 64,
    postal_code="79000",
    on_behalf_of=(JEAN,),
)
FLORIAN = replace(DYLAN, pupil_id=2, eleve_id=1002, first_name="Florian", school_uai="0860033X")
FAMILY = Identity(
    account_id=12,
    kind=AccountKind.GUARDIAN,
    login="jean.dupont",
    last_name="Dupont",
    first_name="Jean",
    email="jean@famille.example",
    email_verified=True,
    language="fr",
    children=(DYLAN, FLORIAN),
    birth_date=date(1980, 1, 1),
)
ATTRIBUTES = st.frozensets(st.sampled_from(list(Attribute)))


def policy(serves: frozenset[str] = frozenset({"0790031E", "0860033X"}), teleservice: bool = False) -> ReleasePolicy:
    return ReleasePolicy(frozenset(Attribute), lambda uai, _academy: uai in serves, teleservice)


def refusing(child: Child, guardian: OnBehalfOf) -> Child:
    changed = tuple(replace(held, teleservices_refused=True) if held == guardian else held for held in child.on_behalf_of)
    return replace(child, on_behalf_of=changed)


@pytest.mark.rule("R96")
def test_only_pupils_of_schools_that_the_relying_party_serves_are_seen() -> None:
    seen = visible_children(FAMILY, policy(frozenset({"0860033X"})))
    assert seen.children == (FLORIAN,)


@pytest.mark.rule("R06")
def test_a_refusal_hides_the_child_from_a_teleservice_and_from_nobody_else() -> None:
    family = replace(FAMILY, children=(refusing(DYLAN, JEAN), FLORIAN))
    assert visible_children(family, policy(teleservice=True)).children == (FLORIAN,)
    assert visible_children(family, policy()).children == family.children


@pytest.mark.rule("R06")
@pytest.mark.rule("R65")
def test_in_a_joint_account_the_child_stays_in_the_name_of_the_guardian_who_did_not_refuse() -> None:
    joint = replace(DYLAN, on_behalf_of=(JEAN, ALICE))
    family = replace(FAMILY, children=(refusing(joint, JEAN),))
    (seen,) = visible_children(family, policy(teleservice=True)).children
    assert seen.on_behalf_of == (ALICE,)


@pytest.mark.rule("R06")
def test_a_pupils_own_account_is_not_touched_by_a_guardians_refusal() -> None:
    pupil = replace(FAMILY, kind=AccountKind.PUPIL, children=(replace(DYLAN, on_behalf_of=()),))
    assert visible_children(pupil, policy(teleservice=True)) == pupil


def test_what_is_released_is_granted_and_asked_for() -> None:
    granted = [Attribute.NAME, Attribute.CHILDREN]
    assert attributes_released(granted, ["name", "email", "nonsense"]) == {Attribute.NAME}


def test_nothing_is_released_where_nothing_is_asked_for() -> None:
    assert attributes_released(list(Attribute), []) == frozenset()


def test_with_every_attribute_nothing_is_left_out() -> None:
    assert releasable(FAMILY, frozenset(Attribute)) == FAMILY


def test_without_any_attribute_only_who_and_what_kind_is_left() -> None:
    told = releasable(FAMILY, frozenset())
    assert (told.login, told.last_name, told.first_name, told.email, told.email_verified) == ("", "", "", None, False)
    assert told.birth_date is None
    assert told.children == ()


@pytest.mark.rule("R96")
def test_the_childrens_birth_dates_need_their_own_attribute() -> None:
    told = releasable(FAMILY, frozenset({Attribute.CHILDREN}))
    assert [child.first_name for child in told.children] == ["Dylan", "Florian"]
    assert all(child.birth_date is None for child in told.children)
    dated = releasable(FAMILY, frozenset({Attribute.CHILDREN, Attribute.CHILDREN_BIRTH_DATE}))
    assert all(child.birth_date for child in dated.children)


def test_identifiers_of_the_schools_files_leave_only_with_the_attribute_of_ents() -> None:
    (dylan, _florian) = releasable(FAMILY, frozenset({Attribute.CHILDREN})).children
    assert (dylan.eleve_id, dylan.ine_hash, dylan.mef, dylan.postal_code) == (None, None, "", "")
    (dylan, _florian) = releasable(FAMILY, frozenset({Attribute.ENT})).children
    assert (dylan.eleve_id, dylan.ine_hash, dylan.first_name) == (1001, "f" * 64, "")


@given(ATTRIBUTES, ATTRIBUTES)
def test_more_attributes_never_tell_less(one: frozenset[Attribute], other: frozenset[Attribute]) -> None:
    once_through = releasable(FAMILY, one | other)
    assert releasable(once_through, one) == releasable(FAMILY, one)


def test_every_field_of_the_tables_exists() -> None:
    assert set(IDENTITY_FIELDS) <= {field.name for field in fields(Identity)}
    assert set(CHILD_FIELDS) <= {field.name for field in fields(Child)}
