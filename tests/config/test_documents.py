"""Templates become e-mails and documents: in the reader's language, safe whatever names people have, the same everywhere."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jinja2 import UndefinedError

from config.clock import FrozenClock
from config.documents import Documents, MailText
from config.settings import Settings

MAIL = {
    "subject.txt": '{{ _("Bonjour %(name)s", name=name) }}\n',
    "body.txt": '{{ _("Bonjour %(name)s", name=name) }}\n\n{{ day|long_date }}, {{ moment|long_time }}\n{{ site }}\n\n\n',
    "body.html": '<p lang="{{ language }}">{{ _("Bonjour %(name)s", name=name) }}</p>',
}
DOCUMENT = """
#set document(title: "Courrier")
#set page(width: 105mm, height: 148mm)
#let data = json(bytes(sys.inputs.data))
#set text(lang: "fr")
= Courrier
#for name in data.names [ #name #linebreak() ]
"""
MOMENT = datetime(2026, 9, 4, 22, 30, tzinfo=UTC)
"""Half past midnight in Paris, on the fifth."""


@pytest.fixture
def documents(settings: Settings, clock: FrozenClock, tmp_path: Path) -> Documents:
    """Documents over two templates and one translated sentence."""
    folder = tmp_path / "templates"
    (folder / "emails" / "greeting").mkdir(parents=True)
    for part, content in MAIL.items():
        (folder / "emails" / "greeting" / part).write_text(content)
    (folder / "letter.typ").write_text(DOCUMENT)
    (folder / "outside.typ").write_text('#set document(title: "x")\n#read("/../secret.txt")')
    (tmp_path / "secret.txt").write_text("secret")
    english = folder / "translations" / "en" / "LC_MESSAGES"
    english.mkdir(parents=True)
    catalogue = Catalog(locale="en")
    catalogue.add("Bonjour %(name)s", "Hello %(name)s")
    with (english / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    return Documents(settings, clock, folder)


def greet(documents: Documents, language: str | None = "fr", name: str = "Aïcha") -> MailText:
    return documents.email("greeting", language, name=name, day=date(2026, 9, 4), moment=MOMENT)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_an_email_is_a_subject_a_text_and_the_same_in_html(documents: Documents) -> None:
    mail = greet(documents)
    assert mail.subject == "Bonjour Aïcha"
    assert mail.text == "Bonjour Aïcha\n\n4 septembre 2026, 5 septembre 2026, 00:30\nhttps://preau.test\n"
    assert mail.html == '<p lang="fr">Bonjour Aïcha</p>'


def test_an_email_speaks_the_language_of_its_reader(documents: Documents) -> None:
    mail = greet(documents, "en")
    assert mail.subject == "Hello Aïcha"
    assert "September 4, 2026" in mail.text


@pytest.mark.parametrize("language", [None, "fr", "br"])
def test_french_is_what_remains_without_a_translation(documents: Documents, language: str | None) -> None:
    assert greet(documents, language).subject == "Bonjour Aïcha"


def test_a_name_cannot_add_a_header_nor_markup(documents: Documents) -> None:
    mail = greet(documents, name="A\r\nBcc: b@example.org <b>&")
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "&lt;b&gt;&amp;" in mail.html
    assert "<b>&" in mail.text


def test_a_template_that_lacks_a_value_is_a_fault_and_not_a_blank(documents: Documents) -> None:
    with pytest.raises(UndefinedError):
        documents.email("greeting", "fr", day=date(2026, 9, 4), moment=MOMENT)


def test_a_document_is_a_tagged_pdf_of_the_data(documents: Documents) -> None:
    pdf = documents.pdf("letter.typ", {"names": ["Aïcha", "Œdipe L'Hôte"]})
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert catalogue["/Lang"] == "fr"  # type: ignore[index]
    assert b"pdfuaid:part" in pdf
    assert "Aïcha" in text_of(pdf)
    assert "Œdipe" in text_of(pdf)


@pytest.mark.rule("R04")
def test_data_is_text_and_never_markup(documents: Documents) -> None:
    text = text_of(documents.pdf("letter.typ", {"names": ['#panic("x") *gras* $x^2$ "]) #sys.version']}))
    assert '#panic("x") *gras* $x^2$ "]) #sys.version' in text


def test_a_document_is_the_same_on_every_machine(documents: Documents, clock: FrozenClock) -> None:
    first = documents.pdf("letter.typ", {"names": ["Aïcha"]})
    assert documents.pdf("letter.typ", {"names": ["Aïcha"]}) == first
    fonts = {str(font["/BaseFont"]) for page in pypdf.PdfReader(io.BytesIO(first)).pages for font in _fonts(page)}
    assert fonts
    assert all("Libertinus" in font for font in fonts)


def test_a_document_bears_the_date_of_the_application_clock(documents: Documents, clock: FrozenClock) -> None:
    created = pypdf.PdfReader(io.BytesIO(documents.pdf("letter.typ", {"names": []}))).metadata
    assert created is not None
    assert created.creation_date == clock.now()


def test_a_document_reads_no_file_outside_the_templates(documents: Documents) -> None:
    with pytest.raises(RuntimeError):
        documents.pdf("outside.typ", {})


def _fonts(page: pypdf.PageObject) -> list[pypdf.generic.DictionaryObject]:
    resources = page["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]  # type: ignore[index]
