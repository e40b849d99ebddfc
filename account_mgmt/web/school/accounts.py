"""The accounts of a class, or those found by a name: how far each is, and new credentials for one (R07, R110)."""

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from account_mgmt.domain.accounts import AccountState
from account_mgmt.domain.letters import LetterProblem
from account_mgmt.domain.permissions import Action
from account_mgmt.models import School
from account_mgmt.queries.school_accounts import LISTED, AccountRow, Search
from account_mgmt.services import school_office
from account_mgmt.services.letter_jobs import start_letters
from account_mgmt.services.letters import LetterOrder, request_letters
from account_mgmt.services.recovery_office import request_at
from account_mgmt.web.school.forms import EMAIL, AccountSearchForm, NewCredentialsForm
from account_mgmt.web.school.pages import actor, at_school, blueprint, form_texts, page, to
from account_mgmt.web.school.texts import letter_problem, state_texts
from config.errors import ApplicationError
from config.services import current


@blueprint.get("/<uai>/comptes")
@at_school(Action.VIEW_SCHOOL)
def accounts(school: School) -> Response:
    """The accounts of a class (`classe`), or those that some words find (`recherche`); a recovery request by its reference."""
    form = AccountSearchForm(request.args)
    words = form.recherche.data or ""
    if seen := request_at(current(), school, words):
        return to("recovery_request", school, reference=seen.reference)
    class_code = None if words else request.args.get("classe")
    asked = bool(words) or class_code is not None
    found = school_office.find_accounts(current(), school, Search(class_code, words)) if asked else []
    return page(
        "accounts.html",
        form=form,
        accounts=found,
        more=len(found) == LISTED,
        asked=asked,
        class_code=class_code,
        classes=school_office.class_codes(current(), school),
        state_texts=state_texts(),
    )


@blueprint.get("/<uai>/comptes/<int:account_id>/nouveaux-codes")
@at_school(Action.ISSUE_LETTERS)
def new_credentials(school: School, account_id: int) -> Response:
    """Say what new credentials will change for this account, and ask to confirm."""
    return _page(_account(school, account_id), NewCredentialsForm(formdata=None))


@blueprint.post("/<uai>/comptes/<int:account_id>/nouveaux-codes")
@at_school(Action.ISSUE_LETTERS)
def issue_credentials(school: School, account_id: int) -> Response:
    """Order the letter; what opened the account before stops working when it is issued (R07)."""
    account, form = _account(school, account_id), NewCredentialsForm()
    if not form.validate():
        return _page(account, form, 422)
    by_email = form.channel.data == EMAIL
    order = LetterOrder(school.id, actor(), account_id=account_id, replace_valid=True, by_email=by_email)
    run = request_letters(current(), order)
    if isinstance(run, LetterProblem):
        return _page(account, form_texts(form, [letter_problem(run)]), 409)
    start_letters(current(), run.id)
    return to("letter_run", school, run_id=run.id)


def _account(school: School, account_id: int) -> AccountRow:
    account = school_office.account_at(current(), school, account_id)
    if account is None:
        raise ApplicationError("not_found")
    return account


def _page(account: AccountRow, form: NewCredentialsForm, status: int = 200) -> Response:
    if not account.school_email:
        form.channel.choices = form.channel.choices[:1]
    in_use = account.state in {AccountState.CREATED, AccountState.CONFIRMED}
    title = gettext("Nouveaux codes pour %(login)s", login=account.login)
    return page("new_credentials.html", status, account=account, form=form, in_use=in_use, title=title)
