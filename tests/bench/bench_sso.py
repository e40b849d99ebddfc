"""Logins, single sign-on and token calls, measured: rate, p50, p99, and the processor's time for each.

    python -m tests.bench.bench_sso                 inside this process: what our own code costs
    python -m tests.bench.bench_sso --server        granian with two workers, and several callers at once

The figure to watch is the processor's time of a single sign-on, from the request with a session to the ID Token (RS256): it is
to stay under 2.5 ms where the yardstick, a signature and nothing else, takes 0.3 ms. A busy machine makes everything dearer: the
column "undisturbed" is the tenth of the calls that cost least.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.bench.lines import Inside, Line, Outside
from tests.bench.site import Person, Question, build, environment
from tests.factories import PASSWORD
from tests.live_server import free_port, granian
from tests.relying_parties import SECRET, basic

CLIENT = basic("icart", SECRET)
CSRF = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
WARM_UP = 20
CALLERS = 8


class Unexpected(Exception):
    """The site did not answer as it must."""


def expect(condition: object, what: object) -> None:
    """Stop the measurement where an answer is not the one to measure."""
    if not condition:
        raise Unexpected(what)


def authorize(line: Line, person: Person, question: Question) -> str:
    """The code of somebody who is signed in."""
    answer = line.call("GET", f"/oidc/authorize?{question.query}", cookie=person.cookie)
    expect(answer.status == 303, answer)
    (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
    return code


def exchange(line: Line, question: Question, code: str) -> str:
    """The access token for a code."""
    answer = line.call("POST", "/oidc/token", question.form(code), authorization=CLIENT["Authorization"])
    expect(answer.status == 200, answer)
    return str(json.loads(answer.body)["access_token"])


def sign_on(line: Line, person: Person) -> str:
    """From the request with a session to the tokens."""
    question = Question.new()
    return exchange(line, question, authorize(line, person, question))


def userinfo(line: Line, token: str) -> None:
    """The claims of a token."""
    expect(line.call("GET", "/oidc/userinfo", authorization=f"Bearer {token}").status == 200, "userinfo")


def sign_in(line: Line, person: Person) -> None:
    """The login page and the password."""
    page = line.call("GET", "/connexion")
    found = CSRF.search(page.body)
    expect(found, page)
    token = quote(found.group(1).decode() if found else "")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    answer = line.call("POST", "/connexion", f"csrf_token={token}&login={person.login}&password={PASSWORD}", cookie=cookie)
    expect(answer.status == 303, answer)


@dataclass
class Measured:
    """The times of one kind of call."""

    name: str
    walls: list[float] = field(default_factory=list)
    processor: float = 0.0
    elapsed: float = 0.0
    undisturbed: float | None = None
    """What a tenth of the calls cost at most: on a busy machine, near what all would cost on a quiet one."""

    def row(self) -> str:
        """A line of the table."""
        ordered = sorted(self.walls)
        p50, p99 = ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.99)] * 1000
        rate, cost = len(ordered) / self.elapsed, self.processor / len(ordered) * 1000
        quiet = "" if self.undisturbed is None else f"{self.undisturbed * 1000:.3f}"
        return f"{self.name:<34}{rate:>9.0f}{p50:>10.2f}{p99:>10.2f}{cost:>10.3f}{quiet:>12}"


HEADINGS = f"{'':<34}{'per s':>9}{'p50 ms':>10}{'p99 ms':>10}{'CPU ms':>10}{'undisturbed':>12}"


def measure(name: str, seconds: float, prepare: Callable[[], object], act: Callable[..., object]) -> Measured:
    """Do a thing again and again in this process; what it needs is prepared off the clock."""
    for _ in range(WARM_UP):
        act(prepare())
    measured, costs = Measured(name), list[float]()
    while measured.elapsed < seconds:
        needed = prepare()
        wall, processor = time.perf_counter(), time.process_time()
        act(needed)
        costs.append(time.process_time() - processor)
        measured.walls.append(time.perf_counter() - wall)
        measured.elapsed += measured.walls[-1]
    measured.processor, measured.undisturbed = sum(costs), sorted(costs)[len(costs) // 10]
    return measured


def inside(variables: dict[str, str], families: int, seconds: float) -> None:
    """Measure our own code, without a server."""
    site = build(variables, families)
    line, people = Inside(site.app), cycle(site.people)

    def asked() -> tuple[Person, Question]:
        return next(people), Question.new()

    def code() -> tuple[Question, str]:
        person, question = asked()
        return question, authorize(line, person, question)

    key = RSAKey.generate_key(2048)
    steps: list[tuple[str, Callable[[], object], Callable[..., object]]] = [
        ("authorize, signed in", asked, lambda pair: authorize(line, *pair)),
        ("token for a code, RS256", code, lambda pair: exchange(line, *pair)),
        ("single sign-on: both", lambda: next(people), lambda person: sign_on(line, person)),
        ("userinfo", lambda: sign_on(line, next(people)), lambda token: userinfo(line, token)),
        ("discovery", lambda: None, lambda _: line.call("GET", "/.well-known/openid-configuration")),
        ("login: page and password", lambda: next(people), lambda person: sign_in(line, person)),
        ("yardstick: one RS256 signature", lambda: None, lambda _: jwt.encode({"alg": "RS256"}, {"iss": "x"}, key)),
    ]
    say(HEADINGS)
    for name, prepare, act in steps:
        say(measure(name, seconds, prepare, act).row())


def outside(variables: dict[str, str], families: int, seconds: float) -> None:
    """Measure a server; the processor's time is that of its whole process tree."""
    site = build(variables, families)
    port = free_port()
    with granian(variables, port) as process:
        lines = [Outside(port) for _ in range(CALLERS)]
        say(f"{CALLERS} callers\n{HEADINGS}")
        for name, act in (("single sign-on", sign_on), ("login: page and password", sign_in)):
            for line in lines:
                act(line, site.people[0])
            before, started = processor_time(process), time.perf_counter()
            with ThreadPoolExecutor(CALLERS) as threads:
                shares = threads.map(lambda line: repeat(line, act, site.people, seconds), lines)  # noqa: B023 - used here
                walls = [wall for share in shares for wall in share]
            elapsed = time.perf_counter() - started
            say(Measured(name, walls, processor_time(process) - before, elapsed).row())


def repeat(line: Line, act: Callable[[Line, Person], object], people: tuple[Person, ...], seconds: float) -> list[float]:
    """One caller's share."""
    walls, end = [], time.perf_counter() + seconds
    for person in cycle(people):
        started = time.perf_counter()
        if started > end:
            break
        act(line, person)
        walls.append(time.perf_counter() - started)
    return walls


def processor_time(process: int) -> float:
    """What a process and its children have used so far, in seconds (Linux, proc(5))."""
    folder = Path(f"/proc/{process}")
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = (folder / "task" / str(process) / "children").read_text().split()
    return own + sum(processor_time(int(child)) for child in children)


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Read what is wanted, and measure it."""
    parser = argparse.ArgumentParser(description="Measure logins, single sign-on and token calls.")
    parser.add_argument("--server", action="store_true", help="a real server instead of this process")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each kind of call")
    parser.add_argument("--families", type=int, default=200)
    parser.add_argument("--database", help="instead of a SQLite file")
    parser.add_argument("--store", help="instead of a SQLite file")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="preau-bench-") as folder:
        variables = environment(Path(folder), wanted.database, wanted.store)
        # The log is written as in production, but nobody reads it here.
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - for the life of the process
        (outside if wanted.server else inside)(variables, wanted.families, wanted.seconds)


if __name__ == "__main__":
    main()
