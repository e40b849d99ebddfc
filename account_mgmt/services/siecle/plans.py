"""A kept file, read and compared: the plan of each of its schools in turn, and the digest of all that was decided."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from account_mgmt.domain.siecle_plan import ImportPlan
from account_mgmt.domain.siecle_refusals import ImportRefused, RefusalCode
from account_mgmt.domain.siecle_rows import Reading
from account_mgmt.queries import imports
from account_mgmt.queries.imports import SchoolRow
from account_mgmt.services.siecle.batch import Batch
from account_mgmt.services.siecle_reader import SchoolFiles, schools_in
from config.encryption import derive_key
from config.settings import Settings


@dataclass(frozen=True)
class Scope:
    """Whose file it is: a school's, or a whole académie's when `school_id` is empty (R101)."""

    academy_id: int
    school_id: int | None


@dataclass(frozen=True)
class SchoolPlan:
    """One school of a file: what its file says, in how many rows, and what that changes."""

    school: SchoolRow
    files: dict[str, str]
    rows: int
    plan: ImportPlan


class Plans:
    """The plans of a file, one school at a time; `digest` is that of all plans made so far."""

    def __init__(self, session: Session, settings: Settings, scope: Scope, today: date) -> None:
        self._session = session
        self._scope = scope
        self._today = today
        self._reading = Reading(today, ine_digest(settings))
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def schools(self, upload: bytes) -> list[tuple[SchoolRow, SchoolFiles]]:
        """The schools that a file is about, all of which must be in its scope."""
        known = imports.schools_of(self._session, self._scope.academy_id)
        only = next((uai for uai, school in known.items() if school.id == self._scope.school_id), None)
        found = []
        for files in schools_in(upload, only):
            if files.uai not in known:
                name = next(iter(files.parts.values())).name
                raise ImportRefused(RefusalCode.UNKNOWN_SCHOOL, name, 1, found=files.uai)
            found.append((known[files.uai], files))
        return found

    def make(self, schools: list[tuple[SchoolRow, SchoolFiles]]) -> Iterator[SchoolPlan]:
        """The plan of each school, after those before it."""
        batch = Batch(self._session, self._today)
        for school, files in schools:
            records = files.read(self._reading)
            plan = batch.plan(records, school)
            plan.digest_into(self._digest)
            yield SchoolPlan(school, {str(kind): part.name for kind, part in files.parts.items()}, records.rows, plan)


def ine_digest(settings: Settings) -> Callable[[str], str]:
    """The keyed digest that stands for a national identifier, which is never kept itself."""
    key = derive_key(settings.secret_key.get_secret_value(), "ine")
    return lambda ine: hmac.digest(key, ine.encode(), "sha256").hex()
