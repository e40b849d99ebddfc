"""An account that nobody uses: the day on its page, in both messages and in fact; then the school's new credentials."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from account_mgmt.models import LetterRun
from account_mgmt.services.letters import LetterOrder, download_document, request_letters, run_letters
from account_mgmt.services.nightly import nightly
from config.clock import FrozenClock
from config.mailer import Mail
from config.services import Services
from tests.factories import PASSWORD, Stage, dupont
from tests.letters import read_pages
from tests.visitor import Page, Visitor

LAST_DAY = "16 novembre 2027"
"""A year after the tests' day."""


def type_codes(visitor: Visitor, login: str, password: str) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": login, "password": password}, button="Se connecter")


@pytest.mark.rule("R07", "R81")
def test_page_messages_and_nights_agree_on_the_last_day(
    services: Services,
    session: Session,
    clock: FrozenClock,
    mails: Callable[[], list[Mail]],
    new_visitor: Callable[[], Visitor],
) -> None:
    family = dupont(session, Stage.CONFIRMED, Stage.KNOWN)
    session.commit()
    login = family.jean_for_dylan.login
    parent = new_visitor()
    type_codes(parent, login, PASSWORD)
    assert LAST_DAY in parent.open("/compte").text

    clock.advance(days=320)
    for _night in range(45):
        clock.advance(days=1)
        assert set(nightly(services)) <= {"first_warning", "last_warning"}
    assert [mail.kind for mail in mails()] == ["closing_soon", "closing_soon"]
    assert all(LAST_DAY in mail.text and LAST_DAY in (mail.html or "") for mail in mails())

    clock.advance(days=1)
    assert nightly(services) == {"inactive": 1}
    page = type_codes(new_visitor(), login, PASSWORD)
    assert page.heading == "Ce compte ne s'ouvre plus"
    assert "Collège Jean-Moulin" in page.text
    assert type_codes(new_visitor(), login, "autre8chose").heading != page.heading

    run = request_letters(services, LetterOrder(family.dylans_school.id, "cli", account_id=family.jean_for_dylan.id))
    assert isinstance(run, LetterRun)
    run_letters(services, run.id)
    document = download_document(services, run, "cli")
    assert document is not None
    (letter,) = read_pages(document)
    assert letter.login == login
    assert type_codes(new_visitor(), login, letter.password).path == "/premiere-connexion"


@pytest.mark.rule("R81")
def test_a_session_from_before_ends_with_the_account(
    services: Services, session: Session, clock: FrozenClock, visitor: Visitor
) -> None:
    family = dupont(session, Stage.CONFIRMED, Stage.KNOWN)
    session.commit()
    type_codes(visitor, family.jean_for_dylan.login, PASSWORD)
    assert visitor.open("/compte").heading == "Mon compte"
    family.jean_for_dylan.invalidated_at = clock.now() + timedelta(seconds=1)
    session.commit()
    assert visitor.open("/compte").path == "/connexion"
