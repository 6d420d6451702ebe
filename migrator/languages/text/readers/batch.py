"""Batch files: `%~dp0`, `cd /d`, `set`."""

from __future__ import annotations

import re

from migrator.languages.text.page import FILE, UP, Page, below, names
from migrator.languages.text.readers import shell

_WORD = re.compile(r'"[^"\n]*"|[^\s"&|<>()]+')
_SEPARATOR = re.compile(r"&&|\|\||[&|()]")
_VARIABLE = re.compile(r"%(\w+)%[\\/]*")
_SET = re.compile(r"set\s+\"?(\w+)=", re.IGNORECASE)
_PATHLIKE = re.compile(r"[\w.+@*?-]+(?:[/\\]+[\w.+@*?-]*)*[/\\]?")
_COMMENT = re.compile(r"[ \t@]*(?:rem\b|::)", re.IGNORECASE)
_TAKES = names("call copy xcopy move del type python start if for mkdir rmdir pip node")


def scan(page: Page) -> None:
    """A batch file."""
    batch = _Batch(page)
    position = 0
    for line in page.text.split("\n"):
        end = position + len(line.rstrip("\r"))
        if not _COMMENT.match(page.text, position, end):
            begin = position
            for mark in _SEPARATOR.finditer(page.text, position, end):
                if page.text.count('"', begin, mark.start()) % 2 == 0:
                    batch.command(begin, mark.start())
                    begin = mark.end()
            batch.command(begin, end)
        position += len(line) + 1


class _Batch:
    """A batch file while its commands are read."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.text = page.text
        self.cwd: str | None = UP
        self.held: list[str | None] = []
        self.env: dict[str, str | None] = {}

    def command(self, start: int, end: int) -> None:
        """One command."""
        text = self.text
        while start < end and text[start] in " \t@":
            start += 1
        if (assignment := _SET.match(text, start, end)) is not None:
            stop = end - 1 if text[end - 1] == '"' else end
            self.env[assignment.group(1).lower()] = self.operand(assignment.end(), stop, bare=True)
            return
        spans = [(s + 1, e - 1) if text[s] == '"' else (s, e) for s, e in (found.span() for found in _WORD.finditer(text, start, end))]
        if not spans:
            return
        program = text[slice(*spans[0])].lower()
        if program == "popd":
            self.cwd = self.held.pop() if self.held else None
        elif program in {"cd", "chdir", "pushd"}:
            if program == "pushd":
                self.held.append(self.cwd)
            targets = [span for span in spans[1:] if text[slice(*span)].lower() != "/d"]
            if targets:
                self.cwd = self.operand(*targets[0], bare=True)
        else:
            shell.modules(self.page, spans, self.cwd or UP)
            shell.composes(self.page, spans, self.cwd)
            for index, span in enumerate(spans):
                written = text[max(0, span[0] - 4) : span[0]].rstrip(' "').endswith(">")
                self.operand(*span, bare=index > 0 and program in _TAKES, kind="made" if written else "batch")

    def operand(self, start: int, end: int, *, bare: bool = False, kind: str = "batch") -> str | None:
        """A word that may be a path, and the base that it stands for."""
        text = self.text
        base, begin = self.cwd, start
        if text[start : start + 5].lower() == "%~dp0":
            base, begin = FILE, start + 5
            while begin < end and text[begin] in "/\\":
                begin += 1
        elif (found := _VARIABLE.match(text, start, end)) is not None:
            if found.group(1).lower() != "cd":
                base = self.env.get(found.group(1).lower())
            begin = found.end()
        rest = text[begin:end]
        if begin > start and not rest:
            return base
        if base is None or not _PATHLIKE.fullmatch(rest) or rest[0] in "/\\-":
            return None
        if begin > start or bare or "\\" in rest.rstrip("\\") or "/" in rest.rstrip("/"):
            self.page.add(kind, begin, end, base)
            return below(base, rest)
        return None
