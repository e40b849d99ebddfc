"""The demonstration's académie, made the way a real one is: schools, their SIECLE files, an office, services.

Nothing here reaches around a rule: each line calls the use case that a command or a page calls.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from account_mgmt.domain.permissions import Role
from account_mgmt.models import Academy, ImportBatch, School, StaffMember
from account_mgmt.services import siecle_import
from account_mgmt.services.schools import NewAcademy, NewSchool, add_academy, add_school
from account_mgmt.services.siecle.archive import pack
from account_mgmt.services.siecle.plans import Scope
from account_mgmt.services.staff import NewMember, add_member, choose_password, password_link
from config.services import Services
from config.settings import ROOT
from idp.demo.relying_party import Service
from idp.relying_parties.registry import Registered, register

ACTOR = "cli"
FILES = ROOT / "idp" / "demo" / "files"
ACADEMY = NewAcademy(
    code="demonstration",
    name="Académie de démonstration",
    sender="Académie de démonstration <ne-pas-repondre@academie.example>",
    preset="poitiers",
)
STAFF_EMAIL = "secretariat@academie.example"
STAFF_PASSWORD = "cartable-bleu-sous-le-preau-42"  # noqa: S105 - printed for whoever plays the school office
Made = TypeVar("Made")


class DemonstrationFailed(Exception):
    """A use case refused something that the demonstration is made of."""


@dataclass(frozen=True)
class Place:
    """A school of the demonstration, and whether its file is imported at once or left for the visitor."""

    school: NewSchool
    imported: bool = True


@dataclass(frozen=True)
class Sample:
    """A sample service, in the words of its registration."""

    slug: str
    name: str
    description: str
    attributes: list[str]
    more: dict[str, Any] = field(default_factory=dict)


SAMPLES = (
    Sample(
        "i-cart",
        "i-Cart",
        "Cahier de textes, notes et messagerie du collège.",
        ["name", "email", "birth_date", "children", "children_birth_date", "ent"],
    ),
    Sample(
        "teleservices",
        "Téléservices",
        "Fiche de renseignements, bourses, orientation.",
        ["name", "email", "children", "children_birth_date"],
        {"teleservice": True, "audience": ["guardian"]},
    ),
)


def build_academy(services: Services, places: tuple[Place, ...]) -> dict[str, School]:
    """The académie with its schools, the pupils of the imported ones, and the office; schools by their UAI."""
    academy = made(Academy, add_academy(services, ACADEMY, ACTOR))
    schools = {place.school.uai: made(School, add_school(services, place.school, ACTOR)) for place in places}
    for place in places:
        if place.imported:
            import_file(services, schools[place.school.uai])
    open_office(services, academy)
    return schools


def import_file(services: Services, school: School) -> None:
    """Import the school's SIECLE file that ships with the project (R100)."""
    path = FILES / f"{school.uai}.zip"
    with path.open("rb") as file:
        upload = pack([(path.name, file)])
    batch = siecle_import.preview(services, upload, Scope(school.academy_id, school.id), ACTOR)
    made(ImportBatch, siecle_import.apply(services, batch.id, ACTOR))


def open_office(services: Services, academy: Academy) -> None:
    """Someone who works for every school of the académie, with a password that the visitor is told."""
    new = NewMember(STAFF_EMAIL, "Secrétariat", Role.ACADEMY_ADMIN, academy=academy)
    member = made(StaffMember, add_member(services, new, ACTOR))
    token = password_link(services, member).rpartition("/")[2]
    made(StaffMember, choose_password(services, token, STAFF_PASSWORD, STAFF_PASSWORD))


def register_services(services: Services, site: str) -> list[Service]:
    """Register the sample services at the demonstration's own site, and keep the secrets that they are given."""
    registered = []
    for sample in SAMPLES:
        outcome = made(Registered, register(services, _registration(sample, f"{site}/services/{sample.slug}"), ACTOR))
        registered.append(Service(sample.slug, sample.name, sample.slug, outcome.secret or ""))
    return registered


def made(kind: type[Made], outcome: object) -> Made:
    """What a use case made, or the end of the demonstration with what it answered instead."""
    if isinstance(outcome, kind):
        return outcome
    raise DemonstrationFailed(f"{kind.__name__} was expected, the answer was {outcome!r}")


def _registration(sample: Sample, address: str) -> dict[str, Any]:
    """The same document as a file of `flask rp register`."""
    return {
        "client_id": sample.slug,
        "name": sample.name,
        "description": sample.description,
        "attributes": sample.attributes,
        "protocol": "oidc",
        "academy": ACADEMY.code,
        "url": address,
        "schools": {"academies": [ACADEMY.code]},
        "oidc": {"redirect_uris": [f"{address}/retour"], "post_logout_redirect_uris": [address]},
        **sample.more,
    }
