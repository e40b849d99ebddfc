"""A family's first login, end to end, in a browser: the school's file, the letters, both gates, two children in one ID Token.

The service is the demonstration's own, on a port of its own: it knows Préau by its discovery document, and verifies the
ID Token with joserfc before it shows anything.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from config.worker import run_waiting
from idp.demo.siecle_xml import Adult, Child, Export, Tie, zip_of
from tests.browser.live_site import LiveSite
from tests.browser.stroll import Stroll
from tests.factories import PASSWORD, make_academy, make_school, make_staff
from tests.journeys.service import claims_shown, log_in_at_the_service, names, received_something
from tests.letters import ReadPage, read_pages, read_qr_code

DYLANS_SCHOOL, FLORIANS_SCHOOL = "0790031E", "0860003S"
OFFICE_EMAIL = "academie@poitiers.example"
MAIL = "jean@famille.example"
JEAN = Adult(500, "M.", "Dupont", "Jean")
CHILDREN = {
    DYLANS_SCHOOL: Child(100, "Dupont", "Dylan", date(2013, 5, 14), "5 B", "10110001110"),
    FLORIANS_SCHOOL: Child(101, "Dupont", "Florian", date(2011, 11, 3), "3 A", "10310019110"),
}


@pytest.mark.rule("R01", "R03", "R04", "R10", "R11", "R15", "R21", "R24", "R60", "R62", "R96", "R100")
def test_a_parent_goes_from_two_letters_to_one_login_for_both_children(
    site_in_real_time: LiveSite, service_address: str, window: Callable[..., Page], tmp_path: Path
) -> None:
    site = site_in_real_time
    office = Stroll(site, window())
    open_academy(site)
    letters = {uai: letter_from(office, uai, tmp_path) for uai in CHILDREN}

    parent = Stroll(site, window(width=390))
    log_in_at_the_service(parent, service_address)
    type_letter(parent, letters[DYLANS_SCHOOL])
    parent.fill_first_connection(MAIL)
    parent.press()
    assert urlsplit(parent.page.url).path == "/premiere-connexion/reussie"
    parent.open(service_address)
    assert not received_something(parent)  # the second gate is closed

    parent.open(parent.confirmation_link(MAIL))
    parent.press()
    parent.page.wait_for_url(f"{service_address}**")  # R24: on to the service, nothing asked twice
    assert names(claims_shown(parent)) == ["Dylan"]

    group(parent, letters[FLORIANS_SCHOOL])
    log_in_at_the_service(parent, service_address)
    claims = claims_shown(parent)
    assert sorted(names(claims)) == ["Dylan", "Florian"]
    assert {child["etablissement"]["uai"] for child in claims["enfants"]} == set(CHILDREN)
    assert claims["iss"] == site.url


def open_academy(site: LiveSite) -> None:
    with site.database() as session:
        academy = make_academy(session)
        make_school(session, academy, DYLANS_SCHOOL)
        make_school(session, academy, FLORIANS_SCHOOL, "Collège Camille-Guérin")
        make_staff(session, academy=academy, email=OFFICE_EMAIL)


def letter_from(office: Stroll, uai: str, folder: Path) -> ReadPage:
    """Import a school's file, print its letters, and give the one for the parent."""
    child = CHILDREN[uai]
    file = folder / f"{uai}.zip"
    file.write_bytes(zip_of(Export(uai, [child], [JEAN], [Tie(child.eleve_id, JEAN.personne_id, kinship="20")])))
    enter_office(office, f"/etablissement/{uai}/import")
    office.page.locator("input[type=file]").set_input_files(file)
    office.press()
    do_the_jobs(office)
    office.press("main form[action$=appliquer] button")
    do_the_jobs(office)

    office.open(f"/etablissement/{uai}/courriers")
    office.press()
    do_the_jobs(office)
    with office.page.expect_download() as download:
        office.page.locator("main form[action$=document] button").click()
    pdf = Path(download.value.path()).read_bytes()
    pages = read_pages(pdf)
    assert len(pages) == 2  # R01: one for the pupil, one for the guardian
    number = next(n for n, page in enumerate(pages) if "Responsable légal" in page.text)
    code = read_qr_code(pdf, number)
    assert code.startswith(office.site.url)
    assert code.endswith(f"identifiant={pages[number].login}")
    assert pages[number].password not in code
    return pages[number]


def enter_office(office: Stroll, path: str) -> None:
    office.open(f"/etablissement/connexion?suite={path}")
    if office.page.locator('[name="email"]').count():
        office.fill(email=OFFICE_EMAIL, password=PASSWORD)
        office.press()
    office.open(path)


def do_the_jobs(office: Stroll) -> None:
    """What the worker does while the office looks at the page that refreshes itself."""
    with office.site.database():
        run_waiting(office.site.services)
    office.page.reload()


def type_letter(parent: Stroll, letter: ReadPage) -> None:
    parent.fill(login=letter.login, password=letter.password)
    parent.press()


def group(parent: Stroll, letter: ReadPage) -> None:
    """Add the second child's account to the one in front."""
    parent.open("/compte/regrouper")
    parent.fill(login=letter.login, password=letter.password)
    parent.fill(birth_date__day="3", birth_date__month="11", birth_date__year="2011")
    parent.press()
    assert "Florian" in parent.page.locator("main").inner_text()
    assert letter.login in parent.page.locator("main").inner_text()  # R62: which login stops
    parent.press()
