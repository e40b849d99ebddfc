"""Reading an authorization request: first where an answer may go at all, then what is asked (OIDC Core §3.1.2).

Until the client and its exact redirect URI are known, an error is a page of ours: nobody is ever sent to an address that
was not registered. From there on an error goes back to the relying party.
"""

from dataclasses import dataclass
from typing import Any

from config.errors import ApplicationError
from config.services import Services
from idp.domain.authentication_request import AuthenticationRequest
from idp.oidc import pkce
from idp.oidc.claims import CLAIMS, OFFLINE_ACCESS, OPENID, SCOPE_ATTRIBUTES, attributes_of, claims_of_scopes
from idp.oidc.claims_request import ClaimsRequest, read_claims
from idp.oidc.clients import PROTOCOL, find_client
from idp.oidc.errors import OAuthError, invalid_request
from idp.oidc.id_token import PASSWORD_CONTEXT, read_hint
from idp.oidc.parameters import LONGEST, Parameters
from idp.relying_parties.domain import Registration
from idp.relying_parties.domain.oidc_settings import OidcSettings

PROMPTS = ("none", "login", "consent", "select_account")
RESPONSE_MODES = ("query", "form_post")
LONGEST_AGE = 10
"""Digits of a max_age: three centuries."""


@dataclass(frozen=True)
class ReturnAddress:
    """Where the answer goes, verified: the only thing that an error needs."""

    redirect_uri: str
    state: str | None
    response_mode: str = "query"


@dataclass(frozen=True)
class Luggage:
    """What the front end needs when it answers, perhaps an hour later: `AuthenticationRequest.reply`."""

    address: ReturnAddress
    relying_party_id: int
    client_id: str
    origins: tuple[str, ...]
    nonce: str | None
    challenge: str | None
    scope: tuple[str, ...]
    in_userinfo: tuple[str, ...]
    in_id_token: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**self.__dict__, "address": self.address.__dict__}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Luggage":
        """Back from JSON, where tuples became lists."""
        lists = {name: tuple(stored[name]) for name in ("origins", "scope", "in_userinfo", "in_id_token")}
        return cls(**{**stored, **lists, "address": ReturnAddress(**stored["address"])})


def asking_client(parameters: Parameters) -> Registration:
    """Who asks; an unknown client is an error page."""
    client = find_client(parameters.once("client_id"))
    if client is None:
        raise ApplicationError("oidc_unknown_client")
    return client


def return_address(client: Registration, parameters: Parameters) -> ReturnAddress:
    """Where the answer goes: an address registered by this client, letter for letter, or an error page (RFC 9700 §4.1.3)."""
    redirect_uri = parameters.once("redirect_uri")
    if redirect_uri is None or redirect_uri not in client.oidc.redirect_uris:
        raise ApplicationError("oidc_unknown_return_address", service=client.name)
    state, mode = parameters.once("state"), parameters.once("response_mode")
    if state is not None and len(state) > LONGEST:
        state = None  # the request will be refused for it, and an echo would be as long
    return ReturnAddress(redirect_uri, state, mode if mode in RESPONSE_MODES else "query")


def read_request(
    services: Services, client: Registration, address: ReturnAddress, parameters: Parameters
) -> AuthenticationRequest:
    """What is asked, in the pipeline's words; raises OAuthError, to be sent to the return address.

    Parameters that we do not know are ignored, the ones that we know are checked (§3.1.2.1, §3.1.2.2).
    """
    _check_form(parameters)
    claims = read_claims(parameters.get("claims"))
    _check_context(claims)
    luggage = _luggage(client, address, parameters, claims)
    prompts = _prompts(parameters)
    return AuthenticationRequest(
        protocol=PROTOCOL,
        relying_party_id=client.id,
        received_at=services.clock.now(),
        passive="none" in prompts,
        reauthenticate="login" in prompts or "select_account" in prompts,
        max_age=_max_age(parameters.get("max_age")),
        requested=frozenset(str(name) for name in attributes_of(luggage.scope, claims.userinfo + claims.id_token)),
        login_hint=parameters.short("login_hint"),
        ui_locales=parameters.words("ui_locales"),
        expected_subject=_expected_subject(services, client, parameters.get("id_token_hint"), claims),
        reply=luggage.to_dict(),
    )


def _check_form(parameters: Parameters) -> None:
    """What every request must be: a code flow, by plain parameters, answered in a way that we know."""
    for name in ("client_id", "redirect_uri", "state"):
        parameters.short(name)
    if parameters.get("request") is not None:
        raise OAuthError("request_not_supported", "Request objects are not supported.")
    if parameters.get("request_uri") is not None:
        raise OAuthError("request_uri_not_supported", "Request objects are not supported.")
    if parameters.required("response_type") != "code":
        raise OAuthError("unsupported_response_type", "The only response type is code.")
    mode = parameters.get("response_mode")
    if mode is not None and mode not in RESPONSE_MODES:
        raise invalid_request("The response mode must be query or form_post.")


def _luggage(client: Registration, address: ReturnAddress, parameters: Parameters, claims: ClaimsRequest) -> Luggage:
    scope = _scope(client.oidc, parameters.words("scope"))
    nonce, state = parameters.short("nonce"), parameters.short("state")
    challenge = pkce.read_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"))
    if client.oidc.profile == "strict" or client.oidc.public:
        _demand({"state": state, "nonce": nonce, "code_challenge": challenge})
    in_id_token = claims_of_scopes(set(scope) & set(client.oidc.id_token_scopes))
    return Luggage(
        address=address,
        relying_party_id=client.id,
        client_id=client.client_id,
        origins=client.oidc.origins if client.oidc.public else (),
        nonce=nonce,
        challenge=challenge,
        scope=scope,
        in_userinfo=_known(claims_of_scopes(scope).union(claims.userinfo)),
        in_id_token=_known(in_id_token.union(claims.id_token)),
    )


def _demand(parameters: dict[str, str | None]) -> None:
    for name, value in parameters.items():
        if value is None:
            raise invalid_request(f"The parameter {name} is missing; the client's profile demands it.")


def _known(names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in CLAIMS if name in names)


def _scope(client: OidcSettings, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes that exist, in the order asked; refresh tokens are a matter of the registration (OIDC Core §11)."""
    if OPENID not in asked:
        raise OAuthError("invalid_scope", "The scope openid is missing.")
    return tuple(scope for scope in asked if scope in SCOPE_ATTRIBUTES and (scope != OFFLINE_ACCESS or client.offline_access))


def _prompts(parameters: Parameters) -> tuple[str, ...]:
    prompts = parameters.words("prompt")
    if any(prompt not in PROMPTS for prompt in prompts):
        raise invalid_request(f"The values of prompt are {', '.join(PROMPTS)}.")
    if "none" in prompts and len(prompts) > 1:
        raise invalid_request("The value none of prompt stands alone.")
    return prompts


def _max_age(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_AGE):
        raise invalid_request("The parameter max_age is not a number of seconds.")
    return int(text)


def _check_context(claims: ClaimsRequest) -> None:
    """An authentication context that is essential and that we do not have is a failed authentication (§5.5.1.1)."""
    if claims.essential_acr and PASSWORD_CONTEXT not in claims.essential_acr:
        raise OAuthError("unmet_authentication_requirements", "None of the essential values of acr is available.")


def _expected_subject(services: Services, client: Registration, hint: str | None, claims: ClaimsRequest) -> str | None:
    """The one person that the answer may be about, by `id_token_hint` or by the claim `sub`."""
    expected = set(claims.subjects)
    if hint is not None:
        known = read_hint(services, hint)
        if known is None or known["aud"] != client.client_id:
            raise invalid_request("The parameter id_token_hint is not an ID Token that was issued to this client.")
        expected.add(known["sub"])
    if len(expected) > 1:
        raise invalid_request("The request is about more than one subject.")
    return expected.pop() if expected else None
