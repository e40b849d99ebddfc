"""Who a person is and which children the person stands for: everything known, before anything is left out."""

from dataclasses import dataclass
from datetime import date

from account_mgmt.domain.accounts import AccountKind


@dataclass(frozen=True)
class OnBehalfOf:
    """The guardian in whose name a child's access is held; a joint account has two for one child (R65, R96)."""

    guardian_id: int
    last_name: str
    first_name: str
    kinship: str
    level: int
    rank: int
    teleservices_refused: bool = False


@dataclass(frozen=True)
class Child:
    """A pupil at a school, as an account sees it."""

    pupil_id: int
    eleve_id: int
    last_name: str
    first_name: str
    birth_date: date
    school_uai: str
    school_name: str
    school_degree: int
    academy_code: str
    class_code: str
    level: str
    mef: str = ""
    ine_hash: str | None = None
    postal_code: str = ""
    on_behalf_of: tuple[OnBehalfOf, ...] = ()


@dataclass(frozen=True)
class Identity:
    """An account as a relying party could be told of it; the children are empty for nobody's account only."""

    account_id: int
    kind: AccountKind
    login: str
    last_name: str
    first_name: str
    email: str | None
    email_verified: bool
    language: str | None
    children: tuple[Child, ...]
