"""The words of OAuth and OpenID Connect for what goes wrong, and the one table from the pipeline's refusals to them.

Descriptions are for the developer of a relying party: fixed sentences in ASCII, without anything that was sent to us.
"""

from idp.domain.release import RefusalReason


class OAuthError(Exception):
    """An error of RFC 6749 §4.1.2.1 or §5.2; whether it goes back by redirect or as JSON is for the endpoint to say."""

    def __init__(self, error: str, description: str, status: int = 400, challenge: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
        self.challenge = challenge
        """The WWW-Authenticate header of a 401."""

    def members(self) -> dict[str, str]:
        """What the relying party reads."""
        return {"error": self.error, "error_description": self.description}


def invalid_request(description: str) -> OAuthError:
    """The request is malformed, or lacks something (RFC 6749 §4.1.2.1, §5.2)."""
    return OAuthError("invalid_request", description)


def invalid_grant(
    description: str = "The code or token is unknown, expired, used, or was given to another client.",
) -> OAuthError:
    """The code or refresh token is worth nothing (RFC 6749 §5.2): one sentence for every reason."""
    return OAuthError("invalid_grant", description)


REFUSALS: dict[RefusalReason, OAuthError] = {
    RefusalReason.LOGIN_REQUIRED: OAuthError("login_required", "Nobody is signed in as asked, and no page may be shown."),
    RefusalReason.INTERACTION_REQUIRED: OAuthError(
        "interaction_required", "The person must first take a step on a page of the provider."
    ),
    RefusalReason.CONSENT_REQUIRED: OAuthError("consent_required", "The person has not yet accepted, and no page may be shown."),
    RefusalReason.CANCELLED: OAuthError("access_denied", "The person turned back."),
    RefusalReason.NO_CHILD: OAuthError("access_denied", "No child of this account is at a school that this client serves."),
    RefusalReason.WRONG_AUDIENCE: OAuthError("access_denied", "This client is not open to this kind of account."),
    RefusalReason.SUSPENDED: OAuthError("unauthorized_client", "This client is suspended."),
}
