"""Signing keys: made once, private on disk, rotated without a restart, and published long enough on both sides."""

import json
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from config.clock import FrozenClock
from config.keys import KeyRing, KeyState, RotationTooEarly
from config.settings import Settings

MAKE_KEYS_IN_ANOTHER_PROCESS = """
import sys
from config.clock import SystemClock
from config.keys import KeyRing
from config.settings import Settings
values = {"mode": "test", "secret_key": "s" * 40, "http": {"base_url": "https://preau.test"}, "keys": {"directory": sys.argv[1]}}
settings = Settings.model_validate(values)
print("ready", flush=True)
sys.stdin.readline()
print(KeyRing(settings, SystemClock()).signing_key("RS256").kid, flush=True)
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Keys of this test alone."""
    keys = settings.keys.model_copy(update={"directory": tmp_path / "keys", "publication_hours": 24, "retired_days": 30})
    return settings.model_copy(update={"keys": keys})


@pytest.fixture
def ring(settings: Settings, clock: FrozenClock) -> KeyRing:
    return KeyRing(settings, clock, check_seconds=0)


def kids(ring: KeyRing, alg: str) -> dict[str, str]:
    return {record.state: record.kid for record in ring.records() if record.alg == alg}


def test_the_first_need_makes_a_current_and_a_next_key_of_each_algorithm(ring: KeyRing) -> None:
    assert sorted((record.alg, record.state) for record in ring.records()) == [
        ("ES256", "current"),
        ("ES256", "next"),
        ("RS256", "current"),
        ("RS256", "next"),
    ]
    assert ring.signing_key("RS256").as_dict()["kty"] == "RSA"
    assert ring.signing_key("RS256").private_key.key_size == 2048  # type: ignore[union-attr]
    assert ring.signing_key("ES256").as_dict()["crv"] == "P-256"


def test_files_are_for_the_site_alone(ring: KeyRing, settings: Settings) -> None:
    ring.jwks()
    files = list(settings.keys.directory.glob("*.pem"))
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(settings.keys.directory.stat().st_mode) == 0o700


def test_the_published_list_has_every_live_key_and_nothing_private(ring: KeyRing) -> None:
    published = ring.jwks()["keys"]
    assert {key["kid"] for key in published} == {record.kid for record in ring.records()}
    for key in published:
        assert key["use"] == "sig"
        assert key["alg"] in ("RS256", "ES256")
        assert not set(key) & {"d", "p", "q", "dp", "dq", "qi", "k"}
    json.dumps(published)


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_what_a_key_signs_verifies_with_the_published_list(ring: KeyRing, alg: str) -> None:
    key = ring.signing_key(alg)  # type: ignore[arg-type]
    token = jwt.encode({"alg": alg, "kid": key.kid}, {"sub": "x"}, key, algorithms=[alg])
    public = KeySet.import_key_set(ring.jwks())  # type: ignore[arg-type]
    assert jwt.decode(token, public, algorithms=[alg]).claims == {"sub": "x"}
    assert jwt.decode(token, ring.verification_keys(), algorithms=[alg]).claims == {"sub": "x"}


def test_a_restart_finds_the_same_keys(ring: KeyRing, settings: Settings, clock: FrozenClock) -> None:
    assert ring.jwks() == KeyRing(settings, clock).jwks()


def test_a_key_is_loaded_once(ring: KeyRing) -> None:
    assert ring.signing_key("RS256") is ring.signing_key("RS256")
    assert ring.jwks() is ring.jwks()


def test_processes_that_start_at_once_share_one_set_of_keys(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKE_KEYS_IN_ANOTHER_PROCESS, str(tmp_path / "keys")]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    found = {process.communicate()[0].strip() for process in processes}
    assert len(found) == 1
    assert len(list((tmp_path / "keys").glob("*.pem"))) == 4


def test_a_rotation_promotes_retires_and_announces(ring: KeyRing, clock: FrozenClock) -> None:
    before = kids(ring, "RS256")
    clock.advance(days=2)
    rotation = ring.rotate()
    after = kids(ring, "RS256")
    assert after["current"] == before["next"]
    assert after["retired"] == before["current"]
    assert after["next"] not in before.values()
    assert set(rotation.promoted) >= {before["next"]}
    assert set(rotation.retired) >= {before["current"]}
    assert rotation.dropped == ()
    assert ring.signing_key("RS256").kid == before["next"]


def test_what_the_retired_key_signed_still_verifies(ring: KeyRing, clock: FrozenClock) -> None:
    key = ring.signing_key("ES256")
    token = jwt.encode({"alg": "ES256", "kid": key.kid}, {"sub": "x"}, key, algorithms=["ES256"])
    clock.advance(days=2)
    ring.rotate()
    assert jwt.decode(token, ring.verification_keys(), algorithms=["ES256"]).claims == {"sub": "x"}


def test_a_rotation_reaches_a_running_process(ring: KeyRing, settings: Settings, clock: FrozenClock) -> None:
    running = KeyRing(settings, clock, check_seconds=0)
    upcoming = kids(running, "RS256")["next"]
    clock.advance(days=2)
    ring.rotate()
    assert running.signing_key("RS256").kid == upcoming
    assert {key["kid"] for key in running.jwks()["keys"]} == {record.kid for record in ring.records()}


def test_the_index_is_not_looked_at_for_each_token(ring: KeyRing, settings: Settings, clock: FrozenClock) -> None:
    calm = KeyRing(settings, clock, check_seconds=3600)
    before = calm.signing_key("RS256").kid
    clock.advance(days=2)
    ring.rotate()
    assert calm.signing_key("RS256").kid == before


def test_a_next_key_that_nobody_has_seen_does_not_sign_unless_forced(ring: KeyRing, clock: FrozenClock) -> None:
    ring.jwks()
    clock.advance(hours=23)
    with pytest.raises(RotationTooEarly):
        ring.rotate()
    upcoming = kids(ring, "RS256")["next"]
    ring.rotate(force=True)
    assert ring.signing_key("RS256").kid == upcoming


def test_a_rotation_before_any_use_makes_the_first_keys(ring: KeyRing) -> None:
    ring.rotate(force=True)
    assert sorted(record.state for record in ring.records() if record.alg == "RS256") == ["current", "next", "retired"]


def test_a_retired_key_is_deleted_after_its_time(ring: KeyRing, settings: Settings, clock: FrozenClock) -> None:
    first = kids(ring, "RS256")["current"]
    clock.advance(days=2)
    ring.rotate()
    clock.advance(days=30)
    assert first not in ring.rotate().dropped
    clock.advance(days=2)
    assert first in ring.rotate().dropped
    assert first not in {key["kid"] for key in ring.jwks()["keys"]}
    assert not (settings.keys.directory / f"{first}.pem").exists()


def test_a_process_that_read_the_index_before_a_key_was_deleted_reads_it_again(
    ring: KeyRing, settings: Settings, clock: FrozenClock
) -> None:
    ring.records()
    clock.advance(days=2)
    ring.rotate()
    late = KeyRing(settings, clock, check_seconds=3600)
    late.records()
    clock.advance(days=31)
    ring.rotate()
    assert {key["kid"] for key in late.jwks()["keys"]} == {record.kid for record in ring.records()}


def test_the_dates_of_a_key_tell_its_life(ring: KeyRing, clock: FrozenClock) -> None:
    begun = clock.now()
    ring.records()
    clock.advance(days=2)
    ring.rotate()
    retired = next(record for record in ring.records() if record.state is KeyState.RETIRED)
    assert retired.created_at == begun.isoformat()
    assert retired.retired_at == (begun + timedelta(days=2)).isoformat()
