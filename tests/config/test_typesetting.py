"""Long documents are set in parts and bound: the result reads as if it had been set in one piece."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from config import typesetting
from config.typesetting import TypesettingFailed, set_book, set_pages

NOW = datetime(2026, 11, 16, 9, 30, 0, 123456, tzinfo=UTC)
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: "fr")
#for (index, name) in data.names.enumerate() {
  if index > 0 { pagebreak() }
  [= #name
    Une page pour #emph(name).
    + un
    + deux]
}
"""


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "page.typ").write_text(TEMPLATE)
    return tmp_path


def parts(*names: list[str]) -> list[dict[str, Any]]:
    return [{"title": "Des noms", "names": each} for each in names]


@pytest.fixture
def book(templates: Path) -> pypdf.PdfReader:
    """Six pages, set in three parts."""
    made = set_book(templates, "names/page.typ", parts(["Alice", "Benoît"], ["Chloé"], ["Dylan", "Élodie", "Fatou"]), NOW)
    return pypdf.PdfReader(io.BytesIO(made))


def elements(node: Any) -> list[Any]:
    """Every structure element below a node, each with the page where its own content stands."""
    kids = node.get("/K", [])
    found = []
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, dict) and "/S" in element:
            found += [element, *elements(element)]
    return found


def test_the_pages_come_in_the_order_of_the_parts(book: pypdf.PdfReader) -> None:
    names = [page.extract_text().split()[0] for page in book.pages]
    assert names == ["Alice", "Benoît", "Chloé", "Dylan", "Élodie", "Fatou"]


def test_title_language_and_marks_speak_for_the_whole(book: pypdf.PdfReader) -> None:
    root: Any = book.trailer["/Root"]
    assert book.metadata is not None
    assert book.metadata.title == "Des noms"
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("fr", True)
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_the_structure_is_one_tree_in_which_everything_points_both_ways(book: pypdf.PdfReader) -> None:
    root: Any = book.trailer["/Root"]
    tree = root["/StructTreeRoot"]
    found = elements(tree)
    assert [element["/S"] for element in found].count("/H1") == 6
    assert [element["/S"] for element in found].count("/LI") == 12
    assert len(tree["/K"]) == 1
    for element in found:
        for kid in element.get("/K", []):
            below: Any = kid.get_object()
            if type(below) is pypdf.generic.DictionaryObject and "/S" in below:
                assert below.raw_get("/P").idnum == element.indirect_reference.idnum


def test_each_page_finds_the_elements_of_its_content(book: pypdf.PdfReader) -> None:
    root: Any = book.trailer["/Root"]
    numbers: Any = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    rows = {int(numbers[index]): numbers[index + 1].get_object() for index in range(0, len(numbers), 2)}
    pages: list[Any] = list(book.pages)
    assert sorted(rows) == list(range(6)) == [int(page["/StructParents"]) for page in pages]
    assert root["/StructTreeRoot"]["/ParentTreeNextKey"] == 6
    in_tree = {element.indirect_reference.idnum for element in elements(root["/StructTreeRoot"])}
    for page in pages:
        row = rows[int(page["/StructParents"])]
        assert row
        for element in row:
            assert element.idnum in in_tree
            assert element.get_object().raw_get("/Pg").idnum == page.indirect_reference.idnum


def test_the_bookmarks_lead_to_each_page(book: pypdf.PdfReader) -> None:
    led = [
        (item.title, book.get_destination_page_number(item))
        for item in book.outline
        if isinstance(item, pypdf.generic.Destination)
    ]
    assert led == [("Alice", 0), ("Benoît", 1), ("Chloé", 2), ("Dylan", 3), ("Élodie", 4), ("Fatou", 5)]


def test_a_book_in_one_part_is_that_part(templates: Path) -> None:
    (only,) = parts(["Alice"])
    assert set_book(templates, "names/page.typ", [only], NOW) == set_pages(templates, "names/page.typ", only, NOW)


def test_a_process_that_fails_says_why_and_names_no_data(templates: Path) -> None:
    with pytest.raises(TypesettingFailed, match="title") as caught:
        set_book(templates, "names/page.typ", [{"names": ["K7MW2P9R"]}], NOW)
    assert "K7MW2P9R" not in str(caught.value)


def test_a_process_that_hangs_is_given_up(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 0.001)
    with pytest.raises(TypesettingFailed, match="took longer"):
        set_book(templates, "names/page.typ", parts(["Alice"]), NOW)
