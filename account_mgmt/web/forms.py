"""The forms of families: their fields and labels, and the CSRF token. They read and trim; rules say what is wrong.

`show_problems` puts what a rule or a use case answered beside the fields that it concerns.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Form, FormField, PasswordField, StringField

from account_mgmt.domain.errors import Problem
from account_mgmt.web.texts import text_of


def trimmed(text: str | None) -> str:
    """What was typed, without the blanks around it that copying brings along."""
    return (text or "").strip()


class DateParts(Form):
    """A date in three boxes, as people write it."""

    day = StringField(_l("Jour"), filters=[trimmed])
    month = StringField(_l("Mois"), filters=[trimmed])
    year = StringField(_l("Année"), filters=[trimmed])


class FirstConnectionForm(FlaskForm):
    """What the first connection asks for (R11)."""

    password = PasswordField(_l("Nouveau mot de passe"))
    password_again = PasswordField(_l("Le même mot de passe, une seconde fois"))
    email = EmailField(_l("Votre adresse électronique"), filters=[trimmed])
    email_again = EmailField(_l("La même adresse, une seconde fois"), filters=[trimmed])
    birth_date = FormField(DateParts, label=_l("Date de naissance de l'élève"))


class AddressForm(FlaskForm):
    """Another address for the confirmation message (R22)."""

    email = EmailField(_l("Votre adresse électronique"), filters=[trimmed])
    email_again = EmailField(_l("La même adresse, une seconde fois"), filters=[trimmed])


class GroupingForm(FlaskForm):
    """Another account, named by its login and password (R61)."""

    login = StringField(_l("Identifiant de l'autre compte"), filters=[trimmed])
    password = PasswordField(_l("Mot de passe de l'autre compte"))
    birth_date = FormField(DateParts, label=_l("Date de naissance de l'enfant"))


class ForgottenLoginForm(FlaskForm):
    """The address to which the logins are tied (R40)."""

    email = EmailField(_l("Votre adresse électronique"), filters=[trimmed])


class ForgottenPasswordForm(FlaskForm):
    """Whose password was forgotten (R50)."""

    login = StringField(_l("Identifiant"), filters=[trimmed])


class NewPasswordForm(FlaskForm):
    """What the link of a forgotten password asks for (R51)."""

    login = StringField(_l("Identifiant"), filters=[trimmed])
    code = StringField(_l("Code du message"), filters=[trimmed])
    password = PasswordField(_l("Nouveau mot de passe"))
    password_again = PasswordField(_l("Le même mot de passe, une seconde fois"))


def show_problems(form: FlaskForm, problems: Iterable[Problem], values: Mapping[str, object]) -> None:
    """Put each problem beside its field, and on top of the page where it has none or the form lacks it."""
    for problem in problems:
        place = _place(form, problem)
        text = text_of(problem, values)
        if place is None:
            form.form_errors = [*form.form_errors, text]
        else:
            place.errors = [*place.errors, text]


def _place(form: FlaskForm, problem: Problem) -> Any:
    field = form[problem.field] if problem.field and problem.field in form else None
    return field.form.day if isinstance(field, FormField) else field
