"""What a notification says, as a page to print and as an e-mail (R04): the same words, from the same facts.

The page goes to `templates/letters/notification.typ` as JSON, the QR code as an image in it; the e-mail is
`templates/emails/notification`.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

import segno
from babel.dates import format_date

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.domain.dates import day_in_france
from account_mgmt.domain.letters import LetterFacts, as_typed, with_login
from account_mgmt.models import School
from config.outbox import Mail
from config.services import Services

TEMPLATE = "letters/notification.typ"
PART = 150
"""Letters that one process sets: more of them take more memory, fewer more processes."""
SIGN_IN_PATH = "/connexion"
SIGN_IN_PARAMETER = "identifiant"


@dataclass(frozen=True)
class IssuedLetter:
    """A letter as it was issued: the only place where a provisional password meets its login."""

    facts: LetterFacts
    password: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime

    def to_json(self) -> bytes:
        """What is kept, encrypted, until the page is printed."""
        dates = {"issued_at": self.issued_at.isoformat(), "expires_at": self.expires_at.isoformat()}
        return json.dumps({"facts": asdict(self.facts), "password": self.password, **dates}).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """The letter of `to_json`."""
        values = json.loads(content)
        facts = LetterFacts(**{**values["facts"], "kind": AccountKind(values["facts"]["kind"])})
        issued_at, expires_at = (datetime.fromisoformat(values[name]) for name in ("issued_at", "expires_at"))
        return cls(facts, values["password"], issued_at, expires_at)


def portal_of(services: Services, school: School) -> str:
    """Where the school's families log in: its ENT where it has one, else our own page (R04)."""
    return school.portal_url or services.links.absolute(SIGN_IN_PATH)


def address_with_login(services: Services, school: School, login: str) -> str:
    """What the QR code holds: the portal's address with the login filled in, and never the password (R04)."""
    if school.portal_url:
        return with_login(school.portal_url, login)
    return services.links.absolute(SIGN_IN_PATH, **{SIGN_IN_PARAMETER: login})


def document_of(services: Services, school: School, letters: Sequence[IssuedLetter]) -> bytes:
    """All pages as one tagged PDF, in the order given."""
    common = {
        "title": f"Courriers de notification – {school.name}",
        "school": {
            "name": school.name,
            "lines": [line for line in (school.academy.name, school.city, school.phone, school.email) if line],
            "contact": " ou ".join(way for way in (school.phone, school.email) if way),
        },
        "address": as_typed(portal_of(services, school)),
    }
    parts = (letters[start : start + PART] for start in range(0, len(letters), PART))
    pages = ([_page(services, school, letter) for letter in part] for part in parts)
    return services.documents.book(TEMPLATE, ({**common, "letters": each} for each in pages))


def email_of(services: Services, school: School, letter: IssuedLetter, notification_id: int) -> Mail:
    """The same by e-mail, from the académie, to the address that the school knows."""
    facts = letter.facts
    text = services.documents.email(
        "notification",
        facts.language,
        letter=letter,
        facts=facts,
        guardian=facts.kind is AccountKind.GUARDIAN,
        school=school,
        link=address_with_login(services, school, facts.login),
        academy=school.academy.name,
    )
    return Mail(
        to=facts.email,
        sender=school.academy.sender,
        subject=text.subject,
        text=text.text,
        html=text.html,
        kind="notification",
        account_id=facts.account_id,
        notification_id=notification_id,
    )


def _page(services: Services, school: School, letter: IssuedLetter) -> dict[str, Any]:
    facts = letter.facts
    guardian = facts.kind is AccountKind.GUARDIAN
    role = f"Responsable légal de {facts.pupil_name}" if guardian else "Élève"
    return {
        "guardian": guardian,
        "recipient": facts.holder_name,
        "recipient_lines": [role, *([f"Classe {facts.class_code}"] if facts.class_code else [])],
        "pupil_name": facts.pupil_name,
        "class_name": facts.class_code,
        "login": facts.login,
        "password": letter.password,
        "issued": _long_date(letter.issued_at),
        "deadline": _long_date(letter.expires_at),
        "qr": _qr_code(address_with_login(services, school, facts.login)),
    }


def _long_date(moment: datetime) -> str:
    return format_date(day_in_france(moment), "long", locale="fr")


def _qr_code(address: str) -> str:
    """The address as a QR code in SVG: level M survives a fold and a poor copier."""
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="svg", border=2, xmldecl=False, nl=False)
    return image.getvalue().decode()
