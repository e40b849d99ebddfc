"""The words for where a recovery request stands: one table, for the person who follows it and for the school office."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from account_mgmt.domain.recovery import RequestState

STATES: dict[RequestState, tuple[LazyString, str]] = {
    RequestState.TAKEN_IN: (lazy_gettext("Prise en compte"), "info"),
    RequestState.SENT: (lazy_gettext("Message envoyé"), "info"),
    RequestState.OPENED: (lazy_gettext("Lien ouvert"), "info"),
    RequestState.USED: (lazy_gettext("Mot de passe changé"), "success"),
    RequestState.EXPIRED: (lazy_gettext("Délai du lien passé"), "warning"),
    RequestState.REFUSED: (lazy_gettext("Message refusé par la messagerie"), "error"),
    RequestState.NOT_SENT: (lazy_gettext("Aucun message envoyé"), "warning"),
}


def request_state_text(state: RequestState) -> tuple[str, str]:
    """The words for a state in the language of the page, and the kind of their badge."""
    text, badge = STATES[state]
    return str(text), badge
