"""The driver of the modules: a person with a browser, two clients, and the checks that are made at every step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from config.clock import FrozenClock
from tests.factories import PASSWORD
from tests.idp.oidc.conformance import checks
from tests.relying_parties import Attempt, RelyingParty, Tokens
from tests.visitor import Page, Visitor


@dataclass
class Suite:
    """What a module has at hand."""

    visitor: Visitor
    clock: FrozenClock
    client: RelyingParty
    client2: RelyingParty
    client_of_post: RelyingParty
    """One that gives its secret in the form."""
    login: str
    """Of a guardian who is past both gates."""
    new_visitor: Callable[[], Visitor]

    @property
    def issuer(self) -> str:
        return str(self.client.provider["issuer"])

    @property
    def now(self) -> float:
        return self.clock.now().timestamp()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds=seconds)

    def authorize(self, attempt: Attempt, client: RelyingParty | None = None, *, post: bool = False) -> Page:
        """Open the authorization endpoint in the person's browser, by GET or with a form of another site."""
        client = client or self.client
        if not post:
            return self.visitor.open(client.address(attempt))
        return self.visitor._request("POST", client.provider["authorization_endpoint"], data=attempt.parameters)

    def sign_in(self) -> Page:
        """Give the password on the login page that stands in front."""
        assert self.asks_for_a_password, self.visitor.page.text
        return self.visitor.submit({"login": self.login, "password": PASSWORD}, button="Se connecter")

    @property
    def asks_for_a_password(self) -> bool:
        """Whether the page in front is the login page."""
        page = self.visitor.page
        return page.path == "/connexion" and page.status == 200

    @property
    def shows_an_error(self) -> bool:
        """Whether the page in front is an error of ours that leads nowhere by itself."""
        page = self.visitor.page
        return page.status == 400 and not page.location and bool(page.heading)

    def log_in(self, client: RelyingParty | None = None, *, without: tuple[str, ...] = (), **parameters: str) -> Tokens:
        """A whole login of somebody who is not signed in yet, checked at each step."""
        client = client or self.client
        attempt = client.ask(without=without, **parameters)
        self.authorize(attempt, client)
        self.sign_in()
        return self.finish(attempt, client)

    def log_in_silently(self, client: RelyingParty | None = None, **parameters: str) -> Tokens:
        """A login of somebody who is signed in: no page may be shown."""
        client = client or self.client
        attempt = client.ask(without=(), **parameters)
        self.authorize(attempt, client)
        return self.finish(attempt, client)

    def finish(self, attempt: Attempt, client: RelyingParty | None = None) -> Tokens:
        """From the answer in the browser's address to tokens, with the checks of every module."""
        client = client or self.client
        answer = client.answer(self.visitor.page.location)
        checks.redirect(attempt, answer, self.issuer)
        return self.exchange(attempt, answer["code"], client)

    def exchange(self, attempt: Attempt, code: str, client: RelyingParty | None = None) -> Tokens:
        """Tokens for a code, checked."""
        client = client or self.client
        response = client.exchange(attempt, code)
        checks.token_response(response)
        tokens = client.verified(response)
        checks.id_token(tokens.claims, self.now, attempt.parameters.get("nonce"))
        return tokens

    def userinfo(self, tokens: Tokens, client: RelyingParty | None = None) -> dict[str, Any]:
        """UserInfo by GET, checked."""
        client = client or self.client
        response = client.http.get(client.provider["userinfo_endpoint"], headers=bearer(tokens))
        return self.checked_userinfo(response, tokens)

    def checked_userinfo(self, response: TestResponse, tokens: Tokens) -> dict[str, Any]:
        """An answer of UserInfo, checked."""
        assert response.status_code == 200, response.text
        checks.unkept_json(response)
        claims: dict[str, Any] = response.json or {}
        checks.userinfo(claims, tokens.claims["sub"])
        return claims

    def expect_error(self, attempt: Attempt, *allowed: str) -> dict[str, str]:
        """The error with which the browser came back."""
        answer = self.client.answer(self.visitor.page.location)
        checks.authorization_error(attempt, answer, self.issuer, *allowed)
        return answer

    def expect_logged_out(self) -> None:
        """A request that may show nothing finds nobody."""
        attempt = self.client.ask(prompt="none")
        self.authorize(attempt)
        self.expect_error(attempt, "login_required")


def bearer(tokens: Tokens) -> dict[str, str]:
    """The header of an access token."""
    return {"Authorization": f"Bearer {tokens.access_token}"}
