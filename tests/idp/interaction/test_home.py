"""Home: the children one at a time, each with its school and the services that would be told of it."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from account_mgmt.models import ChildLink, School
from config.services import Services
from consent.queries import Slip
from consent.services import record_refusal
from tests.factories import Dupont, Stage, dupont
from tests.idp.interaction.conftest import log_in, make_service
from tests.visitor import Visitor

pytestmark = pytest.mark.rule("R70")


@pytest.fixture
def family(session: Session) -> Dupont:
    """Jean's account holds both children."""
    family = dupont(session, others=Stage.CONFIRMED)
    session.execute(update(ChildLink).where(ChildLink.guardian_id == family.jean.id).values(account_id=family.jean_for_dylan.id))
    session.commit()
    return family


def home_of_jean(visitor: Visitor, family: Dupont) -> None:
    visitor.open("/connexion")
    log_in(visitor, family.jean_for_dylan.login)


def test_home_is_for_who_is_signed_in(visitor: Visitor) -> None:
    assert visitor.open("/").path == "/connexion"


def test_home_greets_counts_the_children_and_shows_the_eldest(visitor: Visitor, family: Dupont) -> None:
    home_of_jean(visitor, family)
    page = visitor.page
    assert page.heading == "Bonjour Jean Dupont"
    assert "2 enfants rattachés" in page.text
    assert "Florian Dupont" in page.text
    assert "2 septembre 2011" in page.text
    assert "Collège Arthur-Rimbaud" in page.text


def test_one_switches_between_children(visitor: Visitor, family: Dupont) -> None:
    home_of_jean(visitor, family)
    page = visitor.click("Dylan")
    assert "Collège Jean-Moulin" in page.text
    assert "Collège Arthur-Rimbaud" not in page.text


@pytest.mark.parametrize("position", ["0", "3", "-1", "x", "999999999999999999999"])
def test_a_child_that_is_not_there_is_the_first_one(visitor: Visitor, family: Dupont, position: str) -> None:
    home_of_jean(visitor, family)
    assert "Florian Dupont" in visitor.open(f"/?enfant={position}").text


def test_the_schools_message_and_contact_are_there(session: Session, visitor: Visitor, family: Dupont) -> None:
    session.get_one(School, family.florians_school.id).message = "La rentrée est lundi."
    session.commit()
    home_of_jean(visitor, family)
    assert "La rentrée est lundi." in visitor.page.text
    assert "05 49 00 00 00" in visitor.page.text


def test_the_services_of_a_child_are_those_that_would_be_told_of_it(
    services: Services, session: Session, visitor: Visitor, family: Dupont
) -> None:
    make_service(session, "florians", name="Pour Florian", schools={"uais": ["0860033X"]}, description="Notes et absences")
    make_service(session, "dylans", name="Pour Dylan", schools={"uais": ["0790031E"]})
    make_service(session, "pupils", name="Pour les élèves", audience=["pupil"])
    make_service(session, "nowhere", name="Sans adresse", url="")
    make_service(session, "closed", name="Suspendu", suspended_at=family.jean_for_dylan.opened_at)
    make_service(session, "admin", name="Téléservice", teleservice=True)
    record_refusal(services, Slip(family.jean.id, family.dylan.id), "cli")
    home_of_jean(visitor, family)
    assert listed(visitor) == ["Pour Florian", "Téléservice"]
    assert "Notes et absences" in visitor.page.text
    visitor.open("/?enfant=2")
    assert listed(visitor) == ["Pour Dylan"]


def test_without_any_service_the_page_says_so(visitor: Visitor, family: Dupont) -> None:
    home_of_jean(visitor, family)
    assert "pas encore ouvert de service" in visitor.page.text


def test_an_account_whose_children_left_is_told_what_to_do(session: Session, visitor: Visitor, family: Dupont) -> None:
    session.execute(update(ChildLink).values(ended_at=family.jean_for_dylan.opened_at))
    session.commit()
    home_of_jean(visitor, family)
    assert "Aucun enfant n'est rattaché" in visitor.page.text


@pytest.mark.rule("R71")
def test_who_comes_from_a_service_finds_the_way_back(session: Session, visitor: Visitor, family: Dupont) -> None:
    make_service(session, "i-cart", name="i-Cart", url="https://i-cart.example/")
    visitor.open("/?service=i-cart")
    log_in(visitor, family.jean_for_dylan.login)
    assert "Revenir à i-Cart" in visitor.page.text
    assert visitor.page.document.xpath("//a[contains(., 'Revenir')]/@href") == ["https://i-cart.example/"]
    assert "Revenir" not in visitor.open("/?service=unknown").text


def test_logging_out_takes_a_button_and_is_said(visitor: Visitor, family: Dupont) -> None:
    home_of_jean(visitor, family)
    assert "Se déconnecter ?" in visitor.open("/deconnexion").heading
    assert visitor.open("/").path == "/"  # opening the page logged nobody out
    visitor.open("/deconnexion")
    page = visitor.submit(button="Se déconnecter")
    assert page.heading == "Vous êtes déconnecté"
    assert visitor.cookie("preau") is None
    assert visitor.open("/").path == "/connexion"


def test_logging_out_when_nobody_is_signed_in_is_no_error(visitor: Visitor) -> None:
    assert visitor.open("/deconnexion").heading == "Vous êtes déconnecté"


def listed(visitor: Visitor) -> list[str]:
    """The services that the page in front lists."""
    return [" ".join(link.text_content().split()) for link in visitor.page.document.xpath("//section//li//h3/a")]
