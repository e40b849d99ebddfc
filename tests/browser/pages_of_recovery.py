"""How to get to each page for people who forgot a login or a password."""

from sqlalchemy import select, update

from account_mgmt.models import Academy, Account, School
from config.outbox import OutgoingMail
from tests.browser.pages_of_families import family, grouped
from tests.browser.pages_of_schools import OFFICE, UAI, enter
from tests.browser.stroll import Stroll, page
from tests.factories import NOW, Stage, make_staff

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


@page("mot-de-passe-oublie-pas-servi")
def not_used_for_long(stroll: Stroll) -> None:
    login = family(stroll).jean_for_dylan.login
    with stroll.site.database() as session:
        session.execute(update(Account).values(invalidated_at=NOW))
    ask_for_password(stroll, login)


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


@page("mot-de-passe-oublie-eleve")
def pupil_not_confirmed(stroll: Stroll) -> None:
    ask_for_password(stroll, family(stroll, others=Stage.CREATED).dylans_account.login)


@page("mot-de-passe-oublie-demande-discrete")
def discreet_request(stroll: Stroll) -> None:
    family(stroll)
    follow_policies(stroll, recovery_messages="discreet")
    ask_for_password(stroll, "jean.dupont")


@page("identifiant-oublie-demande-discrete")
def discreet_request_for_logins(stroll: Stroll) -> None:
    family(stroll)
    follow_policies(stroll, recovery_messages="discreet")
    ask_for_logins(stroll, EMAIL)


@page("mot-de-passe-oublie-trop-de-messages")
def too_many_messages(stroll: Stroll) -> None:
    login = family(stroll).jean_for_dylan.login
    for _ in range(4):
        ask_for_password(stroll, login)


@page("mot-de-passe-nouveau-avec-code")
def new_password_with_code(stroll: Stroll) -> None:
    family(stroll)
    follow_policies(stroll, reset_code=True)
    ask_for_password(stroll, "jean.dupont")
    stroll.open(stroll.link_in_mail("/mot-de-passe-oublie", EMAIL))
    stroll.fill(login="jean.dupont", code="AAAAAAAA", password="girafe7violon", password_again="girafe7violon")
    stroll.press()


@page("demande-servie")
def request_used(stroll: Stroll) -> None:
    request_for_password(stroll)
    address = stroll.page.url
    stroll.open(stroll.link_in_mail("/mot-de-passe-oublie", EMAIL))
    stroll.fill(login="jean.dupont", password="girafe7violon", password_again="girafe7violon")
    stroll.press()
    stroll.open(address)


@page("demande-perimee")
def request_expired(stroll: Stroll) -> None:
    request_for_password(stroll)
    stroll.site.letters(EMAIL)
    stroll.site.clock.advance(hours=2)
    stroll.page.reload()


@page("demande-refusee")
def request_refused(stroll: Stroll) -> None:
    request_for_password(stroll)
    with stroll.site.database() as session:
        session.execute(update(OutgoingMail).values(failed_at=NOW, problem="550"))
    stroll.page.reload()


@page("etablissement-demande")
def request_at_the_office(stroll: Stroll) -> None:
    request_for_password(stroll)
    reference = stroll.page.url[-len("K7MW-2P9R") :]
    stroll.site.letters(EMAIL)
    with stroll.site.database() as session:
        make_staff(session, session.scalars(select(School).where(School.uai == UAI)).one())
    enter(stroll)
    stroll.open(f"{OFFICE}/comptes?recherche={reference}")


def follow_policies(stroll: Stroll, **policies: object) -> None:
    """Have the académie decide otherwise."""
    with stroll.site.database() as session:
        session.scalars(select(Academy)).one().policy_overrides = policies
