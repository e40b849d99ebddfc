"""The rules of the families' guides, by their numbers: a test that shows one carries `@pytest.mark.rule("R21")`.

`python -m tests.rules` (`make rules`) prints the rules that no test shows yet.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent

RULES = {
    "R01": "one account for each pupil, and one for each guardian of a pupil",
    "R02": "logins made from names, typed in any case, never given twice",
    "R03": "a provisional password of eight capitals and digits, good for the first connection alone",
    "R04": "notification by e-mail or by letter, a page each, with everything the family needs",
    "R05": "the letter's deadline, and what becomes of an account that missed it",
    "R06": "a refusal of the téléservices closes them for that guardian and pupil",
    "R07": "new credentials at any time, the earlier ones dead at once",
    "R10": "a provisional password opens the first-connection screen and nothing else",
    "R11": "what the first-connection screen shows and asks",
    "R12": "what a password must be",
    "R13": "an e-mail address: asked of guardians, free for pupils, shared by several accounts",
    "R14": "the birth date must be the pupil's, and cannot be guessed at leisure",
    "R15": "the account exists, and its confirmation message leaves at once",
    "R20": "a confirmation link serves once, until its deadline",
    "R21": "an unconfirmed guardian is let in nowhere",
    "R22": "from the waiting screen: send again, or correct the address; earlier links die",
    "R23": "a pupil is let in unconfirmed",
    "R24": "after confirming, one goes on to the service that one came from",
    "R25": "following the link shows a button; pressing it confirms",
    "R30": "services send people to the login page; alone, it leads home",
    "R31": "a choice of public before logging in, remembered",
    "R32": "a wrong login and a wrong password look alike; too many slow down, then lock, for a while",
    "R33": "people see when their account was last used",
    "R34": "a stale login page recovers by itself",
    "R35": "a service's charter is accepted before anything is released",
    "R40": "forgotten login: a message lists those of a confirmed address",
    "R41": "forgotten login: an unknown address is explained",
    "R50": "forgotten password: a number to write down, a message with a link",
    "R51": "behind the link: a new password, once, within an hour",
    "R52": "forgotten password: an unknown login is said",
    "R53": "forgotten password: an account that was never confirmed is said",
    "R54": "plain answers for a few misses, then the same page for everybody",
    "R55": "a changed password ends other sessions, and its owner is told",
    "R60": "guardians group accounts under the one they are in, once confirmed",
    "R61": "the other account is named by its letter, or by its login and password",
    "R62": "what will happen is shown, then done, then said",
    "R63": "afterwards only the principal logs in; the other login is told where to go",
    "R64": "any number of children, schools and académies",
    "R65": "two guardians' accounts of one pupil make a joint account",
    "R66": "only a school takes a pupil out of a grouping",
    "R67": "what cannot be grouped is refused and changes nothing",
    "R68": "several letters completed on one screen",
    "R69": "a service that knew the absorbed account learns who took over",
    "R70": "the home page: children, their services, the last connection",
    "R71": "the account is reached from any service, and leads back to it",
    "R72": "the profile: password, e-mail, children, grouping",
    "R73": "devices, history, consents, a copy of one's data, language, passkeys",
    "R80": "an account lasts as long as the schooling",
    "R81": "an unused account is closed, after warnings",
    "R82": "the night job may run late or twice, and says what it would do",
    "R90": "an account without a letter, for a guardian whose mobile the school knows",
    "R91": "SMS through a gateway, or an outbox",
    "R95": "one subject for each account and service, stable through schooling and grouping",
    "R96": "what a service is told of the children",
    "R97": "no pupil for that service: no token, and an explanation",
    "R98": "the same decision for every protocol, in the forms that services already read",
    "R98b": "a service for pupils only, or guardians only, is refused to the others without a loop",
    "R99": "one child a session, for services that take only one",
    "R100": "SIECLE and CSV imports: preview, whole or nothing, twice the same",
    "R101": "a school's file speaks for its own pupils alone; families are known by SIECLE's numbers",
    "R102": "accounts for legal guardians alone; 'not my child' is a case for the school",
    "R103": "a new school year changes classes, not accounts",
    "R110": "what académies and schools may do, each within its own",
    "R111": "staff log in apart, and what they do is on record",
}


def marks() -> Iterator[tuple[str, str]]:
    """(rule, where) for each mark, read from the source: no test has to run."""
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
                where = f"{path.relative_to(TESTS.parent)}:{node.lineno}"
                yield from ((str(argument.value), where) for argument in node.args if isinstance(argument, ast.Constant))


def main() -> None:
    """Print the rules without a test, and how many have one."""
    shown = Counter(rule for rule, _ in marks())
    for rule, title in RULES.items():
        if not shown[rule]:
            print(f"{rule:5} {title}")  # noqa: T201 - a command
    print(f"{sum(rule in shown for rule in RULES)} of {len(RULES)} rules are shown by tests.")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
