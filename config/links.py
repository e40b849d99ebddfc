"""Addresses that leave the site: absolute ones, and signed tokens for the links of e-mails.

A token carries its purpose (another purpose's token is invalid) and its date, both signed. It is readable by its holder:
put ids in it, no secret. Single use is the business of the use case that acts on it.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer

from config.clock import Clock
from config.encryption import derive_key
from config.settings import Settings


class LinkInvalid(Exception):
    """The token was cut, changed, or made for something else."""


class LinkExpired(Exception):
    """The token is genuine but older than allowed."""


class Links:
    """Makes addresses and tokens; reads tokens back."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._base_url = str(settings.http.base_url).rstrip("/")
        self._key = derive_key(settings.secret_key.get_secret_value(), "links")
        self._clock = clock

    def absolute(self, path: str, **query: str | int) -> str:
        """The full address of a path of this site: from the settings, never from what the browser says its host is."""
        return f"{self._base_url}/{path.lstrip('/')}" + (f"?{urlencode(query)}" if query else "")

    def sign(self, purpose: str, payload: dict[str, Any]) -> str:
        """A token that fits in an address and says `payload`, for this purpose, as of now."""
        # The age is measured on the application's clock, so the date is ours and not that of itsdangerous' timed signer.
        return self._serializer(purpose).dumps([int(self._clock.now().timestamp()), payload])

    def read(self, purpose: str, token: str, max_age: timedelta | None) -> dict[str, Any]:
        """What the token says; raises LinkInvalid or LinkExpired."""
        try:
            signed_at, payload = self._serializer(purpose).loads(token)
        except BadData as error:
            raise LinkInvalid(purpose) from error
        if max_age is not None and self._clock.now() > datetime.fromtimestamp(signed_at, UTC) + max_age:
            raise LinkExpired(purpose)
        return dict(payload)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        signer = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        return URLSafeSerializer(self._key, salt=f"preau.link.{purpose}", signer_kwargs=signer)
