"""E-mail addresses as people type them: brought to one form, or found to be none."""

from email_validator import EmailNotValidError, validate_email

from account_mgmt.domain.email_confirmation import TypedAddress


def normalise_address(text: str) -> str | None:
    """The address in its usual form, or nothing if it cannot be one; whether mail arrives, the confirmation shows (R13)."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def typed_address(first: str, again: str) -> TypedAddress:
    """An address from the two fields of a form."""
    return TypedAddress(first, again, normalise_address(first), normalise_address(again))
