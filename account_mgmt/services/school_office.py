"""What a school office looks up: its schools, how far its families are, their accounts, its orders of letters and imports (R110).

Everything here reads, and for one school: an id of another school's row finds nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from account_mgmt.domain.accounts import AccountKind, AccountState
from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.letters import class_order
from account_mgmt.domain.permissions import Action, may
from account_mgmt.models import ImportBatch, LetterRun, School, StaffMember
from account_mgmt.queries import letters, school_accounts, schools
from account_mgmt.queries.letters import Addressees
from account_mgmt.queries.school_accounts import AccountRow, Search
from config.database import db
from config.services import Services


@dataclass(frozen=True)
class ClassProgress:
    """A class, or all of them together: its pupils, and how many accounts stand where."""

    class_code: str
    pupils: int
    states: Counter[AccountState]

    @property
    def accounts(self) -> int:
        return self.states.total()


@dataclass(frozen=True)
class Overview:
    """How far the families of a school are, by class and in all; for guardians or for pupils."""

    classes: list[ClassProgress]
    total: ClassProgress


@dataclass(frozen=True)
class ToWrite:
    """How many accounts a run of letters would write to."""

    new: int
    """Those without a letter that is still good."""
    all: int
    """Those whose first connection is not made."""


@dataclass(frozen=True)
class RunRow:
    """An order of letters with what became of it."""

    run: LetterRun
    replaced: int
    """Letters of it that a later one replaced: they open nothing any more."""
    by: str
    """Who ordered it; empty for an order from the command line."""


def schools_of(member: StaffMember) -> list[School]:
    """The schools that someone works for: their own, and those of the académies that they administer."""
    school_ids = {role.school_id for role in member.roles if role.school_id is not None}
    academy_ids = {role.academy_id for role in member.roles if role.academy_id is not None}
    return schools.schools_within(db.session(), school_ids, academy_ids)


def school_for(member: StaffMember, uai: str, action: Action) -> School | None:
    """The school of this UAI, if the member may do this there (R110)."""
    school = schools.school_with(db.session(), uai)
    return school if school is not None and may(member.roles, action, school) else None


def overview(services: Services, school: School, kind: AccountKind) -> Overview:
    """How far the guardians, or the pupils, of a school are."""
    now = services.clock.now()
    today = day_in_france(now)
    pupils = schools.classes_of(db.session(), school.id, today)
    states: dict[str, Counter[AccountState]] = {class_code: Counter() for class_code in pupils}
    for tally in schools.tallies(db.session(), school.id, now, today):
        if tally.kind is kind:
            states.setdefault(tally.class_code, Counter())[tally.state] += tally.count
    ordered = sorted(states, key=class_order)
    classes = [ClassProgress(class_code, pupils.get(class_code, 0), states[class_code]) for class_code in ordered]
    total = sum((each.states for each in classes), Counter[AccountState]())
    return Overview(classes, ClassProgress("", sum(pupils.values()), total))


def class_codes(services: Services, school: School) -> list[str]:
    """The classes of a school, in their order."""
    today = day_in_france(services.clock.now())
    return sorted((code for code in schools.classes_of(db.session(), school.id, today) if code), key=class_order)


def to_write(services: Services, school: School) -> ToWrite:
    """How many letters an order for the whole school would mean."""
    now = services.clock.now()
    today = day_in_france(now)
    new, everyone = (
        letters.count_addressees(db.session(), Addressees(school.id, None, None, replace), now, today)
        for replace in (False, True)
    )
    return ToWrite(new, everyone)


def find_accounts(services: Services, school: School, search: Search) -> list[AccountRow]:
    """The accounts of a class, or whose login or names begin like the words given."""
    now = services.clock.now()
    return school_accounts.find(db.session(), school.id, search, now, day_in_france(now))


def account_at(services: Services, school: School, account_id: int) -> AccountRow | None:
    """One account, if it is for a pupil of this school."""
    found = find_accounts(services, school, Search(account_id=account_id))
    return found[0] if found else None


def runs(school: School) -> list[RunRow]:
    """The latest orders of letters, the newest first."""
    found = letters.runs_of(db.session(), school.id)
    replaced = letters.replaced_letters(db.session(), [run.id for run in found])
    names = _names(run.requested_by for run in found)
    return [RunRow(run, replaced.get(run.id, 0), names.get(run.requested_by, "")) for run in found]


def run_at(school: School, run_id: int) -> LetterRun | None:
    """One order of letters, if it is this school's."""
    run = db.session.get(LetterRun, run_id)
    return run if run is not None and run.school_id == school.id else None


def imports(school: School) -> list[ImportBatch]:
    """The latest imports of this school, the newest first."""
    return schools.imports_of(db.session(), school.id)


def import_at(school: School, batch_id: int) -> ImportBatch | None:
    """One import, if it is this school's."""
    batch = db.session.get(ImportBatch, batch_id)
    return batch if batch is not None and batch.school_id == school.id else None


def _names(actors: Iterable[str]) -> dict[str, str]:
    """The names behind `staff:12`."""
    ids = {int(actor.removeprefix("staff:")) for actor in actors if actor.startswith("staff:")}
    return {f"staff:{member_id}": name for member_id, name in schools.staff_names(db.session(), ids).items()}
