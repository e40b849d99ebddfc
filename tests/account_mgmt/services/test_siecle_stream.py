"""XML as a stream: flat memory, right lines, no record without an end (R100)."""

import resource
from typing import Self

import pytest

from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.services.siecle.archive import Part
from account_mgmt.services.siecle.xml_stream import LARGEST_RECORD, line_of, records_of
from tests.school_files import part

pytestmark = pytest.mark.rule("R100")


def test_a_record_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    endless = b"<BEE_ELEVES><PARAMETRES/><DONNEES><ELEVES>\n<ELEVE>" + b"<NOM>x</NOM>" * (LARGEST_RECORD // 4)
    with pytest.raises(ImportRefused) as caught:
        list(records_of(part(endless), ("ELEVE",)))
    assert (caught.value.code, caught.value.line) == (RefusalCode.OVERSIZED_RECORD, 2)


@pytest.mark.parametrize("newline", [b"", b"\n "], ids=["compact", "indented"])
def test_lines_are_right_beyond_what_libxml2_counts(newline: bytes) -> None:
    record = b'<ELEVE ELEVE_ID="1">' + newline + b"<NOM>x</NOM></ELEVE>\n"
    head = b"<BEE_ELEVES><PARAMETRES/><DONNEES><ELEVES>\n"
    content = head + b"\n" * 70_000 + record * 2 + b"</ELEVES></DONNEES></BEE_ELEVES>"
    lines = [line_of(element) for element in records_of(part(content), ("ELEVE",))]
    assert lines == [70_002, 70_003 + newline.count(b"\n")]


def test_memory_stays_flat_whatever_the_size() -> None:
    head = b"<BEE_ELEVES><PARAMETRES/><DONNEES><ELEVES>"
    record = b"<ELEVE><NOM>" + b"x" * 500 + b"</NOM></ELEVE>\n"

    class Endless:
        def __init__(self) -> None:
            self.left = 60_000

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def read(self, size: int) -> bytes:
            if self.left == 60_000:
                self.left -= 1
                return head
            self.left -= 100
            return record * 100 if self.left > 0 else b""

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stream = Part("a.xml", 1, Endless)  # type: ignore[arg-type]  # it has what is read
    with pytest.raises(ImportRefused):  # it never ends
        for _ in records_of(stream, ("ELEVE",)):
            pass
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 12_000, f"{grown} kB more to read 31 MB"
