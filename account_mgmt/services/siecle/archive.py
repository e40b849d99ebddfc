"""What was uploaded, as a flat list of files: zips are looked into, and never trusted.

Nothing is ever written to disk under a name of the archive. Sizes are checked before anything is unpacked, and `zipfile`
gives no more bytes than the size that was declared, so the check holds for an archive that lies too.
"""

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath
from shutil import copyfileobj
from typing import IO

from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode

MIB = 1024 * 1024
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
ENCRYPTED = 0x1
READING = (zipfile.BadZipFile, zlib.error, EOFError)
OPENING = (*READING, NotImplementedError, ValueError, OSError, struct.error)
"""What `zipfile` lets through of a damaged directory: it seeks, unpacks and decodes what is not there."""
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every entry that we pack: the same files give the same bytes, and so the same digest."""


@dataclass(frozen=True)
class Limits:
    """How much an upload may hold: an académie's files fit several times over."""

    entries: int = 10_000
    entry_bytes: int = 512 * MIB
    total_bytes: int = 4096 * MIB
    zipped_bytes: int = 256 * MIB
    """Zips are held in memory while they are read; their contents are not."""
    ratio: int = 100
    """Exports of SIECLE shrink 15 to 30 times; a zip bomb a thousand times."""
    ratio_applies_from: int = 4 * MIB
    depth: int = 3
    """The upload itself, a zip in it, and the zips of schools in a zip of an académie."""


@dataclass(frozen=True)
class Part:
    """One file of the upload that is not a zip."""

    name: str
    depth: int
    """1 for a file that was uploaded as such, more for one that came in a zip."""
    unpack: Callable[[], IO[bytes]]

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open the file at its beginning."""
        with _readable(self.name, OPENING):
            unpacked = self.unpack()
        with _readable(self.name, READING), unpacked as stream:
            yield stream


@dataclass(frozen=True)
class Upload:
    """What somebody sent, packed into one blob that can be kept."""

    file_name: str
    content: bytes
    digest: str


def pack(files: Sequence[tuple[str, IO[bytes]]]) -> Upload:
    """Put the files of an upload into one; zips are kept as they are, anything else is compressed on the way."""
    blob = BytesIO()
    names: list[str] = []
    with zipfile.ZipFile(blob, "w") as archive:
        for name, stream in files:
            names.append(_free_name(_base_name(name), names))
            entry = zipfile.ZipInfo(names[-1], FIXED_DATE)
            start = stream.read(len(ZIP_MAGIC))
            entry.compress_type = zipfile.ZIP_STORED if start == ZIP_MAGIC else zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as target:
                target.write(start)
                copyfileobj(stream, target, MIB)
    content = blob.getvalue()
    return Upload(", ".join(names)[:255], content, hashlib.sha256(content).hexdigest())


def parts_of(upload: bytes, limits: Limits) -> list[Part]:
    """Every file of a packed upload, however deep (but not too deep) in zips (R100)."""
    walk = _Walk(limits)
    walk.enter("", BytesIO(upload), 0)
    return walk.parts


class _Walk:
    """Goes through an upload and its zips, and counts."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.parts: list[Part] = []
        self._entries = 0
        self._bytes = 0
        self._zipped_bytes = 0

    def enter(self, name: str, blob: IO[bytes], depth: int) -> None:
        """Look into one zip."""
        if depth >= self.limits.depth:
            raise ImportRefused(RefusalCode.NESTED_TOO_DEEP, name)
        with _readable(name, OPENING):
            archive = zipfile.ZipFile(blob)
        for entry in archive.infolist():
            self._check(name, entry, within_upload=depth > 0)
            if not entry.is_dir():
                self._take(archive, entry, depth + 1)

    def _take(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> None:
        part = Part(entry.filename, depth, lambda: archive.open(entry))
        with part.opened() as stream:
            start = stream.read(len(ZIP_MAGIC))
            if start not in (ZIP_MAGIC, EMPTY_ZIP_MAGIC):
                self.parts.append(part)
                return
            self._zipped_bytes += entry.file_size
            if self._zipped_bytes > self.limits.zipped_bytes:
                raise ImportRefused(RefusalCode.TOO_LARGE, entry.filename)
            blob = BytesIO(start + stream.read())
        self.enter(entry.filename, blob, depth)

    def _check(self, name: str, entry: zipfile.ZipInfo, *, within_upload: bool) -> None:
        self._entries += 1
        self._bytes += entry.file_size
        if self._entries > self.limits.entries:
            raise ImportRefused(RefusalCode.TOO_MANY_ENTRIES, name)
        if entry.flag_bits & ENCRYPTED:
            raise ImportRefused(RefusalCode.ENCRYPTED_ZIP, name)
        if is_unsafe(entry):
            raise ImportRefused(RefusalCode.UNSAFE_ENTRY, name)
        if entry.file_size > self.limits.entry_bytes or self._bytes > self.limits.total_bytes:
            raise ImportRefused(RefusalCode.TOO_LARGE, entry.filename)
        is_large = entry.file_size > self.limits.ratio_applies_from
        if within_upload and is_large and entry.file_size > self.limits.ratio * max(entry.compress_size, 1):
            raise ImportRefused(RefusalCode.TOO_COMPRESSED, entry.filename)


def is_unsafe(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry's name points outside the archive, or the entry is a link: no export has either."""
    name = entry.orig_filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return (
        not name
        or "\x00" in name
        or ".." in parts
        or name.startswith(("/", "\\"))
        or bool(PureWindowsPath(name).drive)
        or stat.S_ISLNK(entry.external_attr >> 16)
    )


@contextmanager
def _readable(name: str, faults: tuple[type[Exception], ...]) -> Iterator[None]:
    """Damage that shows while unpacking is the sender's to mend, not a fault of ours."""
    try:
        yield
    except faults as error:
        raise ImportRefused(RefusalCode.BROKEN_ZIP, name) from error


def _base_name(name: str) -> str:
    base = PureWindowsPath(name.replace("/", "\\")).name
    return re.sub(r"[^\w .()-]", "_", base)[-100:] or "fichier"


def _free_name(name: str, taken: Sequence[str]) -> str:
    return name if name not in taken else f"{len(taken) + 1}-{name}"
