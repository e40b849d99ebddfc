"""The office's own login, apart from the families': its page, cookie and sessions; and the page where a password is chosen."""

from math import ceil

import flask
from flask import redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from account_mgmt.domain.authentication import Locked, Wrong
from account_mgmt.models import StaffMember
from account_mgmt.services import sessions, staff
from account_mgmt.services.staff import PASSWORD_POLICY
from account_mgmt.web.access import clear_session_cookie, current_staff, current_staff_session, set_session_cookie
from account_mgmt.web.forms import show_problems
from account_mgmt.web.paths import local_path
from account_mgmt.web.school.forms import PasswordForm, SignInForm
from account_mgmt.web.school.pages import blueprint, form_texts, page
from account_mgmt.web.texts import password_demands
from config.access import public
from config.errors import ApplicationError
from config.links import LinkExpired, LinkInvalid
from config.services import current

HOME = "/etablissement"


@blueprint.get("/connexion")
@public
def sign_in() -> Response:
    """The office's login page; somebody who is already signed in goes on."""
    if current_staff() is not None:
        return redirect(_destination(), 303)
    return page("sign_in.html", form=SignInForm(formdata=None), suite=request.args.get("suite"))


@blueprint.post("/connexion")
@public
def give_password() -> Response:
    """Try an address and a password; one and the same sentence for all that is wrong (R32)."""
    form = SignInForm()
    if not form.validate():
        return _again(form, 422)
    outcome = staff.authenticate(current(), form.email.data or "", form.password.data or "", request.remote_addr or "")
    if isinstance(outcome, Wrong):
        return _again(form_texts(form, [gettext("L'adresse ou le mot de passe n'est pas le bon.")]), 422)
    if isinstance(outcome, Locked):
        minutes = max(1, ceil((outcome.until - current().clock.now()).total_seconds() / 60))
        text = ngettext(
            "Trop d'essais. Vous pourrez recommencer dans %(num)d minute.",
            "Trop d'essais. Vous pourrez recommencer dans %(num)d minutes.",
            minutes,
        )
        return _again(form_texts(form, [text]), 429)
    cookie, _session = sessions.open_staff_session(
        current(),
        outcome.member_id,
        replaces=current_staff_session(),
        previous_sign_in_at=outcome.previous_sign_in_at,
    )
    response = redirect(_destination(), 303)
    set_session_cookie(response, current().settings, cookie, "staff")
    return response


@blueprint.post("/deconnexion")
@public
def sign_out() -> Response:
    """End the session of this browser; the families' session, if there is one, stays."""
    if session := current_staff_session():
        sessions.close(current(), session)
    response = redirect(url_for("school.sign_in"), 303)
    clear_session_cookie(response, current().settings, "staff")
    return response


@blueprint.get("/mot-de-passe/<token>")
@public
def password(token: str) -> Response:
    """Where a password is chosen: only through the link of a message, and once."""
    return _password_page(_member_of(token), PasswordForm(formdata=None))


@blueprint.post("/mot-de-passe/<token>")
@public
def choose_password(token: str) -> Response:
    """Set the password, or say what to put right; then one logs in with it."""
    member, form = _member_of(token), PasswordForm()
    if not form.validate():
        return _password_page(member, form, 422)
    try:
        outcome = staff.choose_password(current(), token, form.password.data or "", form.password_again.data or "")
    except LinkInvalid:
        raise ApplicationError("link_invalid") from None
    if not isinstance(outcome, StaffMember):
        show_problems(form, sorted(outcome), {"password_min": PASSWORD_POLICY.password_min, "password_max": 256})
        return _password_page(member, form, 422)
    flask.flash(gettext("Votre mot de passe est enregistré. Connectez-vous avec lui."), "success")
    return redirect(url_for("school.sign_in"), 303)


def _member_of(token: str) -> StaffMember:
    try:
        return staff.member_of_link(current(), token)
    except LinkExpired:
        raise ApplicationError("link_expired") from None
    except LinkInvalid:
        raise ApplicationError("link_invalid") from None


def _password_page(member: StaffMember, form: PasswordForm, status: int = 200) -> Response:
    return page("password.html", status, form=form, for_whom=member, demands=password_demands(PASSWORD_POLICY))


def _again(form: SignInForm, status: int) -> Response:
    return page("sign_in.html", status, form=form, suite=request.args.get("suite"))


def _destination() -> str:
    path = local_path(request.args.get("suite"), HOME)
    return path if path.startswith(HOME) else HOME
