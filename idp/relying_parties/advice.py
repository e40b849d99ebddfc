"""What to write instead: one sentence for each thing that can be wrong with a registration file, for the command line."""

from difflib import get_close_matches

from idp.relying_parties.domain.problems import Code, Problem

ADVICE: dict[Code, str] = {
    Code.MISSING: "is missing. Write it: the example files in config/deploy/relying-parties/ show how.",
    Code.UNKNOWN_KEY: "means nothing here, so it would be silently without effect. Known lines: {known}.",
    Code.UNKNOWN_WORD: "says {given!r}; write one of: {known}.",
    Code.MISSPELT: "says {given!r}; use letters, digits and . _ - (and : / in a client_id), starting with a letter or digit.",
    Code.NOT_A_TEXT: 'must be a text between quotes, and not empty: "like this".',
    Code.NOT_TEXTS: 'must be a list of texts: ["first", "second"].',
    Code.NOT_A_FLAG: "must be true or false, without quotes.",
    Code.NOT_A_TABLE: "must be a table: a line with its name between brackets, then its own lines.",
    Code.NOBODY: 'lets nobody in. Write ["guardian"], ["pupil"], or leave the line out for both.',
    Code.NO_SCHOOL: "names no school, so it would be told of nobody. "
    'Write all = true, uais = ["0790031E"] or academies = ["poitiers"].',
    Code.ALL_AND_SOME: "says all schools and some schools at once. Keep all = true, or the lists.",
    Code.NOT_A_UAI: "says {given!r}; a UAI is seven digits and a capital letter, like 0790031E.",
    Code.UNKNOWN_ACADEMY: "says {given!r}; no académie has this code. Known: {known}.",
    Code.NOT_AN_ADDRESS: "says {given!r}; write a whole address, starting with https:// and naming a host.",
    Code.NOT_HTTPS: "says {given!r}; write https://. Plain http is accepted for localhost only, and not in production.",
    Code.HAS_WILDCARD: "says {given!r}; a * would let answers go to addresses that nobody checked. Write each address in full.",
    Code.HAS_FRAGMENT: "says {given!r}; leave out the # and what follows: it never reaches a server (RFC 6749 §3.1.2).",
    Code.HAS_CREDENTIALS: "holds a user name or password; leave them out.",
    Code.NOT_AN_ORIGIN: "says {given!r}; write scheme, host and port alone, in lower case and without a final slash.",
    Code.PRIVATE_SCHEME_NEEDS_PUBLIC: "says {given!r}, an address inside an application, which cannot keep a secret. "
    'Write token_endpoint_auth_method = "none", or use an https:// address.',
    Code.ORIGINS_NEED_PUBLIC: "lets web pages call the token endpoint, where a secret would be open to all. "
    'Write token_endpoint_auth_method = "none", or remove the line: a server needs no origin.',
    Code.PUBLIC_MUST_BE_STRICT: 'says {given!r}; without a secret only PKCE protects the code. Write "strict".',
    Code.KEYS_MISSING: "is missing: with private_key_jwt, say where the keys are published. "
    "Or give them: jwks = {{ keys = [...] }}.",
    Code.KEYS_TWICE: "is given beside jwks_uri; keep one of the two, so that there is one truth.",
    Code.KEYS_NOT_NEEDED: "is not used with token_endpoint_auth_method {given!r}; remove it, or write private_key_jwt.",
    Code.KEYS_MALFORMED: 'must be a JWKS: {{ keys = [ {{ kty = "EC", … }} ] }}, with at least one key (RFC 7517 §5).',
    Code.KEYS_PRIVATE: "holds a private key. Register the public part only, and replace that key: it has been copied.",
    Code.KEYS_SYMMETRIC: 'holds a shared secret (kty "oct"). Register public RSA or EC keys.',
}


def sentence(problem: Problem) -> str:
    """A problem as a line for the person at the terminal: which line, what is wrong, what to write instead."""
    close = get_close_matches(problem.given, problem.known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    text = ADVICE[problem.code].format(given=problem.given, known=", ".join(problem.known))
    return f"{problem.field.rstrip('.')} {text}{hint}"
