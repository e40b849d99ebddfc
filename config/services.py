"""What use cases need of the world, built once by `create_app` and passed first, explicitly."""

from dataclasses import dataclass

from flask import current_app

from config.audit import AuditTrail
from config.clock import Clock
from config.documents import Documents
from config.keys import KeyRing
from config.links import Links
from config.outbox import Outbox
from config.settings import Settings
from config.store import EphemeralStore


@dataclass(frozen=True)
class Services:
    """The eight things that a use case may reach for; a test replaces any of them."""

    settings: Settings
    clock: Clock
    store: EphemeralStore
    keys: KeyRing
    links: Links
    documents: Documents
    outbox: Outbox
    audit: AuditTrail


def current() -> Services:
    """The services of the running application; only `web` and `cli` ask for them this way."""
    services: Services = current_app.extensions["services"]
    return services
