"""Password hashes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from nacl.pwhash import argon2id

from account_mgmt.services.hashing import hash_password, needs_rehash, verify_password
from config.cores import CORES


def test_a_hash_is_argon2id_at_19_mebibytes_two_passes_and_one_lane() -> None:
    made = hash_password("cheval8pomme")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert made != hash_password("cheval8pomme")


def test_only_the_password_itself_is_right() -> None:
    made = hash_password("cheval8pomme")
    assert verify_password(made, "cheval8pomme")
    assert not verify_password(made, "Cheval8pomme")
    assert not verify_password(made, "cheval8pomme ")
    assert not verify_password("not a hash", "cheval8pomme")


def test_an_accent_is_the_same_from_every_keyboard() -> None:
    assert verify_password(hash_password("caf\u00e9 2 fois"), "cafe\u0301 2 fois")


def test_a_hash_of_other_parameters_is_still_verified_and_wants_to_be_renewed() -> None:
    old = argon2id.str(b"cheval8pomme", opslimit=1, memlimit=8 * 1024 * 1024).decode()
    assert verify_password(old, "cheval8pomme")
    assert needs_rehash(old)
    assert not needs_rehash(hash_password("cheval8pomme"))


def test_no_more_hashes_run_at_once_than_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = most = 0
    count = Lock()
    real = argon2id.str

    def watched(*arguments: Any, **limits: Any) -> Any:
        nonlocal inside, most
        with count:
            inside += 1
            most = max(most, inside)
        try:
            return real(*arguments, **limits)
        finally:
            with count:
                inside -= 1

    monkeypatch.setattr(argon2id, "str", watched)
    with ThreadPoolExecutor(4 * CORES) as threads:
        list(threads.map(hash_password, ["cheval8pomme"] * 8 * CORES))
    assert 1 <= most <= CORES
