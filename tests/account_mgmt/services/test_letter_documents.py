"""The printed letter, read back: its words, their order, its tags, its QR code; and names that try to break it (R04)."""

import io
from typing import Any

import pypdf
import pytest
from sqlalchemy.orm import Session

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.letters import LetterFacts
from account_mgmt.models import School
from account_mgmt.services.letter_pages import IssuedLetter, document_of
from config.services import Services
from tests.factories import NOW, make_academy, make_school
from tests.letters import ReadPage, place_of, read_pages, read_qr_code


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session, make_academy(session))


def letter(**changes: Any) -> IssuedLetter:
    values: dict[str, Any] = {
        "account_id": 1,
        "kind": AccountKind.GUARDIAN,
        "login": "jean.dupont1",
        "civility": "M.",
        "first_name": "Jean",
        "last_name": "Dupont",
        "email": "",
        "language": None,
        "pupil_id": 1,
        "pupil_first_name": "Dylan",
        "pupil_last_name": "Dupont",
        "class_code": "5 B",
        "rank": 1,
    }
    return IssuedLetter(LetterFacts(**{**values, **changes}), "8BG6S5ZQ", NOW, NOW.replace(year=2027, month=2))


def only_page(services: Services, school: School, **changes: Any) -> ReadPage:
    (page,) = read_pages(document_of(services, school, [letter(**changes)]))
    return page


@pytest.mark.rule("R04")
def test_a_guardians_letter_says_everything_the_family_needs_in_reading_order(services: Services, school: School) -> None:
    text = only_page(services, school).text
    expected = [
        "Collège Jean-Moulin",
        "Le 16 novembre 2026",
        "M. Jean DUPONT",
        "Responsable légal de Dylan DUPONT",
        "Classe 5 B",
        "Vos codes pour suivre la scolarité de Dylan DUPONT",
        "Identifiant",
        "jean.dupont1",
        "Mot de passe provisoire",
        "8BG6S5ZQ",
        "au plus tard le 16 février 2027",
        "preau.test/connexion",
        "05 49 00 00 00",
        "Coupon à rendre au secrétariat",
        "M. Jean DUPONT",
        "Dylan DUPONT",
        "refuse l’accès aux téléservices",
        "Signature",
        "Réf. jean.dupont1",
    ]
    place = 0
    for words in expected:
        found = text.find(words, place)
        assert found >= 0, f"{words!r} is not after the words before it"
        place = found + len(words)


@pytest.mark.rule("R04")
def test_a_pupils_letter_has_no_slip_and_asks_for_no_address(services: Services, school: School) -> None:
    text = only_page(services, school, kind=AccountKind.PUPIL, civility="", first_name="Dylan").text
    assert "Vos codes d’élève, Dylan DUPONT" in text
    assert "facultative" in text
    assert "Coupon" not in text
    assert "Plusieurs enfants" not in text


@pytest.mark.rule("R04")
def test_the_date_stands_at_the_top_right_and_the_addressee_in_the_envelopes_window(services: Services, school: School) -> None:
    document = document_of(services, school, [letter()])
    date_x, date_y = place_of(document, "Le 16 novembre")
    assert date_x > 140
    assert date_y < 25
    addressee_x, addressee_y = place_of(document, "M. Jean")
    assert 90 < addressee_x < 120
    assert 50 < addressee_y < 75
    _x, password_y = place_of(document, "8BG6S5ZQ")
    assert 99 < password_y < 198, "folded in three, the password is inside"


@pytest.mark.rule("R04")
def test_the_qr_code_opens_the_login_page_with_the_login_and_without_the_password(services: Services, school: School) -> None:
    assert read_qr_code(document_of(services, school, [letter()])) == "https://preau.test/connexion?identifiant=jean.dupont1"


@pytest.mark.rule("R04")
def test_the_qr_code_opens_the_ent_of_a_school_that_has_one(services: Services, school: School) -> None:
    school.portal_url = "https://ent.example/accueil?profil=famille"
    document = document_of(services, school, [letter()])
    assert read_qr_code(document) == "https://ent.example/accueil?profil=famille&login_hint=jean.dupont1"
    assert "ent.example/accueil" in read_pages(document)[0].text


def test_each_page_has_its_own_code(services: Services, school: School) -> None:
    document = document_of(services, school, [letter(), letter(login="alice.dupont2")])
    assert read_qr_code(document, 1).endswith("=alice.dupont2")


def test_the_document_is_tagged_for_those_who_hear_it(services: Services, school: School) -> None:
    reader = pypdf.PdfReader(io.BytesIO(document_of(services, school, [letter(), letter()])))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Courriers de notification – Collège Jean-Moulin"
    kinds = [element["/S"] for element in elements(root["/StructTreeRoot"])]
    assert kinds.count("/H1") == 2
    assert kinds.count("/L") == 2
    pictures = [element for element in elements(root["/StructTreeRoot"]) if element["/S"] == "/Figure"]
    assert [picture["/Alt"] for picture in pictures] == [
        "Code QR qui ouvre preau.test/connexion avec l'identifiant déjà rempli"
    ] * 2
    assert len(reader.outline) == 2
    assert b"pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_data()  # type: ignore[index]  # pypdf's own


HOSTILE = [
    '#eval("1+1")',
    '#{panic("x")}',
    "\\ \\u{41} $x$ `y`",
    '"); #read("/etc/passwd")',
    "*gras* _italique_ <étiquette> @renvoi",
    "= Titre\r\n- liste\r\n+ autre",
    "<script>alert(1)</script>",
    "// commentaire",
    "]#[ } { ~~ -- ...",
    "%s %(x)s {0} {{ 7*7 }}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_name_holds_is_shown_as_it_is(services: Services, school: School, name: str) -> None:
    changed = {"first_name": name, "last_name": "", "civility": "", "pupil_first_name": name, "class_code": name}
    school.name = name
    text = only_page(services, school, **changed).text
    shown = " ".join(name.split())
    assert text.count(shown) >= 4


def test_names_as_long_as_the_tables_allow_still_make_one_page_each(services: Services, school: School) -> None:
    words = ("Marie-Antoinette-Éléonore de La Rochefoucauld-Montbazon " * 3)[:100]
    longest = {
        "first_name": words,
        "last_name": words,
        "pupil_first_name": words,
        "pupil_last_name": words,
        "class_code": "TERMINALE GENERALE SPECIALITE 12",
        "login": f"{'m' * 40}.{'d' * 40}12",
    }
    school.name, school.city = words * 2, words
    school.portal_url = "https://ent.un-departement-au-nom-bien-long.example/etablissements/0790031E/accueil"
    document = document_of(services, school, [letter(**longest), letter()])
    pages = read_pages(document)
    assert len(pages) == 2
    assert longest["login"] in pages[0].text
    assert read_qr_code(document).endswith(f"login_hint={longest['login']}")


def elements(node: Any) -> list[Any]:
    """Every structure element below a node of the tree, in reading order."""
    found = []
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, dict) and "/S" in element:
            found += [element, *elements(element)]
    return found
