"""The keys that sign tokens: made at the first need, kept as PEM files of mode 0600, replaced by rotation.

For each algorithm there is a *next* key (published so that relying parties know it before it signs), a *current* one that
signs, and *retired* ones whose signatures are still around. `index.json` says which is which; a process loads each key
once (checking an RSA key costs 33 ms) and looks every few seconds whether the index changed, so a rotation needs no restart.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from joserfc.jwk import ECKey, KeyParameters, KeySet, RSAKey

from config.clock import Clock
from config.settings import Settings

Algorithm = Literal["RS256", "ES256"]
SigningKey = RSAKey | ECKey
ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "ES256")
CHECK_SECONDS = 5.0


class KeyState(StrEnum):
    """What a key does: announced, signing, or only verifying."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


@dataclass(frozen=True)
class KeyRecord:
    """A line of the index: one key and the dates of its life, in ISO 8601."""

    kid: str
    alg: Algorithm
    state: KeyState
    created_at: str
    current_at: str | None = None
    retired_at: str | None = None


@dataclass(frozen=True)
class Rotation:
    """What a rotation did, as key ids."""

    promoted: tuple[str, ...]
    retired: tuple[str, ...]
    dropped: tuple[str, ...]


class RotationTooEarly(Exception):
    """The next key was published so recently that some relying parties have not fetched it yet."""


class KeyRing:
    """The signing keys of the installation, shared by its processes through a directory."""

    def __init__(self, settings: Settings, clock: Clock, check_seconds: float = CHECK_SECONDS) -> None:
        self._directory = Path(settings.keys.directory)
        self._retention = timedelta(days=settings.keys.retired_days)
        self._publication = timedelta(hours=settings.keys.publication_hours)
        self._clock = clock
        self._check_seconds = check_seconds
        self._records: tuple[KeyRecord, ...] = ()
        self._loaded: dict[str, SigningKey] = {}
        self._public: dict[str, Any] | None = None
        self._stamp: tuple[int, int] | None = None
        self._checked = float("-inf")

    def signing_key(self, alg: Algorithm) -> SigningKey:
        """The private key that signs with this algorithm at present; it has its `kid`."""
        current = next(key for key in self.records() if key.alg == alg and key.state is KeyState.CURRENT)
        return self._key(current)

    def jwks(self) -> dict[str, Any]:
        """The public half of all live keys (RFC 7517 §5): next, current and retired."""
        keys = self._live_keys()
        if self._public is None:
            self._public = {"keys": [dict(key.as_dict(private=False)) for key in keys]}
        return self._public

    def verification_keys(self) -> KeySet:
        """All live keys, to verify what this installation signed."""
        return KeySet(list(self._live_keys()))

    def records(self) -> tuple[KeyRecord, ...]:
        """The index, read again at most every few seconds and only if it changed."""
        now = time.monotonic()
        if now - self._checked >= self._check_seconds:
            self._refresh()
            self._checked = now
        return self._records

    def rotate(self, force: bool = False) -> Rotation:
        """Next becomes current, current retired, a new next is made; what has been retired for long enough is deleted.

        Refused while the next key is younger than the time that relying parties keep a JWKS, unless forced.
        """
        now = self._clock.now()
        self.records()
        with self._locked():
            records = self._read_index()
            upcoming = [key for key in records if key.state is KeyState.NEXT]
            if not force and any(now - datetime.fromisoformat(key.created_at) < self._publication for key in upcoming):
                raise RotationTooEarly
            kept, dropped = self._drop_old(records, now)
            rotated = [_rotated(key, now) for key in kept]
            self._write_index(self._complete(rotated, now))
            for key in dropped:
                self._file(key.kid).unlink(missing_ok=True)
        self._checked = float("-inf")
        retired = [key.kid for key in records if key.state is KeyState.CURRENT]
        return Rotation(tuple(key.kid for key in upcoming), tuple(retired), tuple(key.kid for key in dropped))

    def _refresh(self) -> None:
        if self._stamp_on_disk() is None:
            self._make_first_keys()
        stamp = self._stamp_on_disk()
        if stamp == self._stamp:
            return
        records = tuple(self._read_index())
        live = {record.kid for record in records}
        self._loaded = {kid: key for kid, key in self._loaded.items() if kid in live}
        self._records, self._stamp, self._public = records, stamp, None

    def _make_first_keys(self) -> None:
        """Whoever of several starting processes gets the lock makes the keys; the others find them."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            if self._stamp_on_disk() is None:
                self._write_index(self._complete([], self._clock.now()))

    def _complete(self, records: list[KeyRecord], now: datetime) -> list[KeyRecord]:
        """The records with a current and a next key for each algorithm, made where missing."""
        held = {(record.alg, record.state) for record in records}
        made = [
            self._make(alg, state, now)
            for alg in ALGORITHMS
            for state in (KeyState.CURRENT, KeyState.NEXT)
            if (alg, state) not in held
        ]
        return records + made

    def _make(self, alg: Algorithm, state: KeyState, now: datetime) -> KeyRecord:
        kid = secrets.token_hex(8)
        key = RSAKey.generate_key(2048) if alg == "RS256" else ECKey.generate_key("P-256")
        _write_private(self._file(kid), key.as_pem(private=True))
        moment = now.isoformat()
        return KeyRecord(kid, alg, state, moment, moment if state is KeyState.CURRENT else None)

    def _drop_old(self, records: list[KeyRecord], now: datetime) -> tuple[list[KeyRecord], list[KeyRecord]]:
        def over(key: KeyRecord) -> bool:
            return key.retired_at is not None and now - datetime.fromisoformat(key.retired_at) > self._retention

        return [key for key in records if not over(key)], [key for key in records if over(key)]

    def _live_keys(self) -> list[SigningKey]:
        try:
            return [self._key(record) for record in self.records()]
        except FileNotFoundError:
            # A rotation deleted an old key in the seconds since the index was looked at.
            self._checked = float("-inf")
            return [self._key(record) for record in self.records()]

    def _key(self, record: KeyRecord) -> SigningKey:
        key = self._loaded.get(record.kid)
        if key is None:
            parameters: KeyParameters = {"kid": record.kid, "use": "sig", "alg": record.alg}
            kind: type[SigningKey] = RSAKey if record.alg == "RS256" else ECKey
            key = self._loaded[record.kid] = kind.import_key(self._file(record.kid).read_bytes(), parameters)
        return key

    def _file(self, kid: str) -> Path:
        return self._directory / f"{kid}.pem"

    def _stamp_on_disk(self) -> tuple[int, int] | None:
        try:
            found = (self._directory / "index.json").stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _read_index(self) -> list[KeyRecord]:
        lines = json.loads((self._directory / "index.json").read_text())
        return [KeyRecord(**line | {"state": KeyState(line["state"])}) for line in lines]

    def _write_index(self, records: list[KeyRecord]) -> None:
        content = json.dumps([asdict(record) for record in records], indent=2)
        draft = self._directory / f"index.{os.getpid()}.draft"
        _write_private(draft, content.encode())
        draft.replace(self._directory / "index.json")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _rotated(key: KeyRecord, now: datetime) -> KeyRecord:
    match key.state:
        case KeyState.NEXT:
            return replace(key, state=KeyState.CURRENT, current_at=now.isoformat())
        case KeyState.CURRENT:
            return replace(key, state=KeyState.RETIRED, retired_at=now.isoformat())
        case KeyState.RETIRED:
            return key


def _write_private(path: Path, content: bytes) -> None:
    """A file that nobody else could read at any moment, and that is on the disk when this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
