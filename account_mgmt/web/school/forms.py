"""The forms of the school office: they read and trim; rules and use cases say what is wrong."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, EmailField, Form, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from account_mgmt.web.forms import trimmed

NEW, ALL = "nouveaux", "tous"
PAPER, EMAIL = "papier", "courriel"


class SignInForm(FlaskForm):
    """A staff member's address and password."""

    email = EmailField(_l("Adresse électronique"), filters=[trimmed], validators=[DataRequired(_l("Donnez votre adresse."))])
    password = PasswordField(_l("Mot de passe"), validators=[InputRequired(_l("Donnez votre mot de passe."))])


class PasswordForm(FlaskForm):
    """A password chosen through the link of a message."""

    password = PasswordField(_l("Nouveau mot de passe"), validators=[InputRequired(_l("Choisissez un mot de passe."))])
    password_again = PasswordField(
        _l("Le même mot de passe, une seconde fois"), validators=[InputRequired(_l("Tapez-le une seconde fois."))]
    )


class LettersForm(FlaskForm):
    """An order of letters; the classes of the school are filled in by the page."""

    class_code = SelectField(_l("Pour qui ?"), choices=[], validators=[InputRequired()], validate_choice=False)
    reach = RadioField(
        _l("Quels comptes ?"),
        choices=[
            SelectChoice(NEW, _l("Ceux qui n'ont pas encore de courrier valable")),
            SelectChoice(ALL, _l("Tous ceux qui ne sont pas encore créés : les courriers déjà reçus cessent de fonctionner")),
        ],
        default=NEW,
    )
    by_email = BooleanField(
        _l("Envoyer par courriel quand l'établissement connaît une adresse ; imprimer les autres"), default=True
    )


class NewCredentialsForm(FlaskForm):
    """New credentials for one account (R07)."""

    channel = RadioField(
        _l("Comment les remettre ?"),
        choices=[
            SelectChoice(PAPER, _l("Imprimer le courrier")),
            SelectChoice(EMAIL, _l("L'envoyer à l'adresse que l'établissement connaît")),
        ],
        default=PAPER,
    )


class ImportForm(FlaskForm):
    """A school's files as they come."""

    files = MultipleFileField(
        _l("Fichiers de l'établissement"), validators=[InputRequired(_l("Choisissez au moins un fichier."))]
    )


class SearchForm(Form):
    """Words to look for; sent in the address, and so without a token."""

    recherche = StringField(_l("Nom, prénom ou identifiant"), filters=[trimmed])


class AccountSearchForm(Form):
    """The same for accounts, which a family's recovery request leads to as well."""

    recherche = StringField(_l("Nom, prénom, identifiant ou numéro de demande"), filters=[trimmed])
