"""The office sends its SIECLE files, looks at what they change, and applies or gives up (R100, R101)."""

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Pupil
from config.services import Services
from config.worker import run_waiting
from idp.demo.siecle_xml import zip_of
from tests.factories import make_academy, make_school, make_staff
from tests.offices import OFFICE, enter_office
from tests.school_files import DYLAN, export
from tests.visitor import Page, Visitor


@pytest.fixture(autouse=True)
def office(visitor: Visitor, session: Session) -> None:
    """An office whose school has no pupil yet, logged in."""
    make_staff(session, make_school(session, make_academy(session)))
    session.commit()
    enter_office(visitor)


def send(visitor: Visitor, services: Services, *files: tuple[str, bytes]) -> Page:
    """Send files, and see the page once the worker has read them."""
    visitor.open(f"{OFFICE}/import")
    page = visitor.submit({"files": [(io.BytesIO(content), name) for name, content in files]}, button="Envoyer")
    run_waiting(services)
    return visitor.open(page.url)


def pupils(session: Session) -> list[str]:
    return list(session.scalars(select(Pupil.first_name).order_by(Pupil.first_name)))


def test_an_empty_office_is_led_to_the_import(visitor: Visitor) -> None:
    assert "Commencez par importer les élèves" in visitor.open(OFFICE).text
    assert visitor.click("Importer les fichiers SIECLE").path == f"{OFFICE}/import"


@pytest.mark.rule("R100")
def test_a_file_is_previewed_then_applied(visitor: Visitor, services: Services, session: Session) -> None:
    page = send(visitor, services, ("exportation.zip", zip_of(export())))
    assert page.heading == "Aperçu de l'import"
    assert "Nouveaux élèves2" in page.text
    assert "D'ÉON Zoé" in page.text
    assert pupils(session) == []
    page = visitor.submit(button="Appliquer")
    assert page.heading == "Import en cours"
    run_waiting(services)
    page = visitor.open(page.url)
    assert page.heading == "Import appliqué"
    assert pupils(session) == ["Dylan", "Zoé"]
    dashboard = visitor.open(OFFICE).text
    assert "4 C" in dashboard
    assert "5 B" in dashboard
    assert "5 comptes n" in dashboard


def test_the_same_file_again_changes_nothing_and_says_so(visitor: Visitor, services: Services) -> None:
    content = zip_of(export())
    send(visitor, services, ("exportation.zip", content))
    visitor.submit(button="Appliquer")
    run_waiting(services)
    assert "Tout ce que dit le fichier est déjà connu" in send(visitor, services, ("exportation.zip", content)).text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Le fichier est vide"),
        (b"PK\x03\x04 cut short", "incomplète ou abîmée"),
        (b"nom,prenom\n", "ni une archive zip"),
        (zip_of(export("0860011V")), "celui d'un autre établissement : 0860011V au lieu de 0790031E"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_the_reason(
    visitor: Visitor, services: Services, session: Session, content: bytes, reason: str
) -> None:
    page = send(visitor, services, ("exportation.zip", content))
    assert reason in page.text.replace("’", "'").replace("\u202f", " ").replace("\xa0", " ")
    assert pupils(session) == []


def test_sending_nothing_asks_for_a_file(visitor: Visitor) -> None:
    visitor.open(f"{OFFICE}/import")
    page = visitor.submit(button="Envoyer")
    assert page.status == 422
    assert "Choisissez au moins un fichier" in page.text


def test_an_import_can_be_given_up(visitor: Visitor, services: Services, session: Session) -> None:
    page = send(visitor, services, ("exportation.zip", zip_of(export())))
    visitor.submit(button="Abandonner")
    assert "abandonné" in visitor.page.text
    assert visitor.open(page.url).heading == "Import abandonné"
    assert pupils(session) == []


def test_many_departures_are_applied_only_once_somebody_says_that_they_are_real(
    visitor: Visitor, services: Services, session: Session
) -> None:
    year = [DYLAN.__class__(3000 + n, "PETIT", f"Élève {chr(65 + n)}", DYLAN.birth_date, "5 B", DYLAN.mef) for n in range(20)]
    send(visitor, services, ("exportation.zip", zip_of(export("0790031E", *year))))
    visitor.submit(button="Appliquer")
    run_waiting(services)
    page = send(visitor, services, ("exportation.zip", zip_of(export("0790031E", *year[:2]))))
    assert "Beaucoup de personnes disparaîtraient" in page.text
    refused = visitor.submit(button="Appliquer")
    assert refused.status == 409
    page = visitor.submit({"departs": "oui"}, button="Appliquer")
    run_waiting(services)
    assert visitor.open(page.url).heading == "Import appliqué"
