"""Encryption at rest: readable for its purpose with its secret key, for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from config.encryption import DecryptionError, decrypt, derive_key, encrypt
from config.settings import Settings

SETTINGS = Settings.model_validate({"mode": "test", "secret_key": "s" * 40, "http": {"base_url": "https://preau.test"}})
OTHER = SETTINGS.model_copy(update={"secret_key": SecretStr("t" * 40)})


@given(st.binary(max_size=2000))
def test_what_was_encrypted_reads_back(content: bytes) -> None:
    assert decrypt(SETTINGS, "letters", encrypt(SETTINGS, "letters", content)) == content


def test_the_same_content_never_looks_the_same() -> None:
    assert encrypt(SETTINGS, "letters", b"a") != encrypt(SETTINGS, "letters", b"a")


def test_the_content_does_not_show() -> None:
    assert b"K7MW2P9R" not in encrypt(SETTINGS, "letters", b"K7MW2P9R")


def test_another_purpose_or_key_reads_nothing() -> None:
    box = encrypt(SETTINGS, "letters", b"content")
    for settings, purpose in ((SETTINGS, "outbox"), (OTHER, "letters")):
        with pytest.raises(DecryptionError):
            decrypt(settings, purpose, box)


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_a_changed_byte_is_seen(position: int) -> None:
    box = bytearray(encrypt(SETTINGS, "letters", b"content"))
    box[position] ^= 1
    with pytest.raises(DecryptionError):
        decrypt(SETTINGS, "letters", bytes(box))


@pytest.mark.parametrize("length", [0, 1, 5, 13, 20])
def test_a_cut_text_is_seen(length: int) -> None:
    with pytest.raises(DecryptionError):
        decrypt(SETTINGS, "letters", encrypt(SETTINGS, "letters", b"content")[:length])


def test_each_purpose_has_its_own_key_which_stays_the_same() -> None:
    assert derive_key("secret", "a") != derive_key("secret", "b")
    # The value is written down: a change of the derivation would lock every installation out of its data.
    assert derive_key("secret", "audit").hex() == "ba49869a9a9319001243e6d25b354e24578046b34ffb75c4f44dab643d4b22cb"
