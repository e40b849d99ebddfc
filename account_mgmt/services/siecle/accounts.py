"""The accounts that hang on a plan: opened for new pairs, found again for those who come back, cut off for those who go.

An account is never closed here, and never renamed in its login: a family keeps what it has (R80, R103). What a grouping or
the school's new credentials did to a link is respected: only the pair's last link is opened again.
"""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.siecle_plan import ImportPlan, KnownGuardian, KnownPupil
from account_mgmt.domain.siecle_records import GuardianRecord, Pair, PupilRecord
from account_mgmt.models import Account, ChildLink
from account_mgmt.queries import imports
from account_mgmt.queries.imports import LinkRow
from account_mgmt.services.provisioning import NewAccount, open_accounts
from account_mgmt.services.siecle.writing import People, Rows, Target
from config.services import Services

Numbers = tuple[int, int | None]
"""A pair in the database's numbers: the pupil's, and the guardian's unless it is the pupil's own account."""


def write_accounts(target: Target, services: Services, plan: ImportPlan, people: People) -> int:
    """Give every pair of the plan the account it is to have, or take it away; says how many accounts were opened (R01, R80)."""
    now = services.clock.now()
    _end_links(target, [_numbers(pair, people) for pair in plan.closed], now)
    wanted = _reopen_links(target, [_numbers(pair, people) for pair in plan.opened])
    _open_accounts(target, services, wanted)
    _follow_names(target, plan)
    return len(wanted)


def _numbers(pair: Pair, people: People) -> Numbers:
    eleve_id, personne_id = pair
    return people.pupils[eleve_id], None if personne_id is None else people.guardians[personne_id]


def _end_links(target: Target, pairs: list[Numbers], now: datetime) -> None:
    of_pupils: Rows = [{"the_pupil": pupil, "ended_at": now} for pupil, guardian in pairs if guardian is None]
    of_guardians: Rows = [
        {"the_pupil": pupil, "the_guardian": guardian, "ended_at": now} for pupil, guardian in pairs if guardian is not None
    ]
    target.run(END_LINKS.where(ChildLink.guardian_id.is_(None)), of_pupils)
    target.run(END_LINKS.where(ChildLink.guardian_id == bindparam("the_guardian")), of_guardians)


def _reopen_links(target: Target, pairs: list[Numbers]) -> list[Numbers]:
    """Open the links of those who come back; gives the pairs for which there is no account left to come back to."""
    links: dict[Numbers, list[LinkRow]] = {}
    for link in imports.links_of(target.session, {pupil for pupil, _ in pairs}):
        links.setdefault((link.pupil_id, link.guardian_id), []).append(link)
    known = [pair for pair in pairs if pair in links]
    standing = imports.accounts_in_force(target.session, {links[pair][-1].account_id for pair in known})
    reopened: Rows = []
    wanted = [pair for pair in pairs if pair not in links]
    for pair in known:
        if any(not link.ended for link in links[pair]):
            continue
        account_id = standing[links[pair][-1].account_id]
        if account_id is None:
            wanted.append(pair)
        else:
            again = next((link for link in links[pair] if link.account_id == account_id), links[pair][-1])
            reopened.append({"the_link": again.id, "account_id": account_id, "ended_at": None})
    target.run(REOPEN_LINK, reopened)
    if reopened:
        target.session.connection().execute(REOPEN_ACCOUNT, [{"the_account": row["account_id"]} for row in reopened])
    return wanted


def _open_accounts(target: Target, services: Services, pairs: list[Numbers]) -> None:
    pupils = imports.names_of_pupils(target.session, {pupil for pupil, guardian in pairs if guardian is None})
    guardians = imports.names_of_guardians(target.session, {guardian for _, guardian in pairs if guardian is not None})
    rows = []
    # Pupils first, then guardians: rows of one kind go into one statement.
    for pupil, guardian in sorted(pairs, key=lambda pair: pair[1] is not None):
        kind = AccountKind.PUPIL if guardian is None else AccountKind.GUARDIAN
        last_name, first_name = pupils[pupil] if guardian is None else guardians[guardian]
        rows.append(NewAccount(target.school.academy_id, kind, last_name, first_name, pupil, guardian))
    open_accounts(target.session, services, rows)
    target.told(len(rows))


def _follow_names(target: Target, plan: ImportPlan) -> None:
    """Show on accounts the names that people go by now; logins stay as they are (R103)."""
    pupils = [change.after for change in plan.changed_pupils if _goes_by(change.after) != _goes_by(change.before)]
    guardians = [change.after for change in plan.changed_guardians if _goes_by(change.after) != _goes_by(change.before)]
    pupil_numbers = imports.pupil_numbers(target.session, target.school.academy_id, [record.eleve_id for record in pupils])
    guardian_numbers = imports.guardian_numbers(
        target.session, target.school.academy_id, [record.personne_id for record in guardians]
    )
    target.run(RENAME_PUPILS_ACCOUNT, [_renamed(pupil_numbers[record.eleve_id], record) for record in pupils])
    target.run(RENAME_GUARDIANS_ACCOUNTS, [_renamed(guardian_numbers[record.personne_id], record) for record in guardians])


def _goes_by(person: PupilRecord | GuardianRecord | KnownPupil | KnownGuardian) -> tuple[str, str]:
    return person.usage_name or person.last_name, person.first_name


def _renamed(number: int, record: PupilRecord | GuardianRecord) -> dict[str, object]:
    last_name, first_name = _goes_by(record)
    return {"the_person": number, "last_name": last_name, "first_name": first_name}


END_LINKS = update(ChildLink).where(ChildLink.pupil_id == bindparam("the_pupil"), ChildLink.ended_at.is_(None))
REOPEN_LINK = update(ChildLink).where(ChildLink.id == bindparam("the_link"))
REOPEN_ACCOUNT = (
    update(Account)
    .where(Account.id == bindparam("the_account"), Account.closed_at.is_not(None), Account.erased_at.is_(None))
    .values(closed_at=None, version=Account.version + 1)
)
RENAME = update(Account).values(version=Account.version + 1)
RENAME_PUPILS_ACCOUNT = RENAME.where(
    Account.id.in_(
        select(ChildLink.issued_account_id).where(ChildLink.pupil_id == bindparam("the_person"), ChildLink.guardian_id.is_(None))
    )
)
RENAME_GUARDIANS_ACCOUNTS = RENAME.where(
    Account.id.in_(select(ChildLink.issued_account_id).where(ChildLink.guardian_id == bindparam("the_person")))
)
