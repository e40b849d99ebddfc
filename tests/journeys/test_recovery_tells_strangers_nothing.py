"""What forgotten logins and passwords tell a stranger: a few plain answers, then the same page for everybody (R54).

The worker answers discreet requests; `told` does its part, and gives the mail that left.
"""

import re
from collections.abc import Callable
from itertools import count
from statistics import median, quantiles
from time import perf_counter, thread_time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import RecoveryRequest
from config.clock import FrozenClock
from config.mailer import Mail
from config.services import Services
from config.worker import run_job, run_waiting
from tests.factories import Dupont, Stage, dupont, make_academy
from tests.visitor import Page, Visitor

Mails = Callable[[], list[Mail]]
NewVisitor = Callable[[], Visitor]
REFERENCE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")
Timer = Callable[[], float]
PAIRS = 60


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session)
    family.alice_for_dylan.email = "alice@famille.example"
    session.commit()
    return family


@pytest.fixture
def discreet(family: Dupont) -> Dupont:
    family.academy.policy_overrides = {"recovery_messages": "discreet"}
    return family


@pytest.fixture
def told(services: Services, mails: Mails) -> Mails:
    def answered() -> list[Mail]:
        run_waiting(services)
        return mails()

    return answered


def ask_password(visitor: Visitor, login: str) -> Page:
    visitor.open("/mot-de-passe-oublie")
    return visitor.submit({"login": login}, button="Recevoir le message")


def ask_logins(visitor: Visitor, email: str) -> Page:
    visitor.open("/identifiant-oublie")
    return visitor.submit({"email": email}, button="Recevoir le message")


def without_reference(page: Page) -> str:
    """The page's bytes, but for the one thing that differs each time: the reference, always as long."""
    source = page.source
    (reference,) = set(REFERENCE.findall(source))
    return f"{page.status} {source.replace(reference, 'REFERENCE')}"


@pytest.mark.rule("R54")
@pytest.mark.parametrize("ask", [ask_password, ask_logins])
def test_after_a_few_misses_an_hour_the_answers_are_neutral(
    visitor: Visitor, family: Dupont, clock: FrozenClock, ask: Callable[[Visitor, str], Page]
) -> None:
    known = family.jean_for_dylan.login if ask is ask_password else "jean.dupont@famille.example"
    unknown = "jean.dupond" if ask is ask_password else "personne@famille.example"
    plain = [ask(visitor, unknown).path for _ in range(5)]
    assert "/demande" not in plain
    assert without_reference(ask(visitor, unknown)) == without_reference(ask(visitor, known))
    clock.advance(minutes=61)
    assert ask(visitor, unknown).path != "/demande"


@pytest.mark.rule("R54")
def test_the_same_page_answers_for_every_login_where_discretion_is_the_policy(visitor: Visitor, discreet: Dupont) -> None:
    discreet.alice_for_florian.closed_at = discreet.alice_for_florian.opened_at
    logins = [
        discreet.jean_for_dylan.login,  # confirmed
        discreet.alice_for_dylan.login,  # has a letter
        discreet.alice_for_florian.login,  # closed
        discreet.dylans_account.login,  # a pupil's
        "personne",
        "a.login-that-is-much-longer-than-any-other" * 3,
    ]
    pages = [ask_password(visitor, login) for login in logins]
    assert len({without_reference(page) for page in pages}) == 1
    assert len({len(page.response.data) for page in pages}) == 1


@pytest.mark.rule("R54")
def test_the_same_page_answers_for_every_address_where_discretion_is_the_policy(visitor: Visitor, discreet: Dupont) -> None:
    addresses = ["jean.dupont@famille.example", "alice@famille.example", "personne@ailleurs.example"]
    assert len({without_reference(ask_logins(visitor, address)) for address in addresses}) == 1


@pytest.mark.rule("R54")
def test_one_discreet_academy_makes_the_whole_site_discreet(visitor: Visitor, discreet: Dupont, session: Session) -> None:
    make_academy(session, "caen", "caen")
    assert ask_password(visitor, "personne").path == "/demande"


@pytest.mark.rule("R50", "R51", "R54")
def test_what_there_is_to_say_of_a_login_goes_by_mail(visitor: Visitor, discreet: Dupont, told: Mails, session: Session) -> None:
    waiting = discreet.alice_for_dylan
    waiting.first_connection_at = waiting.opened_at
    page = ask_password(visitor, discreet.jean_for_dylan.login)
    ask_password(visitor, waiting.login)
    ask_password(visitor, discreet.florians_account.login)
    ask_password(visitor, "personne")
    mails = told()
    assert [mail.kind for mail in mails] == ["reset_password", "address_to_validate"]
    assert REFERENCE.findall(page.text)[0] in mails[0].subject
    assert mails[1].to == "alice@famille.example"
    assert "valider cette adresse" in mails[1].text
    requests = session.scalars(select(RecoveryRequest).order_by(RecoveryRequest.id)).all()
    assert [request.account_id for request in requests] == [
        discreet.jean_for_dylan.id,
        waiting.id,
        discreet.florians_account.id,
        None,
    ]
    assert [request.typed for request in requests] == [None] * 4


@pytest.mark.rule("R40", "R41", "R54")
def test_what_there_is_to_say_of_an_address_goes_there(visitor: Visitor, discreet: Dupont, told: Mails) -> None:
    ask_logins(visitor, "jean.dupont@famille.example")
    ask_logins(visitor, "Personne@ailleurs.example")
    known, unknown = told()
    assert known.kind == "forgotten_logins"
    assert unknown.to == "Personne@ailleurs.example"
    assert "Aucun compte ne l'a confirmée" in unknown.text
    for _ in range(5):
        ask_logins(visitor, "personne@ailleurs.example")
    assert len(told()) == 4  # nobody can have us fill a stranger's mailbox


@pytest.mark.rule("R54")
def test_a_discreet_request_says_the_same_whatever_became_of_it(
    visitor: Visitor, new_visitor: NewVisitor, discreet: Dupont, told: Mails, clock: FrozenClock
) -> None:
    links = []
    for login in (discreet.jean_for_dylan.login, "personne"):
        ask_password(visitor, login)
        links.append(visitor.page.url)
    mail = told()[-1]
    reset = re.search(r"https://preau\.test(/mot-de-passe-oublie/\S+)", mail.text)
    assert reset is not None
    new_visitor().open(reset.group(1))
    clock.advance(minutes=90)
    known, unknown = (without_reference(visitor.open(link)) for link in links)
    assert known == unknown


@pytest.mark.rule("R54")
@pytest.mark.parametrize("timer", [perf_counter, thread_time], ids=["by the clock", "by the processor"])
def test_the_answer_takes_as_long_for_a_known_login_as_for_an_unknown_one(
    visitor: Visitor, discreet: Dupont, timer: Timer
) -> None:
    """Asked in turns, neither is slower more often than chance allows, and the medians lie together.

    The processor's time shows two milliseconds of work even on a machine that others keep busy; the clock shows waiting.
    """
    post = poster(visitor)
    known, unknown = discreet.jean_for_dylan.login, "jean.dupond"
    times: dict[str, list[float]] = {known: [], unknown: []}
    for turn in range(PAIRS):
        for login in (known, unknown) if turn % 2 else (unknown, known):
            begun = timer()
            post(login)
            times[login].append(timer() - begun)
    slower = sum(first > second for first, second in zip(times[known], times[unknown], strict=True))
    chance = 4 * (PAIRS / 4) ** 0.5  # four standard deviations of a fair coin: once in fifteen thousand runs
    assert abs(slower - PAIRS / 2) <= chance
    low, _, high = quantiles([*times[known], *times[unknown]])
    assert abs(median(times[known]) - median(times[unknown])) <= high - low


def poster(visitor: Visitor) -> Callable[[str], None]:
    """Sends the form for a login, each time from elsewhere, so that no budget ends."""
    visitor.open("/mot-de-passe-oublie")
    token = visitor.page.document.xpath("//input[@name='csrf_token']")[0].get("value")
    numbers = count()

    def post(login: str) -> None:
        response = visitor.client.post(
            "/mot-de-passe-oublie",
            data={"login": login, "csrf_token": token},
            headers={"Referer": visitor.page.url},
            base_url=visitor.base_url,
            environ_overrides={"REMOTE_ADDR": f"10.0.{next(numbers)}.1"},
        )
        assert response.status_code == 303

    post("warming up")
    return post


@pytest.mark.rule("R54")
def test_nobody_asks_without_end_from_one_network_address(visitor: Visitor, family: Dupont) -> None:
    statuses = [ask_password(visitor, "personne").status for _ in range(102)]
    assert statuses[:100] == [200] * 100
    assert statuses[100:] == [429] * 2


@pytest.mark.rule("R54")
def test_answers_are_made_once(visitor: Visitor, discreet: Dupont, told: Mails, services: Services) -> None:
    ask_password(visitor, discreet.jean_for_dylan.login)
    assert len(told()) == 1
    run_job(services, "recovery.answer", {})
    assert len(told()) == 1


def test_requests_of_long_ago_are_forgotten(
    visitor: Visitor, discreet: Dupont, services: Services, session: Session, clock: FrozenClock
) -> None:
    ask_password(visitor, discreet.jean_for_dylan.login)
    clock.advance(days=89)
    run_job(services, "recovery.forget", {})
    assert len(session.scalars(select(RecoveryRequest)).all()) == 1
    clock.advance(days=2)
    run_job(services, "recovery.forget", {})
    assert session.scalars(select(RecoveryRequest)).all() == []


def test_a_question_that_cannot_be_read_any_more_is_answered_with_nothing(
    visitor: Visitor, discreet: Dupont, told: Mails, session: Session
) -> None:
    ask_password(visitor, discreet.jean_for_dylan.login)
    session.scalars(select(RecoveryRequest)).one().typed = b"\x01 made with an earlier secret key"
    assert told() == []
    assert session.scalars(select(RecoveryRequest)).one().answered_at is not None


@pytest.mark.rule("R53")
def test_a_message_to_validate_goes_to_nobody_without_an_address(visitor: Visitor, session: Session, told: Mails) -> None:
    family = dupont(session, others=Stage.CREATED)
    family.academy.policy_overrides = {"recovery_messages": "discreet"}
    family.dylans_account.email = None
    ask_password(visitor, family.dylans_account.login)
    assert told() == []
