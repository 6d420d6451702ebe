"""Keeps secrets out of whatever we print or write."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    AKIA[0-9A-Z]{16}                                    # AWS access key
  | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,}     # GitHub
  | glpat-[\w-]{20,}                                    # GitLab
  | xox[abprs]-[\w-]{10,}                               # Slack
  | \bsk-[A-Za-z0-9_-]{16,} | sk_(?:live|test)_\w{10,}  # OpenAI (no task-…), Stripe
  | AIza[\w-]{30,}                                      # Google
  | eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*                     # JSON web token
  | (?<=\b[Bb]earer\ )(?=\S*\d)[\w.~+/=-]{8,}          # what a request shows to be let in
  | (?<=\bBasic\ )(?=\S*\d)[A-Za-z0-9+/]{8,}={0,2}(?![\w.-])
  | -----BEGIN[ A-Z]*PRIVATE\ KEY-----[\s\S]*?(?:-----END[ A-Z]*PRIVATE\ KEY-----|$)
    """,
    re.VERBOSE,
)
_SIGNS = re.compile(r"AKIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk[-_]|AIza|eyJ|earer|Basic |PRIVATE KEY-----")
"""What every token has in it: most texts have none, and to look for this is fast."""
"""One of these is in every token: to look for them takes a tenth of the time that looking for tokens takes."""
_ASSIGNED = re.compile(
    r"""(?i)\b([\w.-]*(?:passw(?:or)?d|secret|token|api[_-]?key|private[_-]?key|credential)[\w.-]*["']?\s*[=:]\s*)(["']?)([^\s"',;]{4,})\2"""
)
_IN_URL = re.compile(r"([a-z][a-z0-9+.-]*://[^\s/:@]*:)([^\s/@]+)@")

_TYPED = re.compile(
    r"""
    ( \b(?:curl|wget|https?)\b[^\n|;&]*?\s(?:-u|--user|--proxy-user)[ =]?["']?[\w.@-]+:                 # who asks, as name and password
    | (?<!\S)--(?:[\w-]+-)?(?:passw(?:or)?d|token|api-?key|secret-?key)\s+["']?                      # behind an option that tells
    | \bsshpass\s+-p\s*["']? | \bredis-cli\b[^\n|;&]*?\s-a\s+["']? | \b(?:mysql\w*|mariadb)\b[^\n|;&]*?\s-p["']?
    )([^\s"'$<>{}|;&-][^\s"'|;&]{3,})
    """,
    re.VERBOSE,
)
"""What a shell is given as a password, by who takes it; a variable is none."""

_LITERAL = re.compile(
    r"""
    \b(?i:[\w.-]*(?:passw(?:or)?d|secret|secret[_-]?key|token|api[_-]?key|private[_-]?key|credentials?))
    (?: ["']?\s*(?::[^=\n"']{1,60}=|[=:]) | ["'],)\s*   # assigned, also behind what it is; an argument; of a dictionary; what is there without a variable
    [brfuBRFU]{0,2}(["'])((?:(?!\1)[^\n]){4,})\1
    """,
    re.VERBOSE,
)
"""A text under a telling name."""
_HARMLESS = re.compile(r"[A-Za-z_-]*|.*[\s/{}<>$].*|.{0,7}")
"""Words, paths, what is put together, and what is too short: names of things, no credentials."""
_LONGEST = 160
_TELLING = re.compile(r"passw|secret|token|api[_-]?key|private[_-]?key|credential", re.IGNORECASE)
_WORD = re.compile(r"[\w.+=~!@#%^-]+")
"""One word without a meaning to a shell, and no path."""
_KEY_BODY = re.compile(r"[A-Za-z0-9+/=]{32,}")

HIDDEN = "•••"


def redact(text: str) -> str:
    """The text with what looks like a secret hidden: known token shapes, values assigned to telling names, passwords in URLs."""
    return _ASSIGNED.sub(rf"\1{HIDDEN}", _literals(veiled(text)))


def written(text: str) -> str:
    """The same for a file that we write: who logs in by a URL is left out of it, since a reader of secrets takes even what is hidden there for one."""
    return re.sub(rf"//[^/@\s]*{HIDDEN}[^/@\s]*@", "//", redact(text))


def veiled(text: str) -> str:
    """The text with what shows by its own shape that it is a secret hidden: known kinds of tokens, passwords in URLs and of commands."""
    text = _TOKEN.sub(HIDDEN, text) if _may_hold_a_token(text) else text
    text = _IN_URL.sub(rf"\1{HIDDEN}@", text) if _may_hold_an_address(text) else text
    return _TYPED.sub(rf"\1{HIDDEN}", text)


def quoted(code: str) -> str:
    """The first line of a piece of code, as people may read it: short, and without secrets."""
    line = _literals(veiled(code)).strip().partition("\n")[0].strip()
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …"


def telling(name: str) -> bool:
    """Whether the name of a variable says that its value is a secret."""
    return _TELLING.search(name) is not None


def approvable(text: str) -> str:
    """A piece of a command as whoever approves it may read it: only what cannot do anything by itself is hidden, the rest has to be seen."""

    def token(found: re.Match[str]) -> str:
        return HIDDEN if _WORD.fullmatch(found[0]) else _KEY_BODY.sub(HIDDEN, found[0])

    def password(found: re.Match[str]) -> str:
        return f"{found[1]}{HIDDEN}@" if _WORD.fullmatch(found[2]) else found[0]

    def assigned(found: re.Match[str]) -> str:
        return f"{found[1]}{HIDDEN}" if _WORD.fullmatch(found[3]) else found[0]

    return _ASSIGNED.sub(assigned, _IN_URL.sub(password, _TOKEN.sub(token, text)))


def _may_hold_an_address(text: str) -> bool:
    """An address without a name before its host is no place for a password, and most texts have none: to look for letters before `://` is slow."""
    return "@" in text and "://" in text


def _may_hold_a_token(text: str) -> bool:
    return _SIGNS.search(text) is not None


def _literals(text: str) -> str:
    return _LITERAL.sub(lambda found: found[0].replace(found[2], HIDDEN), text)


def credential(text: str) -> int | None:
    """Where in a text the first credential is that shows by its own shape: a known kind of token, a password in a URL."""
    address = _IN_URL.search(text) if _may_hold_an_address(text) else None
    token = _TOKEN.search(text) if _may_hold_a_token(text) else None
    return min((match.start() for match in (token, address) if match is not None), default=None)


def told(code: str) -> bool:
    """Whether a piece of code holds a credential: one that shows by its own shape, or a text under a telling name that names no thing."""
    return credential(code) is not None or any(not _HARMLESS.fullmatch(found[2]) for found in _LITERAL.finditer(code))
