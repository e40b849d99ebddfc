"""A letter that reached somebody whose child it does not name: it stops working, and the school hears of it (R102).

Nothing of the child is shown beyond what the first screen already said. Who the guardians are, the school's file says, so the
school looks into it there: the case is a message to its address and a line of the audit trail.
"""

from account_mgmt.domain.accounts import AccountKind
from account_mgmt.models import School
from account_mgmt.queries.accounts import account_to_change
from account_mgmt.queries.families import FirstConnection
from account_mgmt.services.onboarding import cancel_first_connection, first_connection_of
from account_mgmt.services.provisioning import revoke_notifications
from config.audit import AuditEvent
from config.database import transaction
from config.outbox import Mail
from config.services import Services


def disown_letter(services: Services, token: str) -> School | None:
    """Take the letter of this ticket back and tell its school, which is returned; nothing if the ticket is over (R102)."""
    letter = first_connection_of(services, token)
    if letter is None or letter.kind is not AccountKind.GUARDIAN:
        return None
    with transaction() as session:
        account = account_to_change(session, letter.account_id)
        school = session.get(School, letter.school_id)
        if account is None or school is None:
            return None
        revoke_notifications(session, services, account.id)
        account.notification_expires_at = None
        services.audit.record(
            AuditEvent.LETTER_DISOWNED, actor=f"account:{account.id}", account_id=account.id, school_id=school.id
        )
        if school.email:
            services.outbox.queue(session, _message(services, letter, school))
    cancel_first_connection(services, token)
    return school


def _message(services: Services, letter: FirstConnection, school: School) -> Mail:
    name = "letter_disowned"
    context = {"login": letter.login, "pupil": letter.pupil_first_name, "school": school.name, "academy": school.academy.name}
    text = services.documents.email(name, None, **context)
    return Mail(to=school.email, sender=school.academy.sender, subject=text.subject, text=text.text, html=text.html, kind=name)
