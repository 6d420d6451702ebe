"""Files of variables (`.env`, `env_file`), read as the engine reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose.interpolation import Interpolation, Surroundings
from migrator.origin import Origin, Said

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["DotenvError", "raw", "variables"]

_SPACE = "\t\v\f\r \x85\xa0"
_ESCAPE = re.compile(r'\\(?:[abcfnrtv$"\\]|0\d{0,3})')
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}


class DotenvError(ValueError):
    """The engine refuses the file: the line and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def variables(path: RepoPath, source: bytes, known: Surroundings, before: Surroundings | None = None) -> dict[str, Said[str]]:
    """The variables that are set by a file, each with its line, and by the files before it. Raises DotenvError.

    Its values see those that are known, and where these say nothing what was set before.
    """
    text = source.decode("utf-8-sig", "replace")
    found: dict[str, Said[str]] = dict(before or {})
    at = 0
    while True:
        at = _statement(text, at)
        if at >= len(text):
            return found
        line = text.count("\n", 0, at) + 1
        origin = Origin(path, line)
        name, at, inherited = _name(text, at, line)
        if inherited:
            if name in known:
                found[name] = known[name]
            continue
        value, at = _value(text, at, line, {**found, **known}, origin)
        found[name] = Said(value, (origin,))


def _statement(text: str, at: int) -> int:
    """Where the next statement begins behind empty lines and comments."""
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        else:
            break
    return at


def _name(text: str, at: int, line: int) -> tuple[str, int, bool]:
    """A name, where its value begins, and whether it has none."""
    if export := re.compile(r"export\s+").match(text, at):
        at = export.end()
    end = at
    while end < len(text) and text[end] not in "=:\n":
        one = text[end]
        if one not in _SPACE and one not in "_.-[]" and not one.isalnum():
            raise DotenvError(line, f"{one!r} cannot stand in the name of a variable")
        end += 1
    if end >= len(text):
        # The engine finds no name where the last line has neither a sign nor an end, and skips nothing.
        name, inherited, end = "", False, at - 1
    else:
        name, inherited = text[at:end].rstrip(), text[end] == "\n"
    if " " in name:
        raise DotenvError(line, "the name of a variable contains a space")
    after = end + 1
    while after < len(text) and text[after] in _SPACE:
        after += 1
    return name, after, inherited


def _value(text: str, at: int, line: int, known: Surroundings, origin: Origin) -> tuple[str, int]:
    quote = text[at : at + 1]
    if quote not in {'"', "'"}:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        return _expanded(text[at:end].partition(" #")[0].rstrip(), known, origin, line), end + 1
    chars: list[str] = []
    escaped = False
    for index in range(at + 1, len(text)):
        char = text[index]
        if char == quote and not escaped:
            said = "".join(chars)
            return (_expanded(_ESCAPE.sub(_unescaped, said), known, origin, line) if quote == '"' else said), index + 1
        if char != quote:
            if not escaped and char == "\\":
                escaped = True
                continue
            if escaped:
                chars.append("\\")
        escaped = False
        chars.append(char)
    raise DotenvError(line, "a quoted value has no end")


def _unescaped(found: re.Match[str]) -> str:
    said = found[0][1:]
    if said == "$":
        return "$$"
    if said[0] == "0":
        return chr(int(said[1:], 8)) if re.fullmatch(r"[0-3][0-7]{2}", said[1:]) else found[0]
    return _ESCAPED.get(said, found[0])


def _expanded(text: str, known: Surroundings, origin: Origin, line: int) -> str:
    work = Interpolation(known, origin)
    value = work.of(text)
    if work.problems:
        raise DotenvError(line, work.problems[0][1])
    return value


def raw(path: RepoPath, source: bytes, known: Surroundings) -> dict[str, Said[str]]:
    """The variables of a file of the format `raw`: what stands behind `=` is the value, quotes and all."""
    found: dict[str, Said[str]] = {}
    for number, line in enumerate(source.decode("utf-8-sig", "replace").splitlines(), start=1):
        text = line.lstrip()
        name, sign, value = text.partition("=")
        if not text or text.startswith("#"):
            continue
        if sign:
            found[name] = Said(value, (Origin(path, number),))
        elif name in known:
            found[name] = known[name]
    return found
