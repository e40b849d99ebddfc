"""The answers of OpenID Connect: a code or an error, to the address that the request came with (OIDC Core §3.1.2.5, §3.1.2.6)."""

from urllib.parse import urlencode

from flask import make_response, redirect, render_template
from werkzeug.wrappers import Response

from config.audit import AuditEvent
from config.database import transaction
from config.services import Services, current
from consent.domain import Attribute
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.release import Refusal, Release
from idp.oidc import tokens
from idp.oidc.authorization import Luggage, ReturnAddress
from idp.oidc.claims import Telling, tell
from idp.oidc.errors import REFUSALS, OAuthError
from idp.oidc.grant import Grant
from idp.oidc.id_token import issuer

VECTORS = "FrEduVecteur"
SIGN_OUT_PATH = "/deconnexion"
"""Where services send people to sign out here as well (`FrEduUrlRetour`)."""


class OidcFrontEnd:
    """Answers the requests that `authorization.py` read."""

    def respond(self, request: AuthenticationRequest, release: Release) -> Response:
        """Put the release away under a code, and send the code."""
        services, luggage = current(), Luggage.from_dict(request.reply)
        grant = make_grant(services, luggage, release)
        code = tokens.issue_code(services, grant, tokens.Luggage(luggage.address.redirect_uri, luggage.challenge))
        return send(services, luggage.address, {"code": code})

    def refuse(self, request: AuthenticationRequest, refusal: Refusal) -> Response:
        """Send the protocol's word for the refusal."""
        return send_error(current(), Luggage.from_dict(request.reply).address, REFUSALS[refusal.reason])


def make_grant(services: Services, luggage: Luggage, release: Release) -> Grant:
    """The snapshot of a release, in the claims' names: all that will be told of it, now and later (D27)."""
    telling = Telling(release, services.links.absolute(SIGN_OUT_PATH))
    told = tell(telling, {*luggage.in_userinfo, *luggage.in_id_token})
    if VECTORS in luggage.in_userinfo + luggage.in_id_token and Attribute.ENT in release.attributes and telling.vectors.unsayable:
        _note_missing_vectors(services, luggage.relying_party_id, telling)
    return Grant(
        relying_party_id=luggage.relying_party_id,
        client_id=luggage.client_id,
        account_id=release.identity.account_id,
        subject=release.subject,
        session_handle=release.session_handle,
        authenticated_at=release.authenticated_at.timestamp(),
        methods=release.methods,
        scope=luggage.scope,
        nonce=luggage.nonce,
        claims=told,
        in_id_token=luggage.in_id_token,
        in_userinfo=luggage.in_userinfo,
        origins=luggage.origins,
    )


def send(services: Services, address: ReturnAddress, members: dict[str, str]) -> Response:
    """Send an answer to a verified address, with `state` as it came and `iss` (RFC 9207 §2)."""
    answer = {**members, **({"state": address.state} if address.state is not None else {}), "iss": issuer(services)}
    if address.response_mode == "form_post":
        page = render_template("oidc/form_post.html", action=address.redirect_uri, members=answer)
        return _unkept(make_response(page))
    separator = "&" if "?" in address.redirect_uri else "?"
    # 303: the browser comes back with a GET, whatever brought it here (RFC 9700 §4.12).
    return _unkept(redirect(f"{address.redirect_uri}{separator}{urlencode(answer)}", 303))


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def send_error(services: Services, address: ReturnAddress, error: OAuthError) -> Response:
    """Send an error to a verified address."""
    return send(services, address, error.members())


def _note_missing_vectors(services: Services, relying_party_id: int, telling: Telling) -> None:
    """Leave a trace of children whom a portal will not see because their guardian's name cannot be written."""
    account_id = telling.release.identity.account_id
    with transaction():
        services.audit.record(
            AuditEvent.VECTOR_LEFT_OUT,
            actor=f"account:{account_id}",
            account_id=account_id,
            relying_party_id=relying_party_id,
            session_handle=telling.release.session_handle,
            details={"pupils": list(telling.vectors.unsayable)},
        )
