"""The sentences of the import page: why a file is refused, why a line is doubtful, why an import was not applied.

In plain French, translated by gettext. `%(name)s` parts are filled from the refusal's details; the page adds file and line.
"""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from account_mgmt.domain.siecle_records import DoubtCode
from account_mgmt.domain.siecle_refusals import RefusalCode
from account_mgmt.services.siecle_import import ApplyProblem

REFUSAL_TEXTS: dict[RefusalCode, LazyString] = {
    RefusalCode.EMPTY: lazy_gettext("Il n'y a rien à importer dans ce fichier."),
    RefusalCode.TOO_LARGE: lazy_gettext("Ce fichier, ou ce qu'il contient, est plus grand qu'un export d'établissement."),
    RefusalCode.UNKNOWN_KIND: lazy_gettext(
        "Ce fichier n'est ni un fichier zip, ni un fichier XML, ni l'un des deux fichiers CSV attendus."
    ),
    RefusalCode.BROKEN_ZIP: lazy_gettext("Ce fichier zip est incomplet ou abîmé. Téléchargez-le à nouveau depuis SIECLE."),
    RefusalCode.ENCRYPTED_ZIP: lazy_gettext(
        "Ce fichier zip est protégé par un mot de passe. Ouvrez-le, et envoyez les fichiers qu'il contient."
    ),
    RefusalCode.TOO_MANY_ENTRIES: lazy_gettext("Ce fichier zip contient trop de fichiers."),
    RefusalCode.TOO_COMPRESSED: lazy_gettext("Ce fichier zip contient beaucoup plus de données qu'un export d'établissement."),
    RefusalCode.NESTED_TOO_DEEP: lazy_gettext("Ce fichier zip en contient d'autres, qui en contiennent d'autres : c'est trop."),
    RefusalCode.UNSAFE_ENTRY: lazy_gettext("Ce fichier zip contient un lien, ou un nom de fichier interdit."),
    RefusalCode.MALFORMED_XML: lazy_gettext("Le fichier XML est mal formé à cette ligne. Faites un nouvel export."),
    RefusalCode.DOCTYPE: lazy_gettext("Ce fichier contient une déclaration DOCTYPE, qu'aucun export de SIECLE ne contient."),
    RefusalCode.ENTITY: lazy_gettext("Ce fichier utilise une entité XML, ce qu'aucun export de SIECLE ne fait."),
    RefusalCode.OVERSIZED_RECORD: lazy_gettext("La fiche qui commence à cette ligne n'a pas de fin."),
    RefusalCode.NOT_SIECLE: lazy_gettext("Ce fichier XML n'est pas un export de SIECLE."),
    RefusalCode.MALFORMED_CSV: lazy_gettext(
        "Cette ligne n'a pas autant de champs que le fichier a de colonnes, ou ses guillemets ne se ferment pas."
    ),
    RefusalCode.MISSING_COLUMN: lazy_gettext("Il manque la colonne « %(column)s »."),
    RefusalCode.NO_SCHOOL: lazy_gettext("Ce fichier ne dit pas de quel établissement il vient (UAJ)."),
    RefusalCode.WRONG_SCHOOL: lazy_gettext("Ce fichier vient de l'établissement %(found)s, et non de %(expected)s."),
    RefusalCode.UNKNOWN_SCHOOL: lazy_gettext("L'établissement %(found)s n'est pas connu dans cette académie."),
    RefusalCode.NO_PUPILS_FILE: lazy_gettext(
        "Il manque le fichier des élèves de %(school)s (ElevesSansAdresses.xml). Envoyez les deux fichiers ensemble."
    ),
    RefusalCode.NO_GUARDIANS_FILE: lazy_gettext(
        "Il manque le fichier des responsables de %(school)s (ResponsablesAvecAdresses.xml). Envoyez les deux fichiers ensemble."
    ),
    RefusalCode.SAME_FILE_TWICE: lazy_gettext("Il y a deux fichiers de même nature pour un établissement. N'en envoyez qu'un."),
    RefusalCode.DIFFERENT_YEARS: lazy_gettext(
        "Le fichier des élèves est de l'année scolaire %(pupils)s, celui des responsables de %(guardians)s."
    ),
    RefusalCode.NO_PUPILS: lazy_gettext("Ce fichier ne contient aucun élève."),
    RefusalCode.CSV_NEEDS_A_SCHOOL: lazy_gettext("Un fichier CSV s'importe pour un seul établissement."),
}

DOUBT_TEXTS: dict[DoubtCode, LazyString] = {
    DoubtCode.MISSING_IDENTIFIER: lazy_gettext("l'identifiant manque ou n'est pas un nombre"),
    DoubtCode.DUPLICATE: lazy_gettext("le même identifiant figure deux fois"),
    DoubtCode.MISSING_NAME: lazy_gettext("le nom ou le prénom manque"),
    DoubtCode.LONG_NAME: lazy_gettext("un nom dépasse 100 caractères"),
    DoubtCode.UNSAFE_NAME: lazy_gettext("un nom contient un signe que les services ne transmettent pas (| ou ; par exemple)"),
    DoubtCode.GARBLED_NAME: lazy_gettext("les accents d'un nom sont abîmés (mauvais encodage du fichier)"),
    DoubtCode.MISSING_BIRTH_DATE: lazy_gettext("la date de naissance manque"),
    DoubtCode.IMPOSSIBLE_BIRTH_DATE: lazy_gettext("la date de naissance est impossible"),
    DoubtCode.IMPOSSIBLE_EXIT_DATE: lazy_gettext("la date de sortie est impossible"),
    DoubtCode.SEVERAL_CLASSES: lazy_gettext("plusieurs classes : la première est retenue"),
    DoubtCode.UNREADABLE_CODE: lazy_gettext("un code (classe ou MEF) est illisible"),
    DoubtCode.UNREADABLE_EMAIL: lazy_gettext("l'adresse électronique est illisible"),
    DoubtCode.UNREADABLE_MOBILE: lazy_gettext("le numéro de portable est illisible"),
    DoubtCode.MISSING_LEVEL: lazy_gettext("le niveau de responsabilité manque"),
    DoubtCode.UNKNOWN_PUPIL: lazy_gettext("l'élève n'est pas dans le fichier des élèves"),
    DoubtCode.UNKNOWN_GUARDIAN: lazy_gettext("la personne n'est pas décrite dans le fichier"),
    DoubtCode.SAME_RANK: lazy_gettext("deux responsables légaux ont le même rang"),
    DoubtCode.NO_LEGAL_GUARDIAN: lazy_gettext("élève mineur sans responsable légal"),
    DoubtCode.ANOTHER_CHILD: lazy_gettext("cet ELEVE_ID est celui d'un autre enfant déjà connu"),
    DoubtCode.ANOTHER_PERSON: lazy_gettext("ce PERSONNE_ID est celui d'une autre personne déjà connue"),
}

OBSTACLE_TEXTS: dict[ApplyProblem, LazyString] = {
    ApplyProblem.NOT_PREVIEWED: lazy_gettext("Le fichier n'est pas encore lu. Attendez un instant."),
    ApplyProblem.REFUSED: lazy_gettext("Ce fichier est refusé : il ne peut pas être importé."),
    ApplyProblem.ALREADY_APPLIED: lazy_gettext("Cet import est déjà fait."),
    ApplyProblem.DISCARDED: lazy_gettext("Cet import a été abandonné. Envoyez à nouveau le fichier."),
    ApplyProblem.STALE: lazy_gettext(
        "Les données ont changé depuis cet aperçu. Rien n'a été écrit : regardez le nouvel aperçu, puis confirmez."
    ),
    ApplyProblem.DEPARTURES_UNCONFIRMED: lazy_gettext(
        "Plus d'un tiers des élèves ou des responsables ne sont plus dans le fichier : il est peut-être incomplet. "
        "Si c'est bien ce qu'il faut faire, confirmez-le."
    ),
}
