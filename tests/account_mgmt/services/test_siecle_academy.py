"""Several schools: families shared between them, an académie's zip as one import, nobody touching another's (R101)."""

import json
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from account_mgmt.domain.siecle_refusals import RefusalCode
from account_mgmt.models import Account, ChildLink, Guardian, Pupil
from config.database import db
from config.services import Services
from idp.demo.siecle_xml import Export, Tie, zip_of
from tests.account_mgmt.services.school_office import Office, open_office
from tests.factories import make_academy, make_school
from tests.school_files import ALICE, DYLAN, FLORIAN, JEAN, export, sent, texts, upload, zipped

COLLEGE, LYCEE = "0790031E", "0860033X"
FLORIANS_TIES = (Tie(1002, 2001, 1, "20", 1), Tie(1002, 2002, 1, "10", 2))
pytestmark = pytest.mark.rule("R101")


@pytest.fixture
def office(services: Services) -> Office:
    return open_office(services)


@pytest.fixture
def each_office(each_app: Flask) -> Office:
    """The same on SQLite, then on PostgreSQL."""
    return open_office(each_app.extensions["services"])


def lycee(*, older: bool = False, **fields: object) -> Export:
    """The lycée of Dylan's brother Florian, with the same parents."""
    said = export(LYCEE, FLORIAN, adults=(JEAN, ALICE), ties=FLORIANS_TIES)
    said = replace(said, exported_on=date(2026, 9, 1)) if older else said
    return replace(said, **fields)  # type: ignore[arg-type]  # the names are those of the fields


def count(model: type[Pupil | Guardian | Account]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.rule("R01")
def test_siblings_in_two_schools_share_their_parents_and_have_accounts_of_their_own(each_office: Office) -> None:
    each_office.imports(export())
    changed = each_office.imports(lycee(), uai=LYCEE)
    assert changed == {"pupils_created": 1, "guardianships_created": 2, "accounts_opened": 3}
    assert count(Guardian) == 3
    accounts = each_office.accounts()
    assert (accounts["jean.dupont"], accounts["jean.dupont1"]) == ((1001, 2001), (1002, 2001))


def test_a_school_never_touches_another_schools_pupils(office: Office) -> None:
    office.imports(export())
    office.imports(lycee(), uai=LYCEE)
    dylans = {login: pair for login, pair in office.accounts().items() if pair[0] in (1001, 1003)}
    florian_left = replace(FLORIAN, left_on=date(2026, 10, 1))
    office.imports(lycee(children=(florian_left,)), uai=LYCEE)
    assert {login: pair for login, pair in office.accounts().items() if pair[0] > 0} == dylans


def test_an_academies_zip_imports_all_its_schools_at_once(each_office: Office) -> None:
    changed = each_office.imports(export(), lycee(), uai=None)
    assert changed == {"pupils_created": 3, "guardians_created": 3, "guardianships_created": 5, "accounts_opened": 8}
    assert each_office.imports(export(), lycee(), uai=None) == {"pupils_unchanged": 3}
    assert each_office.imports(export()) == {"pupils_unchanged": 2}


def test_a_zip_of_the_schools_zips_does_as_well(office: Office) -> None:
    outer = zipped(college_zip=zip_of(export()), lycee_zip=zip_of(lycee()))
    batch = office.preview(sent(("academie.zip", outer)), uai=None)
    assert batch.plan["totals"]["pupils_created"] == 3
    assert batch.total > 0


def test_where_two_schools_say_different_things_of_one_person_the_last_export_holds(each_office: Office) -> None:
    moved = replace(JEAN, email="ancien@x.fr", last_name="DUPOND")
    files = (export(), lycee(older=True, adults=(moved, ALICE)))
    each_office.imports(*files, uai=None)
    assert db.session.scalars(select(Guardian.email).where(Guardian.personne_id == 2001)).one() == JEAN.email
    assert each_office.imports(*files, uai=None) == {"pupils_unchanged": 3}


def test_a_pupil_who_moves_within_one_import_keeps_his_accounts(each_office: Office) -> None:
    each_office.imports(export(), lycee(), uai=None)
    before = each_office.accounts()
    gone = replace(export(), children=(replace(DYLAN, left_on=date(2026, 11, 10)), *export().children[1:]))
    both = lycee(children=(FLORIAN, replace(DYLAN, class_code="2 A")), ties=(*FLORIANS_TIES, *export().ties[:2]))
    for files in ((gone, both), (replace(gone, exported_on=date(2026, 9, 1)), both)):
        each_office.imports(*files, uai=None)
        assert each_office.accounts() == before
        assert each_office.imports(*files, uai=None)["pupils_unchanged"] == 3
    open_links = db.session.scalar(select(func.count()).select_from(ChildLink).where(ChildLink.ended_at.is_(None)))
    assert open_links == 8


def test_a_pupil_in_two_schools_leaves_one_and_keeps_what_the_other_says(office: Office) -> None:
    office.imports(export())
    office.imports(lycee(children=(FLORIAN, DYLAN), ties=(*FLORIANS_TIES, Tie(1001, 2002, 1, "10", 2))), uai=LYCEE)
    office.imports(replace(export(), children=export().children[1:], adults=export().adults[2:], ties=export().ties[2:]))
    accounts = office.accounts()
    assert (accounts["dylan.dupont"], accounts["alice.dupont"]) == ((1001, None), (1001, 2002))
    assert accounts["jean.dupont"] == (-1, 2001)


def test_a_brand_new_pupil_in_two_schools_of_one_import_is_one_pupil(each_office: Office) -> None:
    twice = lycee(children=(FLORIAN, DYLAN), ties=(*FLORIANS_TIES, *export().ties[:2]))
    each_office.imports(export(), twice, uai=None)
    assert count(Pupil) == 3
    assert count(Account) == 8
    assert each_office.imports(export(), twice, uai=None) == {"pupils_unchanged": 4}


def test_a_pupil_shared_by_two_files_that_say_unequally_much_is_applied_as_previewed(each_office: Office) -> None:
    shared = texts(lycee(children=(FLORIAN, DYLAN), ties=(*FLORIANS_TIES, *export().ties[:2])))
    silent = {f"lycee/{name}": content.replace(b"CODE_MEF", b"MEF") for name, content in shared.items()}
    batch = each_office.preview(sent(*texts(export()).items(), *silent.items()), uai=None)
    assert each_office.apply(batch) is batch
    assert count(Pupil) == 3


def test_the_same_identifier_in_another_academie_is_another_child(office: Office) -> None:
    office.imports(export())
    other = make_academy(db.session(), "caen")
    school = make_school(db.session(), other, "0140070A", "Collège Flaubert")
    db.session.commit()
    norman = Office(office.services, other.id, {"0140070A": school.id})
    zoe = replace(export().children[1], eleve_id=1001, birth_date=date(2014, 2, 2))
    norman.imports(
        export("0140070A", zoe, adults=(replace(JEAN, first_name="Paul", last_name="MARTIN"),), ties=(Tie(1001, 2001),)),
        uai="0140070A",
    )
    assert count(Pupil) == 3
    names = db.session.scalars(select(Pupil.first_name).where(Pupil.eleve_id == 1001).order_by(Pupil.id)).all()
    assert names == ["Dylan", "Zoé"]
    assert "dylan.dupont" in office.accounts()


def test_the_lycee_cannot_take_another_child_by_his_number(office: Office) -> None:
    office.imports(export())
    stranger = replace(FLORIAN, eleve_id=1001, last_name="MARTIN", first_name="Zoé")
    batch = office.preview(upload(export(LYCEE, stranger, adults=(JEAN,), ties=(Tie(1001, 2001),))), LYCEE)
    assert [doubt["code"] for doubt in batch.plan["lists"]["doubts"]] == ["another_child"]
    assert batch.plan["changes"] == 0


def test_a_school_that_the_academie_does_not_have_is_refused_with_everything_else(office: Office) -> None:
    batch = office.preview(upload(export(), replace(lycee(), uai="0170001A")), uai=None)
    assert (batch.problem["code"], batch.problem["details"]) == (RefusalCode.UNKNOWN_SCHOOL, {"found": "0170001A"})
    assert office.everything() == []


def test_one_bad_school_refuses_the_whole_zip(office: Office) -> None:
    bad = {f"bad/{name}": content.replace(b"</PERSONNE>", b"</PERSON>", 1) for name, content in texts(lycee()).items()}
    batch = office.preview(sent(("college.zip", zip_of(export())), *bad.items()), uai=None)
    assert batch.problem["code"] == RefusalCode.MALFORMED_XML
    assert office.everything() == []


def test_another_schools_file_is_refused(office: Office) -> None:
    assert office.preview(upload(lycee())).problem["code"] == RefusalCode.WRONG_SCHOOL
    assert office.preview(upload(export(), lycee())).problem["code"] == RefusalCode.WRONG_SCHOOL


def test_what_is_kept_of_a_preview_is_plain_json(office: Office) -> None:
    plan = office.preview(upload(export(), lycee()), uai=None).plan
    assert json.loads(json.dumps(plan)) == plan
    assert [school["files"]["pupils"] for school in plan["schools"]] == [
        f"{uai}/ElevesSansAdresses.xml" for uai in (COLLEGE, LYCEE)
    ]
