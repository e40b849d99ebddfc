"""Whatever bytes come, a file is read or refused: no other end (R100)."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from account_mgmt.domain.siecle_refusals import ImportRefused
from account_mgmt.domain.siecle_rows import Reading
from account_mgmt.services.siecle.archive import Upload
from account_mgmt.services.siecle_reader import schools_in
from idp.demo.siecle_xml import zip_of
from tests.account_mgmt.services.test_siecle_csv import GUARDIANS, PUPILS
from tests.school_files import export, sent, texts

READING = Reading(date(2026, 11, 16), lambda ine: ine)
ZIP = zip_of(export())
XML = texts(export())
DAMAGE = st.tuples(st.integers(0, 10_000), st.integers(0, 30), st.binary(max_size=8))
pytestmark = pytest.mark.rule("R100")


def damaged(content: bytes, damage: tuple[int, int, bytes]) -> bytes:
    start, length, put = damage
    start %= len(content)
    return content[:start] + put + content[start + length :]


def is_read_or_refused(said: Upload, only: str | None = None) -> None:
    with suppress(ImportRefused):
        for school in schools_in(said.content, only):
            school.read(READING)


@settings(max_examples=150, deadline=None)
@given(DAMAGE)
def test_a_damaged_zip(damage: tuple[int, int, bytes]) -> None:
    is_read_or_refused(sent(("export.zip", damaged(ZIP, damage))))


@settings(max_examples=150, deadline=None)
@given(DAMAGE, st.sampled_from(sorted(XML)))
def test_a_damaged_export(damage: tuple[int, int, bytes], name: str) -> None:
    is_read_or_refused(sent(*(XML | {name: damaged(XML[name], damage)}).items()))


@settings(max_examples=150, deadline=None)
@given(DAMAGE, DAMAGE)
def test_a_damaged_csv(pupils: tuple[int, int, bytes], guardians: tuple[int, int, bytes]) -> None:
    files = {"a.csv": damaged(PUPILS.encode(), pupils), "b.csv": damaged(GUARDIANS.encode(), guardians)}
    is_read_or_refused(sent(*files.items()), "0790031E")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"<", b"\xff\xfe", b"identifiant_eleve;nom;prenom;date_naissance\n"):
        is_read_or_refused(sent(("x", start + content)), "0790031E")
