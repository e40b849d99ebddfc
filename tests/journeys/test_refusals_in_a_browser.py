"""What the gates refuse, seen by a person in a browser and by the service that sent them."""

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_site import LiveSite
from tests.browser.stroll import Stroll
from tests.factories import PASSWORD, PROVISIONAL, Dupont, Stage, dupont
from tests.journeys.service import claims_shown, log_in_at_the_service, names, received_something
from tests.relying_parties import SECRET

OpenWindow = Callable[..., Page]


def family(site: LiveSite, jean: Stage, others: Stage = Stage.NOTIFIED) -> Dupont:
    with site.database() as session:
        return dupont(session, jean, others)


def come_from_the_service(site: LiveSite, window: OpenWindow, service_address: str) -> Stroll:
    person = Stroll(site, window(width=390))
    log_in_at_the_service(person, service_address)
    return person


def type_credentials(person: Stroll, login: str, password: str) -> None:
    person.fill(login=login, password=password)
    person.press()


def ask_without_a_page(person: Stroll, service_address: str) -> str:
    """The service asks with prompt=none: the error that comes back."""
    person.open(service_address)
    with person.page.expect_request("**/oidc/authorize?**") as asked:
        person.page.locator('form[action$="/connexion"] button').click()
    person.page.wait_for_load_state()
    question = f"{asked.value.url}&prompt=none"
    answer = person.page.request.get(question, max_redirects=0)
    back = answer.headers["location"]
    assert back.startswith(f"{service_address}/retour?")
    return parse_qs(urlsplit(back).query)["error"][0]


@pytest.mark.rule("R21")
def test_an_unconfirmed_guardian_gets_a_waiting_screen_and_the_service_nothing(
    site_in_real_time: LiveSite, service_address: str, window: OpenWindow
) -> None:
    duponts = family(site_in_real_time, Stage.CREATED)
    person = come_from_the_service(site_in_real_time, window, service_address)
    type_credentials(person, duponts.jean_for_dylan.login, PASSWORD)
    assert urlsplit(person.page.url).path == "/confirmation"
    person.open(service_address)
    assert not received_something(person)


@pytest.mark.rule("R23")
def test_an_unconfirmed_pupil_passes(site_in_real_time: LiveSite, service_address: str, window: OpenWindow) -> None:
    duponts = family(site_in_real_time, Stage.CONFIRMED, Stage.CREATED)
    person = come_from_the_service(site_in_real_time, window, service_address)
    type_credentials(person, duponts.dylans_account.login, PASSWORD)
    expect(person.page.locator("pre").first).to_be_visible()
    assert names(claims_shown(person)) == ["Dylan"]


@pytest.mark.rule("R05")
def test_a_letter_past_its_deadline_opens_nothing_and_names_the_school(
    site_in_real_time: LiveSite, service_address: str, window: OpenWindow
) -> None:
    duponts = family(site_in_real_time, Stage.CONFIRMED, Stage.EXPIRED)
    person = come_from_the_service(site_in_real_time, window, service_address)
    type_credentials(person, duponts.jean_for_florian.login, PROVISIONAL)
    assert duponts.florians_school.name in person.page.locator("main").inner_text()
    person.open("/premiere-connexion")
    assert person.page.locator('[name="birth_date-day"]').count() == 0


@pytest.mark.rule("R10", "R14")
def test_a_wrong_birth_date_is_told_and_creates_nothing(
    site_in_real_time: LiveSite, service_address: str, window: OpenWindow
) -> None:
    duponts = family(site_in_real_time, Stage.NOTIFIED)
    person = come_from_the_service(site_in_real_time, window, service_address)
    type_credentials(person, duponts.jean_for_dylan.login, PROVISIONAL)
    person.fill_first_connection(day="15")
    person.press()
    assert urlsplit(person.page.url).path == "/premiere-connexion"
    expect(person.page.locator('[name="birth_date-day"]')).to_have_attribute("aria-invalid", "true")
    assert site_in_real_time.letters("jean@famille.example") == []
    person.open("/")
    assert urlsplit(person.page.url).path == "/connexion"  # no session before the screen is completed


@pytest.mark.parametrize(
    ("gate", "error"),
    [
        (None, "login_required"),
        ((Stage.NOTIFIED, PROVISIONAL), "login_required"),
        ((Stage.CREATED, PASSWORD), "interaction_required"),
    ],
    ids=["nobody", "first connection", "confirmation"],
)
@pytest.mark.rule("R10", "R21")
def test_a_passive_request_is_refused_at_each_gate(
    site_in_real_time: LiveSite, service_address: str, window: OpenWindow, gate: tuple[Stage, str] | None, error: str
) -> None:
    person = Stroll(site_in_real_time, window(width=390))
    if gate is not None:
        stage, password = gate
        person.sign_in(family(site_in_real_time, stage).jean_for_dylan, password)
    assert ask_without_a_page(person, service_address) == error


@pytest.mark.rule("R95")
def test_an_answer_that_comes_twice_is_refused_and_its_code_is_worth_nothing(
    site_in_real_time: LiveSite, service_address: str, window: OpenWindow
) -> None:
    duponts = family(site_in_real_time, Stage.CONFIRMED)
    person = come_from_the_service(site_in_real_time, window, service_address)
    with person.page.expect_request("**/retour?**") as answered:
        type_credentials(person, duponts.jean_for_dylan.login, PASSWORD)
    person.page.wait_for_url(service_address)
    again = person.page.request.get(answered.value.url)
    assert again.status == 400
    code = parse_qs(urlsplit(answered.value.url).query)["code"][0]
    replayed = person.page.request.post(
        f"{site_in_real_time.url}/oidc/token",
        form={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"{service_address}/retour",
            "code_verifier": "v" * 43,
        },
        headers={"Authorization": f"Basic {b64encode(f'icart:{SECRET}'.encode()).decode()}"},
    )
    assert (replayed.status, replayed.json()["error"]) == (400, "invalid_grant")
