"""Pairwise identifiers: one per person and sector, so that two services cannot join their files (R95, D26).

The derivation has no memory: it depends on a key that never changes, on the sector and on our own number of the account
or pupil. It is the same for every protocol, so a service that moves from one to another keeps its users.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass


@dataclass(frozen=True)
class Sector:
    """Those who may recognise a person between themselves: one relying party, or several that share a sector."""

    key: bytes
    name: str

    def account(self, account_id: int) -> str:
        """The subject of an account in this sector."""
        return self._identifier("account", account_id)

    def pupil(self, pupil_id: int) -> str:
        """The identifier of a child in this sector; never equal to a subject."""
        return self._identifier("pupil", pupil_id)

    def _identifier(self, kind: str, number: int) -> str:
        message = "\0".join((kind, self.name, str(number))).encode()
        return urlsafe_b64encode(hmac.digest(self.key, message, hashlib.sha256)).rstrip(b"=").decode()
