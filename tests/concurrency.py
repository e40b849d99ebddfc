"""Several people at the same moment: calls that start together, each with its own database session."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from config.database import db

T = TypeVar("T")


def together(app: Flask, calls: Sequence[Callable[[], T]]) -> list[T]:
    """Run the calls in threads that set off at once; their results, in order. What one raises is raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        with app.app_context():
            start.wait(timeout=30)
            try:
                return call()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
