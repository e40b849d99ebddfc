"""The sentence for each problem that a person can be told of: one table, in plain French, translated by gettext.

A sentence says what is wrong and what to do about it. `%(name)s` parts are filled from the values given with the problem.
"""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.passwords import CEILING
from account_mgmt.domain.policies import Policies

PROBLEM_TEXTS: dict[Problem, LazyString] = {
    Problem.PASSWORD_MISSING: lazy_gettext("Choisissez un mot de passe."),
    Problem.PASSWORD_TOO_SHORT: lazy_gettext("Ce mot de passe est trop court : il faut au moins %(password_min)s caractères."),
    Problem.PASSWORD_TOO_LONG: lazy_gettext("Ce mot de passe est trop long : %(password_max)s caractères au plus."),
    Problem.PASSWORD_NEEDS_LETTERS_AND_DIGITS: lazy_gettext("Mettez au moins une lettre et un chiffre dans le mot de passe."),
    Problem.PASSWORD_TOO_EASY: lazy_gettext(
        "Ce mot de passe serait vite deviné. Évitez les noms, les dates et les suites ; "
        "plusieurs mots sans lien font un bon mot de passe."
    ),
    Problem.PASSWORD_KNOWN_TO_THIEVES: lazy_gettext(
        "Ce mot de passe figure dans des listes volées à d'autres sites. Choisissez-en un autre."
    ),
    Problem.PASSWORD_IS_PROVISIONAL: lazy_gettext("C'est le mot de passe du courrier. Choisissez-en un autre, à vous."),
    Problem.PASSWORDS_DIFFER: lazy_gettext("Les deux mots de passe ne sont pas les mêmes."),
    Problem.EMAIL_MISSING: lazy_gettext("Donnez votre adresse électronique."),
    Problem.EMAIL_INVALID: lazy_gettext("Cette adresse électronique n'est pas complète. Elle ressemble à : nom@exemple.fr"),
    Problem.EMAILS_DIFFER: lazy_gettext("Les deux adresses électroniques ne sont pas les mêmes."),
    Problem.BIRTH_DATE_MISSING: lazy_gettext("Donnez la date de naissance de l'élève."),
    Problem.BIRTH_DATE_INVALID: lazy_gettext(
        "Cette date n'existe pas. Écrivez le jour, le mois et l'année en chiffres : 7 3 2012."
    ),
    Problem.BIRTH_DATE_WRONG: lazy_gettext("Cette date n'est pas celle que l'établissement a pour cet élève. Vérifiez-la."),
    Problem.BIRTH_DATE_LOCKED: lazy_gettext(
        "Trop de dates fausses : les essais sont suspendus un moment. Recommencez dans quelques minutes."
    ),
    Problem.FIRST_CONNECTION_OVER: lazy_gettext(
        "Cette page est restée ouverte trop longtemps, ou un nouveau courrier a remplacé le vôtre. Connectez-vous à nouveau."
    ),
    Problem.LETTER_TOO_OLD: lazy_gettext("Le délai inscrit sur le courrier est passé. Demandez-en un autre à l'établissement."),
    Problem.LINK_EXPIRED: lazy_gettext(
        "Le délai pour suivre ce lien est passé. Demandez de nouveaux codes à l'établissement de votre enfant."
    ),
    Problem.LINK_REPLACED: lazy_gettext(
        "Un message plus récent a remplacé ce lien. Ouvrez le dernier message reçu, ou connectez-vous pour en recevoir un autre."
    ),
    Problem.LINK_INVALID: lazy_gettext(
        "Ce lien est incomplet ou ne correspond à aucun compte. Copiez l'adresse entière, jusqu'au dernier caractère."
    ),
    Problem.CONFIRMATION_EXPIRED: lazy_gettext(
        "Le délai pour confirmer l'adresse est passé. Demandez de nouveaux codes à l'établissement de votre enfant."
    ),
    Problem.ALREADY_CONFIRMED: lazy_gettext("Votre adresse est déjà confirmée : votre compte est prêt."),
    Problem.NO_ADDRESS: lazy_gettext("Ce compte n'a pas d'adresse électronique."),
    Problem.TOO_MANY_MESSAGES: lazy_gettext(
        "Plusieurs messages sont déjà partis. Regardez dans les courriers indésirables, "
        "et attendez un peu avant d'en demander un autre."
    ),
    Problem.LOGIN_MISSING: lazy_gettext("Donnez votre identifiant."),
    Problem.RESET_LOGIN_WRONG: lazy_gettext("Ce lien a été envoyé pour un autre identifiant : il est écrit dans le message."),
    Problem.RESET_CODE_WRONG: lazy_gettext("Ce n'est pas le code du message. Recopiez ses huit lettres et chiffres."),
    Problem.RESET_LOCKED: lazy_gettext("Trop d'essais avec ce lien : il ne sert plus. Demandez-en un autre."),
    Problem.RESET_EXPIRED: lazy_gettext("Le délai pour suivre ce lien est passé. Demandez-en un autre."),
    Problem.RESET_USED: lazy_gettext("Ce lien a déjà servi. S'il faut encore changer le mot de passe, demandez-en un autre."),
    Problem.RESET_OVERTAKEN: lazy_gettext("Le compte a changé depuis : ce lien ne sert plus. Demandez-en un autre."),
    Problem.PRINCIPAL_IS_PUPIL: lazy_gettext("Un compte d'élève ne peut pas regrouper d'autres comptes."),
    Problem.PRINCIPAL_UNCONFIRMED: lazy_gettext(
        "Confirmez d'abord votre adresse électronique ; vous pourrez ensuite regrouper vos comptes."
    ),
    Problem.PRINCIPAL_GONE: lazy_gettext("Votre compte a changé entre-temps. Reconnectez-vous puis recommencez."),
    Problem.OTHER_WRONG_PASSWORD: lazy_gettext(
        "Cet identifiant ou ce mot de passe n'est pas le bon. Vérifiez les deux sur le courrier."
    ),
    Problem.OTHER_LOCKED: lazy_gettext("Trop d'essais : ils sont suspendus un moment. Recommencez dans quelques minutes."),
    Problem.OTHER_IS_PUPIL: lazy_gettext(
        "C'est l'identifiant d'un élève. Utilisez celui du courrier adressé au responsable de l'enfant : c'est-à-dire à vous."
    ),
    Problem.OTHER_IS_PRINCIPAL: lazy_gettext(
        "C'est le compte avec lequel vous êtes déjà connecté. Donnez l'identifiant de l'autre."
    ),
    Problem.OTHER_ALREADY_GROUPED: lazy_gettext("Ce compte est déjà regroupé avec un autre."),
    Problem.OTHER_LETTER_TOO_OLD: lazy_gettext(
        "Le délai de ce courrier est passé. Demandez-en un autre à l'établissement de cet enfant."
    ),
    Problem.OTHER_INVALIDATED: lazy_gettext(
        "Ce compte n'a pas servi depuis longtemps, ou n'a pas été confirmé à temps. "
        "Demandez de nouveaux codes à l'établissement de cet enfant."
    ),
    Problem.OTHER_CLOSED: lazy_gettext("Ce compte est fermé. Demandez de nouveaux codes à l'établissement de cet enfant."),
    Problem.GROUPING_OVER: lazy_gettext("Trop de temps a passé, ou quelque chose a changé. Recommencez le regroupement."),
}


def text_of(problem: Problem, values: Mapping[str, object]) -> str:
    """The sentence for a problem, in the language of the page."""
    return str(PROBLEM_TEXTS[problem]) % values


def password_values(policies: Policies) -> dict[str, object]:
    """What the sentences about a password need of the policies (R12)."""
    return {"password_min": policies.password_min, "password_max": policies.password_max or CEILING}


def password_demands(policies: Policies) -> list[tuple[str, int, str]]:
    """What a new password must be: (name for the script, count, sentence); an empty name is checked by the server only (R12)."""
    demands = [("min", policies.password_min, gettext("au moins %(count)s caractères", count=policies.password_min))]
    if policies.password_max is not None:
        demands.append(("max", policies.password_max, gettext("pas plus de %(count)s caractères", count=policies.password_max)))
    if policies.password_letters_and_digits:
        demands.append(("mixed", 0, gettext("des lettres et des chiffres")))
    demands.append(("", 0, gettext("difficile à deviner : ni nom, ni date, ni suite comme 12345")))
    return demands
