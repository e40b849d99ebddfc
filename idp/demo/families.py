"""Three families to play, each stopped at another point of the way: letter in hand, address not confirmed, a second child to add.

They got there by the use cases that pages call. What the visitor has to know, logins and passwords, is printed: nobody else
in this académie exists.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from account_mgmt.domain.first_connection import FirstConnectionForm
from account_mgmt.domain.passwords import provisional_password
from account_mgmt.models import Account, ChildLink, Guardian, LetterRun, Pupil, School
from account_mgmt.queries.letters import next_addressees
from account_mgmt.services.confirmation import Confirmed, confirm_email
from account_mgmt.services.hashing import hash_password
from account_mgmt.services.letter_pages import IssuedLetter, document_of
from account_mgmt.services.onboarding import Completed, begin_first_connection, complete_first_connection
from account_mgmt.services.provisioning import Issue, issue_notification
from config.database import db, transaction
from config.outbox import OutgoingMail
from config.services import Services
from idp.demo.academy import ACTOR, made
from idp.demo.people import TILLEULS, VIEUX_PONT

PASSWORD = "marelle-sous-la-pluie-7"  # noqa: S105 - printed for the visitor
IN_HAND, UNCONFIRMED, TO_GROUP = (124, 2027), (122, 2024), (101, 2001)
"""PERSONNE_ID and ELEVE_ID of each family's first account."""
SECOND_CHILD = (101, 2002)


@dataclass(frozen=True)
class Letter:
    """A letter that was issued, and its account."""

    account: Account
    pupil: Pupil
    password: str
    notification_id: int
    page: IssuedLetter

    @property
    def lines(self) -> list[list[str]]:
        """What is printed of it for the visitor."""
        return [
            ["Identifiant du courrier", self.account.login],
            ["Mot de passe provisoire", self.password],
            [f"Date de naissance de {self.pupil.first_name}", f"{self.pupil.birth_date:%d/%m/%Y}"],
        ]


def play_families(services: Services, schools: dict[str, School]) -> tuple[list[dict[str, object]], bytes]:
    """The three families as the visitor is told of them, and the letters that are still to be used as one PDF."""
    in_hand = issue_letter(services, schools[VIEUX_PONT], IN_HAND)
    unconfirmed = issue_letter(services, schools[TILLEULS], UNCONFIRMED)
    first_child = issue_letter(services, schools[TILLEULS], TO_GROUP)
    second_child = issue_letter(services, schools[VIEUX_PONT], SECOND_CHILD)
    connect(services, unconfirmed)
    connect(services, first_child)
    confirm(services, first_child.account)
    families: list[dict[str, object]] = [
        {
            "title": "1. Le courrier en main",
            "story": f"{name(in_hand)} vient de recevoir le courrier du collège : mot de passe, adresse, confirmation.",
            "lines": in_hand.lines,
        },
        {
            "title": "2. L'adresse n'est pas confirmée",
            "story": f"{name(unconfirmed)} n'a pas encore suivi le lien du message : aucun service ne s'ouvre.",
            "lines": [["Identifiant", unconfirmed.account.login], ["Mot de passe", PASSWORD]],
        },
        {
            "title": "3. Deux enfants à regrouper",
            "story": f"{name(first_child)} utilise déjà le compte de son premier enfant et reçoit le courrier du second.",
            "lines": [["Identifiant", first_child.account.login], ["Mot de passe", PASSWORD], *second_child.lines],
        },
    ]
    return families, document_of(services, schools[VIEUX_PONT], [in_hand.page, second_child.page])


def issue_letter(services: Services, school: School, who: tuple[int, int]) -> Letter:
    """Issue the letter of one guardian for one pupil, and keep what is printed on it (R01, R03)."""
    personne_id, eleve_id = who
    password = provisional_password()
    with transaction() as session:
        account, pupil = (
            session.execute(
                select(Account, Pupil)
                .join(ChildLink, ChildLink.account_id == Account.id)
                .join(Pupil, Pupil.id == ChildLink.pupil_id)
                .join(Guardian, Guardian.id == ChildLink.guardian_id)
                .where(Guardian.personne_id == personne_id, Pupil.eleve_id == eleve_id)
            )
            .one()
            .tuple()
        )
        order = LetterRun(school.id, ACTOR, services.clock.now(), account_id=account.id)
        (facts,) = next_addressees(session, order, services.clock.now(), services.clock.now().date(), 1)
        issue = Issue(school.id, "paper", ACTOR, hash_password(password))
        notification = issue_notification(session, services, account, issue)
        page = IssuedLetter(facts, password, notification.issued_at, notification.expires_at)
        return Letter(account, pupil, password, notification.id, page)


def connect(services: Services, letter: Letter) -> None:
    """Complete the first connection, as the parent does (R11)."""
    born: date = letter.pupil.birth_date
    email = letter.page.facts.email
    form = FirstConnectionForm(PASSWORD, PASSWORD, email, email, str(born.day), str(born.month), str(born.year))
    token = begin_first_connection(services, letter.notification_id)
    made(Completed, complete_first_connection(services, token, form))


def confirm(services: Services, account: Account) -> None:
    """Follow the link of the message that waits to be sent, as the parent will have done (R20)."""
    row = db.session.scalars(select(OutgoingMail).where(OutgoingMail.account_id == account.id)).one()
    text = services.outbox.open(row.content or b"").text
    token = text.partition("/confirmation/")[2].split()[0]
    made(Confirmed, confirm_email(services, token))


def name(letter: Letter) -> str:
    """The parent's name, as in a story."""
    return f"{letter.account.first_name} {letter.account.last_name}"
