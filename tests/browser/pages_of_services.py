"""How to get to each page that a service's people see on their way, or instead of arriving."""

from typing import Any

from account_mgmt.models import Account
from config.settings import OtherPublic
from tests.browser.pages_of_families import family
from tests.browser.stroll import Stroll, page
from tests.factories import NOW, PASSWORD, Stage
from tests.relying_parties import RelyingParty as Service
from tests.relying_parties import register

PUBLICS = (
    OtherPublic(key="agents", label="Personnel de l'académie", url="https://agents.example/"),
    OtherPublic(key="agricole", label="Enseignement agricole", url="https://agricole.example/"),
)


def go_to_service(stroll: Stroll, **columns: Any) -> None:
    """Come from a service that is registered with these columns."""
    with stroll.site.database() as session:
        register(session, "i-cart", columns={"name": "i-Cart", **columns})
    service = Service(stroll.site.app.test_client(), stroll.site.url, "i-cart")
    stroll.open(service.address(service.ask()).removeprefix(stroll.site.url))


def arrive(stroll: Stroll, account: Account, **columns: Any) -> None:
    """Come from such a service and log in."""
    go_to_service(stroll, **columns)
    stroll.fill(login=account.login, password=PASSWORD)
    stroll.press()


def offer_other_publics(stroll: Stroll) -> None:
    """Change a setting of a site that runs, which only a test may do."""
    stroll.site.services.settings.http.__dict__["other_publics"] = PUBLICS


@page("connexion-pour-un-service")
def sign_in_for_a_service(stroll: Stroll) -> None:
    go_to_service(stroll)


@page("qui-etes-vous")
def entry(stroll: Stroll) -> None:
    offer_other_publics(stroll)
    go_to_service(stroll)


@page("qui-etes-vous-deja-choisi")
def entry_with_a_preference(stroll: Stroll) -> None:
    offer_other_publics(stroll)
    go_to_service(stroll, entry="agricole")


@page("connexion-de-famille")
def sign_in_among_publics(stroll: Stroll) -> None:
    offer_other_publics(stroll)
    stroll.open("/connexion?public=famille")


@page("acces-sans-enfant")
def no_child(stroll: Stroll) -> None:
    arrive(stroll, family(stroll).jean_for_dylan, schools={}, teleservice=True)


@page("acces-reserve-aux-eleves")
def pupils_only(stroll: Stroll) -> None:
    arrive(stroll, family(stroll).jean_for_dylan, audience=["pupil"])


@page("acces-reserve-aux-responsables")
def guardians_only(stroll: Stroll) -> None:
    arrive(stroll, family(stroll, others=Stage.CONFIRMED).dylans_account, audience=["guardian"])


@page("service-suspendu")
def suspended(stroll: Stroll) -> None:
    go_to_service(stroll, suspended_at=NOW)


@page("deconnexion-demandee-par-un-service")
def logout_question(stroll: Stroll) -> None:
    account = family(stroll).jean_for_dylan
    with stroll.site.database() as session:
        register(session, "i-cart", columns={"name": "i-Cart"})
    stroll.sign_in(account)
    stroll.open("/oidc/logout?client_id=i-cart")


@page("retour-au-service-sans-son-script")
def form_post(stroll: Stroll) -> None:
    stroll.page.route("**/form_post.js*", lambda route: route.fulfill(content_type="text/javascript", body=""))
    go_to_service(stroll)
    service = Service(stroll.site.app.test_client(), stroll.site.url, "i-cart")
    asked = service.ask(prompt="none", response_mode="form_post")
    stroll.open(service.address(asked).removeprefix(stroll.site.url))
