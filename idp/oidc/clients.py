"""Relying parties as OpenID Connect sees them: clients, found by the name that they give of themselves."""

from idp.relying_parties import services as registry
from idp.relying_parties.domain import Registration

PROTOCOL = "oidc"
LONGEST = 255


def find_client(client_id: str | None) -> Registration | None:
    """The client of that name, suspended or not; what cannot be a client_id is not looked for (RFC 6749, appendix A.1)."""
    if not client_id or len(client_id) > LONGEST or not (client_id.isascii() and client_id.isprintable()):
        return None
    client = registry.find(client_id)
    return client if client is not None and client.protocol == PROTOCOL else None
