"""The office of Dylan's collège, for tests of its pages."""

from tests.factories import PASSWORD
from tests.visitor import Page, Visitor

UAI = "0790031E"
OFFICE = f"/etablissement/{UAI}"
SECRETARY = "secretariat@poitiers.example"


def enter_office(visitor: Visitor, email: str = SECRETARY, path: str = OFFICE) -> Page:
    """Log in at the office's page, on the way to another."""
    visitor.open(path)
    return visitor.submit({"email": email, "password": PASSWORD}, button="Se connecter")
