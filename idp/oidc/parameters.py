"""Reading the parameters of a request as OAuth reads them: once each, and empty is absent (RFC 6749 §3.1, §3.2)."""

from collections.abc import Iterable
from urllib.parse import urlencode

from idp.oidc.errors import invalid_request

LONGEST = 2048
"""More than any honest state or nonce; both are kept with the request while the person logs in."""


class Parameters:
    """The parameters of one request; the ones that nobody asks for are never looked at."""

    def __init__(self, lists: Iterable[tuple[str, list[str]]]) -> None:
        self._values: dict[str, str] = {}
        self._repeated: set[str] = set()
        for name, values in lists:
            if len(values) > 1:
                self._repeated.add(name)
            elif values[0]:
                self._values[name] = values[0]

    def get(self, name: str) -> str | None:
        """The value; None when it is absent or empty. A parameter given twice has no value to trust: `invalid_request`."""
        if name in self._repeated:
            raise invalid_request(f"The parameter {name} is given more than once.")
        return self._values.get(name)

    def once(self, name: str) -> str | None:
        """The value if it was given exactly once; for what must be readable before an error can be sent anywhere."""
        return self._values.get(name)

    def required(self, name: str) -> str:
        """The value, or `invalid_request`."""
        value = self.get(name)
        if value is None:
            raise invalid_request(f"The parameter {name} is missing.")
        return value

    def short(self, name: str) -> str | None:
        """The value of a parameter that is kept and echoed, so that its length is our business."""
        value = self.get(name)
        if value is not None and len(value) > LONGEST:
            raise invalid_request(f"The parameter {name} is longer than {LONGEST} characters.")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """A list separated by spaces, in order and without repetition."""
        return tuple(dict.fromkeys((self.get(name) or "").split()))

    def as_query(self, names: Iterable[str]) -> str:
        """Those of these parameters that were given once, as the query of an address."""
        return urlencode({name: self._values[name] for name in names if name in self._values})
