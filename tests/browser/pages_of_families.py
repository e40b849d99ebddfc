"""How to get to each page that families see."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from account_mgmt.models import Enrolment, School
from tests.browser.stroll import Stroll, page
from tests.factories import NOW, PASSWORD, PROVISIONAL, Dupont, Stage, dupont
from tests.relying_parties import register


def family(stroll: Stroll, jean: Stage = Stage.CONFIRMED, others: Stage = Stage.NOTIFIED) -> Dupont:
    """The Duponts, on the site."""
    with stroll.site.database() as session:
        return dupont(session, jean, others)


def register_service(session: Session, name: str, description: str) -> None:
    """A service that shows on home pages."""
    register(session, name, columns={"name": name, "description": description, "url": "https://service.example/"})


@page("aide")
def help_page(stroll: Stroll) -> None:
    stroll.open("/aide")


@page("connexion")
def sign_in(stroll: Stroll) -> None:
    family(stroll)
    stroll.open("/connexion")


@page("connexion-champs-vides")
def sign_in_empty(stroll: Stroll) -> None:
    stroll.open("/connexion")
    stroll.press()


@page("connexion-refusee")
def sign_in_refused(stroll: Stroll) -> None:
    stroll.sign_in(family(stroll).jean_for_dylan, "not the password")


@page("courrier-trop-ancien")
def letter_too_old(stroll: Stroll) -> None:
    stroll.sign_in(family(stroll, others=Stage.EXPIRED).jean_for_florian, PROVISIONAL)


@page("demande-trop-ancienne")
def interaction_expired(stroll: Stroll) -> None:
    stroll.open("/interaction/gone")


@page("deconnexion")
def sign_out(stroll: Stroll) -> None:
    stroll.sign_in(family(stroll).jean_for_dylan)
    stroll.open("/deconnexion")


@page("deconnecte")
def signed_out(stroll: Stroll) -> None:
    stroll.open("/deconnexion")


@page("premiere-connexion")
def first_connection(stroll: Stroll) -> None:
    stroll.with_letter(family(stroll, Stage.NOTIFIED).jean_for_dylan)


@page("premiere-connexion-eleve")
def first_connection_of_a_pupil(stroll: Stroll) -> None:
    stroll.with_letter(family(stroll).dylans_account)


@page("premiere-connexion-a-corriger")
def first_connection_to_correct(stroll: Stroll) -> None:
    first_connection(stroll)
    stroll.fill(password="dylan", password_again="other", email="jean", email_again="")
    stroll.fill(birth_date__day="31", birth_date__month="2", birth_date__year="2013")
    stroll.press()


@page("premiere-connexion-date-fausse")
def first_connection_with_a_wrong_date(stroll: Stroll) -> None:
    first_connection(stroll)
    stroll.fill_first_connection(day="15")
    stroll.press()


@page("premiere-connexion-perimee")
def first_connection_over(stroll: Stroll) -> None:
    stroll.open("/premiere-connexion")


@page("premiere-connexion-annulee")
def first_connection_cancelled(stroll: Stroll) -> None:
    first_connection(stroll)
    stroll.press("button[name=annuler]")


@page("pas-mon-enfant")
def wrong_child(stroll: Stroll) -> None:
    first_connection(stroll)
    stroll.open("/premiere-connexion/pas-mon-enfant")


@page("pas-mon-enfant-prevenu")
def wrong_child_told(stroll: Stroll) -> None:
    wrong_child(stroll)
    stroll.press()


@page("creation-reussie")
def created(stroll: Stroll) -> None:
    first_connection(stroll)
    stroll.fill_first_connection()
    stroll.press()


@page("creation-reussie-eleve")
def created_pupil(stroll: Stroll) -> None:
    first_connection_of_a_pupil(stroll)
    stroll.fill_first_connection(email="")
    stroll.press()


@page("confirmation-en-attente")
def waiting(stroll: Stroll) -> None:
    stroll.sign_in(family(stroll, Stage.CREATED).jean_for_dylan)


@page("confirmation-renvoyee")
def sent_again(stroll: Stroll) -> None:
    waiting(stroll)
    stroll.press()


@page("confirmation-trop-tard")
def confirmation_too_late(stroll: Stroll) -> None:
    account = family(stroll, Stage.CREATED).jean_for_dylan
    stroll.site.clock.advance(days=100)
    stroll.sign_in(account)


@page("confirmation-adresse")
def address(stroll: Stroll) -> None:
    waiting(stroll)
    stroll.open("/confirmation/adresse")


@page("confirmation-adresse-a-corriger")
def address_to_correct(stroll: Stroll) -> None:
    address(stroll)
    stroll.fill(email="jean@famille.example", email_again="jean@famile.example")
    stroll.press()


@page("confirmation-lien")
def link(stroll: Stroll) -> None:
    created(stroll)
    stroll.open(stroll.confirmation_link())


@page("confirmation-faite")
def confirmed(stroll: Stroll) -> None:
    link(stroll)
    stroll.press()


@page("confirmation-faite-ailleurs")
def confirmed_elsewhere(stroll: Stroll) -> None:
    link(stroll)
    stroll.page.context.clear_cookies(name="preau")
    stroll.press()


@page("confirmation-lien-invalide")
def link_invalid(stroll: Stroll) -> None:
    stroll.open("/confirmation/cut-short")


@page("confirmation-lien-perime")
def link_expired(stroll: Stroll) -> None:
    created(stroll)
    stroll.site.clock.advance(days=100)
    stroll.open(stroll.confirmation_link())


@page("accueil")
def home(stroll: Stroll) -> None:
    grouped(stroll)
    with stroll.site.database() as session:
        register_service(
            session, "L'Educ de Normandie", "L'espace de travail de la classe : cahier de textes, messagerie, ressources."
        )
        register_service(session, "Livret scolaire", "Les notes et les appréciations, trimestre par trimestre.")
        school = session.scalars(select(School).where(School.uai == "0860033X")).one()
        school.message = "La réunion avec les professeurs de troisième a lieu le jeudi 3 décembre à 18 heures, au réfectoire."
    stroll.open("/")


@page("accueil-un-enfant")
def home_with_one_child(stroll: Stroll) -> None:
    stroll.sign_in(family(stroll).jean_for_dylan)


@page("accueil-sans-enfant")
def home_without_children(stroll: Stroll) -> None:
    duponts = family(stroll)
    with stroll.site.database() as session:
        session.execute(update(Enrolment).values(left_on=NOW.date()))
    stroll.sign_in(duponts.jean_for_dylan)


@page("accueil-eleve")
def home_of_a_pupil(stroll: Stroll) -> None:
    created_pupil(stroll)
    stroll.open("/")


@page("compte")
def account(stroll: Stroll) -> None:
    stroll.sign_in(family(stroll).jean_for_dylan)
    stroll.open("/compte")


@page("regrouper")
def group(stroll: Stroll) -> None:
    account(stroll)
    stroll.open("/compte/regrouper")


@page("regrouper-a-corriger")
def group_to_correct(stroll: Stroll) -> None:
    group(stroll)
    stroll.fill(login="jean.dupont1", password="wrong")
    stroll.press()


@page("regrouper-apercu")
def grouping_preview(stroll: Stroll) -> None:
    duponts = family(stroll)
    stroll.sign_in(duponts.jean_for_dylan)
    stroll.open("/compte/regrouper")
    stroll.fill(login=duponts.jean_for_florian.login, password=PROVISIONAL)
    stroll.fill(birth_date__day="2", birth_date__month="9", birth_date__year="2011")
    stroll.press()


@page("regroupe")
def grouped(stroll: Stroll) -> None:
    grouping_preview(stroll)
    stroll.press()


@page("regroupement-impossible")
def grouping_refused(stroll: Stroll) -> None:
    stroll.sign_in(family(stroll, others=Stage.CONFIRMED).dylans_account, PASSWORD)
    stroll.open("/compte/regrouper")


@page("compte-regroupe")
def taken_over(stroll: Stroll) -> None:
    grouped(stroll)
    stroll.page.context.clear_cookies()
    stroll.open("/connexion")
    stroll.fill(login="jean.dupont1", password=PROVISIONAL)
    stroll.press()
