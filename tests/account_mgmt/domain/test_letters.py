"""Letters: their order in the document, names and addresses on them."""

import random

import pytest

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.letters import LetterFacts, as_typed, class_order, printing_order, with_login, written_name


def facts(
    account_id: int = 1, kind: AccountKind = AccountKind.GUARDIAN, pupil: str = "Dylan Dupont", **changes: object
) -> LetterFacts:
    first_name, last_name = pupil.split(" ", 1)
    values: dict[str, object] = {
        "account_id": account_id,
        "kind": kind,
        "login": f"login{account_id}",
        "civility": "M.",
        "first_name": "Jean",
        "last_name": "Dupont",
        "email": "",
        "language": None,
        "pupil_id": 1,
        "pupil_first_name": first_name,
        "pupil_last_name": last_name,
        "class_code": "5 B",
        "rank": 1,
    }
    return LetterFacts(**{**values, **changes})  # type: ignore[arg-type]  # the table above is the dataclass


@pytest.mark.rule("R04")
def test_letters_come_by_class_then_name_then_the_pupil_before_the_guardians() -> None:
    wanted = [
        facts(1, class_code="3 A", pupil="Zoé Abel"),
        facts(2, class_code="5 B", kind=AccountKind.PUPIL, rank=0),
        facts(3, class_code="5 B", rank=1),
        facts(4, class_code="5 B", rank=2),
        facts(5, class_code="5 B", pupil="Émile Dupont", pupil_id=2),
        facts(6, class_code="5 B", pupil="Ana Évrard", pupil_id=3),
        facts(7, class_code="5 B", pupil="Ana Fabre", pupil_id=4),
        facts(8, class_code="10 A", pupil="Ana Abel"),
        facts(9, class_code="", pupil="Ana Abel"),
    ]
    shuffled = random.Random(4).sample(wanted, len(wanted))  # noqa: S311 - nothing secret
    assert sorted(shuffled, key=printing_order) == wanted


def test_classes_come_as_people_list_them() -> None:
    assert sorted(["", "TS2", "10A", "3B", "3A", "TS10"], key=class_order) == ["3A", "3B", "10A", "TS2", "TS10", ""]


@pytest.mark.parametrize(
    ("civility", "written"),
    [
        ("M.", "M. Jean DUPONT"),
        ("MME", "Mme Jean DUPONT"),
        ("Monsieur", "M. Jean DUPONT"),
        ("", "Jean DUPONT"),
        ("3", "Jean DUPONT"),
    ],
)
def test_a_name_is_written_as_on_an_envelope(civility: str, written: str) -> None:
    assert written_name("Jean", "Dupont", civility) == written


@pytest.mark.rule("R04")
@pytest.mark.parametrize(
    ("portal", "address"),
    [
        ("https://ent.example/", "https://ent.example/?login_hint=jean.dupont1"),
        ("https://ent.example/a?b=c", "https://ent.example/a?b=c&login_hint=jean.dupont1"),
        ("https://ent.example/a#b", "https://ent.example/a?login_hint=jean.dupont1#b"),
    ],
)
def test_the_login_is_added_to_whatever_the_portals_address_says(portal: str, address: str) -> None:
    assert with_login(portal, "jean.dupont1") == address


def test_an_address_is_printed_as_one_types_it() -> None:
    assert as_typed("https://ent.example/") == "ent.example"
    assert as_typed("http://localhost:8000/connexion") == "http://localhost:8000/connexion"
