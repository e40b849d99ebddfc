"""Random secrets that are handed out, and the digest under which they are kept."""

import hashlib
import secrets


def new_token(bits: int = 256) -> str:
    """A fresh random token of at least `bits` bits, in base64url."""
    return secrets.token_urlsafe((bits + 7) // 8)


def digest(token: str) -> str:
    """What is stored in a random token's place.

    Tokens carry 128 bits or more, so one SHA-256 is enough: there is nothing to guess, and no need of a slow hash.
    """
    return hashlib.sha256(token.encode()).hexdigest()
