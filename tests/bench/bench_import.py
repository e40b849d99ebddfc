"""How long an académie's import takes, and how much memory: preview, apply, and the same file again.

    python -m tests.bench.bench_import --pupils 100000
    python -m tests.bench.bench_import --postgresql

The target: 100,000 pupils and 180,000 adults in under 300 s (preview and apply) and 500 MB, on two cores, without letters.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import wsgi
from account_mgmt.models import Academy, ImportBatch, School
from account_mgmt.services.siecle.archive import Upload, pack
from account_mgmt.services.siecle.plans import Scope
from account_mgmt.services.siecle_import import ApplyProblem, apply, preview
from config.database import Base, db, transaction
from config.services import Services
from config.settings import Settings
from tests.servers import own_the_run, postgresql_url


def main() -> None:
    """Generate, import, import again, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pupils", type=int, default=100_000)
    parser.add_argument("--database", help="An empty database; by default SQLite in a temporary folder.")
    parser.add_argument(
        "--postgresql", action="store_true", help="In a PostgreSQL of its own, started for the time of the bench."
    )
    parser.add_argument("--file", type=Path, help="A zip made earlier by siecle_files, in the place of a new one.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.file or _generated(options.pupils, Path(folder))
        if options.postgresql:
            own_the_run()
        app = wsgi.create_app(_settings(Path(folder), postgresql_url() if options.postgresql else options.database))
        with app.app_context():
            _run(app.extensions["services"], file)


def _run(services: Services, file: Path) -> None:
    Base.metadata.create_all(db.engine)
    scope = _scope(file)
    with file.open("rb") as stream:
        upload = pack([(file.name, stream)])
    _say(f"at the start, {len(upload.content) / 1e6:.0f} MB of zip: {_memory():.0f} MB of memory")
    spent = _import(services, upload, scope, "first import")
    _import(services, upload, scope, "the same file again")
    _say(f"preview and apply: {spent:.0f} s (target 300), at most {_memory():.0f} MB (target 500)")


def _import(services: Services, upload: Upload, scope: Scope, what: str) -> float:
    _say(f"{what}: preview")
    batch, previewed = _timed(lambda: preview(services, upload, scope, "cli"))
    if batch.problem:
        raise SystemExit(f"refused: {batch.problem}")
    _say(f"  {batch.plan['changes']} rows to write: {batch.plan['totals']}")
    _say(f"{what}: apply")
    _, applied = _timed(lambda: apply(services, batch.id, "cli"))
    return previewed + applied


def _timed(act: Callable[[], ImportBatch | ApplyProblem]) -> tuple[ImportBatch, float]:
    start, busy = time.perf_counter(), time.process_time()
    result = act()
    if isinstance(result, ApplyProblem):
        raise SystemExit(f"not applied: {result}")
    elapsed = time.perf_counter() - start
    _say(f"  {elapsed:.1f} s, of which {time.process_time() - busy:.1f} s of this process's CPU; {_memory():.0f} MB at most")
    return result, elapsed


def _scope(file: Path) -> Scope:
    """An académie with all the schools of the file, the folders of the zip."""
    with zipfile.ZipFile(file) as archive:
        uais = sorted({name.split("/")[0] for name in archive.namelist()})
    with transaction() as session:
        academy = Academy(code="bench", name="Académie du banc d'essai", sender="banc@preau.example")
        session.add(academy)
        session.flush()
        session.add_all(School(academy_id=academy.id, uai=uai, name=f"Établissement {uai}") for uai in uais)
    return Scope(academy.id, None)


def _generated(pupils: int, folder: Path) -> Path:
    """The file, made by another process so that its memory does not count."""
    file = folder / "academie.zip"
    command = [sys.executable, "-m", "tests.bench.siecle_files", "--pupils", str(pupils), "--output", str(file)]
    subprocess.run(command, check=True)
    return file


def _settings(folder: Path, database: str | None) -> Settings:
    return Settings.model_validate(
        {
            "mode": "test",
            "secret_key": "a secret for the bench, long enough and known to everybody",
            "http": {"base_url": "http://localhost"},
            "database": {"url": database or f"sqlite:///{folder}/preau.sqlite"},
            "store": {"url": f"sqlite:///{folder}/store.sqlite"},
            "keys": {"directory": folder / "keys"},
        }
    )


def _memory() -> float:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
