"""XML as a stream of records: nothing outside the file is ever fetched, nothing declared in it is ever expanded.

SIECLE's files have no DOCTYPE; one that has is refused before anything after it is read. Memory stays flat whatever the
size of the file: what has been read is dropped, wanted or not.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import IO

from lxml import etree
from lxml.etree import _Element

from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.services.siecle.archive import Part

CHUNK = 64 * 1024
FIRST_CHUNK = 512
LONGEST_HEADER = 64 * 1024
LARGEST_RECORD = 1024 * 1024
HEADER = "PARAMETRES"
"""The first section of every export: which school, which year, which day."""
RECORD_DEPTH = 3
"""A record lies under the root, DONNEES and its section."""
SATURATED_LINE = 65_535
"""libxml2 keeps the line of an element in 16 bits, and beyond that finds it from the first text in it."""


def start_of(part: Part) -> _Element:
    """The root of a file as it stands when its header closes, for what its first lines say."""
    parser, fed = _parser(("start", "end")), 0
    first: _Element | None = None
    with part.opened() as stream:
        while fed < LONGEST_HEADER and (chunk := stream.read(FIRST_CHUNK)):
            fed += len(chunk)
            _feed(parser, chunk, part)
            events = list(parser.read_events())
            if first is None and events:
                first = _without_doctype(events[0][1], part)
            if first is not None and any(event == "end" and element.tag == HEADER for event, element in events):
                return first
    if fed < LONGEST_HEADER:
        _close(parser, part)
    if first is None:
        raise ImportRefused(RefusalCode.NOT_SIECLE, part.name, 1)
    return first


def records_of(part: Part, tags: Collection[str]) -> Iterator[_Element]:
    """Each element of these names, once it is complete; it is gone when the next one is asked for."""
    parser = _parser(("end",), (HEADER, *tags))
    pruning = _Pruning(part)
    with part.opened() as stream:
        while chunk := stream.read(CHUNK):
            _feed(parser, chunk, part)
            yield from pruning.records_among(parser.read_events())
            pruning.drop_what_was_read(len(chunk))
        _close(parser, part)


def line_of(element: _Element) -> int:
    """The line on which an element starts."""
    line = element.sourceline or 1
    if line <= SATURATED_LINE:
        return line
    text = element.text or (element[0].text if len(element) else "") or ""
    return line - text.count("\n")


class _Pruning:
    """Prunes the tree that the parser builds, and sees to it that no record outgrows the memory of the machine."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.root: _Element | None = None
        self._open: _Element | None = None
        self._size = 0

    def records_among(self, events: Iterable[tuple[str, _Element]]) -> Iterator[_Element]:
        """The records that are complete; the header, which comes before them, shows where the tree hangs."""
        for _, element in events:
            if element.tag == HEADER:
                self.root = element.getroottree().getroot()
            else:
                yield element

    def drop_what_was_read(self, fed: int) -> None:
        """Forget all that is complete, down to the record that is still open."""
        node = self.root
        for _ in range(RECORD_DEPTH):
            if node is None or len(node) == 0:
                break
            del node[:-1]
            node = node[-1]
        self._size = self._size + fed if node is self._open else 0
        self._open = node
        if self._size > LARGEST_RECORD:
            raise ImportRefused(RefusalCode.OVERSIZED_RECORD, self.part.name, None if node is None else line_of(node))


def _parser(events: tuple[str, ...], tags: Collection[str] | None = None) -> "etree.XMLPullParser[_Element]":
    return etree.XMLPullParser(
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _feed(parser: "etree.XMLPullParser[_Element]", chunk: bytes, part: Part) -> None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise _refusal(parser, error, part) from error


def _close(parser: "etree.XMLPullParser[_Element]", part: Part) -> None:
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _refusal(parser, error, part) from error


def _refusal(parser: "etree.XMLPullParser[_Element]", error: etree.XMLSyntaxError, part: Part) -> ImportRefused:
    last = parser.feed_error_log.last_error
    line = (last.line if last is not None else error.lineno) or 1
    if last is not None and last.type_name == "ERR_UNDECLARED_ENTITY":
        return ImportRefused(RefusalCode.ENTITY, part.name, line)
    return ImportRefused(RefusalCode.MALFORMED_XML, part.name, line)


def _without_doctype(root: _Element, part: Part) -> _Element:
    if root.getroottree().docinfo.internalDTD is not None:
        raise ImportRefused(RefusalCode.DOCTYPE, part.name, _line_of_doctype(part))
    return root


def _line_of_doctype(part: Part) -> int:
    with part.opened() as stream:
        before, _, _ = _head(stream).partition(b"<!DOCTYPE")
    return before.count(b"\n") + 1


def _head(stream: IO[bytes]) -> bytes:
    return stream.read(LONGEST_HEADER)
