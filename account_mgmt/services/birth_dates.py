"""Wrong birth dates, counted per letter: too many of them lock its screen for a while, as wrong passwords lock a login (R14)."""

from config.audit import AuditEvent
from config.database import transaction
from config.limits import Budget, note_failure, too_many
from config.services import Services

BY_LETTER = "birth_date"


def birth_date_locked(services: Services, notification_id: int) -> bool:
    """Whether dates are refused for now, right or wrong."""
    return too_many(services, BY_LETTER, str(notification_id), _budget(services)) is not None


def note_wrong_birth_date(services: Services, notification_id: int, account_id: int) -> None:
    """Count a wrong date, and leave a trace of it."""
    note_failure(services, BY_LETTER, str(notification_id), _budget(services))
    with transaction():
        services.audit.record(AuditEvent.FIRST_CONNECTION_REFUSED, actor="system", account_id=account_id)


def _budget(services: Services) -> Budget:
    accounts = services.settings.accounts
    return Budget(accounts.birth_date_tries, accounts.birth_date_lock_minutes * 60)
