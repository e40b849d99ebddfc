"""An import from its file to its end: previewed, applied whole or not at all, once (R100)."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from account_mgmt.domain.siecle_refusals import RefusalCode
from account_mgmt.models import Account, ImportBatch, Pupil
from account_mgmt.services.siecle import accounts as accounts_module
from account_mgmt.services.siecle.progress import Progress, progress_of
from account_mgmt.services.siecle_import import (
    ApplyProblem,
    apply,
    confirm_departures,
    discard,
    forget_files,
    preview,
    preview_batch,
    request_apply,
)
from config.audit import AuditRow
from config.clock import FrozenClock
from config.database import db
from config.services import Services
from idp.demo.siecle_xml import Child
from tests.account_mgmt.services.school_office import ACTOR, Office, open_office
from tests.concurrency import together
from tests.school_files import DYLAN, JEAN, ZOE, export, sent, texts, upload

pytestmark = pytest.mark.rule("R100")


@pytest.fixture
def office(services: Services) -> Office:
    return open_office(services)


@pytest.fixture
def each_office(each_app: Flask) -> Office:
    """The same on SQLite, then on PostgreSQL."""
    return open_office(each_app.extensions["services"])


def many(count: int) -> tuple[Child, ...]:
    return tuple(replace(DYLAN, eleve_id=number, ine="") for number in range(1, count + 1))


@pytest.mark.rule("R01")
@pytest.mark.rule("R102")
def test_a_school_is_imported_with_an_account_for_each_pupil_and_each_pair(each_office: Office) -> None:
    changed = each_office.imports(export())
    assert each_office.accounts() == {
        "dylan.dupont": (1001, None),
        "jean.dupont": (1001, 2001),
        "alice.dupont": (1001, 2002),
        "zoe.deon": (1003, None),
        "helene.deon": (1003, 2003),
    }
    assert each_office.ties() == {
        ("0790031E", 1001, 2001, 1, 1),
        ("0790031E", 1001, 2002, 1, 2),
        ("0790031E", 1003, 2003, 1, 1),
    }
    assert changed == {"pupils_created": 2, "guardians_created": 3, "guardianships_created": 3, "accounts_opened": 5}


def test_the_same_file_again_changes_nothing_and_says_so(each_office: Office) -> None:
    each_office.imports(export())
    before = each_office.everything()
    assert each_office.imports(export()) == {"pupils_unchanged": 2}
    assert each_office.everything() == before


def test_the_old_generation_of_names_changes_nothing_either(office: Office) -> None:
    office.imports(export())
    assert office.imports(replace(export(), old_names=True)) == {"pupils_unchanged": 2}


def test_a_preview_writes_nothing_about_anybody(office: Office) -> None:
    batch = office.preview(upload(export()))
    assert office.everything() == []
    assert batch.previewed_at is not None
    assert batch.plan["changes"] == 15
    assert [(school["uai"], school["known"]) for school in batch.plan["schools"]] == [("0790031E", 0)]
    (dylan, zoe) = batch.plan["lists"]["created"]
    assert (dylan["name"], dylan["class_code"], zoe["name"]) == ("DUPONT Dylan", "5 B", "D'ÉON Zoé")
    assert dylan["line"] > 1


def test_a_preview_lists_what_changes_before_and_after(office: Office) -> None:
    office.imports(export())
    promoted, renamed = replace(DYLAN, class_code="4 A", first_name="Dylan-Louis"), replace(JEAN, email="neuf@x.fr")
    said = replace(export(), children=(promoted,), adults=(renamed, *export().adults[1:]))
    lists = office.preview(upload(said)).plan["lists"]
    what = [(item["name"], item["what"]) for item in lists["changed"]]
    assert what == [
        ("DUPONT Dylan", [["first_name", "Dylan", "Dylan-Louis"]]),
        ("DUPONT Dylan-Louis", [["class_code", "5 B", "4 A"]]),
    ]
    assert [item["what"] for item in lists["guardians"]] == [[["email", "jean@famille.example", "neuf@x.fr"]]]
    assert [(item["name"], item["stated"]) for item in lists["gone"]] == [("D'ÉON Zoé", False)]


def test_doubtful_lines_are_listed_and_counted(office: Office) -> None:
    said = replace(export(), children=(DYLAN, replace(ZOE, last_name="D|ÉON")))
    batch = office.preview(upload(said))
    (doubt,) = batch.plan["lists"]["doubts"]
    assert (doubt["code"], doubt["subject"], doubt["left_out"]) == ("unsafe_name", "pupil", True)
    assert doubt["label"] == "1003 D|ÉON Zoé"
    assert (batch.plan["totals"]["doubts"], batch.plan["totals"]["left_out"]) == (1, 1)


def test_lists_are_short_and_counts_complete(office: Office) -> None:
    batch = office.preview(upload(export("0790031E", *many(150))))
    assert len(batch.plan["lists"]["created"]) == 100
    assert batch.plan["totals"]["pupils_created"] == 150


def test_a_file_that_is_refused_says_why_and_is_forgotten(office: Office) -> None:
    files = texts(export()) | {"ElevesSansAdresses.xml": b"<BEE_ELEVES>\n<oops</BEE_ELEVES>"}
    batch = office.preview(sent(*files.items()))
    assert batch.problem == {"code": RefusalCode.MALFORMED_XML, "file": "ElevesSansAdresses.xml", "line": 2, "details": {}}
    assert kept_file(batch) is None
    assert office.apply(batch) is ApplyProblem.REFUSED
    assert office.everything() == []
    assert events() == [("import.refused", {"import": batch.id, "code": "malformed_xml", "line": 2})]


def test_the_kept_file_cannot_be_read_in_the_database_and_goes_once_applied(office: Office) -> None:
    batch = office.preview(upload(export()))
    kept = kept_file(batch)
    assert kept is not None
    assert b"ElevesSansAdresses" not in kept
    office.apply(batch)
    assert kept_file(batch) is None


def test_an_import_is_applied_once(office: Office) -> None:
    batch = office.preview(upload(export()))
    assert office.apply(batch) is batch
    assert (batch.done, batch.total > 15) == (batch.total, True)
    assert office.apply(batch) is ApplyProblem.ALREADY_APPLIED


def test_an_import_that_was_given_up_is_not_applied_and_its_file_is_gone(office: Office) -> None:
    batch = office.preview(upload(export()))
    discard(office.services, batch.id, ACTOR)
    assert office.apply(batch) is ApplyProblem.DISCARDED
    assert kept_file(batch) is None
    assert office.everything() == []


def test_an_applied_import_cannot_be_given_up(office: Office) -> None:
    batch = office.preview(upload(export()))
    office.apply(batch)
    discard(office.services, batch.id, ACTOR)
    assert batch.discarded_at is None


def test_a_file_that_was_not_read_yet_is_not_applied(office: Office) -> None:
    batch = office.preview(upload(export()))
    batch.previewed_at = None
    db.session.commit()
    assert office.apply(batch) is ApplyProblem.NOT_PREVIEWED


def test_a_preview_that_the_data_has_overtaken_is_refused_until_it_is_made_again(each_office: Office) -> None:
    batch = each_office.preview(upload(export()))
    each_office.imports(replace(export(), children=(replace(DYLAN, class_code="5 C"), ZOE)))
    before = each_office.everything()
    assert each_office.apply(batch) is ApplyProblem.STALE
    assert each_office.everything() == before
    preview_batch(each_office.services, batch.id)
    assert isinstance(each_office.apply(batch), ImportBatch)
    assert db.session.scalar(select(func.count()).select_from(Pupil)) == 2


def test_an_apply_that_breaks_in_the_middle_leaves_nothing(each_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = each_office.preview(upload(export()))

    def break_down(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(accounts_module, "open_accounts", break_down)
        with pytest.raises(OSError, match="disk"):
            each_office.apply(batch)
    assert each_office.everything() == []
    assert isinstance(each_office.apply(batch), ImportBatch)


def test_of_two_imports_of_a_school_at_once_one_is_done_and_the_other_is_stale(each_app: Flask, each_office: Office) -> None:
    one = each_office.preview(upload(export()))
    other = each_office.preview(upload(replace(export(), children=(replace(DYLAN, class_code="5 C"), ZOE))))
    ids = (one.id, other.id)
    db.session.commit()
    results = together(each_app, [partial(apply, each_office.services, number, ACTOR) for number in ids])
    assert sum(isinstance(result, ImportBatch) for result in results) == 1
    assert ApplyProblem.STALE in results
    assert db.session.scalar(select(func.count()).select_from(Account)) == 5


def test_many_departures_without_a_word_have_to_be_confirmed(office: Office) -> None:
    office.imports(export("0790031E", *many(20)))
    batch = office.preview(upload(export("0790031E", *many(10))))
    assert batch.plan["unusual"] == ["0790031E"]
    assert request_apply(office.services, batch.id, ACTOR) is ApplyProblem.DEPARTURES_UNCONFIRMED
    assert office.apply(batch) is ApplyProblem.DEPARTURES_UNCONFIRMED
    confirm_departures(office.services, batch.id, ACTOR)
    assert request_apply(office.services, batch.id, ACTOR) is None
    assert isinstance(office.apply(batch), ImportBatch)
    assert ("import.departures_confirmed", {"import": batch.id}) in events()


def test_progress_is_seen_from_outside_while_the_transaction_runs(each_office: Office) -> None:
    services = each_office.services
    seen: list[Progress] = []
    batch = preview(services, upload(export()), each_office.scope(), ACTOR, seen.append)
    assert seen == [Progress(0, 1), Progress(1, 1)]
    during: list[tuple[Progress, Progress | None]] = []
    apply(services, batch.id, ACTOR, lambda progress: during.append((progress, progress_of(services, batch.id))))
    assert during[0] == (Progress(0, batch.total), Progress(0, batch.total))
    assert during[-1][1] == Progress(batch.total, batch.total)
    assert (Progress(1, 3).percent, Progress(0, 0).percent) == (33, 0)
    assert progress_of(services, 999) is None


def test_the_trail_tells_who_did_what_with_counts_and_no_name(office: Office) -> None:
    office.imports(export())
    previewed, applied = events()
    assert previewed[0] == "import.previewed"
    assert applied[0] == "import.applied"
    assert applied[1]["accounts_opened"] == 5
    rows = db.session.execute(select(AuditRow.actor, AuditRow.school_id)).all()
    assert {tuple(row) for row in rows} == {(ACTOR, office.schools["0790031E"])}
    assert "DUPONT" not in str([details for _, details in events()])


def test_files_that_nobody_applied_are_forgotten_after_a_week(office: Office, clock: FrozenClock) -> None:
    old = office.preview(upload(export()))
    clock.advance(days=6)
    young = office.preview(upload(export()))
    clock.advance(days=2)
    assert forget_files(office.services) == 1
    assert (kept_file(old), kept_file(young) is None) == (None, False)
    assert office.apply(old) is ApplyProblem.DISCARDED
    assert preview_batch(office.services, old.id).problem == {}


def test_the_names_that_a_preview_listed_are_forgotten_too_and_the_counts_kept(office: Office, clock: FrozenClock) -> None:
    applied = office.preview(upload(export()))
    office.apply(applied)
    refused = office.preview(sent(("a.txt", b"bonjour")))
    clock.advance(days=8)
    assert forget_files(office.services) == 1
    assert forget_files(office.services) == 0
    plan = db.session.get_one(ImportBatch, applied.id, populate_existing=True).plan
    assert "DUPONT" not in str(plan)
    assert (plan["lists"]["created"], plan["totals"]["pupils_created"]) == ([], 2)
    assert applied.discarded_at is None
    assert refused.plan == {}


@pytest.mark.rule("R101")
def test_the_day_is_the_schools_not_greenwichs(office: Office, clock: FrozenClock) -> None:
    clock.advance(seconds=(timedelta(days=1) - timedelta(hours=9, minutes=30) - timedelta(minutes=30)).total_seconds())
    leaver = replace(DYLAN, left_on=date(2026, 11, 17))
    office.imports(export("0790031E", leaver, ZOE))
    assert list(office.accounts()) == ["zoe.deon"]


def kept_file(batch: ImportBatch) -> bytes | None:
    kept = db.session.scalar(select(ImportBatch.content).where(ImportBatch.id == batch.id))
    db.session.commit()
    return kept


def events() -> list[tuple[str, dict[str, object]]]:
    rows = db.session.execute(select(AuditRow.event, AuditRow.details).order_by(AuditRow.id)).all()
    return [(event, details) for event, details in rows]
