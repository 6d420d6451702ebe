"""Keeps secrets out of commands: where a command line holds one, a variable of the workload stands there that holds it instead (L13)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from migrator.facts.landscape.addresses import looks_secret
from migrator.secrets import HIDDEN, credential

__all__ = ["Discreet", "discreet", "holds_secret", "shelled", "told_by"]

_FLAGS = {
    "--requirepass": "REDIS_PASSWORD",
    "--masterauth": "REDIS_PASSWORD",
    "--pass": "REDIS_PASSWORD",
    "--password": "PASSWORD",
    "--token": "TOKEN",
    "--api-key": "API_KEY",
    "--secret-key": "SECRET_KEY",
    "--secret": "SECRET",
}
_ENDS = re.compile(r"(?:passw(?:or)?d|token|secret|api-?key|credential|requirepass|auth)$", re.IGNORECASE)
_SHORT = {
    "redis-cli": ("-a", "REDIS_PASSWORD"),
    "mysqladmin": ("-p", "MYSQL_PASSWORD"),
    "mysql": ("-p", "MYSQL_PASSWORD"),
    "mariadb-admin": ("-p", "MARIADB_PASSWORD"),
}
_PLACE = re.compile(r"[\"']?\$[({\w]")
_SHORTEST = 4


class Discreet(NamedTuple):
    """A command without secrets."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    """The variables that hold them."""


def discreet(words: tuple[str, ...], known: Mapping[str, str], *, expanded: bool = False) -> Discreet:
    """A command in which `$(NAME)`, in the text of a shell `$NAME`, stands for each secret; `known` has the names of variables by what they hold."""
    if len(words) == 3 and re.fullmatch(r"-\w*c", words[1]) and re.search(r"sh$", words[0]):  # noqa: PLR2004  shell, -c, text
        text, names = _text(words[2], known)
        return Discreet((*words[:2], text), names)
    if len(words) == 1 and " " in words[0]:
        text, names = _text(words[0], known)
        return Discreet((text,), names)
    found: list[str] = []
    said = list(words)
    for at, secret, name in _secrets(words, known):
        if name not in found:
            found.append(name)
        said[at] = said[at].replace(secret, f"${name}" if expanded else f"$({name})")
    return Discreet(tuple(said), tuple(found))


def shelled(words: tuple[str, ...], known: Mapping[str, str]) -> Discreet:
    """A command that nobody but a shell can give variables to, as probes are: where it needs one, a shell runs it."""
    if words[:2] == ("sh", "-c"):
        return discreet(words, known)
    found = discreet(words, known, expanded=True)
    if not found.names:
        return found
    line = " ".join(f'"{word}"' if re.search(r"\$\w", word) else shlex.quote(word) for word in found.words)
    return Discreet(("sh", "-c", line), found.names)


def told_by(words: tuple[str, ...]) -> Mapping[str, str]:
    """The secrets that a command line holds, each with the name of a variable for it: what is one here is one everywhere."""
    parts = tuple(part for word in words for part in word.split()) if any(" " in word for word in words) else words
    return {secret: name for _, secret, name in _secrets(parts, {}) if secret != HIDDEN and _is_telling(secret)}


def holds_secret(text: str, known: Iterable[str]) -> bool:
    """Whether one of the secrets that are known stands in a text."""
    return any(_is_telling(secret) and _holds(text, secret) for secret in known)


def _text(text: str, known: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """A shell's text with its secrets replaced."""
    found: list[str] = []
    pieces = re.findall(r"\s+|(?:\"[^\"]*\"|'[^']*'|[^\s\"'])+", text)
    bare = tuple(piece for piece in pieces if piece.strip())
    for at, secret, name in _secrets(bare, known):
        found += [name] if name not in found else []
        number = [index for index, piece in enumerate(pieces) if piece.strip()][at]
        quoted = pieces[number].startswith("'")
        said = pieces[number].strip("'") if quoted else pieces[number]
        pieces[number] = said.replace(secret, f"${{{name}}}")
        pieces[number] = f'"{pieces[number]}"' if quoted else pieces[number]
    return "".join(pieces), tuple(found)


def _secrets(words: tuple[str, ...], known: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Where secrets stand in a command: which word, what of it, and the variable for it."""
    found: list[tuple[int, str, str]] = []
    program = next((word.rpartition("/")[2] for word in words if word.rpartition("/")[2] in _SHORT), "")
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        flag, equals, value = word.partition("=")
        bare = word.strip("\"'")
        if program and before == _SHORT[program][0] and _is_open(bare):
            found.append((at, bare, known.get(bare, _SHORT[program][1])))
        elif program and word.startswith("-p") and len(word) > 2 and _SHORT[program][0] == "-p" and _is_open(word[2:]):  # noqa: PLR2004  `-psecret`
            found.append((at, word[2:], known.get(word[2:], _SHORT[program][1])))
        elif before.startswith("--") and "=" not in before and _ENDS.search(before) and not word.startswith("-") and _is_open(bare):
            found.append((at, bare, known.get(bare, _name(before))))
        elif equals and (_ENDS.search(flag) or looks_secret(flag, value.strip("\"'"))) and _is_open(value.strip("\"'")):
            secret = value.strip("\"'")
            found.append((at, secret, known.get(secret, _name(flag))))
        elif HIDDEN in word:
            found.append((at, HIDDEN, _name(before)))
        elif credential(word) is not None:
            found.append((at, bare, known.get(bare, _name(before) if before.startswith("-") else "SECRET_URL" if "://" in word else "SECRET")))
        else:
            inside = next((secret for secret in sorted(known, key=len, reverse=True) if holds_secret(word, (secret,))), None)
            if inside is not None:
                found.append((at, inside, known[inside]))
    return found


def _holds(word: str, secret: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", word) is not None


def _is_telling(secret: str) -> bool:
    """Whether a text can be told from any other word: it is long enough, and more than letters."""
    return len(secret) >= _SHORTEST and re.fullmatch(r"[A-Za-z_-]*", secret) is None


def _is_open(value: str) -> bool:
    """Whether a text is a secret itself and no variable that holds one."""
    return bool(value) and not _PLACE.match(value) and not value.startswith(("/", "-"))


def _name(flag: str) -> str:
    return _FLAGS.get(flag) or re.sub(r"\W+", "_", flag.strip("-")).strip("_").upper() or "SECRET"
