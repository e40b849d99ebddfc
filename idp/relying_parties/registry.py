"""Writing the registry: register or update from a file, suspend, resume, give and end secrets. All of it is audited.

A secret is returned once, to be shown, and kept as a digest. Each write gives the row a new version, by which every process
notices (`services.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from account_mgmt.models import Academy
from config.audit import AuditEvent
from config.database import transaction
from config.services import Services
from config.tokens import digest, new_token
from idp.relying_parties.domain.oidc_settings import LIVE_SECRETS, SECRET_METHODS, ClientSecret, OidcSettings
from idp.relying_parties.domain.problems import Code, Problem
from idp.relying_parties.domain.validation import Draft, read_draft
from idp.relying_parties.models import RelyingParty, new_version


class UnknownRelyingParty(LookupError):
    """No relying party has this client_id."""


class HasNoSecret(ValueError):
    """The relying party does not authenticate by a secret."""


@dataclass(frozen=True)
class Registered:
    """What came of a registration file."""

    client_id: str
    created: bool
    changed: tuple[str, ...] = ()
    """The names of the columns that an update changed."""
    secret: str | None = None
    """Shown once; none where the relying party has one already, or needs none."""
    new_subjects: bool = False
    """The sector changed: the relying party will know everybody under a new subject (R95)."""


def register(services: Services, document: Mapping[str, Any], actor: str) -> Registered | list[Problem]:
    """Write a registration file into the registry: a new relying party, or the changes of a known one."""
    draft = read_draft(document, services.settings.mode)
    if isinstance(draft, list):
        return draft
    with transaction() as session:
        if problems := _unknown_academies(session, draft):
            return problems
        row = session.scalars(select(RelyingParty).where(RelyingParty.client_id == draft.client_id)).one_or_none()
        return _create(services, session, draft, actor) if row is None else _update(services, session, row, draft, actor)


def set_suspended(services: Services, client_id: str, actor: str, *, suspended: bool) -> None:
    """Close a relying party at once, or open it again; raises UnknownRelyingParty."""
    with transaction() as session:
        row = _known(session, client_id)
        row.suspended_at = services.clock.now() if suspended else None
        _changed(services, row, actor, ["suspended_at"])


def rotate_secret(services: Services, client_id: str, actor: str, *, at_once: bool = False) -> str:
    """A new secret, shown once. The one before stays good beside it, unless `at_once`; any older one is over."""
    with transaction() as session:
        row = _known(session, client_id)
        settings = OidcSettings.from_dict(row.settings)
        if settings.token_endpoint_auth_method not in SECRET_METHODS:
            raise HasNoSecret(client_id)
        secret, kept = _new_secret(services)
        earlier = () if at_once else settings.secrets[-(LIVE_SECRETS - 1) :]
        row.settings = replace(settings, secrets=(*earlier, kept)).to_dict()
        _changed(services, row, actor, ["secrets"])
        return secret


def end_earlier_secrets(services: Services, client_id: str, actor: str) -> int:
    """End every secret but the newest, once the relying party uses that one; says how many ended."""
    with transaction() as session:
        row = _known(session, client_id)
        settings = OidcSettings.from_dict(row.settings)
        ended = max(0, len(settings.secrets) - 1)
        if ended:
            row.settings = replace(settings, secrets=settings.secrets[-1:]).to_dict()
            _changed(services, row, actor, ["secrets"])
        return ended


def _create(services: Services, session: Session, draft: Draft, actor: str) -> Registered:
    secret, settings = _with_a_secret(services, draft.settings)
    row = RelyingParty(**_columns(session, draft, settings), client_id=draft.client_id, created_at=services.clock.now())
    session.add(row)
    session.flush()
    services.audit.record(AuditEvent.RELYING_PARTY_REGISTERED, actor=actor, relying_party_id=row.id)
    return Registered(draft.client_id, created=True, secret=secret)


def _update(services: Services, session: Session, row: RelyingParty, draft: Draft, actor: str) -> Registered:
    before = OidcSettings.from_dict(row.settings)
    secret, settings = _with_a_secret(services, replace(draft.settings, secrets=before.secrets))
    columns = _columns(session, draft, settings)
    changed = sorted(name for name, value in columns.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, columns[name])
    if changed:
        _changed(services, row, actor, changed)
    return Registered(
        draft.client_id,
        created=False,
        changed=tuple(changed),
        secret=secret,
        new_subjects=before.sector_identifier != settings.sector_identifier,
    )


def _columns(session: Session, draft: Draft, settings: OidcSettings) -> dict[str, Any]:
    academy_id = session.scalars(select(Academy.id).where(Academy.code == draft.academy)).one_or_none() if draft.academy else None
    return {
        "name": draft.name,
        "protocol": draft.protocol,
        "academy_id": academy_id,
        "description": draft.description,
        "url": draft.url,
        "audience": draft.audience,
        "schools": draft.schools,
        "teleservice": draft.teleservice,
        "attributes": draft.attributes,
        "entry": draft.entry,
        "settings": settings.to_dict(),
    }


def _with_a_secret(services: Services, settings: OidcSettings) -> tuple[str | None, OidcSettings]:
    """The settings with a live secret where the method asks for one, and without any where it does not."""
    if settings.token_endpoint_auth_method not in SECRET_METHODS:
        return None, replace(settings, secrets=())
    if settings.secrets:
        return None, settings
    secret, kept = _new_secret(services)
    return secret, replace(settings, secrets=(kept,))


def _new_secret(services: Services) -> tuple[str, ClientSecret]:
    secret = new_token()
    return secret, ClientSecret(digest(secret), services.clock.now().isoformat())


def _unknown_academies(session: Session, draft: Draft) -> list[Problem]:
    known = tuple(session.scalars(select(Academy.code).order_by(Academy.code)))
    named = [("schools.academies", code) for code in draft.schools.get("academies", ())]
    named += [("academy", draft.academy)] if draft.academy else []
    return [Problem(line, Code.UNKNOWN_ACADEMY, code, known) for line, code in named if code not in known]


def _known(session: Session, client_id: str) -> RelyingParty:
    row = session.scalars(select(RelyingParty).where(RelyingParty.client_id == client_id)).one_or_none()
    if row is None:
        raise UnknownRelyingParty(client_id)
    return row


def _changed(services: Services, row: RelyingParty, actor: str, names: list[str]) -> None:
    row.version = new_version()
    details = {"fields": names}
    services.audit.record(AuditEvent.RELYING_PARTY_CHANGED, actor=actor, relying_party_id=row.id, details=details)
