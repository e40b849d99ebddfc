"""A letter that nobody used in time: what it says, what the night does, and how the family gets in after all."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Account, ChildLink, LetterRun
from account_mgmt.services.letters import LetterOrder, download_document, request_letters, run_letters
from account_mgmt.services.nightly import nightly
from config.clock import FrozenClock
from config.services import Services
from tests.factories import PROVISIONAL, Stage, dupont
from tests.letters import read_pages
from tests.visitor import Page, Visitor


def type_codes(visitor: Visitor, login: str, password: str) -> Page:
    visitor.open("/connexion")
    return visitor.submit({"login": login, "password": password}, button="Se connecter")


@pytest.mark.rule("R02", "R05")
def test_a_family_that_missed_the_deadline_is_told_and_gets_in_with_another_letter(
    services: Services, session: Session, clock: FrozenClock, new_visitor: Callable[[], Visitor]
) -> None:
    family = dupont(session, Stage.NOTIFIED, Stage.CONFIRMED)
    session.commit()
    old = family.jean_for_dylan.login
    assert type_codes(new_visitor(), old, PROVISIONAL).path == "/premiere-connexion"

    clock.advance(days=92)
    before = type_codes(new_visitor(), old, PROVISIONAL)
    assert before.heading == "Ce courrier est trop ancien"
    assert "Collège Jean-Moulin" in before.text
    assert nightly(services)["letter_expired"] == 1
    after = type_codes(new_visitor(), old, PROVISIONAL)
    assert (after.heading, after.text) == (before.heading, before.text)

    order = LetterOrder(family.dylans_school.id, "cli", by_email=False)
    run = request_letters(services, order)
    assert isinstance(run, LetterRun)
    run_letters(services, run.id)
    document = download_document(services, run, "cli")
    assert document is not None
    (letter,) = read_pages(document)
    assert letter.login != old
    assert type_codes(new_visitor(), letter.login, letter.password).path == "/premiere-connexion"
    fresh = session.scalars(select(Account).where(Account.login == letter.login)).one()
    link = session.scalars(select(ChildLink).where(ChildLink.account_id == fresh.id)).one()
    assert (link.pupil_id, link.guardian_id) == (family.dylan.id, family.jean.id)
