"""The sentences of the office's pages for states and problems: a table each, translated by gettext."""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from account_mgmt.domain.accounts import AccountState
from account_mgmt.domain.letters import LetterProblem

EVERY_CLASS = "*"
"""In a form: the whole school. No class of SIECLE is called so."""

SHOWN_STATES = (
    AccountState.KNOWN,
    AccountState.NOTIFIED,
    AccountState.EXPIRED,
    AccountState.CREATED,
    AccountState.CONFIRMED,
    AccountState.INVALIDATED,
)

STATES: dict[AccountState, tuple[LazyString, str]] = {
    AccountState.KNOWN: (lazy_gettext("Sans courrier"), ""),
    AccountState.NOTIFIED: (lazy_gettext("Courrier envoyé"), "info"),
    AccountState.EXPIRED: (lazy_gettext("Délai passé"), "error"),
    AccountState.CREATED: (lazy_gettext("Créé, à confirmer"), "warning"),
    AccountState.CONFIRMED: (lazy_gettext("Confirmé"), "success"),
    AccountState.INVALIDATED: (lazy_gettext("À renouveler"), "error"),
    AccountState.MERGED: (lazy_gettext("Regroupé"), ""),
    AccountState.CLOSED: (lazy_gettext("Fermé"), ""),
}

LETTER_PROBLEMS: dict[LetterProblem, LazyString] = {
    LetterProblem.NOBODY_TO_WRITE_TO: lazy_gettext(
        "Il n'y a personne à qui écrire : chaque compte est déjà créé, ou a un courrier encore valable."
    ),
    LetterProblem.NO_SUCH_CLASS: lazy_gettext("L'établissement n'a pas de classe de ce nom."),
    LetterProblem.NO_SUCH_ACCOUNT: lazy_gettext(
        "Ce compte a été regroupé avec un autre ou fermé : il ne peut pas recevoir de codes."
    ),
}


def state_texts() -> dict[AccountState, tuple[str, str]]:
    """The word for each state in the language of the page, and the kind of its badge."""
    return {state: (str(text), badge) for state, (text, badge) in STATES.items()}


def letter_problem(problem: LetterProblem) -> str:
    """Why no letter is issued."""
    return str(LETTER_PROBLEMS[problem])


def whole_school() -> str:
    """The first choice of the list of classes."""
    return str(gettext("Tout l'établissement"))
