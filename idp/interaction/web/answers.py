"""Where every protocol's request goes in and comes out: `answer`, called by a front end's view, and the requests that wait.

These are the only views that know of steps; the pages of the steps only know the address that brings back here.
"""

from typing import Any

import flask
from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from account_mgmt.web.access import current_session
from account_mgmt.web.language import note_ui_locales
from account_mgmt.web.theme import use_theme_of
from config.access import public
from config.services import current
from config.tokens import new_token
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.release import Refusal, RefusalReason, Release
from idp.domain.steps import Step
from idp.interaction import pending, services
from idp.interaction.front_end import front_end_of
from idp.interaction.pending import Interaction
from idp.relying_parties.domain import Registration
from idp.relying_parties.services import find_by_id

BROWSER = "browser"

STEP_PAGES: dict[Step, str] = {
    Step.SIGN_IN: "interaction.sign_in",
    Step.FIRST_CONNECTION: "interaction.sign_in",  # the letter's password opens the first-connection screen (R10)
    Step.EMAIL_CONFIRMATION: "onboarding.waiting",
}

EXPLAINED = frozenset({RefusalReason.NO_CHILD, RefusalReason.WRONG_AUDIENCE, RefusalReason.SUSPENDED})
"""Refusals that the person is told of on a page, with ways on, before the relying party hears of them (R97, R98b)."""

blueprint = Blueprint("interaction", __name__)


def answer(request: AuthenticationRequest, relying_party: Registration | None = None) -> Response:
    """Answer a request that a front end has just read: at once where nothing is asked of the person, else by the step's page.

    `relying_party` spares a statement to the front end that looked it up to read the request.
    """
    if flask.request.method == "POST":
        # Perhaps a cross-site POST, which brings none of our cookies: the GET that follows brings them.
        interaction = pending.keep(current(), request, browser=None)
        return redirect(resume_url(interaction), 303)
    return follow(request, services.advance(current(), request, current_session(), relying_party))


def follow(request: AuthenticationRequest, outcome: services.Outcome, interaction: Interaction | None = None) -> Response:
    """Do what was decided: let the protocol answer, or show the page of the step or of the refusal."""
    match outcome:
        case Release() as release:
            return flask.make_response(front_end_of(request).respond(request, release))
        case Refusal() as refusal if request.passive or refusal.reason not in EXPLAINED:
            return flask.make_response(front_end_of(request).refuse(request, refusal))
        case Refusal() as refusal:
            return _explain(request, refusal, interaction)
    waiting = interaction or wait_for(request)
    response = redirect(url_for(STEP_PAGES[outcome], interaction=waiting.id), 303)
    note_ui_locales(response, request.ui_locales)
    return response


def wait_for(request: AuthenticationRequest) -> Interaction:
    """Let a request wait for the browser at hand."""
    return pending.keep(current(), request, browser_token())


def waiting_here(interaction_id: str) -> Interaction | None:
    """The request of that id that waits for the browser at hand, if there is one."""
    return pending.find(current(), interaction_id, browser_token())


def browser_token() -> str:
    """What recognises this browser, signed in or not; made when first needed, and never seen by scripts."""
    token: str | None = flask.session.get(BROWSER)
    if token is None:
        token = flask.session[BROWSER] = new_token()
    return token


def resume_url(interaction: Interaction) -> str:
    """The address at which a request that waits goes on."""
    return url_for("interaction.resume", interaction_id=interaction.id)


@blueprint.get("/interaction/<interaction_id>")
@public
def resume(interaction_id: str) -> Response:
    """Go on with a request that waits: to its next step, or to its answer."""
    interaction = waiting_here(interaction_id)
    if interaction is None:
        return gone()
    return follow(interaction.request, services.advance(current(), interaction.request, current_session()), interaction)


@blueprint.post("/interaction/<interaction_id>/retour")
@public
def leave(interaction_id: str) -> Response:
    """Go back to the relying party without what it asked for; it is told in its protocol's words."""
    interaction = waiting_here(interaction_id)
    if interaction is None:
        return gone()
    refusal = services.turn_back(current(), interaction.request, current_session())
    return flask.make_response(front_end_of(interaction.request).refuse(interaction.request, refusal))


def gone() -> Response:
    """The page for a request that is over or was never this browser's: what happened, and ways on (R34)."""
    return page("interaction/expired.html", 410, signed_in=current_session() is not None)


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A page of this package."""
    return flask.make_response(render_template(template, **context), status)


def relying_party_of(request: AuthenticationRequest) -> Registration | None:
    """Whom a request comes from, whose académie gives the page its look; nobody for our own pages."""
    relying_party = None if request.relying_party_id is None else find_by_id(request.relying_party_id)
    academy = services.academy_of(relying_party) if relying_party else None
    if academy is not None:
        use_theme_of(academy)
    return relying_party


def _explain(request: AuthenticationRequest, refusal: Refusal, interaction: Interaction | None) -> Response:
    if interaction is None:
        response = redirect(resume_url(wait_for(request)), 303)
        note_ui_locales(response, request.ui_locales)
        return response
    return page(
        "interaction/refused.html",
        403,
        reason=refusal.reason.value,
        relying_party=relying_party_of(request),
        interaction=interaction,
    )
