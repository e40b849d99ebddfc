"""The form of the login page: it reads and trims; who may enter is decided elsewhere."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired

from account_mgmt.web.forms import trimmed


class SignInForm(FlaskForm):
    """A login and a password; the password is taken exactly as typed."""

    login = StringField(_l("Identifiant"), filters=[trimmed], validators=[DataRequired(_l("Donnez votre identifiant."))])
    password = PasswordField(_l("Mot de passe"), validators=[InputRequired(_l("Donnez votre mot de passe."))])
