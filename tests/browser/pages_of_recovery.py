"""How to get to each page for people who forgot a login or a password."""

from tests.browser.pages_of_families import family, grouped
from tests.browser.stroll import Stroll, page
from tests.factories import Stage

EMAIL = "jean.dupont@famille.example"


def ask_for_password(stroll: Stroll, login: str) -> None:
    stroll.open("/mot-de-passe-oublie")
    stroll.fill(login=login)
    stroll.press()


def ask_for_logins(stroll: Stroll, email: str) -> None:
    stroll.open("/identifiant-oublie")
    stroll.fill(email=email)
    stroll.press()


@page("identifiant-oublie")
def forgotten_login(stroll: Stroll) -> None:
    family(stroll)
    stroll.open("/identifiant-oublie")


@page("identifiant-oublie-a-corriger")
def forgotten_login_to_correct(stroll: Stroll) -> None:
    ask_for_logins(stroll, "jean")


@page("identifiant-oublie-aucun")
def no_login(stroll: Stroll) -> None:
    family(stroll)
    ask_for_logins(stroll, "nobody@famille.example")


@page("identifiant-oublie-demande")
def request_for_logins(stroll: Stroll) -> None:
    family(stroll)
    ask_for_logins(stroll, EMAIL)


@page("demande-suivre")
def follow(stroll: Stroll) -> None:
    stroll.open("/demande")


@page("demande-inconnue")
def request_unknown(stroll: Stroll) -> None:
    stroll.open("/demande?numero=AAAA-AAAA")


@page("mot-de-passe-oublie")
def forgotten_password(stroll: Stroll) -> None:
    family(stroll)
    stroll.open("/mot-de-passe-oublie")


@page("mot-de-passe-oublie-inconnu")
def login_unknown(stroll: Stroll) -> None:
    family(stroll)
    ask_for_password(stroll, "nobody.nowhere")


@page("mot-de-passe-oublie-regroupe")
def login_taken_over(stroll: Stroll) -> None:
    grouped(stroll)
    ask_for_password(stroll, "jean.dupont1")


@page("mot-de-passe-oublie-pas-cree")
def not_created(stroll: Stroll) -> None:
    ask_for_password(stroll, family(stroll).jean_for_florian.login)


@page("mot-de-passe-oublie-pas-confirme")
def not_confirmed(stroll: Stroll) -> None:
    ask_for_password(stroll, family(stroll, Stage.CREATED).jean_for_dylan.login)


@page("mot-de-passe-oublie-demande")
def request_for_password(stroll: Stroll) -> None:
    ask_for_password(stroll, family(stroll).jean_for_dylan.login)


@page("mot-de-passe-nouveau")
def new_password(stroll: Stroll) -> None:
    request_for_password(stroll)
    stroll.open(stroll.link_in_mail("/mot-de-passe-oublie", EMAIL))


@page("mot-de-passe-nouveau-a-corriger")
def new_password_to_correct(stroll: Stroll) -> None:
    new_password(stroll)
    stroll.fill(login="dylan.dupont", password="dylan", password_again="other")
    stroll.press()


@page("mot-de-passe-nouveau-choisi")
def password_chosen(stroll: Stroll) -> None:
    new_password(stroll)
    stroll.fill(login="jean.dupont", password="girafe7violon", password_again="girafe7violon")
    stroll.press()


@page("mot-de-passe-nouveau-trop-tard")
def link_over(stroll: Stroll) -> None:
    request_for_password(stroll)
    stroll.site.clock.advance(hours=2)
    stroll.open(stroll.link_in_mail("/mot-de-passe-oublie", EMAIL))


@page("aide-etablissement")
def find_school(stroll: Stroll) -> None:
    family(stroll)
    stroll.open("/aide/etablissement")


@page("aide-etablissement-trouve")
def school_found(stroll: Stroll) -> None:
    family(stroll)
    stroll.open("/aide/etablissement?recherche=jean")
