"""Batch files: `%~dp0`, `cd /d`, `set`."""

from __future__ import annotations

import re

from migrator.languages.text import shell
from migrator.languages.text.page import FILE, UP, Page, below

_WORD = re.compile(r'"[^"\n]*"|[^\s"&|<>()]+')
_SEPARATOR = re.compile(r"&&|\|\||[&|()]")
_VARIABLE = re.compile(r"%(\w+)%[\\/]*")
_SET = re.compile(r"set\s+\"?(\w+)=", re.IGNORECASE)
_PATHLIKE = re.compile(r"[\w.+@*?-]+(?:[/\\]+[\w.+@*?-]*)*[/\\]?")
_COMMENT = re.compile(r"[ \t@]*(?:rem\b|::)", re.IGNORECASE)


def scan(page: Page) -> None:
    """A batch file."""
    text = page.text
    env: dict[str, str | None] = {}
    cwd: str | None = UP
    held: list[str | None] = []
    position = 0
    for line in text.split("\n"):
        end = position + len(line.rstrip("\r"))
        if not _COMMENT.match(text, position, end):
            for start, stop in _commands(text, position, end):
                cwd = _command(page, start, stop, cwd, env, held)
        position += len(line) + 1


def _commands(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found, begin = [], start
    for mark in _SEPARATOR.finditer(text, start, end):
        if text.count('"', start, mark.start()) % 2 == 0:
            found.append((begin, mark.start()))
            begin = mark.end()
    return [*found, (begin, end)]


def _command(page: Page, start: int, end: int, cwd: str | None, env: dict[str, str | None], held: list[str | None]) -> str | None:
    """One command; returns the working directory after it."""
    text = page.text
    while start < end and text[start] in " \t@":
        start += 1
    if (assignment := _SET.match(text, start, end)) is not None:
        stop = end - 1 if text[end - 1] == '"' else end
        env[assignment.group(1).lower()] = _operand(page, assignment.end(), stop, cwd, env, bare=True)
        return cwd
    spans = [(s + 1, e - 1) if text[s] == '"' else (s, e) for s, e in (found.span() for found in _WORD.finditer(text, start, end))]
    if not spans:
        return cwd
    program = text[slice(*spans[0])].lower()
    if program == "popd":
        return held.pop() if held else None
    if program in {"cd", "chdir", "pushd"}:
        if program == "pushd":
            held.append(cwd)
        targets = [span for span in spans[1:] if text[slice(*span)].lower() != "/d"]
        return _operand(page, *targets[0], cwd, env, bare=True) if targets else cwd
    shell.modules(page, spans, cwd or UP)
    bare = program in {"call", "copy", "xcopy", "move", "del", "type", "python", "start", "if", "for", "mkdir", "rmdir", "pip", "node"}
    for span in spans:
        _operand(page, *span, cwd, env, bare=bare and span != spans[0])
    return cwd


def _operand(page: Page, start: int, end: int, cwd: str | None, env: dict[str, str | None], *, bare: bool = False) -> str | None:
    """A word that may be a path, and the base that it stands for."""
    text = page.text
    base, begin = cwd, start
    if text[start : start + 5].lower() == "%~dp0":
        base, begin = FILE, start + 5
        while begin < end and text[begin] in "/\\":
            begin += 1
    elif (found := _VARIABLE.match(text, start, end)) is not None:
        if found.group(1).lower() != "cd":
            base = env.get(found.group(1).lower())
        begin = found.end()
    rest = text[begin:end]
    if begin > start and not rest:
        return base
    if base is None or not _PATHLIKE.fullmatch(rest) or rest[0] in "/\\-":
        return None
    if begin > start or bare or "\\" in rest.rstrip("\\") or "/" in rest.rstrip("/"):
        page.add("batch", begin, end, base)
        return below(base, rest)
    return None
