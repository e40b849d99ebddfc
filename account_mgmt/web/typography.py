"""French as printers set it: the space before : ; ? ! and inside « » never breaks a line, and zero is singular.

Texts are written in the code with plain spaces, which everybody can type; this is the catalogue of the source language.
"""

import re
from functools import lru_cache

from babel.support import NullTranslations

NO_BREAK = "\N{NO-BREAK SPACE}"
BEFORE = re.compile(" (?=[:;?!»])")
AFTER = re.compile("(?<=«) ")


@lru_cache(maxsize=4096)
def typeset(text: str) -> str:
    """The text with its unbreakable spaces."""
    return AFTER.sub(NO_BREAK, BEFORE.sub(NO_BREAK, text))


class SourceTexts(NullTranslations):
    """The French catalogue: each text is its own translation, typeset."""

    def gettext(self, message: str) -> str:
        """The text itself."""
        return typeset(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The singular up to one and a half, as French counts."""
        return typeset(msgid2 if abs(n) >= 2 else msgid1)  # noqa: PLR2004 - the rule of the language

    # Flask-Babel asks by Python 2's names.
    ugettext = gettext
    ungettext = ngettext
