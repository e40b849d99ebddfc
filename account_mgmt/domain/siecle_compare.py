"""A record beside what is known of a person: what the file leaves unsaid, what differs, and whether it is the same person."""

from collections.abc import Mapping
from dataclasses import replace

from account_mgmt.domain.login_names import fold
from account_mgmt.domain.siecle_plan import (
    KnownEnrolment,
    KnownGuardian,
    KnownGuardianship,
    KnownPupil,
)
from account_mgmt.domain.siecle_records import (
    GuardianRecord,
    GuardianshipRecord,
    PupilRecord,
)

NOBODY = KnownGuardian("", "")


def completed_pupil(
    record: PupilRecord, pupil: KnownPupil | None, enrolment: KnownEnrolment | None, levels: Mapping[str, str]
) -> PupilRecord:
    """The record with what is known in the place of what its file does not speak of."""
    enrolment = enrolment or KnownEnrolment()
    mef = _said(record.mef, enrolment.mef)
    known_level = enrolment.level if mef == enrolment.mef else ""
    return replace(
        record,
        usage_name=_said(record.usage_name, pupil.usage_name if pupil else ""),
        mef=mef,
        level=_said(record.level, known_level or levels.get(mef, "")),
        email=_said(record.email, pupil.email if pupil else ""),
        postal_code=_said(record.postal_code, pupil.postal_code if pupil else ""),
        ine_hash=record.ine_hash or (pupil.ine_hash if pupil else None),
    )


def completed_guardian(record: GuardianRecord, guardian: KnownGuardian | None) -> GuardianRecord:
    """The record with what is known in the place of what its file does not speak of."""
    if None not in (record.usage_name, record.civility, record.email, record.mobile, record.postal_code):
        return record
    known = guardian or NOBODY
    return replace(
        record,
        usage_name=_said(record.usage_name, known.usage_name),
        civility=_said(record.civility, known.civility),
        email=_said(record.email, known.email),
        mobile=_said(record.mobile, known.mobile),
        postal_code=_said(record.postal_code, known.postal_code),
    )


def pupil_differs(record: PupilRecord, known: KnownPupil) -> bool:
    """Whether a completed record says something new of the pupil as a person."""
    return known != KnownPupil(
        record.last_name,
        record.first_name,
        record.birth_date,
        record.usage_name or "",
        record.email or "",
        record.postal_code or "",
        record.ine_hash,
    )


def enrolment_differs(record: PupilRecord, known: KnownEnrolment) -> bool:
    """Whether a completed record says something new of the pupil's place in the school; coming back is."""
    return known != KnownEnrolment(record.class_code, record.mef or "", record.level or "")


def guardian_differs(record: GuardianRecord, known: KnownGuardian) -> bool:
    """Whether a completed record says something new of the adult."""
    return known != KnownGuardian(
        record.last_name,
        record.first_name,
        record.usage_name or "",
        record.civility or "",
        record.email or "",
        record.mobile or "",
        record.postal_code or "",
    )


def guardianship_differs(record: GuardianshipRecord, known: KnownGuardianship) -> bool:
    """Whether the file says something new of what an adult is to a pupil."""
    return known != KnownGuardianship(record.level, record.kinship, record.rank)


def is_another_child(record: PupilRecord, known: KnownPupil) -> bool:
    """Whether this ELEVE_ID was known for somebody else: other birth date, other last name and other first name.

    A family's accounts hang on it, so a number used again must never hand them another family's child.
    """
    return (
        record.birth_date != known.birth_date
        and not _same(record.first_name, known.first_name)
        and not _share_a_name(record, known)
    )


def is_another_person(record: GuardianRecord, known: KnownGuardian) -> bool:
    """Whether this PERSONNE_ID was known for somebody else: a first name and last names that have nothing in common.

    Offices sometimes type one parent over the other; the account would then show one parent's name to the other.
    """
    return not _same(record.first_name, known.first_name) and not _share_a_name(record, known)


def _said(said: str | None, known: str) -> str:
    return known if said is None else said


def _share_a_name(record: PupilRecord | GuardianRecord, known: KnownPupil | KnownGuardian) -> bool:
    said = {_comparable(name) for name in (record.last_name, record.usage_name) if name}
    return bool(said & {_comparable(name) for name in (known.last_name, known.usage_name) if name})


def _same(one: str, other: str) -> bool:
    return _comparable(one) == _comparable(other)


def _comparable(name: str) -> str:
    return fold(name).replace("-", "") or name.casefold()
