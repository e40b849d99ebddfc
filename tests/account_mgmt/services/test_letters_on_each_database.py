"""An order of letters and the office's look-ups on SQLite and on PostgreSQL: the same from first to last."""

from flask import Flask

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.authentication import Provisional
from account_mgmt.models import LetterRun
from account_mgmt.queries.school_accounts import Search
from account_mgmt.services import school_office
from account_mgmt.services.authentication import authenticate
from account_mgmt.services.letter_jobs import do_letters_now
from account_mgmt.services.letters import LetterOrder, request_letters
from config.database import db
from config.services import Services
from tests.factories import Stage, dupont
from tests.letters import print_letters


def test_letters_are_ordered_issued_and_printed(each_app: Flask) -> None:
    services: Services = each_app.extensions["services"]
    family = dupont(db.session(), Stage.CONFIRMED, Stage.KNOWN)
    family.alice.email = "alice@famille.example"
    order = LetterOrder(family.dylans_school.id, "staff:1")
    run, pages = print_letters(services, db.session(), order)
    assert (run.printed, run.emailed, run.done, run.total) == (1, 1, 2, 2)
    assert isinstance(authenticate(services, pages[0].login, pages[0].password, "192.0.2.1"), Provisional)
    again = request_letters(services, LetterOrder(family.dylans_school.id, "staff:1", replace_valid=True))
    assert isinstance(again, LetterRun)
    do_letters_now(services, again.id)
    rows = school_office.runs(family.dylans_school)
    assert [(row.run.id, row.replaced) for row in rows] == [(again.id, 0), (run.id, 2)]


def test_the_office_finds_and_counts(each_app: Flask) -> None:
    services: Services = each_app.extensions["services"]
    family = dupont(db.session(), Stage.CONFIRMED, Stage.NOTIFIED)
    db.session.commit()
    school = family.dylans_school
    for words in ("DUP dyl", "dylan.dupont", "jean.dupont"):
        assert school_office.find_accounts(services, school, Search(words=words)), words
    for words in ("florian", "%", "_ylan", "\\"):
        assert school_office.find_accounts(services, school, Search(words=words)) == [], words
    overview = school_office.overview(services, school, AccountKind.GUARDIAN)
    assert (overview.total.pupils, overview.total.accounts) == (1, 2)
