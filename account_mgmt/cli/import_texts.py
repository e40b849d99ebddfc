"""What `flask accounts import-siecle` says of a file: a sentence for each refusal, doubt and obstacle."""

from collections.abc import Mapping
from typing import Any

from account_mgmt.domain.siecle_records import DoubtCode
from account_mgmt.domain.siecle_refusals import RefusalCode
from account_mgmt.services.siecle_import import ApplyProblem

REFUSALS: dict[RefusalCode, str] = {
    RefusalCode.EMPTY: "There is nothing in it that can be imported.",
    RefusalCode.TOO_LARGE: "It is larger than school files are, or unpacks to something larger.",
    RefusalCode.UNKNOWN_KIND: "It is neither a zip, nor XML, nor one of the two CSV files.",
    RefusalCode.BROKEN_ZIP: "The zip is truncated or damaged: fetch it again.",
    RefusalCode.ENCRYPTED_ZIP: "The zip has a password: unpack it, and give the files themselves.",
    RefusalCode.TOO_MANY_ENTRIES: "The zip holds more files than an académie has.",
    RefusalCode.TOO_COMPRESSED: "It unpacks to far more than school files do.",
    RefusalCode.NESTED_TOO_DEEP: "Zips are nested too deep: at most a zip of the schools' zips.",
    RefusalCode.UNSAFE_ENTRY: "The zip holds a link, or a name that points outside.",
    RefusalCode.MALFORMED_XML: "The XML is malformed there.",
    RefusalCode.DOCTYPE: "It has a DOCTYPE, which exports of SIECLE have not.",
    RefusalCode.ENTITY: "It uses an entity, which exports of SIECLE do not.",
    RefusalCode.OVERSIZED_RECORD: "The record there has no end.",
    RefusalCode.NOT_SIECLE: "It is XML, but no export of SIECLE.",
    RefusalCode.MALFORMED_CSV: "The line has not as many fields as there are columns, or its quotes do not match.",
    RefusalCode.MISSING_COLUMN: "The column {column} is missing.",
    RefusalCode.NO_SCHOOL: "It does not say which school it is of (UAJ).",
    RefusalCode.WRONG_SCHOOL: "It is of the school {found}, not of {expected}.",
    RefusalCode.UNKNOWN_SCHOOL: "It is of the school {found}, which this académie does not have.",
    RefusalCode.NO_PUPILS_FILE: "The pupils' file of {school} is missing (ElevesSansAdresses.xml): import both.",
    RefusalCode.NO_GUARDIANS_FILE: "The guardians' file of {school} is missing (ResponsablesAvecAdresses.xml): import both.",
    RefusalCode.SAME_FILE_TWICE: "There is another file of the same kind for the same school: give only one.",
    RefusalCode.DIFFERENT_YEARS: "The pupils are of the school year {pupils}, the guardians of {guardians}.",
    RefusalCode.NO_PUPILS: "There is no pupil in it.",
    RefusalCode.CSV_NEEDS_A_SCHOOL: "A CSV file is imported for one school: use --school.",
}
DOUBTS: dict[DoubtCode, str] = {
    DoubtCode.MISSING_IDENTIFIER: "no readable identifier",
    DoubtCode.DUPLICATE: "the same identifier comes twice",
    DoubtCode.MISSING_NAME: "a name is missing",
    DoubtCode.LONG_NAME: "a name is longer than 100 characters",
    DoubtCode.UNSAFE_NAME: "a name holds a character that services cannot carry (| ; or a control character)",
    DoubtCode.GARBLED_NAME: "a name was garbled by a wrong encoding",
    DoubtCode.MISSING_BIRTH_DATE: "the birth date is missing",
    DoubtCode.IMPOSSIBLE_BIRTH_DATE: "the birth date is impossible",
    DoubtCode.IMPOSSIBLE_EXIT_DATE: "the date of departure is impossible",
    DoubtCode.SEVERAL_CLASSES: "several classes: the first one was taken",
    DoubtCode.UNREADABLE_CODE: "a code cannot be read",
    DoubtCode.UNREADABLE_EMAIL: "the e-mail address cannot be read",
    DoubtCode.UNREADABLE_MOBILE: "the mobile number cannot be read",
    DoubtCode.MISSING_LEVEL: "no level of responsibility",
    DoubtCode.UNKNOWN_PUPIL: "the pupils' file has no such pupil",
    DoubtCode.UNKNOWN_GUARDIAN: "the file does not describe this person",
    DoubtCode.SAME_RANK: "two legal guardians with the same rank",
    DoubtCode.NO_LEGAL_GUARDIAN: "a minor without any legal guardian",
    DoubtCode.ANOTHER_CHILD: "this ELEVE_ID is known for another child",
    DoubtCode.ANOTHER_PERSON: "this PERSONNE_ID is known for another person",
}
OBSTACLES: dict[ApplyProblem, str] = {
    ApplyProblem.NOT_PREVIEWED: "The file has not been read yet.",
    ApplyProblem.REFUSED: "The file was refused.",
    ApplyProblem.ALREADY_APPLIED: "This import was applied already.",
    ApplyProblem.DISCARDED: "This import was given up.",
    ApplyProblem.STALE: "The data changed since the file was compared with it. Nothing was written: run the command again.",
    ApplyProblem.DEPARTURES_UNCONFIRMED: (
        "So many people are no longer in the file that it may be incomplete. Nothing was written: look at it, "
        "then add --confirm-departures."
    ),
}


def refusal_text(problem: Mapping[str, Any]) -> str:
    """Why a file is refused, with its name and line."""
    line = f", line {problem['line']}" if problem["line"] else ""
    place = f"{problem['file']}{line}: " if problem["file"] else ""
    return place + REFUSALS[RefusalCode(problem["code"])].format(**problem["details"])


def doubt_text(doubt: Mapping[str, Any], files: Mapping[str, str]) -> str:
    """A doubtful line: where it is, whom it is about, and whether it was left out."""
    file = files.get("pupils" if doubt["subject"] == "pupil" else "guardians", "")
    consequence = " (line left out)" if doubt["left_out"] else ""
    return f"{file}, line {doubt['line']}: {doubt['label']}: {DOUBTS[DoubtCode(doubt['code'])]}{consequence}"


def counts_text(counts: Mapping[str, int]) -> str:
    """What an import changes, in one sentence."""
    return (
        f"{counts['pupils_created']} pupils to create, {counts['pupils_changed']} to change, {counts['pupils_back']} back, "
        f"{counts['pupils_gone']} gone, {counts['pupils_unchanged']} unchanged; "
        f"{counts['guardians_created']} guardians to create, {counts['guardians_changed']} to change; "
        f"{counts['accounts_opened']} accounts to open, {counts['accounts_found_again']} found again, "
        f"{counts['links_ended']} links to end; {counts['doubts']} doubts, {counts['left_out']} lines left out."
    )
