"""Reads notification letters back as a family or an office would: the words of each page, and its QR code through the eye."""

import io
import re
from dataclasses import dataclass

import pypdf
import pypdfium2
import zxingcpp
from sqlalchemy.orm import Session

from account_mgmt.models import LetterRun
from account_mgmt.services.letter_jobs import do_letters_now
from account_mgmt.services.letters import LetterOrder, download_document, request_letters
from config.services import Services

PASSWORD = re.compile(r"Mot de passe provisoire\s+([A-Z0-9]{8})\b")
LOGIN = re.compile(r"Identifiant\s+(\S+)")


@dataclass(frozen=True)
class ReadPage:
    """One printed letter."""

    text: str

    @property
    def login(self) -> str:
        return _found(LOGIN, self.text)

    @property
    def password(self) -> str:
        return _found(PASSWORD, self.text)


def read_pages(pdf: bytes) -> list[ReadPage]:
    """The words of each page, spaces made single."""
    return [ReadPage(" ".join(page.extract_text().split())) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def read_qr_code(pdf: bytes, page: int = 0) -> str:
    """What a telephone sees in the QR code of a page printed at 150 dots per inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=150 / 72, grayscale=True)
        picture = memoryview(bytes(bitmap.buffer)).cast("B", shape=[bitmap.height, bitmap.stride])
        bitmap.close()
        (code,) = zxingcpp.read_barcodes(picture)
    return str(code.text)


def place_of(pdf: bytes, words: str) -> tuple[float, float]:
    """Where these words begin on the first page, in millimetres from its left and top edges."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        text = page.get_textpage()
        found = text.search(words, match_case=True).get_next()
        assert found, words
        left, _bottom, _right, top = text.get_charbox(found[0])
        place = left / 72 * 25.4, (page.get_height() - top) / 72 * 25.4
        text.close()
        page.close()
    return place


def print_letters(services: Services, session: Session, order: LetterOrder) -> tuple[LetterRun, list[ReadPage]]:
    """Order letters, do the order at once, and read the document; without one there are no pages."""
    session.commit()
    run = request_letters(services, order)
    assert isinstance(run, LetterRun), run
    do_letters_now(services, run.id)
    run = session.get_one(LetterRun, run.id, populate_existing=True)
    document = download_document(services, run, order.requested_by)
    return run, read_pages(document) if document else []


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, text
    return match.group(1)
