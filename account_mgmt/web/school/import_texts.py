"""The sentences of imports: why a file is refused, what is doubtful in it, why it is not applied. One table each."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from account_mgmt.domain.siecle_records import DoubtCode
from account_mgmt.domain.siecle_refusals import RefusalCode
from account_mgmt.services.siecle_import import ApplyProblem

REFUSALS: dict[RefusalCode, LazyString] = {
    RefusalCode.EMPTY: lazy_gettext("Le fichier est vide."),
    RefusalCode.TOO_LARGE: lazy_gettext("Le fichier, ou ce qu'il contient, est trop volumineux."),
    RefusalCode.UNKNOWN_KIND: lazy_gettext(
        "Ce n'est ni une archive zip, ni un fichier XML de SIECLE, ni l'un des fichiers CSV attendus."
    ),
    RefusalCode.BROKEN_ZIP: lazy_gettext("L'archive zip est incomplète ou abîmée. Exportez-la à nouveau depuis SIECLE."),
    RefusalCode.ENCRYPTED_ZIP: lazy_gettext("L'archive zip est protégée par un mot de passe. Envoyez-la sans protection."),
    RefusalCode.TOO_MANY_ENTRIES: lazy_gettext("L'archive zip contient beaucoup trop de fichiers."),
    RefusalCode.TOO_COMPRESSED: lazy_gettext(
        "L'archive zip se décompresse en un volume anormal. Exportez-la à nouveau depuis SIECLE."
    ),
    RefusalCode.NESTED_TOO_DEEP: lazy_gettext("L'archive zip contient des archives qui en contiennent d'autres."),
    RefusalCode.UNSAFE_ENTRY: lazy_gettext("L'archive zip contient un nom de fichier dangereux."),
    RefusalCode.MALFORMED_XML: lazy_gettext("Le fichier est tronqué ou mal formé. Exportez-le à nouveau depuis SIECLE."),
    RefusalCode.DOCTYPE: lazy_gettext("Le fichier contient une déclaration DOCTYPE, que SIECLE n'écrit jamais."),
    RefusalCode.ENTITY: lazy_gettext("Le fichier contient une entité, que SIECLE n'écrit jamais."),
    RefusalCode.OVERSIZED_RECORD: lazy_gettext("Une fiche du fichier est anormalement longue."),
    RefusalCode.NOT_SIECLE: lazy_gettext("Ce fichier XML n'est pas une exportation de SIECLE."),
    RefusalCode.MALFORMED_CSV: lazy_gettext("Une ligne du fichier CSV est mal formée."),
    RefusalCode.MISSING_COLUMN: lazy_gettext("Il manque la colonne %(column)s."),
    RefusalCode.NO_SCHOOL: lazy_gettext("Le fichier ne dit pas de quel établissement il vient."),
    RefusalCode.WRONG_SCHOOL: lazy_gettext("Le fichier est celui d'un autre établissement : %(found)s au lieu de %(expected)s."),
    RefusalCode.UNKNOWN_SCHOOL: lazy_gettext("L'établissement %(found)s n'est pas connu de l'académie."),
    RefusalCode.NO_PUPILS_FILE: lazy_gettext(
        "Il manque le fichier des élèves (ElevesAvecAdresses.xml ou ElevesSansAdresses.xml)."
    ),
    RefusalCode.NO_GUARDIANS_FILE: lazy_gettext("Il manque le fichier des responsables (ResponsablesAvecAdresses.xml)."),
    RefusalCode.SAME_FILE_TWICE: lazy_gettext("Le même fichier a été envoyé deux fois."),
    RefusalCode.DIFFERENT_YEARS: lazy_gettext("Les fichiers ne sont pas de la même année scolaire."),
    RefusalCode.NO_PUPILS: lazy_gettext("Le fichier des élèves n'en contient aucun."),
    RefusalCode.CSV_NEEDS_A_SCHOOL: lazy_gettext("Un fichier CSV s'importe pour un seul établissement."),
}

DOUBTS: dict[DoubtCode, LazyString] = {
    DoubtCode.MISSING_IDENTIFIER: lazy_gettext("L'identifiant manque."),
    DoubtCode.DUPLICATE: lazy_gettext("La même fiche figure deux fois."),
    DoubtCode.MISSING_NAME: lazy_gettext("Le nom ou le prénom manque."),
    DoubtCode.LONG_NAME: lazy_gettext("Le nom est trop long."),
    DoubtCode.UNSAFE_NAME: lazy_gettext("Le nom contient des caractères qui ne sont pas ceux d'un nom."),
    DoubtCode.GARBLED_NAME: lazy_gettext("Les accents du nom semblent abîmés."),
    DoubtCode.MISSING_BIRTH_DATE: lazy_gettext("La date de naissance manque."),
    DoubtCode.IMPOSSIBLE_BIRTH_DATE: lazy_gettext("La date de naissance est impossible."),
    DoubtCode.IMPOSSIBLE_EXIT_DATE: lazy_gettext("La date de sortie est impossible."),
    DoubtCode.SEVERAL_CLASSES: lazy_gettext("L'élève est dans plusieurs classes : la première est retenue."),
    DoubtCode.UNREADABLE_CODE: lazy_gettext("Un code est illisible : il n'est pas repris."),
    DoubtCode.UNREADABLE_EMAIL: lazy_gettext("L'adresse électronique est illisible : elle n'est pas reprise."),
    DoubtCode.UNREADABLE_MOBILE: lazy_gettext("Le numéro de portable est illisible : il n'est pas repris."),
    DoubtCode.MISSING_LEVEL: lazy_gettext("Le niveau de responsabilité manque."),
    DoubtCode.UNKNOWN_PUPIL: lazy_gettext("Le lien désigne un élève absent du fichier."),
    DoubtCode.UNKNOWN_GUARDIAN: lazy_gettext("Le lien désigne une personne absente du fichier."),
    DoubtCode.SAME_RANK: lazy_gettext("Deux responsables ont le même rang."),
    DoubtCode.NO_LEGAL_GUARDIAN: lazy_gettext("L'élève n'a aucun responsable légal."),
    DoubtCode.ANOTHER_CHILD: lazy_gettext("Cet identifiant était celui d'un autre enfant."),
    DoubtCode.ANOTHER_PERSON: lazy_gettext("Cet identifiant était celui d'une autre personne."),
}

FIELDS: dict[str, LazyString] = {
    "last_name": lazy_gettext("nom"),
    "first_name": lazy_gettext("prénom"),
    "usage_name": lazy_gettext("nom d'usage"),
    "birth_date": lazy_gettext("date de naissance"),
    "email": lazy_gettext("adresse électronique"),
    "mobile": lazy_gettext("portable"),
    "postal_code": lazy_gettext("code postal"),
    "civility": lazy_gettext("civilité"),
    "class_code": lazy_gettext("classe"),
    "mef": lazy_gettext("formation"),
    "level": lazy_gettext("niveau"),
}

APPLY_PROBLEMS: dict[ApplyProblem, LazyString] = {
    ApplyProblem.NOT_PREVIEWED: lazy_gettext("Le fichier est encore en cours de lecture."),
    ApplyProblem.REFUSED: lazy_gettext("Ce fichier a été refusé."),
    ApplyProblem.ALREADY_APPLIED: lazy_gettext("Cet import est déjà appliqué."),
    ApplyProblem.DISCARDED: lazy_gettext("Cet import a été abandonné."),
    ApplyProblem.STALE: lazy_gettext("Les données ont changé depuis l'aperçu."),
    ApplyProblem.DEPARTURES_UNCONFIRMED: lazy_gettext(
        "Un nombre inhabituel de personnes disparaîtrait. Cochez la case qui le confirme, ou vérifiez le fichier."
    ),
}


def refusal_text(problem: Mapping[str, Any]) -> str:
    """Why a file is refused, where, in the language of the page."""
    sentence: str = str(REFUSALS[RefusalCode(problem["code"])]) % problem["details"]
    file, line = str(problem["file"]), problem["line"]
    if not file:
        return sentence
    place = str(gettext("%(file)s, ligne %(line)s", file=file, line=line)) if line else file
    return f"{sentence} ({place})"


def doubt_text(code: str) -> str:
    """What is doubtful in a line."""
    return str(DOUBTS[DoubtCode(code)])


def field_text(name: str) -> str:
    """What people call a field of a file."""
    return str(FIELDS[name])


def apply_problem(problem: ApplyProblem) -> str:
    """Why an import is not applied."""
    return str(APPLY_PROBLEMS[problem])
