"""Password hashes: argon2id by libsodium, behind the only door to it.

libsodium chooses the processor's vector instructions at run time and lets other threads run meanwhile. A hash takes one
core and 19 MiB for about 11 ms, so no more run at once than there are cores: a rush of logins then queues instead of thrashing.
"""

import unicodedata

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id, verify

from config.cores import a_core

MEMORY = 19 * 1024 * 1024
PASSES = 2
PREFIX = f"$argon2id$v=19$m={MEMORY // 1024},t={PASSES},p=1$"
"""How a hash with today's parameters begins."""


def hash_password(password: str) -> str:
    """The hash to keep in a password's place, parameters and salt included."""
    with a_core():
        return argon2id.str(_prepared(password), opslimit=PASSES, memlimit=MEMORY).decode()


def verify_password(password_hash: str, password: str) -> bool:
    """Whether this is the password of that hash, whatever parameters the hash was made with."""
    with a_core():
        try:
            return verify(password_hash.encode(), _prepared(password))
        except InvalidkeyError:
            return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's; then a right password is hashed anew."""
    return not password_hash.startswith(PREFIX)


def waste_time(password: str) -> None:
    """Take as long as a verification, where there is no hash to verify: an unknown login answers no faster (R32)."""
    verify_password(_nobodys_hash, password)


def _prepared(password: str) -> bytes:
    # The same accented letter comes as one character from one keyboard and as two from another.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


_nobodys_hash = hash_password("nobody's password")
