"""What is doubtful changes nothing, what other schools say holds, and a plan made again is the same (R100, R101)."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_mgmt.domain.siecle import reconcile
from account_mgmt.domain.siecle_plan import ImportPlan, KnownSchool, is_unusual
from account_mgmt.domain.siecle_records import DoubtCode, Pair, SchoolRecords
from tests.account_mgmt.domain.siecle_world import NOTHING, TODAY, adult, after, child, records, tie

FAMILY = records(child(1), adult(11), adult(12, first_name="Alice", civility="MME"), tie(1, 11), tie(1, 12, rank=2))


def plan_of(said: SchoolRecords, known: KnownSchool = NOTHING) -> ImportPlan:
    return reconcile(said, known, TODAY)


def digest_of(plan: ImportPlan) -> str:
    running = hashlib.sha256()
    plan.digest_into(running)
    return running.hexdigest()


@pytest.fixture
def known() -> KnownSchool:
    """The family, imported once."""
    return after(NOTHING, plan_of(FAMILY))


def test_a_pupil_whose_line_is_doubtful_is_not_gone(known: KnownSchool) -> None:
    plan = plan_of(replace(FAMILY, pupils={2: child(2)}, doubtful_pupils=frozenset({1})), known)
    assert plan.departures == ()
    assert plan.closed == ()
    assert plan.reasons[1] == ((1, None), (1, 11), (1, 12))


def test_a_doubtful_pupil_whom_nobody_knows_is_not_taken_in() -> None:
    assert plan_of(replace(FAMILY, pupils={}, doubtful_pupils=frozenset({1}))).is_empty


@pytest.mark.parametrize("doubtful", ["doubtful_guardians", "doubtful_guardianships"])
def test_a_guardian_whose_line_is_doubtful_keeps_the_pupil(known: KnownSchool, doubtful: str) -> None:
    without = replace(FAMILY, guardians={12: FAMILY.guardians[12]}, guardianships={1: {12: tie(1, 12, rank=2)}})
    said = {
        "doubtful_guardians": replace(without, doubtful_guardians=frozenset({11})),
        "doubtful_guardianships": replace(without, doubtful_guardianships=frozenset({(1, 11)})),
    }
    assert plan_of(said[doubtful], known).is_empty


def test_somebody_in_charge_whose_line_is_doubtful_does_not_become_a_legal_guardian() -> None:
    known = after(NOTHING, plan_of(replace(FAMILY, guardianships={1: {11: tie(1, 11, level=2), 12: tie(1, 12)}})))
    without = replace(FAMILY, guardianships={1: {12: tie(1, 12)}}, doubtful_guardians=frozenset({11}))
    assert plan_of(without, known).is_empty


def test_an_identifier_used_again_for_another_child_is_left_out(known: KnownSchool) -> None:
    stranger = child(1, last_name="MARTIN", first_name="Zoé", birth_date=date(2014, 2, 3))
    plan = plan_of(replace(FAMILY, pupils={1: stranger}), known)
    assert plan.is_empty
    assert [(doubt.code, doubt.line) for doubt in plan.doubts] == [(DoubtCode.ANOTHER_CHILD, 11)]


@pytest.mark.parametrize(
    "fields",
    [
        {"birth_date": date(2013, 5, 15)},
        {"last_name": "MARTIN", "birth_date": date(2013, 5, 15)},
        {"first_name": "Dylan-Louis", "birth_date": date(2013, 5, 15)},
        {"last_name": "MARTIN", "first_name": "Zoé"},
        {"last_name": "MARTIN", "usage_name": "DUPONT", "first_name": "Zoé", "birth_date": date(2013, 5, 15)},
        {"last_name": "DÛPONT", "first_name": "DYLAN"},
    ],
    ids=str,
)
def test_a_correction_is_not_taken_for_another_child(known: KnownSchool, fields: dict[str, object]) -> None:
    plan = plan_of(replace(FAMILY, pupils={1: child(1, **fields)}), known)
    assert len(plan.changed_pupils) == 1
    assert plan.doubts == ()


def test_a_person_typed_over_another_is_left_out_and_nobody_loses_anything(known: KnownSchool) -> None:
    overwritten = replace(FAMILY, guardians={**FAMILY.guardians, 11: adult(11, last_name="MARTIN", first_name="Paul")})
    plan = plan_of(overwritten, known)
    assert plan.is_empty
    assert [(doubt.code, doubt.line) for doubt in plan.doubts] == [(DoubtCode.ANOTHER_PERSON, 31)]


def test_a_married_name_is_not_taken_for_another_person(known: KnownSchool) -> None:
    married = adult(11, last_name="MARTIN", usage_name="Dupont", first_name="Jean-Paul")
    plan = plan_of(replace(FAMILY, guardians={**FAMILY.guardians, 11: married}), known)
    assert len(plan.changed_guardians) == 1


@pytest.mark.rule("R101")
def test_a_pupil_who_is_also_elsewhere_keeps_what_the_other_school_gives_reason_to(known: KnownSchool) -> None:
    elsewhere = {1: frozenset({(1, None), (1, 12)})}
    plan = plan_of(records(child(2)), replace(known, elsewhere=elsewhere))
    assert len(plan.departures) == 1
    assert plan.closed == ((1, 11),)


@pytest.mark.rule("R101")
def test_a_pupil_who_arrives_from_another_school_brings_his_accounts() -> None:
    there = after(NOTHING, plan_of(FAMILY))
    here = replace(NOTHING, pupils=there.pupils, guardians=there.guardians, elsewhere={1: frozenset(there.with_account)})
    plan = plan_of(FAMILY, here)
    assert plan.new_pupils == ()
    assert plan.new_guardians == ()
    assert [record.eleve_id for record in plan.new_enrolments] == [1]
    assert len(plan.new_guardianships) == 2
    assert plan.opened == ()


@pytest.mark.rule("R101")
def test_the_first_file_of_an_import_has_the_word_on_people_whom_several_schools_share() -> None:
    settled = replace(NOTHING, settled_pupils={1: child(1).birth_date}, settled_guardians=frozenset({11}))
    plan = plan_of(replace(FAMILY, guardians={**FAMILY.guardians, 11: adult(11, email="other@x.fr")}), settled)
    assert plan.new_pupils == ()
    assert [guardian.personne_id for guardian in plan.new_guardians] == [12]
    assert len(plan.new_enrolments) == 1


@pytest.mark.rule("R101")
def test_two_schools_of_an_import_that_mean_two_children_by_one_identifier_do_not_mix_them() -> None:
    settled = replace(NOTHING, settled_pupils={1: date(2014, 1, 1)})
    plan = plan_of(FAMILY, settled)
    assert plan.is_empty
    assert [doubt.code for doubt in plan.doubts] == [DoubtCode.ANOTHER_CHILD]


@pytest.mark.parametrize(
    ("known_pupils", "in_file", "expected"),
    [(18, 12, False), (18, 11, True), (9, 3, True), (5, 0, False), (600, 401, False), (600, 399, True)],
)
def test_more_than_a_third_gone_without_a_word_is_unusual(known_pupils: int, in_file: int, expected: bool) -> None:
    everybody = records(*(child(number) for number in range(1, known_pupils + 1)))
    known = after(NOTHING, plan_of(everybody))
    fewer = records(*(child(number) for number in range(1, in_file + 1)))
    assert is_unusual(plan_of(fewer, known)) is expected


def test_a_year_that_the_file_says_to_have_left_is_nothing_unusual() -> None:
    known = after(NOTHING, plan_of(records(*(child(number) for number in range(1, 31)))))
    left = records(*(child(number, left_on=date(2026, 7, 4) if number > 10 else None) for number in range(1, 31)))
    assert not is_unusual(plan_of(left, known))


def test_a_third_of_the_legal_guardians_gone_is_unusual() -> None:
    numbers = range(1, 21)
    everybody = records(*(child(number) for number in numbers), adult(11), *(tie(number, 11) for number in numbers))
    known = after(NOTHING, plan_of(everybody))
    truncated = replace(everybody, guardianships={number: {11: tie(number, 11)} for number in range(1, 14)})
    plan = plan_of(truncated, known)
    assert (plan.known_guardians, plan.lost_guardians) == (20, 7)
    assert is_unusual(plan)


def test_a_plan_made_again_has_the_same_digest_and_any_other_plan_another(known: KnownSchool) -> None:
    assert digest_of(plan_of(FAMILY)) == digest_of(plan_of(FAMILY))
    others = [
        plan_of(FAMILY, known),
        plan_of(replace(FAMILY, pupils={1: child(1, first_name="Dilan")})),
        plan_of(replace(FAMILY, guardianships={1: {11: tie(1, 11)}})),
    ]
    assert len({digest_of(plan) for plan in (plan_of(FAMILY), *others)}) == 4


PUPILS = st.dictionaries(
    st.integers(1, 4),
    st.builds(
        lambda name, place, left, inactive: {"first_name": name, "class_code": place, "left_on": left, "inactive": inactive},
        st.sampled_from(["Dylan", "Zoé"]),
        st.sampled_from(["5 B", "4 A", ""]),
        st.sampled_from([None, None, date(2026, 10, 1), date(2026, 12, 1)]),
        st.sampled_from([False, False, True]),
    ),
)
TIES = st.dictionaries(st.tuples(st.integers(1, 4), st.integers(11, 13)), st.tuples(st.integers(1, 3), st.integers(1, 2)))
FILES = st.builds(
    lambda pupils, ties: records(
        *(child(number, **fields) for number, fields in pupils.items()),
        *(adult(number) for number in (11, 12, 13)),
        *(tie(*pair, *said) for pair, said in ties.items()),
    ),
    PUPILS,
    TIES,
)


@pytest.mark.rule("R100")
@given(st.lists(FILES, min_size=1, max_size=4))
def test_whatever_came_before_a_file_that_was_applied_changes_nothing_more(files: list[SchoolRecords]) -> None:
    known = NOTHING
    for said in files:
        known = after(known, plan_of(said, known))
    assert plan_of(files[-1], known).is_empty


@pytest.mark.rule("R01")
@given(st.lists(FILES, min_size=1, max_size=4))
def test_there_is_an_account_for_each_pupil_there_and_each_legal_guardian_of_his_and_no_other(files: list[SchoolRecords]) -> None:
    known = NOTHING
    open_pairs: set[Pair] = set()
    for said in files:
        plan = plan_of(said, known)
        assert not open_pairs & set(plan.opened)
        assert set(plan.closed) <= open_pairs
        open_pairs = (open_pairs | set(plan.opened)) - set(plan.closed)
        known = after(known, plan)
    there = {number for number, pupil in files[-1].pupils.items() if not pupil.has_left(TODAY)}
    legal = {
        (number, key) for number in there for key, said in files[-1].guardianships.get(number, {}).items() if said.level == 1
    }
    assert open_pairs == {(number, None) for number in there} | legal
