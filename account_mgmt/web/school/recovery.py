"""A family's recovery request, found by the reference that they read out (R50, R110)."""

from werkzeug.wrappers import Response

from account_mgmt.domain.permissions import Action
from account_mgmt.models import School
from account_mgmt.services.recovery_office import request_at
from account_mgmt.web.recovery_texts import request_state_text
from account_mgmt.web.school.pages import at_school, blueprint, page
from account_mgmt.web.school.texts import state_texts
from config.errors import ApplicationError
from config.services import current


@blueprint.get("/<uai>/demandes/<reference>")
@at_school(Action.VIEW_SCHOOL)
def recovery_request(school: School, reference: str) -> Response:
    """Where a request stands, whose it is, and what can be done about it."""
    seen = request_at(current(), school, reference)
    if seen is None:
        raise ApplicationError("not_found")
    return page("recovery_request.html", seen=seen, state=request_state_text(seen.state), state_texts=state_texts())
