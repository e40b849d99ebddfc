"""One import of many schools, one school after the other: what is known of the next, and what the earlier ones settled.

A preview writes nothing, and an apply writes school after school; both must decide the same. So what an earlier school of
the same import decided is remembered here, and counts in the place of what the database says, in both.
"""

from datetime import date

from sqlalchemy.orm import Session

from account_mgmt.domain.siecle import reconcile
from account_mgmt.domain.siecle_plan import ImportPlan, KnownSchool
from account_mgmt.domain.siecle_records import Pair, SchoolRecords
from account_mgmt.queries import imports
from account_mgmt.queries.imports import SchoolRow


class Batch:
    """The schools of one import, in the order in which they are taken."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self._today = today
        self._done: set[str] = set()
        self._reasons: dict[int, dict[str, tuple[Pair, ...]]] = {}
        self._pupils: dict[int, date] = {}
        self._guardians: set[int] = set()

    def plan(self, records: SchoolRecords, school: SchoolRow) -> ImportPlan:
        """What this school's file changes, after the schools before it."""
        plan = reconcile(records, self._known(records, school), self._today)
        self._done.add(school.uai)
        for eleve_id, pairs in plan.reasons.items():
            self._reasons.setdefault(eleve_id, {})[school.uai] = pairs
        self._pupils.update(plan.described_pupils)
        self._guardians |= plan.described_guardians
        return plan

    def _known(self, records: SchoolRecords, school: SchoolRow) -> KnownSchool:
        session, academy_id = self._session, school.academy_id
        enrolments = imports.enrolments_of(session, school)
        pupils = records.pupils.keys() | enrolments.keys()
        return KnownSchool(
            pupils=imports.pupils_called(session, academy_id, pupils),
            enrolments=enrolments,
            guardians=imports.guardians_called(session, academy_id, records.guardians),
            guardianships=imports.guardianships_of(session, school),
            elsewhere=self._elsewhere(school, pupils),
            levels=imports.levels_of(session, school),
            with_account=imports.pairs_with_account(session, academy_id, pupils),
            settled_pupils=self._pupils,
            settled_guardians=self._guardians,
        )

    def _elsewhere(self, school: SchoolRow, eleve_ids: set[int]) -> dict[int, frozenset[Pair]]:
        """What other schools give reason to: the word of this import where they are in it, else the database's."""
        known = imports.reasons_elsewhere(self._session, school, eleve_ids)
        elsewhere: dict[int, frozenset[Pair]] = {}
        for eleve_id in eleve_ids & (known.keys() | self._reasons.keys()):
            written = [pairs for uai, pairs in known.get(eleve_id, {}).items() if uai not in self._done]
            decided = [pairs for uai, pairs in self._reasons.get(eleve_id, {}).items() if uai != school.uai]
            elsewhere[eleve_id] = frozenset(pair for pairs in (*written, *decided) for pair in pairs)
        return elsewhere
