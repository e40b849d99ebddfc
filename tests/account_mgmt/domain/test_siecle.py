"""What a school's file changes to what is known of it (R01, R100-R103)."""

from dataclasses import replace
from datetime import date

import pytest

from account_mgmt.domain.siecle import reconcile
from account_mgmt.domain.siecle_plan import ImportPlan, KnownSchool
from account_mgmt.domain.siecle_records import DoubtCode, SchoolRecords
from tests.account_mgmt.domain.siecle_world import BORN, NOTHING, TODAY, adult, after, child, records, tie

FAMILY = records(child(1), adult(11), adult(12, first_name="Alice", civility="MME"), tie(1, 11), tie(1, 12, rank=2))


def plan_of(said: SchoolRecords, known: KnownSchool = NOTHING) -> ImportPlan:
    return reconcile(said, known, TODAY)


@pytest.fixture
def known() -> KnownSchool:
    """The family, imported once."""
    return after(NOTHING, plan_of(FAMILY))


@pytest.mark.rule("R01")
@pytest.mark.rule("R102")
def test_a_new_pupil_brings_an_account_and_one_for_each_legal_guardian() -> None:
    people = ((11, "Jean"), (12, "Alice"), (13, "Rose"), (14, "Paul"))
    plan = plan_of(
        records(
            child(1),
            child(2, first_name="Florian"),
            *(adult(number, first_name=name) for number, name in people),
            tie(1, 11),
            tie(1, 12, rank=2),
            tie(1, 13, level=2),
            tie(2, 11),
            tie(2, 14, level=3),
        )
    )
    assert plan.opened == ((1, None), (1, 11), (1, 12), (2, None), (2, 11))
    assert plan.accounts == 5
    assert [guardian.personne_id for guardian in plan.new_guardians] == [11, 12, 13, 14]
    assert len(plan.new_guardianships) == 5


@pytest.mark.rule("R01")
def test_three_legal_guardians_get_an_account_each() -> None:
    plan = plan_of(records(child(1), adult(11), adult(12), adult(13), tie(1, 11), tie(1, 12, rank=2), tie(1, 13, rank=3)))
    assert plan.opened == ((1, None), (1, 11), (1, 12), (1, 13))


@pytest.mark.rule("R102")
def test_an_adult_pupil_who_answers_for_himself_has_two_accounts() -> None:
    plan = plan_of(records(child(1, birth_date=date(2007, 1, 1)), adult(11, first_name="Dylan"), tie(1, 11)))
    assert plan.opened == ((1, None), (1, 11))


@pytest.mark.rule("R100")
def test_the_same_file_again_changes_nothing(known: KnownSchool) -> None:
    plan = plan_of(FAMILY, known)
    assert plan.is_empty
    assert (plan.unchanged, plan.known, plan.rows, plan.accounts) == (1, 1, 0, 0)


@pytest.mark.rule("R101")
def test_names_addresses_and_telephones_are_no_keys(known: KnownSchool) -> None:
    twin = records(
        child(1), child(2), adult(11, email="a@x.fr"), adult(12, first_name="Alice", civility="MME", email="a@x.fr"), adult(13),
        tie(1, 11), tie(1, 12, rank=2), tie(2, 13),
    )  # fmt: skip
    plan = plan_of(twin, known)
    assert [pupil.eleve_id for pupil in plan.new_pupils] == [2]
    assert [guardian.personne_id for guardian in plan.new_guardians] == [13]
    assert [change.after.email for change in plan.changed_guardians] == ["a@x.fr", "a@x.fr"]
    assert plan.opened == ((2, None), (2, 13))


@pytest.mark.rule("R103")
def test_a_new_school_year_changes_classes_and_nothing_else(known: KnownSchool) -> None:
    promoted = replace(FAMILY, pupils={1: child(1, class_code="4 A", mef="10210001110", level="2115")})
    plan = plan_of(promoted, known)
    (change,) = plan.changed_enrolments
    assert (change.before.class_code, change.after.class_code, change.comes_back) == ("5 B", "4 A", False)
    assert plan.rows == 1
    assert (plan.opened, plan.closed) == ((), ())


def test_a_change_of_name_keeps_every_account(known: KnownSchool) -> None:
    renamed = replace(
        FAMILY, pupils={1: child(1, usage_name="MARTIN")}, guardians={**FAMILY.guardians, 11: adult(11, last_name="DURAND")}
    )
    plan = plan_of(renamed, known)
    assert [change.after.usage_name for change in plan.changed_pupils] == ["MARTIN"]
    assert [(change.before.last_name, change.after.last_name) for change in plan.changed_guardians] == [("DUPONT", "DURAND")]
    assert (plan.opened, plan.closed) == ((), ())


@pytest.mark.rule("R101")
@pytest.mark.parametrize("fields", [{"left_on": date(2026, 11, 2)}, {"inactive": True}], ids=["dated", "inactive"])
def test_a_pupil_whom_the_file_says_to_have_left_leaves_with_his_accounts(known: KnownSchool, fields: dict[str, object]) -> None:
    plan = plan_of(replace(FAMILY, pupils={1: child(1, **fields)}), known)
    (departure,) = plan.departures
    assert (departure.left_on, departure.stated, departure.name) == (fields.get("left_on"), True, "DUPONT Dylan")
    assert plan.closed == ((1, None), (1, 11), (1, 12))
    assert plan.rows == 4


@pytest.mark.rule("R101")
def test_a_pupil_gone_from_the_file_leaves_too(known: KnownSchool) -> None:
    plan = plan_of(records(child(2)), known)
    (departure,) = plan.departures
    assert (departure.eleve_id, departure.left_on, departure.stated) == (1, None, False)
    assert plan.missing == 1
    assert plan.closed == ((1, None), (1, 11), (1, 12))


def test_who_left_stays_left_and_gets_the_date_that_the_file_learns_later(known: KnownSchool) -> None:
    gone = after(known, plan_of(records(child(2)), known))
    assert plan_of(records(child(2)), gone).is_empty
    told = records(child(2), child(1, left_on=date(2026, 11, 2)))
    (departure,) = plan_of(told, gone).departures
    assert departure.left_on == date(2026, 11, 2)
    assert plan_of(told, after(gone, plan_of(told, gone))).is_empty


def test_who_left_before_we_knew_him_is_not_taken_in() -> None:
    plan = plan_of(records(child(1, left_on=date(2026, 9, 8)), adult(11), tie(1, 11)))
    assert plan.is_empty


def test_who_will_leave_is_still_there(known: KnownSchool) -> None:
    assert plan_of(replace(FAMILY, pupils={1: child(1, left_on=date(2026, 12, 1))}), known).is_empty


def test_who_comes_back_finds_his_accounts_again(known: KnownSchool) -> None:
    gone = after(known, plan_of(records(child(2)), known))
    plan = plan_of(FAMILY, gone)
    assert [change.comes_back for change in plan.changed_enrolments] == [True]
    assert plan.opened == ((1, None), (1, 11), (1, 12))
    assert plan.accounts == 0


@pytest.mark.rule("R102")
def test_a_guardian_who_is_no_longer_legal_loses_the_pupil(known: KnownSchool) -> None:
    ties = {1: {11: tie(1, 11, level=2), 12: tie(1, 12, rank=2)}}
    plan = plan_of(replace(FAMILY, guardianships=ties), known)
    assert [change.after.level for change in plan.changed_guardianships] == [2]
    assert plan.closed == ((1, 11),)


@pytest.mark.rule("R102")
def test_a_guardian_gone_from_the_file_loses_the_pupil(known: KnownSchool) -> None:
    plan = plan_of(replace(FAMILY, guardianships={1: {12: tie(1, 12, rank=1)}}), known)
    assert plan.ended_guardianships == ((1, 11),)
    assert plan.closed == ((1, 11),)


@pytest.mark.rule("R102")
def test_somebody_in_charge_who_becomes_a_legal_guardian_gets_an_account(known: KnownSchool) -> None:
    ties = {1: {11: tie(1, 11, level=2), 12: tie(1, 12, rank=2)}}
    before = after(known, plan_of(replace(FAMILY, guardianships=ties), known))
    assert plan_of(FAMILY, before).opened == ((1, 11),)


def test_an_adult_of_nobody_who_is_there_is_not_taken_in() -> None:
    plan = plan_of(records(child(1), adult(11), adult(12), tie(1, 11)))
    assert [guardian.personne_id for guardian in plan.new_guardians] == [11]


def test_what_the_file_does_not_speak_of_stays_as_it_was(known: KnownSchool) -> None:
    silent = replace(
        FAMILY,
        pupils={1: child(1, usage_name=None, mef=None, level=None, email=None, postal_code=None)},
        guardians={**FAMILY.guardians, 11: adult(11, civility=None, email=None, postal_code=None)},
    )
    assert plan_of(silent, known).is_empty


def test_the_level_of_a_known_mef_is_remembered_without_the_nomenclature(known: KnownSchool) -> None:
    known = replace(known, levels={"10210001110": "2115"})
    moved = replace(FAMILY, pupils={1: child(1, mef="10210001110", level=None)})
    assert plan_of(moved, known).changed_enrolments[0].after.level == "2115"
    unknown = replace(FAMILY, pupils={1: child(1, mef="10310019110", level=None)})
    assert plan_of(unknown, known).changed_enrolments[0].after.level == ""


def test_a_minor_without_a_legal_guardian_is_taken_in_and_noted() -> None:
    plan = plan_of(records(child(1), child(2, birth_date=date(2008, 11, 16)), adult(11), tie(1, 11, level=2)))
    assert [(doubt.code, doubt.line, doubt.left_out) for doubt in plan.doubts] == [(DoubtCode.NO_LEGAL_GUARDIAN, 11, False)]
    assert plan.opened == ((1, None), (2, None))


def test_rows_keep_their_lines_for_who_looks_them_up() -> None:
    assert plan_of(FAMILY).new_pupils[0].line == 11
    assert plan_of(FAMILY).new_pupils[0].birth_date == BORN
