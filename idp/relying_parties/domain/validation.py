"""What a registration file may say: each line checked, and each refusal with what to write instead (`advice.py`).

Reading a file gives a `Draft` or problems, never both, and touches nothing. The `[oidc]` table is in `oidc_validation.py`,
the rules on addresses in `addresses.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from account_mgmt.domain.accounts import AccountKind
from consent.domain import Attribute
from idp.relying_parties.domain.addresses import Mode
from idp.relying_parties.domain.checklist import Checklist
from idp.relying_parties.domain.oidc_settings import OidcSettings
from idp.relying_parties.domain.oidc_validation import read_oidc
from idp.relying_parties.domain.problems import Code, Problem

CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{1,254}")
UAI = re.compile(r"\d{7}[A-Z]")
ENTRY = re.compile(r"[a-z][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class Draft:
    """A registration file that was found in order."""

    client_id: str
    name: str
    protocol: str
    schools: dict[str, Any]
    settings: OidcSettings
    academy: str | None = None
    description: str = ""
    url: str = ""
    audience: list[str] = field(default_factory=lambda: [kind.value for kind in AccountKind])
    teleservice: bool = False
    attributes: list[str] = field(default_factory=list)
    entry: str | None = None


def read_draft(document: Mapping[str, Any], mode: Mode) -> Draft | list[Problem]:
    """A registration file, read: the draft, or everything that is wrong with it at once."""
    top = Checklist(document, mode)
    top.known_only({entry.name for entry in fields(Draft)} - {"settings"} | {"oidc"})
    draft = Draft(
        client_id=top.required("client_id", CLIENT_ID),
        name=top.required("name"),
        protocol=_protocol(top),
        schools=_schools(top),
        settings=_oidc(top),
        academy=top.text("academy"),
        description=top.text("description") or "",
        url=_home_address(top),
        audience=_audience(top),
        teleservice=top.flag("teleservice"),
        attributes=top.words("attributes", Attribute),
        entry=top.text("entry", ENTRY),
    )
    return top.problems or draft


def _protocol(top: Checklist) -> str:
    protocol = top.required("protocol")
    if protocol and protocol != "oidc":
        top.wrong("protocol", Code.UNKNOWN_WORD, protocol, ("oidc",))
    return protocol


def _home_address(top: Checklist) -> str:
    address = top.text("url") or ""
    if address:
        top.check_address("url", address, "page")
    return address


def _audience(top: Checklist) -> list[str]:
    if "audience" not in top.table:
        return [kind.value for kind in AccountKind]
    audience = top.words("audience", AccountKind)
    if not audience:
        top.wrong("audience", Code.NOBODY)
    return audience


def _schools(top: Checklist) -> dict[str, Any]:
    table = _table(top, "schools")
    if table is None:
        return {}
    part = Checklist(table, top.mode, "schools.")
    part.known_only(("all", "uais", "academies"))
    everywhere, uais, academies = part.flag("all"), part.texts("uais"), part.texts("academies")
    for uai in uais:
        if not UAI.fullmatch(uai):
            part.wrong("uais", Code.NOT_A_UAI, uai)
    if everywhere and (uais or academies):
        part.wrong("all", Code.ALL_AND_SOME)
    if not everywhere and not uais and not academies and not part.problems:
        part.wrong("", Code.NO_SCHOOL)
    top.problems += part.problems
    return {"all": True} if everywhere else {"uais": uais, "academies": academies}


def _oidc(top: Checklist) -> OidcSettings:
    table = _table(top, "oidc")
    if table is None:
        return OidcSettings(())
    part = Checklist(table, top.mode, "oidc.")
    settings = read_oidc(part)
    top.problems += part.problems
    return settings


def _table(top: Checklist, name: str) -> Mapping[str, Any] | None:
    table = top.table.get(name)
    if table is None:
        top.wrong(name, Code.MISSING)
        return None
    if not isinstance(table, Mapping):
        top.wrong(name, Code.NOT_A_TABLE, table)
        return None
    return table
