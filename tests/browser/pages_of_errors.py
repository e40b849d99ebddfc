"""How to get to the page of each error code: a route of tests raises it."""

from flask import Flask

from config.access import public
from config.errors import CATALOGUE, ApplicationError
from tests.browser.stroll import Stroll, page


def add_failing_route(app: Flask) -> None:
    """A page that stops with the code of its address; before the application answers its first request."""

    @public
    def fail(code: str) -> str:
        raise ApplicationError(code)

    app.add_url_rule("/test/erreur/<code>", view_func=fail)


def _walk_to(code: str) -> None:
    @page(f"erreur-{code.replace('_', '-')}")
    def fail(stroll: Stroll) -> None:
        stroll.open(f"/test/erreur/{code}")


for code in CATALOGUE:
    _walk_to(code)
