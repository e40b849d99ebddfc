"""The tables of people and schools."""

from account_mgmt.models.account import Account, LoginName, Notification
from account_mgmt.models.family import ChildLink, Enrolment, Guardian, Guardianship, Pupil
from account_mgmt.models.import_batch import ImportBatch
from account_mgmt.models.letter_run import LetterPage, LetterRun
from account_mgmt.models.recovery_request import RecoveryRequest
from account_mgmt.models.school import Academy, School, StaffMember, StaffRole

__all__ = [
    "Academy",
    "Account",
    "ChildLink",
    "Enrolment",
    "Guardian",
    "Guardianship",
    "ImportBatch",
    "LetterPage",
    "LetterRun",
    "LoginName",
    "Notification",
    "Pupil",
    "RecoveryRequest",
    "School",
    "StaffMember",
    "StaffRole",
]
