"""What the demonstration is made of and where it is kept, built the first time and found again afterwards."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import migrations
from config.database import db
from config.services import Services
from config.settings import Settings
from idp.demo.academy import FILES, STAFF_EMAIL, STAFF_PASSWORD, build_academy, register_services
from idp.demo.families import play_families
from idp.demo.places import PLACES

Plan = dict[str, Any]
"""What the visitor is told, as `demonstration.json` keeps it."""


def folder_of(settings: Settings) -> Path:
    """Where everything of the demonstration is: beside its keys."""
    return settings.keys.directory.parent


def site_port(settings: Settings) -> int:
    """The port of the sample services and the mailbox: the one after Préau's."""
    return (urlsplit(settings.http.base_url).port or 80) + 1


def site_address(settings: Settings) -> str:
    """The address of the sample services and the mailbox."""
    return f"http://localhost:{site_port(settings)}"


def read_or_build(services: Services) -> Plan:
    """The plan of an earlier start, or a new demonstration; an interrupted first start begins again from nothing."""
    kept = folder_of(services.settings) / "demonstration.json"
    if kept.exists():
        plan: Plan = json.loads(kept.read_text())
        return plan
    plan = build(services)
    draft = kept.with_suffix(".part")
    draft.write_text(json.dumps(plan, ensure_ascii=False, indent=2))
    draft.replace(kept)
    return plan


def build(services: Services) -> Plan:
    """Make the académie in a new database."""
    folder = folder_of(services.settings)
    for stale in folder.glob("*.sqlite*"):
        stale.unlink()
    migrations.upgrade(db.engine)
    schools = build_academy(services, PLACES)
    samples = register_services(services, site_address(services.settings))
    families, letters = play_families(services, schools)
    _publish(folder / "fichiers", letters)
    return {
        "families": families,
        "to_import": [[place.school.name, f"{place.school.uai}.zip"] for place in PLACES if not place.imported],
        "services": [vars(sample) for sample in samples],
        "staff": {"email": STAFF_EMAIL, "password": STAFF_PASSWORD},
    }


def announcement(plan: Plan, settings: Settings) -> str:
    """What to open, and the codes to try."""
    issuer, site = settings.http.base_url, site_address(settings)
    lines = [
        "",
        f"Préau est prêt : commencez par {site}/",
        f"  Préau lui-même     {issuer}/",
        f"  Le courrier        {site}/courrier",
    ]
    lines += [f"  {service['name']:<18} {site}/services/{service['slug']}" for service in plan["services"]]
    lines += [f"  Le secrétariat     {issuer}/etablissement   {STAFF_EMAIL}   {STAFF_PASSWORD}", ""]
    for family in plan["families"]:
        lines += [family["title"], *(f"  {name:<34} {value}" for name, value in family["lines"]), ""]
    return "\n".join([*lines, "Ctrl-C arrête tout ; les données restent jusqu'à « make run-clean »."])


def _publish(shown: Path, letters: bytes) -> None:
    """Put the printed letters, and the school files that are left to import, where the site shows them."""
    shown.mkdir(exist_ok=True)
    (shown / "lettres.pdf").write_bytes(letters)
    for place in PLACES:
        if not place.imported:
            shutil.copy(FILES / f"{place.school.uai}.zip", shown)
