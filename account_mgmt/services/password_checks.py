"""Whether a password that someone chose will do: the rules of the académie, a guesser's estimate, the thieves' list."""

import hashlib
import mmap
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from zxcvbn_rs_py import zxcvbn

from account_mgmt.domain.errors import Problem
from account_mgmt.domain.passwords import Estimate, known_words, problems, provisional_as_typed
from account_mgmt.domain.policies import Policies
from account_mgmt.services.hashing import verify_password
from config.services import Services

ESTIMATED_LENGTH = 100
"""The estimate takes longer than in proportion; so long a start is enough to judge by."""
DIGEST_LENGTH = 20
FAVOURITES = """
motdepasse azerty azertyuiop qwertz ecole college lycee eleve parent maman papa enfant famille vacances chocolat doudou loulou
coucou jetaime bisous nounours minou chouchou cherie amour bonheur marseille paris lyon poitiers caen normandie france
football rugby licorne princesse chaton chiot caramel vanille noisette janvier fevrier mars avril mai juin juillet aout
septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche printemps automne hiver
""".split()  # noqa: SIM905 - a list of words is read more easily as words
"""What people in France take before they think; the estimate's own lists are mostly English."""


@dataclass(frozen=True)
class Surroundings:
    """What a guesser would know of the person, and the letter's hash where there is a letter."""

    names: Collection[str]
    """Login, names of the family, school."""
    dates: Collection[str] = ()
    letter_hash: str | None = None


def password_problems(services: Services, password: str, policies: Policies, surroundings: Surroundings) -> frozenset[Problem]:
    """What is wrong with a password that someone chose (R12)."""
    words = [*known_words(surroundings.names), *surroundings.dates, *FAVOURITES]
    file = services.settings.accounts.breached_passwords
    letter_hash = surroundings.letter_hash
    estimate = Estimate(
        guesses_log10=zxcvbn(password[:ESTIMATED_LENGTH], words).guesses_log10,
        breached=file is not None and is_breached(file, password),
        provisional=letter_hash is not None and verify_password(letter_hash, provisional_as_typed(password)),
    )
    return problems(password, policies, estimate)


def is_breached(file: Path, password: str) -> bool:
    """Whether the password's SHA-1 is in a sorted file of such digests, by about thirty looks into it."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as digests:
        low, high = 0, len(digests) // DIGEST_LENGTH
        while low < high:
            middle = (low + high) // 2
            found = digests[middle * DIGEST_LENGTH : (middle + 1) * DIGEST_LENGTH]
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
    return False
