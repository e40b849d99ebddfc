"""Zips are looked into and never trusted: bombs, damage, passwords, names that point outside (R100)."""

import io
import struct
import zipfile

import pytest

from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.services.siecle.archive import MIB, Limits, pack, parts_of
from tests.school_files import sent, zipped

pytestmark = pytest.mark.rule("R100")
TINY = Limits(entries=8, entry_bytes=1000, total_bytes=3000, zipped_bytes=2000, ratio=10, ratio_applies_from=100, depth=3)


def refusal(content: bytes, limits: Limits = TINY) -> tuple[RefusalCode, str]:
    with pytest.raises(ImportRefused) as caught:
        for part in parts_of(content, limits):
            with part.opened() as stream:
                stream.read()
    return caught.value.code, caught.value.file


def names(content: bytes) -> list[tuple[str, int]]:
    return [(part.name, part.depth) for part in parts_of(content, TINY)]


def test_files_sent_one_by_one_or_in_a_zip_or_in_a_zip_of_zips_are_found() -> None:
    inner = zipped(b_xml=b"<b/>")
    content = sent(("a.xml", b"<a/>"), ("ecole.zip", inner), ("academie.zip", zipped(ecole_zip=inner, c_xml=b"<c/>"))).content
    assert names(content) == [("a.xml", 1), ("b.xml", 2), ("b.xml", 3), ("c.xml", 2)]
    with parts_of(content, TINY)[1].opened() as stream:
        assert stream.read() == b"<b/>"


def test_the_same_files_make_the_same_upload_and_keep_their_names() -> None:
    one, other = sent(("C:\\Mes documents\\Élèves.xml", b"<a/>")), sent(("C:\\Mes documents\\Élèves.xml", b"<a/>"))
    assert (one.digest, one.content) == (other.digest, other.content)
    assert one.file_name == "Élèves.xml"
    assert sent(("a.xml", b"<b/>")).digest != one.digest


def test_two_files_of_one_name_are_both_kept_and_a_name_is_made_harmless() -> None:
    content = pack([("../a.xml", io.BytesIO(b"<a/>")), ("x/a.xml", io.BytesIO(b"<b/>")), ("é<>|?.xml", io.BytesIO(b""))]).content
    assert [name for name, _ in names(content)] == ["a.xml", "2-a.xml", "é____.xml"]


def test_a_zip_in_a_zip_in_a_zip_is_too_much() -> None:
    content = sent(("a.zip", zipped(b_zip=zipped(c_zip=zipped(d_xml=b"<d/>"))))).content
    assert refusal(content) == (RefusalCode.NESTED_TOO_DEEP, "c.zip")


@pytest.mark.parametrize("cut", [8, 40, 100])
def test_a_truncated_zip_is_refused(cut: int) -> None:
    content = sent(("a.zip", zipped(a_xml=b"<a/>" * 10)[:cut])).content
    assert refusal(content) == (RefusalCode.BROKEN_ZIP, "a.zip")


def test_a_damaged_zip_is_refused_when_it_is_read() -> None:
    broken = bytearray(zipped(a_xml=bytes(range(256))))
    broken[60] ^= 0xFF
    assert refusal(sent(("a.zip", bytes(broken))).content)[0] is RefusalCode.BROKEN_ZIP


def test_an_empty_zip_holds_nothing() -> None:
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    assert parts_of(sent(("a.zip", empty.getvalue())).content, TINY) == []


def test_a_zip_with_a_password_is_refused() -> None:
    content = bytearray(zipped(a_xml=b"<a/>"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content[at : at + 2] = struct.pack("<H", struct.unpack_from("<H", content, at)[0] | 1)
    assert refusal(sent(("a.zip", bytes(content))).content) == (RefusalCode.ENCRYPTED_ZIP, "a.zip")


@pytest.mark.parametrize("name", ["../a.xml", "/a.xml", "x/../../a.xml", "C:/a.xml", "..\\a.xml", "\\\\host\\a.xml"])
def test_a_name_that_points_outside_is_refused(name: str) -> None:
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as archive:
        archive.writestr(name, "<a/>")
    assert refusal(sent(("a.zip", blob.getvalue())).content) == (RefusalCode.UNSAFE_ENTRY, "a.zip")


def test_a_link_is_refused() -> None:
    blob = io.BytesIO()
    link = zipfile.ZipInfo("a.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(blob, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(sent(("a.zip", blob.getvalue())).content) == (RefusalCode.UNSAFE_ENTRY, "a.zip")


def test_folders_are_gone_through() -> None:
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as archive:
        archive.mkdir("0790031E")
        archive.writestr("0790031E/a.xml", "<a/>")
    assert names(sent(("a.zip", blob.getvalue())).content) == [("0790031E/a.xml", 2)]


def test_too_many_files_are_refused() -> None:
    content = sent(("a.zip", zipped(**{f"f{number}_xml": b"<a/>" for number in range(8)}))).content
    assert refusal(content) == (RefusalCode.TOO_MANY_ENTRIES, "a.zip")


def test_a_file_larger_than_any_export_is_refused_before_it_is_unpacked() -> None:
    assert refusal(sent(("a.xml", b"x" * 1001)).content) == (RefusalCode.TOO_LARGE, "a.xml")


def test_files_that_are_too_large_together_are_refused() -> None:
    files = [(f"{number}.xml", bytes([number]) * 900) for number in range(4)]
    assert refusal(sent(*files).content)[0] is RefusalCode.TOO_LARGE


def test_zips_that_would_not_fit_in_memory_are_refused() -> None:
    noise = b"".join(number.to_bytes(2, "big") for number in range(400))
    files = [(f"{number}.zip", zipped(a_bin=noise)) for number in range(4)]
    limits = Limits(entries=50, entry_bytes=10_000, total_bytes=100_000, zipped_bytes=2000)
    assert refusal(sent(*files).content, limits)[0] is RefusalCode.TOO_LARGE


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    content = sent(("bombe.zip", zipped(a_xml=b"\0" * (5 * MIB)))).content
    assert refusal(content, Limits()) == (RefusalCode.TOO_COMPRESSED, "a.xml")


def test_a_large_file_that_was_sent_as_such_may_compress_as_well_as_it_likes() -> None:
    (part,) = parts_of(sent(("a.xml", b"\0" * (5 * MIB))).content, Limits())
    assert part.depth == 1


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_declared() -> None:
    content = bytearray(zipped(a_xml=b"x" * 900))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", content, content.index(signature) + offset, 10)
    assert refusal(sent(("a.zip", bytes(content))).content) == (RefusalCode.BROKEN_ZIP, "a.xml")
