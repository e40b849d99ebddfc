"""The first gate's pages: the first connection, and what follows it. The second gate's are in `web/confirmation.py`.

The screen is opened by a ticket that the login page leaves in the browser's signed cookie; there is no session before it
is completed. All pages carry along `?interaction=…`, the request that goes on once the gates are passed.
"""

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from account_mgmt.domain import first_connection as rules
from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.errors import Problem
from account_mgmt.domain.gates import pending_gate
from account_mgmt.queries.families import FirstConnection
from account_mgmt.services import onboarding, profile, sessions
from account_mgmt.web.access import current_session, past_password, set_session_cookie, the_account
from account_mgmt.web.forms import FirstConnectionForm, show_problems
from account_mgmt.web.texts import password_demands, password_values, text_of
from config.access import public
from config.services import current

TICKET = "first_connection"
"""Where the login page leaves the ticket, in the browser's signed cookie."""
STOPPING = frozenset({Problem.FIRST_CONNECTION_OVER, Problem.LETTER_TOO_OLD})

blueprint = Blueprint("onboarding", __name__)


def interaction_id() -> str | None:
    """The request that waits for these gates; each page's address carries it to the next."""
    return request.args.get("interaction")


def go_on_url() -> str:
    """Where to go once the gates are passed: on with the request that waits, else home."""
    waiting = interaction_id()
    return url_for("interaction.resume", interaction_id=waiting) if waiting else url_for("interaction.home")


@blueprint.get("/premiere-connexion")
@public
def first_connection() -> Response:
    """The first gate's screen, for who just typed a letter's password (R10, R11)."""
    first = onboarding.first_connection_of(current(), flask.session.get(TICKET, ""))
    return _over(Problem.FIRST_CONNECTION_OVER) if first is None else _screen(first, FirstConnectionForm(formdata=None))


@blueprint.post("/premiere-connexion")
@public
def complete() -> Response:
    """Create the account, or show what to put right; or turn back (R10-R15)."""
    token = flask.session.get(TICKET, "")
    if "annuler" in request.form:
        return _cancel(token)
    form = FirstConnectionForm()
    first = onboarding.first_connection_of(current(), token)
    outcome = onboarding.complete_first_connection(current(), token, _typed(form), interaction_id())
    if isinstance(outcome, onboarding.Completed):
        return _enter(outcome)
    stop = next((problem for problem in outcome if problem in STOPPING), None)
    if stop or first is None:
        return _over(stop or Problem.FIRST_CONNECTION_OVER)
    show_problems(form, outcome, password_values(first.policies))
    return _screen(first, form, 422)


@blueprint.get("/premiere-connexion/reussie")
@past_password
def created() -> Response:
    """What has been done and what is left: the message to open, the junk folder, whom to ask (R15)."""
    account = the_account()
    gate = pending_gate(account)
    schools = profile.schools_to_ask(current(), account.id)
    return page("created.html", account=account, gate=gate, schools=schools, go_on=go_on_url())


def _screen(first: FirstConnection, form: FirstConnectionForm, status: int = 200) -> Response:
    is_pupil = first.kind is AccountKind.PUPIL
    return page(
        "first_connection.html", status, first=first, form=form, is_pupil=is_pupil, demands=password_demands(first.policies)
    )


def _typed(form: FirstConnectionForm) -> rules.FirstConnectionForm:
    date = form.birth_date.form
    return rules.FirstConnectionForm(
        password=form.password.data or "",
        password_again=form.password_again.data or "",
        email=form.email.data or "",
        email_again=form.email_again.data or "",
        birth_day=date.day.data or "",
        birth_month=date.month.data or "",
        birth_year=date.year.data or "",
    )


def _enter(completed: onboarding.Completed) -> Response:
    """The password was just chosen, so there is nothing to ask again: the session opens here (R15, R24)."""
    flask.session.pop(TICKET, None)
    cookie, _session = sessions.open_session(current(), completed.account_id, replaces=current_session())
    response = redirect(url_for("onboarding.created", interaction=interaction_id()), 303)
    set_session_cookie(response, current().settings, cookie)
    return response


def _cancel(token: str) -> Response:
    onboarding.cancel_first_connection(current(), token)
    flask.session.pop(TICKET, None)
    flash(gettext("Vous avez annulé. Le courrier reste valable : vous pourrez recommencer quand vous voudrez."), "info")
    return redirect(url_for("interaction.sign_in", interaction=interaction_id()), 303)


def _over(problem: Problem) -> Response:
    return page("over.html", 410, problem=problem, text=text_of(problem, {}))


def page(template: str, status: int = 200, **context: object) -> Response:
    """A page of the gates."""
    return flask.make_response(
        render_template(f"account_mgmt/onboarding/{template}", query={"interaction": interaction_id()}, **context), status
    )
