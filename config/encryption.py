"""Encryption at rest with keys made from the secret key: AES-256-GCM, one derived key per purpose.

A text encrypted for one purpose cannot be read under another: each purpose has its own key, and the purpose is authenticated too.
"""

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.settings import Settings

VERSION = b"\x01"
NONCE_BYTES = 12


class DecryptionError(Exception):
    """The text was changed, cut, made for another purpose, or made with another secret key."""


@lru_cache(maxsize=64)
def derive_key(secret: str, purpose: str) -> bytes:
    """32 bytes that belong to this purpose alone (RFC 5869); knowing one tells nothing of the secret or of another."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"preau:" + purpose.encode()).derive(secret.encode())


def encrypt(settings: Settings, purpose: str, content: bytes) -> bytes:
    """The content, readable only by `decrypt` with the same purpose and secret key."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(settings, purpose).encrypt(nonce, content, purpose.encode())


def decrypt(settings: Settings, purpose: str, box: bytes) -> bytes:
    """What was encrypted for this purpose; anything else raises DecryptionError."""
    if box[:1] != VERSION:
        raise DecryptionError("unknown format")
    nonce, text = box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :]
    try:
        return _cipher(settings, purpose).decrypt(nonce, text, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise DecryptionError("not encrypted for this purpose with this secret key") from error


def _cipher(settings: Settings, purpose: str) -> AESGCM:
    return AESGCM(derive_key(settings.secret_key.get_secret_value(), f"encryption:{purpose}"))
