"""What is shown of an import: counts for each school and in all, and the first few of each kind with their lines."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from account_mgmt.domain.siecle_plan import Departure, EnrolmentChange, GuardianChange, ImportPlan, PupilChange, is_unusual
from account_mgmt.domain.siecle_records import Doubt, PupilRecord
from account_mgmt.services.siecle.plans import SchoolPlan

LISTED = 100
"""How many of a kind a preview lists; it counts all of them."""
DOUBTS_LISTED = 300
PUPIL_FIELDS = ("last_name", "first_name", "usage_name", "birth_date", "email", "postal_code")
PLACE_FIELDS = ("class_code", "mef", "level")
GUARDIAN_FIELDS = ("last_name", "first_name", "usage_name", "civility", "email", "mobile", "postal_code")

Item = dict[str, Any]
Thing = TypeVar("Thing")


@dataclass
class Summary:
    """Gathers the plans of an import, one school at a time; keeps nothing of them but what is shown."""

    schools: list[Item] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    lists: dict[str, list[Item]] = field(default_factory=dict)
    unusual: list[str] = field(default_factory=list)
    changes: int = 0
    rows: int = 0
    """Rows of the files and rows to write, for a progress bar."""

    def add(self, each: SchoolPlan) -> None:
        """Take in what one school's file changes."""
        plan, counts = each.plan, counts_of(each.plan)
        school: Item = {"uai": plan.uai, "name": each.school.name, "files": each.files, "known": plan.known, "counts": counts}
        self.schools.append(school)
        self.totals.update(counts)
        self.changes += plan.rows
        self.rows += each.rows + plan.rows
        if is_unusual(plan):
            self.unusual.append(plan.uai)
        self._list("created", plan.uai, plan.new_enrolments, _pupil)
        self._list("changed", plan.uai, plan.changed_pupils, _changed_pupil)
        self._list("changed", plan.uai, plan.changed_enrolments, _changed_place)
        self._list("gone", plan.uai, plan.departures, _gone)
        self._list("guardians", plan.uai, plan.changed_guardians, _changed_guardian)
        self._list("doubts", plan.uai, plan.doubts, _doubt)

    def as_json(self) -> Item:
        """The summary in the form in which it is kept."""
        return {
            "schools": self.schools,
            "totals": dict(self.totals),
            "lists": self.lists,
            "unusual": self.unusual,
            "changes": self.changes,
        }

    def _list(self, kind: str, uai: str, things: Sequence[Thing], item_of: Callable[[Thing], Item]) -> None:
        listed = self.lists.setdefault(kind, [])
        room = max((DOUBTS_LISTED if kind == "doubts" else LISTED) - len(listed), 0)
        listed.extend({"uai": uai, **item_of(thing)} for thing in things[:room])


def counts_of(plan: ImportPlan) -> dict[str, int]:
    """How many of each kind a plan changes."""
    back = sum(change.comes_back for change in plan.changed_enrolments)
    changed = {change.after.eleve_id for change in plan.changed_pupils}
    changed.update(change.after.eleve_id for change in plan.changed_enrolments if not change.comes_back)
    return {
        "pupils_created": len(plan.new_enrolments),
        "pupils_changed": len(changed),
        "pupils_back": back,
        "pupils_gone": len(plan.departures),
        "pupils_unchanged": plan.unchanged,
        "guardians_created": len(plan.new_guardians),
        "guardians_changed": len(plan.changed_guardians),
        "guardianships_created": len(plan.new_guardianships),
        "guardianships_changed": len(plan.changed_guardianships),
        "guardianships_ended": len(plan.ended_guardianships),
        "accounts_opened": plan.accounts,
        "accounts_found_again": len(plan.opened) - plan.accounts,
        "links_ended": len(plan.closed),
        "doubts": len(plan.doubts),
        "left_out": sum(doubt.left_out for doubt in plan.doubts),
    }


def _pupil(record: PupilRecord) -> Item:
    return {"line": record.line, "name": f"{record.last_name} {record.first_name}", "class_code": record.class_code}


def _changed_pupil(change: PupilChange) -> Item:
    name = f"{change.before.last_name} {change.before.first_name}"
    return {"line": change.after.line, "name": name, "what": _what(PUPIL_FIELDS, change.before, change.after)}


def _changed_place(change: EnrolmentChange) -> Item:
    record = change.after
    what = _what(PLACE_FIELDS, change.before, record)
    return {**_pupil(record), "what": what, "comes_back": change.comes_back}


def _changed_guardian(change: GuardianChange) -> Item:
    name = f"{change.before.last_name} {change.before.first_name}"
    return {"line": change.after.line, "name": name, "what": _what(GUARDIAN_FIELDS, change.before, change.after)}


def _gone(departure: Departure) -> Item:
    left_on = departure.left_on.isoformat() if departure.left_on else None
    return {"name": departure.name, "left_on": left_on, "stated": departure.stated}


def _doubt(doubt: Doubt) -> Item:
    return {
        "code": str(doubt.code),
        "subject": str(doubt.subject),
        "line": doubt.line,
        "label": doubt.label,
        "left_out": doubt.left_out,
    }


def _what(names: Sequence[str], before: object, after: object) -> list[list[str]]:
    """The fields that differ, each with its value before and after."""
    values = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return [[name, _shown(old), _shown(new)] for name, old, new in values if old != new]


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
