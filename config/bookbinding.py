"""Binds tagged PDFs into one that is tagged as a whole: pages, structure tree and bookmarks.

The parts come from `config/typesetting.py`, all by one template: the first one's title, language and metadata speak for
all. ISO 32000-1 §14.7 says what must hold: each page names its row of the parent tree, where the structure elements of its
content stand, and each element names its parent and its page.
"""

from collections.abc import Iterable
from io import BytesIO

from pikepdf import Dictionary, Object, ObjectStreamMode, Pdf


def bind(parts: Iterable[bytes]) -> bytes:
    """One document with the pages of all parts, in their order."""
    each = iter(parts)
    book = Pdf.open(BytesIO(next(each)))
    for content in each:
        with Pdf.open(BytesIO(content)) as part:
            _renumber(book, part)
            # The pages go first: what is copied after them points to their copies.
            book.pages.extend(part.pages)
            _append_structure(book, part)
            _append_bookmarks(book, part)
    bound = BytesIO()
    book.save(bound, object_stream_mode=ObjectStreamMode.generate)
    return bound.getvalue()


def _renumber(book: Pdf, part: Pdf) -> None:
    """Move the part's rows of the parent tree behind those of the book."""
    start = int(book.Root.StructTreeRoot.ParentTreeNextKey)
    rows = part.Root.StructTreeRoot.ParentTree.Nums
    for index in range(0, len(rows), 2):
        rows[index] = int(rows[index]) + start
    for page in part.pages:
        page.obj.StructParents = int(page.obj.StructParents) + start
    part.Root.StructTreeRoot.ParentTreeNextKey = int(part.Root.StructTreeRoot.ParentTreeNextKey) + start


def _append_structure(book: Pdf, part: Pdf) -> None:
    ours, theirs = book.Root.StructTreeRoot, part.Root.StructTreeRoot
    document = ours.K[0]
    for element in list(theirs.K[0].K):
        # Without its parent, so that only the branch is copied and not the whole tree with it.
        del element.P
        copied = book.copy_foreign(element)
        copied.P = document
        document.K.append(copied)
    rows = theirs.ParentTree.Nums
    for index in range(0, len(rows), 2):
        ours.ParentTree.Nums.append(int(rows[index]))
        ours.ParentTree.Nums.append(_copied(book, part, rows[index + 1]))
    ours.ParentTreeNextKey = int(theirs.ParentTreeNextKey)


def _append_bookmarks(book: Pdf, part: Pdf) -> None:
    if "/Outlines" not in book.Root or "/Outlines" not in part.Root:
        return
    ours, theirs = book.Root.Outlines, part.Root.Outlines
    last, new_last = ours.Last, theirs.Last
    chain = [theirs.First]
    while chain[-1].objgen != new_last.objgen:
        chain.append(chain[-1].Next)
    for bookmark in chain:
        copied = _bookmark(book, part, bookmark, ours)
        copied.Prev, last.Next = last, copied
        last = copied
    ours.Last = last
    ours.Count = int(ours.Count) + int(theirs.Count)


def _bookmark(book: Pdf, part: Pdf, bookmark: Object, parent: Object) -> Object:
    """A bookmark of one level alone, without its neighbours."""
    kept = {key: _copied(book, part, value) for key, value in bookmark.items() if key in ("/Title", "/Dest", "/A", "/SE")}
    return book.make_indirect(Dictionary({**kept, "/Parent": parent}))


def _copied(book: Pdf, part: Pdf, value: Object) -> Object:
    return book.copy_foreign(value if value.is_indirect else part.make_indirect(value))
