"""`flask demo`: build the demonstration the first time, then run it until Ctrl-C. `make run` calls it."""

import click
from flask.cli import with_appcontext

from config.database import db
from config.services import current
from idp.demo.mailbox import start_catcher
from idp.demo.plan import announcement, folder_of, read_or_build, site_port
from idp.demo.processes import run_all
from idp.demo.relying_party import Service
from idp.demo.site import create_site


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Run the demonstration académie, its mailbox and its sample services."""
    services = current()
    settings = services.settings
    if settings.mode != "demonstration":
        raise click.ClickException('Only settings with mode = "demonstration" can run it: use `make run`.')
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    click.echo("Préparation de la démonstration…")
    catcher = start_catcher(folder / "courrier", settings.mail.port)
    try:
        plan = read_or_build(services)
        db.session.remove()
        db.engine.dispose()
        samples = {entry["slug"]: Service(**entry) for entry in plan["services"]}
        site = create_site(folder, settings.http.base_url, samples)
        run_all(settings, site, site_port(settings), lambda: click.echo(announcement(plan, settings)))
    finally:
        catcher.stop()


COMMANDS: tuple[click.Command, ...] = (demo,)
