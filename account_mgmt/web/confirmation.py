"""The pages of the second gate: waiting for the confirmation, another message, another address, and the link itself.

The link's page only shows a button, since mail scanners follow links too; the button confirms (R25).
"""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.gates import pending_gate
from account_mgmt.services import confirmation, profile
from account_mgmt.services.confirmation import Confirmable, Confirmed, Sent, Waiting
from account_mgmt.web.access import current_account, past_password, the_account
from account_mgmt.web.forms import AddressForm, show_problems
from account_mgmt.web.onboarding import blueprint, go_on_url, interaction_id, page
from account_mgmt.web.texts import text_of
from config.access import public
from config.services import current


@blueprint.get("/confirmation")
@past_password
def waiting() -> Response:
    """The waiting screen of a guardian, and of a pupil who wants to confirm too; whoever confirmed goes on (R21, R23)."""
    account = the_account()
    state = _state()
    if state.problem is Problem.ALREADY_CONFIRMED:
        return redirect(go_on_url(), 303)
    problem = text_of(state.problem, {}) if state.problem else None
    schools = profile.schools_to_ask(current(), account.id)
    return page("waiting.html", state=state, problem=problem, gate=pending_gate(account), schools=schools, go_on=go_on_url())


@blueprint.post("/confirmation/renvoyer")
@past_password
def resend() -> Response:
    """Send the message again; links of earlier ones are dead (R22, R23)."""
    outcome = confirmation.resend_confirmation(current(), the_account().id, interaction_id())
    if isinstance(outcome, Sent):
        _say_sent(outcome)
    else:
        flash(text_of(outcome, {}), "warning")
    return redirect(url_for("onboarding.waiting", interaction=interaction_id()), 303)


@blueprint.get("/confirmation/adresse")
@past_password
def address() -> Response:
    """The screen on which an address that was never confirmed is corrected (R22)."""
    if _state().problem is not None:
        return redirect(url_for("onboarding.waiting", interaction=interaction_id()), 303)
    return _address_page(AddressForm(formdata=None))


@blueprint.post("/confirmation/adresse")
@past_password
def correct_address() -> Response:
    """Replace the address and send the message there (R22)."""
    form = AddressForm()
    typed = (form.email.data or "", form.email_again.data or "")
    outcome = confirmation.correct_address(current(), the_account().id, *typed, interaction_id())
    if isinstance(outcome, Sent):
        _say_sent(outcome)
        return redirect(url_for("onboarding.waiting", interaction=interaction_id()), 303)
    show_problems(form, outcome, {})
    return _address_page(form, 422)


@blueprint.get("/confirmation/<token>")
@public
def confirmation_link(token: str) -> Response:
    """What the link of the message opens: a button, or the news that it served already (R24, R25)."""
    link = confirmation.read_confirmation(current(), token)
    if not isinstance(link, Confirmable):
        return _dead(link)
    return page("confirmed.html" if link.confirmed else "confirm.html", link=link, token=token, signed_in=current_account())


@blueprint.post("/confirmation/<token>")
@public
def confirm(token: str) -> Response:
    """Confirm the address; then on with the request that the person came from, where this browser is logged in (R24)."""
    outcome = confirmation.confirm_email(current(), token)
    if not isinstance(outcome, Confirmed):
        return _dead(outcome)
    account = current_account()
    if outcome.interaction_id and account is not None and account.id == outcome.account_id:
        flash(gettext("Votre adresse est confirmée : votre compte est prêt."), "success")
        return redirect(url_for("interaction.resume", interaction_id=outcome.interaction_id), 303)
    return redirect(url_for("onboarding.confirmation_link", token=token), 303)


def _state() -> Waiting:
    state = confirmation.waiting_of(current(), the_account().id)
    if state is None:
        raise LookupError("the account of this request is gone")
    return state


def _address_page(form: AddressForm, status: int = 200) -> Response:
    return page("address.html", status, form=form, account=the_account(), gate=pending_gate(the_account()))


def _say_sent(sent: Sent) -> None:
    text = gettext(
        "Un nouveau message vient de partir pour %(email)s. Les liens des messages précédents ne servent plus.", email=sent.email
    )
    flash(text, "success")


def _dead(problem: Problem) -> Response:
    return page("link_dead.html", 410 if problem is Problem.LINK_EXPIRED else 400, problem=problem, text=text_of(problem, {}))
