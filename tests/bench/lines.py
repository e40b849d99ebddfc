"""Two ways to call a site: inside this process, where its own time is measured alone; and over HTTP, as everybody does."""

import http.client
import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line(Protocol):
    """A way to the site."""

    def call(self, method: str, address: str, form: str | None = None, **headers: str) -> Answer:
        """Send a request; header names are written with underscores."""


class Inside:
    """Calls the WSGI application, with nothing in between."""

    def __init__(self, app: Flask) -> None:
        self._app: Any = app.wsgi_app

    def call(self, method: str, address: str, form: str | None = None, **headers: str) -> Answer:
        path, _, query = address.partition("?")
        body = (form or "").encode()
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "preau.test",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "preau.test",
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        if form is not None:
            environ |= {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body))}
        heard: list[Any] = []
        parts: Iterable[bytes] = self._app(environ, lambda status, told, _error=None: heard.extend((status, told)))
        content = b"".join(parts)
        if (close := getattr(parts, "close", None)) is not None:
            close()
        return Answer(int(heard[0].split()[0]), {name.title(): value for name, value in heard[1]}, content)


class Outside:
    """Calls a server at a port of this machine, on one connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, method: str, address: str, form: str | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if form is not None:
            sent["Content-Type"] = FORM
        self._connection.request(method, address, form, sent)
        response = self._connection.getresponse()
        content = response.read()
        return Answer(response.status, {name.title(): value for name, value in response.getheaders()}, content)
