"""`flask demo`: build the demonstration the first time, then run it until Ctrl-C. `make run` calls it."""

import json
import shutil
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from config import migrations
from config.database import db
from config.services import Services, current
from config.settings import ROOT
from idp.demo.academy import FILES, STAFF_EMAIL, STAFF_PASSWORD, build_academy, register_services
from idp.demo.families import play_families
from idp.demo.mailbox import start_catcher
from idp.demo.places import PLACES
from idp.demo.processes import run_all
from idp.demo.relying_party import Service
from idp.demo.site import create_site

FOLDER = ROOT / "var" / "demonstration"
PLAN = FOLDER / "demonstration.json"
SITE_PORT = 8001
SITE = f"http://localhost:{SITE_PORT}"


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Run the demonstration académie, its mailbox and its sample services."""
    services = current()
    if services.settings.mode != "demonstration":
        raise click.ClickException('Only settings with mode = "demonstration" can run it: use `make run`.')
    FOLDER.mkdir(parents=True, exist_ok=True)
    catcher = start_catcher(FOLDER / "courrier", services.settings.mail.port)
    try:
        plan = json.loads(PLAN.read_text()) if PLAN.exists() else build(services)
        samples = {entry["slug"]: Service(**entry) for entry in plan["services"]}
        db.session.remove()
        db.engine.dispose()
        issuer = services.settings.http.base_url
        run_all(services.settings, lambda: create_site(FOLDER, issuer, samples), SITE_PORT, lambda: announce(plan, issuer))
    finally:
        catcher.stop()


def build(services: Services) -> dict[str, Any]:
    """Make the académie, and write down last what the visitor needs: an interrupted start begins again from nothing."""
    click.echo("Préparation de la démonstration : deux collèges, un lycée, leurs familles…")
    for stale in FOLDER.glob("*.sqlite*"):
        stale.unlink(missing_ok=True)
    migrations.upgrade(db.engine)
    schools = build_academy(services, PLACES)
    samples = register_services(services, SITE)
    families, letters = play_families(services, schools)
    publish(letters)
    plan: dict[str, Any] = {
        "families": families,
        "to_import": [[place.school.name, f"{place.school.uai}.zip"] for place in PLACES if not place.imported],
        "services": [vars(sample) for sample in samples],
        "staff": {"email": STAFF_EMAIL, "password": STAFF_PASSWORD},
    }
    _write(PLAN, json.dumps(plan, ensure_ascii=False, indent=2))
    return plan


def publish(letters: bytes) -> None:
    """Put the printed letters, and the school file that is left to import, where the site shows them."""
    shown = FOLDER / "fichiers"
    shown.mkdir(exist_ok=True)
    (shown / "lettres.pdf").write_bytes(letters)
    for place in PLACES:
        if not place.imported:
            shutil.copy(FILES / f"{place.school.uai}.zip", shown)


def announce(plan: dict[str, Any], issuer: str) -> None:
    """Say what to open and which codes to try."""
    lines = ["", f"Préau est prêt : commencez par {SITE}/", f"  Préau lui-même     {issuer}/"]
    lines += [f"  Le courrier        {SITE}/courrier"]
    lines += [f"  {service['name']:<18} {SITE}/services/{service['slug']}" for service in plan["services"]]
    lines += [f"  Le secrétariat     {issuer}/etablissement   {STAFF_EMAIL}   {STAFF_PASSWORD}", ""]
    for family in plan["families"]:
        lines += [family["title"], *(f"  {name:<34} {value}" for name, value in family["lines"]), ""]
    lines.append("Ctrl-C arrête tout ; les données restent jusqu'à « make run-clean ».")
    click.echo("\n".join(lines))


def _write(path: Path, text: str) -> None:
    """All of it or nothing, whenever the process dies."""
    draft = path.with_suffix(".part")
    draft.write_text(text)
    draft.replace(path)


COMMANDS: tuple[click.Command, ...] = (demo,)
