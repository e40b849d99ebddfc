"""The login page: who one is among the publics, the form, and what each outcome of a password leads to.

A session is opened here and nowhere else, and only for the right password of an account in use (R10).
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import flask
from flask import redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from account_mgmt.domain.authentication import Invalidated, LetterTooOld, Locked, Outcome, Provisional, SignedIn, TakenOver, Wrong
from account_mgmt.services import onboarding, profile, sessions
from account_mgmt.services.authentication import authenticate
from account_mgmt.web.access import current_session, set_session_cookie
from account_mgmt.web.language import note_ui_locales
from config.access import public
from config.services import current
from idp.domain.authentication_request import AuthenticationRequest
from idp.domain.steps import Step
from idp.interaction import services
from idp.interaction.pending import Interaction
from idp.interaction.web import portal, publics
from idp.interaction.web.answers import blueprint, follow, gone, page, relying_party_of, resume_url, wait_for, waiting_here
from idp.interaction.web.forms import SignInForm
from idp.relying_parties.domain import Registration

FIRST_CONNECTION = "first_connection"
"""Where the browser's signed session keeps the ticket of the first-connection screen."""


@dataclass(frozen=True)
class Visit:
    """Why somebody is at the login page: a request that waits, or one of our own pages."""

    request: AuthenticationRequest
    interaction: Interaction | None

    @property
    def query(self) -> dict[str, str]:
        """What the page's own links and form carry along, so that nothing is lost on the way."""
        if self.interaction is not None:
            return {"interaction": self.interaction.id}
        destination = portal.destination_of(self.request)
        return {} if destination == "/" else {"suite": destination}

    @cached_property
    def relying_party(self) -> Registration | None:
        """Where one is going to."""
        return relying_party_of(self.request)


@blueprint.get("/connexion")
@public
def sign_in() -> Response:
    """The login page; somebody who is already signed in, freshly enough, goes straight on (R30, R34)."""
    visit = _visit()
    if visit is None:
        return gone()
    outcome = services.look_ahead(current(), visit.request, current_session())
    if outcome not in (Step.SIGN_IN, Step.FIRST_CONNECTION):
        return redirect(resume_url(visit.interaction), 303) if visit.interaction else follow(visit.request, outcome)
    choice = request.args.get("public", "")
    if elsewhere := publics.lead_elsewhere(choice):
        return elsewhere
    response = _page_for(visit, choice)
    note_ui_locales(response, visit.request.ui_locales)
    return response


@blueprint.post("/connexion")
@public
def give_password() -> Response:
    """Try a login and a password. A request that expired in the meantime costs nobody the password just typed (R34)."""
    visit = _visit() or Visit(portal.request_for(current(), None), None)
    form = SignInForm()
    if not form.validate():
        return _form_page(visit, form, 422)
    outcome = authenticate(current(), form.login.data or "", form.password.data or "", request.remote_addr or "")
    return _act_on(visit, form, outcome)


def _page_for(visit: Visit, choice: str) -> Response:
    """The form; or first the question of the entry page, where it needs asking (R31)."""
    relying_party = visit.relying_party
    hint = request.args.get("identifiant") or visit.request.login_hint
    if choice == publics.FAMILY:
        return publics.remember(_form_page(visit, SignInForm(formdata=None, login=hint)), choice)
    if choice or (hint is None and not publics.is_family(relying_party)):
        return publics.entry_page(relying_party, visit.query)
    return _form_page(visit, SignInForm(formdata=None, login=hint))


def _visit() -> Visit | None:
    interaction_id = request.args.get("interaction")
    if interaction_id is None:
        return Visit(portal.request_for(current(), request.args.get("suite")), None)
    interaction = waiting_here(interaction_id)
    return Visit(interaction.request, interaction) if interaction else None


def _act_on(visit: Visit, form: SignInForm, outcome: Outcome) -> Response:
    match outcome:
        case SignedIn():
            return _open_session(visit, outcome)
        case Provisional(notification_id):
            return _start_first_connection(visit, notification_id)
        case LetterTooOld(school_id):
            return page("interaction/letter_too_old.html", school=services.school(school_id))
        case Invalidated(account_id):
            return page("interaction/invalidated.html", schools=profile.schools_to_ask(current(), account_id))
        case TakenOver(masked_login):
            return page("interaction/taken_over.html", masked_login=masked_login, query=visit.query)
    return _refuse(visit, form, outcome)


def _refuse(visit: Visit, form: SignInForm, outcome: Locked | Wrong) -> Response:
    if isinstance(outcome, Wrong):
        return _refused_form(visit, form, gettext("L'identifiant ou le mot de passe n'est pas le bon."), 422)
    minutes = max(1, ceil((outcome.until - current().clock.now()).total_seconds() / 60))
    text = ngettext(
        "Trop d'essais. Vous pourrez recommencer dans %(num)d minute.",
        "Trop d'essais. Vous pourrez recommencer dans %(num)d minutes.",
        minutes,
    )
    return _refused_form(visit, form, text, 429)


def _open_session(visit: Visit, signed_in: SignedIn) -> Response:
    """A fresh session id for a fresh login: whatever id the browser had before opens nothing any more."""
    cookie, _session = sessions.open_session(
        current(),
        signed_in.account_id,
        replaces=current_session(),
        previous_sign_in_at=signed_in.previous_sign_in_at,
    )
    response = redirect(resume_url(visit.interaction) if visit.interaction else portal.destination_of(visit.request), 303)
    set_session_cookie(response, current().settings, cookie)
    return response


def _start_first_connection(visit: Visit, notification_id: int) -> Response:
    """The letter's password opens the first-connection screen, for this browser, and nothing else (R10)."""
    flask.session[FIRST_CONNECTION] = onboarding.begin_first_connection(current(), notification_id)
    interaction = visit.interaction or wait_for(visit.request)
    return redirect(url_for("onboarding.first_connection", interaction=interaction.id), 303)


def _refused_form(visit: Visit, form: SignInForm, text: str, status: int) -> Response:
    form.form_errors = [*form.form_errors, text]
    return _form_page(visit, form, status)


def _form_page(visit: Visit, form: SignInForm, status: int = 200) -> Response:
    return page(
        "interaction/sign_in.html",
        status,
        form=form,
        relying_party=visit.relying_party,
        interaction=visit.interaction,
        query=visit.query,
        publics=publics.others(),
    )
