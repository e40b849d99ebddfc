"""The rules of the registry: what a registration is, and what a registration file may say."""

from idp.relying_parties.domain.registration import Registration, ServedSchools

__all__ = ["Registration", "ServedSchools"]
