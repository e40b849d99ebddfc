"""The entry page: families here, other publics elsewhere; the choice is remembered, and a service can make it (R31)."""

import pytest
from sqlalchemy.orm import Session

from config.settings import OtherPublic, Settings
from tests.factories import Dupont, dupont
from tests.idp.interaction.conftest import FakeService, log_in, make_service
from tests.visitor import Visitor

pytestmark = pytest.mark.rule("R31")

AGENTS = OtherPublic(key="agents", label="Personnel de l'académie", url="https://agents.example/connexion")
FARMING = OtherPublic(key="agricole", label="Enseignement agricole", url="https://agricole.example/")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    http = settings.http.model_copy(update={"other_publics": (AGENTS, FARMING)})
    return settings.model_copy(update={"http": http})


@pytest.fixture
def family(session: Session) -> Dupont:
    family = dupont(session)
    session.commit()
    return family


def choices(visitor: Visitor) -> list[str]:
    return [" ".join(link.text_content().split()) for link in visitor.page.document.xpath("//main//li//h2/a")]


def test_the_entry_page_asks_who_one_is(visitor: Visitor) -> None:
    page = visitor.open("/connexion")
    assert page.heading == "Qui êtes-vous ?"
    assert choices(visitor) == ["Élève ou responsable d'élève", AGENTS.label, FARMING.label]


def test_a_family_goes_to_the_form_and_is_not_asked_again(
    session: Session, visitor: Visitor, service: FakeService, family: Dupont
) -> None:
    make_service(session)
    service.ask(visitor, state="one")
    visitor.click("Élève ou responsable")
    assert log_in(visitor, family.jean_for_dylan.login).location.endswith("yes=one")
    visitor.open("/deconnexion")
    visitor.submit(button="Se déconnecter")
    assert visitor.open("/connexion").heading == "Se connecter"


def test_another_public_is_sent_where_it_logs_in_and_comes_first_next_time(visitor: Visitor) -> None:
    visitor.open("/connexion")
    assert visitor.click(FARMING.label).location == FARMING.url
    page = visitor.open("/connexion")
    assert choices(visitor) == [FARMING.label, "Élève ou responsable d'élève", AGENTS.label]
    assert "votre choix la dernière fois" in page.text


def test_whoever_chose_wrongly_can_choose_again(visitor: Visitor) -> None:
    visitor.open("/connexion")
    visitor.click("Élève ou responsable")
    assert visitor.click("Je ne suis ni élève ni responsable d'élève").heading == "Qui êtes-vous ?"
    assert visitor.click(AGENTS.label).location == AGENTS.url


def test_a_service_of_families_spares_them_the_question(session: Session, visitor: Visitor, service: FakeService) -> None:
    make_service(session, entry="famille")
    assert service.ask(visitor).heading == "Se connecter"


def test_a_service_of_another_public_has_that_one_first(session: Session, visitor: Visitor, service: FakeService) -> None:
    make_service(session, entry="agricole")
    service.ask(visitor)
    assert choices(visitor)[0] == FARMING.label
    assert visitor.click("Élève ou responsable").heading == "Se connecter"


def test_the_letters_code_leads_straight_to_the_form(visitor: Visitor) -> None:
    assert visitor.open("/connexion?identifiant=alice.dupont").heading == "Se connecter"


def test_a_word_that_names_no_public_asks_the_question(visitor: Visitor) -> None:
    assert visitor.open("/connexion?public=https://ailleurs.example/").heading == "Qui êtes-vous ?"
