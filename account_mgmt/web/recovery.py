"""The pages of self-service recovery: a forgotten login or password, the link, a request by its reference (R40, R41, R50-R55).

What may be said to whom is decided by `services/recovery.py`; a request that was taken in always leads to its own page.
"""

import flask
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.recovery import ResetForm, Standing
from account_mgmt.services import password_reset, recovery
from account_mgmt.services.password_reset import Reset, Resettable
from account_mgmt.services.recovery import Asker, TakenIn
from account_mgmt.web.forms import ForgottenLoginForm, ForgottenPasswordForm, NewPasswordForm, show_problems
from account_mgmt.web.language import current_language
from account_mgmt.web.recovery_texts import request_state_text
from account_mgmt.web.texts import password_demands, password_values, text_of
from config.access import public
from config.services import current

STOPPING = frozenset(
    {Problem.LINK_INVALID, Problem.RESET_EXPIRED, Problem.RESET_USED, Problem.RESET_OVERTAKEN, Problem.RESET_LOCKED}
)

blueprint = Blueprint("recovery", __name__)


@blueprint.get("/identifiant-oublie")
@public
def forgotten_login() -> Response:
    """Ask for the address to which the logins are tied (R40)."""
    return _page("forgotten_login.html", form=ForgottenLoginForm(formdata=None))


@blueprint.post("/identifiant-oublie")
@public
def ask_for_logins() -> Response:
    """Take the request in, or explain plainly why no login is tied to the address (R40, R41, R54)."""
    form = ForgottenLoginForm()
    outcome = recovery.ask_for_logins(current(), form.email.data or "", _asker())
    match outcome:
        case TakenIn(reference):
            return _to_request(reference)
        case Standing():
            return _page("no_login.html", email=form.email.data)
    show_problems(form, [outcome], {})
    return _page("forgotten_login.html", 422, form=form)


@blueprint.get("/mot-de-passe-oublie")
@public
def forgotten_password() -> Response:
    """Ask whose password was forgotten (R50)."""
    form = ForgottenPasswordForm(formdata=None, login=request.args.get("identifiant"))
    return _page("forgotten_password.html", form=form)


@blueprint.post("/mot-de-passe-oublie")
@public
def ask_for_password() -> Response:
    """Take the request in, or say plainly why nothing can be done (R50, R52-R54)."""
    form = ForgottenPasswordForm()
    outcome = recovery.ask_for_password(current(), form.login.data or "", _asker())
    match outcome:
        case TakenIn(reference):
            return _to_request(reference)
        case Standing():
            return _page("no_password.html", standing=outcome, login=form.login.data)
    show_problems(form, [outcome], {})
    return _page("forgotten_password.html", 422, form=form)


@blueprint.get("/mot-de-passe-oublie/<token>")
@public
def reset(token: str) -> Response:
    """The form behind the link of a message (R51)."""
    link = password_reset.read_link(current(), token)
    return _form(link, NewPasswordForm(formdata=None)) if isinstance(link, Resettable) else _dead(link)


@blueprint.post("/mot-de-passe-oublie/<token>")
@public
def choose_password(token: str) -> Response:
    """Put the new password in force, or show what to put right (R51, R55)."""
    form = NewPasswordForm()
    link = password_reset.read_link(current(), token)
    outcome = password_reset.reset_password(current(), token, _typed(form))
    if isinstance(outcome, Reset):
        return _page("password_chosen.html", login=outcome.login)
    stop = next((problem for problem in outcome if problem in STOPPING), None)
    if stop is not None or not isinstance(link, Resettable):
        return _dead(stop or Problem.LINK_INVALID)
    show_problems(form, outcome, password_values(link.policies))
    return _form(link, form, 422)


@blueprint.get("/demande")
@public
def follow() -> Response:
    """Where a request stands; first of all, the number to write down (R50)."""
    text = request.args.get("numero", "").strip()
    if not text:
        return _page("follow.html", text=text, unknown=False)
    followed = recovery.follow(current(), text, request.remote_addr or "")
    if followed is None:
        return _page("follow.html", 404, text=text, unknown=True)
    return _page("request.html", followed=followed, state=request_state_text(followed.state))


def _asker() -> Asker:
    return Asker(request.remote_addr or "", current_language())


def _to_request(reference: str) -> Response:
    return redirect(url_for("recovery.follow", numero=reference), 303)


def _typed(form: NewPasswordForm) -> ResetForm:
    return ResetForm(
        login=form.login.data or "",
        password=form.password.data or "",
        password_again=form.password_again.data or "",
        code=form.code.data or "",
    )


def _form(link: Resettable, form: NewPasswordForm, status: int = 200) -> Response:
    if not link.with_code:
        del form.code
    return _page("new_password.html", status, form=form, demands=password_demands(link.policies))


def _dead(problem: Problem) -> Response:
    status = 400 if problem is Problem.LINK_INVALID else 410
    return _page("link_over.html", status, text=text_of(problem, {}))


def _page(template: str, status: int = 200, **context: object) -> Response:
    return flask.make_response(render_template(f"account_mgmt/recovery/{template}", **context), status)
