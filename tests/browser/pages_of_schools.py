"""How to get to each page of the school office."""

import io
from datetime import date

from sqlalchemy import update

from account_mgmt.domain.letters import LetterProblem
from account_mgmt.models import Enrolment, LetterRun, School
from account_mgmt.services import siecle_import
from account_mgmt.services.letter_jobs import do_letters_now
from account_mgmt.services.letters import LetterOrder, download_document, forget_documents, request_letters
from account_mgmt.services.siecle.archive import pack
from account_mgmt.services.siecle.plans import Scope
from account_mgmt.services.staff import password_link
from config.database import db
from config.services import Services
from idp.demo.siecle_xml import Adult, Child, Export, Tie, zip_of
from tests.browser.stroll import Stroll, page
from tests.factories import PASSWORD, Dupont, Stage, dupont, make_staff

UAI = "0790031E"
OFFICE = f"/etablissement/{UAI}"


def office(stroll: Stroll, others: Stage = Stage.KNOWN, signed_in: bool = True) -> Dupont:
    """The office of Dylan's collège, logged in."""
    with stroll.site.database() as session:
        family = dupont(session, Stage.CONFIRMED, others)
        make_staff(session, family.dylans_school)
    if signed_in:
        enter(stroll)
    return family


def enter(stroll: Stroll, email: str = "secretariat@poitiers.example", path: str = OFFICE) -> None:
    """Log in at the office's page, on the way to another."""
    stroll.open(f"/etablissement/connexion?suite={path}")
    stroll.fill(email=email, password=PASSWORD)
    stroll.press()


def order(services: Services, school: School, by_email: bool = True) -> int:
    """An order of letters for a school, written down and not done yet."""
    run = request_letters(services, LetterOrder(school.id, "staff:1", by_email=by_email))
    assert not isinstance(run, LetterProblem)
    return run.id


def school_file(last_name: str = "Dupont", children: int = 3) -> bytes:
    """A school's export: some children in two classes, and an adult whose address cannot be one."""
    born = [date(2013, 5, 14), date(2013, 8, 1), date(2012, 2, 3)]
    classes = ["5 B", "5 B", "4 A"]
    names = ["Zoé", "Ibrahim", "Maël"]
    pupils = [Child(9000 + n, last_name, names[n], born[n], classes[n], "10110001110") for n in range(children)]
    adults = [Adult(8000, "M.", last_name, "Paul", email="paul at famille")]
    return zip_of(Export(UAI, pupils, adults, [Tie(child.eleve_id, 8000) for child in pupils]))


def received(stroll: Stroll, family: Dupont, content: bytes) -> int:
    """An import whose file was taken in."""
    with stroll.site.database():
        school = family.dylans_school
        upload = pack([("exportation-siecle.zip", io.BytesIO(content))])
        return siecle_import.receive(stroll.site.services, upload, Scope(school.academy_id, school.id), "staff:1").id


@page("etablissement-connexion")
def sign_in(stroll: Stroll) -> None:
    stroll.open("/etablissement/connexion")


@page("etablissement-connexion-refusee")
def sign_in_refused(stroll: Stroll) -> None:
    office(stroll, signed_in=False)
    stroll.open("/etablissement/connexion")
    stroll.fill(email="secretariat@poitiers.example", password="not the password")
    stroll.press()


@page("etablissement-mot-de-passe")
def password(stroll: Stroll) -> None:
    with stroll.site.database() as session:
        family = dupont(session)
        link = password_link(stroll.site.services, make_staff(session, family.dylans_school))
    stroll.open(link.removeprefix(stroll.site.url))


@page("etablissement-mot-de-passe-a-corriger")
def password_to_correct(stroll: Stroll) -> None:
    password(stroll)
    stroll.fill(password="renard", password_again="other")
    stroll.press()


@page("etablissement-choix")
def choose(stroll: Stroll) -> None:
    family = office(stroll)
    with stroll.site.database() as session:
        make_staff(session, academy=family.academy, email="academie@poitiers.example")
    stroll.page.context.clear_cookies()
    enter(stroll, "academie@poitiers.example", "/etablissement")


@page("etablissement")
def dashboard(stroll: Stroll) -> None:
    office(stroll)


@page("etablissement-vide")
def empty_dashboard(stroll: Stroll) -> None:
    office(stroll)
    with stroll.site.database() as session:
        session.execute(update(Enrolment).values(left_on=date(2026, 7, 1)))
    stroll.open(OFFICE)


@page("etablissement-comptes")
def accounts(stroll: Stroll) -> None:
    office(stroll, Stage.NOTIFIED)
    stroll.open(f"{OFFICE}/comptes?classe=5+B")


@page("etablissement-comptes-recherche")
def search(stroll: Stroll) -> None:
    office(stroll)
    stroll.open(f"{OFFICE}/comptes?recherche=personne")


@page("etablissement-nouveaux-codes")
def new_credentials(stroll: Stroll) -> None:
    family = office(stroll)
    with stroll.site.database() as session:
        session.merge(family.jean).email = "jean@famille.example"
    stroll.open(f"{OFFICE}/comptes/{family.jean_for_dylan.id}/nouveaux-codes")


@page("etablissement-courriers")
def letters(stroll: Stroll) -> None:
    family = office(stroll)
    with stroll.site.database():
        do_letters_now(stroll.site.services, order(stroll.site.services, family.dylans_school))
        order_again = LetterOrder(family.dylans_school.id, "staff:1", "5 B", replace_valid=True)
        request_letters(stroll.site.services, order_again)
    stroll.open(f"{OFFICE}/courriers")


@page("etablissement-courriers-personne")
def nobody_to_write_to(stroll: Stroll) -> None:
    office(stroll, Stage.NOTIFIED)
    stroll.open(f"{OFFICE}/courriers")
    stroll.press()


@page("etablissement-courriers-en-cours")
def letters_running(stroll: Stroll) -> None:
    office(stroll)
    stroll.open(f"{OFFICE}/courriers")
    stroll.press()


@page("etablissement-courriers-prets")
def letters_done(stroll: Stroll) -> None:
    family = office(stroll)
    with stroll.site.database():
        run_id = order(stroll.site.services, family.dylans_school)
        do_letters_now(stroll.site.services, run_id)
    stroll.open(f"{OFFICE}/courriers/{run_id}")


@page("etablissement-courriers-effaces")
def letters_gone(stroll: Stroll) -> None:
    letters_done(stroll)
    with stroll.site.database():
        services = stroll.site.services
        run = db.session.get_one(LetterRun, 1)
        download_document(services, run, "staff:1")
        stroll.site.clock.advance(hours=30)
        forget_documents(services)
    enter(stroll, path=f"{OFFICE}/courriers/1")


@page("etablissement-import")
def imports(stroll: Stroll) -> None:
    received(stroll, office(stroll), school_file())
    stroll.open(f"{OFFICE}/import")


@page("etablissement-import-en-cours")
def import_running(stroll: Stroll) -> None:
    batch = received(stroll, office(stroll), school_file())
    stroll.open(f"{OFFICE}/import/{batch}")


@page("etablissement-import-refuse")
def import_refused(stroll: Stroll) -> None:
    batch = received(stroll, office(stroll), b"PK\x03\x04 cut short")
    with stroll.site.database():
        siecle_import.preview_batch(stroll.site.services, batch)
    stroll.open(f"{OFFICE}/import/{batch}")


@page("etablissement-import-apercu")
def import_preview(stroll: Stroll) -> None:
    batch = received(stroll, office(stroll), school_file())
    with stroll.site.database():
        siecle_import.preview_batch(stroll.site.services, batch)
    stroll.open(f"{OFFICE}/import/{batch}")


@page("etablissement-import-applique")
def import_applied(stroll: Stroll) -> None:
    import_preview(stroll)
    with stroll.site.database():
        siecle_import.apply(stroll.site.services, 1, "staff:1")
    stroll.open(f"{OFFICE}/import/1")


@page("etablissement-import-abandonne")
def import_discarded(stroll: Stroll) -> None:
    import_preview(stroll)
    stroll.press("main form[action$=abandonner] button")
    stroll.open(f"{OFFICE}/import/1")


@page("etablissement-refus")
def refusals(stroll: Stroll) -> None:
    office(stroll)
    stroll.open(f"{OFFICE}/refus?recherche=dylan")
    stroll.press("main table form button")
    stroll.open(f"{OFFICE}/refus?recherche=dylan")
