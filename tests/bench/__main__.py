"""All the measures that take a minute or two, one after the other, each in a process of its own: `make bench`.

An académie's import takes several: `python -m tests.bench.bench_import`.
"""

import subprocess
import sys

MEASURES = (("bench_sso",), ("bench_sso", "--server"), ("bench_letters",))


def main() -> None:
    """Run each, under its own command line."""
    for module, *arguments in MEASURES:
        sys.stdout.write(f"\n== {' '.join((module, *arguments))}\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", f"tests.bench.{module}", *arguments], check=True)


if __name__ == "__main__":
    main()
