"""Rows carried out: the places of a file that some row names become mentions of what stands there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.languages.text.catalogue.loading import Format, Keys, Row
from migrator.languages.text.catalogue.loading import form as form_of
from migrator.languages.text.page import FILE, GITHUB, HERE, HOME, NEAR, UP, Page, below
from migrator.languages.text.readers import (
    batch,
    calls,
    compose,
    dockerfile,
    github,
    ignores,
    locks,
    make,
    manifests,
    markdown,
    powershell,
    pyconfig,
    requirements,
    scalars,
    services,
    shell,
    words,
)

if TYPE_CHECKING:
    from migrator.languages.text.readers.scalars import Scalar

SCALARS: Mapping[str, Callable[[str], Iterator[Scalar]]] = {
    "calls": calls.scalars,
    "gitconfig": scalars.gitconfig,
    "hcl": scalars.hcl,
    "ini": scalars.ini,
    "json": scalars.json,
    "lines": scalars.lines,
    "procfile": scalars.procfile,
    "properties": scalars.properties,
    "toml": scalars.toml,
    "yaml": scalars.yaml,
}
"""Readers of places with keys: what stands there is for the rows to say."""

READERS: Mapping[str, Callable[[Page], None]] = {
    "batch": batch.scan,
    "changelog": markdown.changelog,
    "codeowners": ignores.codeowners,
    "compose": compose.scan,
    "dockerfile": dockerfile.scan,
    "dockerignore": ignores.dockerignore,
    "gitattributes": ignores.gitattributes,
    "gitignore": ignores.gitignore,
    "lock-bun": locks.bun,
    "lock-npm": locks.npm,
    "lock-pnpm": locks.pnpm,
    "lock-uv": locks.uv,
    "lock-yarn": locks.yarn,
    "make": make.scan,
    "markdown": markdown.scan,
    "package": manifests.package,
    "powershell": powershell.whole,
    "requirements": requirements.scan,
    "rst": markdown.rst,
    "script": shell.script,
    "server": services.server,
    "shell": shell.whole,
    "terraform": services.terraform,
    "terraform-test": services.terraform_test,
    "tsconfig": manifests.tsconfig,
    "words": words.plain,
    "workflow": github.workflow,
}
"""Readers of whole files whose places have no keys, or whose meaning is more than a row can say."""

REST: Mapping[str, Callable[[Page, Scalar], None]] = {
    "editor": manifests.editor_value,
    "json": manifests.data_value,
    "json-home": manifests.home_value,
    "json-own": manifests.own_value,
    "nothing": lambda _page, _scalar: None,
    "python": pyconfig.value,
    "words": lambda page, scalar: words.scan(page, scalar.start, scalar.end, FILE, "path"),
    "yaml": services.value,
}
"""What becomes of a place that no row speaks of."""

_SEEN = {"own": FILE, "root": HOME, "up": UP, "here": HERE, "github": GITHUB, "near": NEAR}
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_SCHEMA = re.compile(r"[A-Za-z_]\w*__\w+")
_WORD = re.compile(r"[^\s\"']+")
_UNKNOWN = re.compile(r"[~$%]|\{\{|\w:|/(?!$)")
"""How a directory begins that nobody can follow."""


def scan(page: Page, dialect: str) -> None:
    """Note what a file of some format names."""
    form = form_of(dialect)
    reader = SCALARS.get(form.reads)
    if reader is None:
        READERS[form.reads](page)
    else:
        _Places(page, form, list(reader(page.text))).scan()


def used(text: str, dialect: str) -> set[Row]:
    """The rows that speak of some place in a text of a format."""
    form = form_of(dialect)
    reader = SCALARS.get(form.reads)
    found: set[Row] = set()
    with contextlib.suppress(RecursionError):  # brackets a thousand deep
        for scalar in reader(text) if reader is not None else ():
            if (row := _row(form.at(scalar.keys, is_key=scalar.is_key), scalar, text)) is not None:
                found.add(row)
    return found


def _row(rows: tuple[Row, ...], scalar: Scalar, text: str) -> Row | None:
    """The first of some rows whose `only` fits what stands at a place."""
    value = text[scalar.start : scalar.end]
    return next((row for row in rows if not row.only or re.search(row.only, value)), None) if value else None


class _Places:
    """The places of one file while the rows of its format are carried out."""

    def __init__(self, page: Page, form: Format, found: list[Scalar]) -> None:
        self.page = page
        self.form = form
        self.found = found
        self.values = (
            {(scalar.keys, scalar.items): scalar for scalar in reversed(found) if not scalar.is_key and scalar.key in form.neighbours}
            if form.neighbours
            else {}
        )
        self.shells: dict[Keys, tuple[int, shell.Session]] = {}
        """By the place of a list of commands: the item that it stands in, and the shell that runs it."""
        self.lists: dict[tuple[Keys, int], tuple[str, list[tuple[int, int]]]] = {}
        """By the place of a list of arguments: what they are seen from, and the words of the command."""
        self.told: dict[tuple[Keys, int], tuple[str, list[tuple[int, int]]]] = {}
        """The same of commands that run elsewhere."""
        self.opened: dict[Keys, int] = {}
        """By the place of a key: the item that it stood in last."""

    def scan(self) -> None:
        """Note what every place names."""
        rest = REST[self.form.rest or "nothing"]
        speaks = bool(self.form.rows)
        for scalar in self.found:
            if not speaks:
                rest(self.page, scalar)
                continue
            if scalar.is_key:
                place = (*scalar.keys, self.page.text[scalar.start : scalar.end])
                self.opened[place] = scalar.item
                self.shells.pop(place, None)
            rows = self.form.at(scalar.keys, is_key=scalar.is_key)
            if not rows:
                rest(self.page, scalar)
            elif (row := _row(rows, scalar, self.page.text)) is not None:
                self.place(row, scalar)
        for base, spans in self.lists.values():
            shell.arguments(self.page, spans, base)
        for base, spans in self.told.values():
            shell.modules(self.page, spans, base)

    def place(self, row: Row, scalar: Scalar) -> None:
        """What stands at one place."""
        base = None if row.holds == "nothing" else self.base(row, scalar)
        if base is None:
            return
        match row.holds:
            case "command":
                shell.scan(self.page, scalar.start, scalar.end, base)
            case "script":
                self.script(row, scalar, base)
            case "prose":
                words.scan(self.page, scalar.start, scalar.end, base)
            case "arguments":
                self.arguments(row, scalar, base, self.lists)
            case "modules":
                REST[self.form.rest or "nothing"](self.page, scalar)
                if scalar.keys[-1:] == ("*",):
                    self.arguments(row, scalar, base, self.told)
                else:
                    self.told[scalar.keys, scalar.start] = base, [word.span() for word in _WORD.finditer(self.page.text, scalar.start, scalar.end)]
            case _:
                for start, end in self.items(row, scalar):
                    self.item(row, start, end, base)

    def base(self, row: Row, scalar: Scalar) -> str | None:
        """What a place is seen from; None when nobody can know."""
        base = _SEEN[row.seen]
        if row.below and row.below in scalar.keys[:-1]:
            return below(base, scalar.keys[scalar.keys.index(row.below) + 1])
        found = self.neighbour(scalar, row.within)
        if found is None:
            return below(base, row.default)
        begin, known = words.anchored(self.page.text, found.start, found.end)
        directory = self.page.text[begin : found.end]
        if directory.startswith("/") and row.slash:
            directory = directory.lstrip("/")
        return None if _UNKNOWN.match(directory) or "$" in directory else below(known or base, directory)

    def neighbour(self, scalar: Scalar, names: tuple[str, ...]) -> Scalar | None:
        """The value of the nearest of some keys: beside a place, or beside what holds it."""
        for depth in range(len(scalar.keys) if names else 0, -1, -1):
            for name in names:
                keys = (*scalar.keys[:depth], *name.split("/"))
                found = self.values.get((keys, scalar.items[: keys.count("*")]))
                if found is not None and found is not scalar:
                    return found
        return None

    def items(self, row: Row, scalar: Scalar) -> Iterator[tuple[int, int]]:
        """The spans of a place that each name one thing."""
        text = self.page.text
        if not row.split:
            spans = [(scalar.start, scalar.end)]
        else:
            spans, at = [], scalar.start
            for mark in re.compile(row.split).finditer(text, scalar.start, scalar.end):
                spans.append((at, mark.start()))
                at = mark.end()
            spans.append((at, scalar.end))
        for first, last in spans:
            start, end = first, last
            while start < end and text[start] in " \t\r\n\"'":
                start += 1
            while end > start and text[end - 1] in " \t\r\n\"'":
                end -= 1
            if row.skip and (found := re.compile(row.skip).match(text, start, end)) is not None:
                start = found.end()
            if row.until and (found := re.compile(row.until).search(text, start, end)) is not None:
                end = found.start()
            if start < end:
                yield start, end

    def item(self, row: Row, start: int, end: int, base: str) -> None:
        """One thing that a place names."""
        text = self.page.text
        match row.holds:
            case "module":
                found = _DOTTED.match(text, start, end)
                if found is not None and text[found.end() : end][:1] in {"", ":", ".", "*", "["}:
                    self.page.add("module", found.start(), found.end(), base)
            case "schema":
                if (found := _SCHEMA.match(text, start, end)) is not None:
                    self.page.add("schema", *found.span(), base)
            case "handler":
                kind = "handler" if "/" in text[start:end] or (self.page.text[start:end].count(".") == 1) else "module"
                self.page.add(kind, start, end, base)
            case "pattern":
                words.pattern(self.page, start, end, base)
            case "alias":
                self.page.add("alias", start, end, FILE)
            case "config":
                if text[start] == ".":
                    self.page.add("config", start, end, base)
            case _:
                start += text[start] == "!"
                if start >= end or (text[start] == "/" and not row.slash):
                    return
                if text[start] == "/":
                    self.page.add("rooted", start, end, HOME if row.slash == "root" else base)
                else:
                    words.token(self.page, start, end, base, row.holds if row.holds in {"dir", "made"} else "plain")

    def script(self, row: Row, scalar: Scalar, base: str) -> None:
        """Commands of a list that share one shell: each begins where the one before it ended."""
        owner = scalar.keys[:-1] if scalar.keys[-1:] == ("*",) else scalar.keys
        if owner not in self.shells:
            item = self.opened.get(owner, 0)
            number, before = self.shells.get((*owner[:-1], row.continues), (item, None))
            self.shells[owner] = item, shell.Session(self.page, base, before.env if before else {})
            if before is not None and number == item:
                self.shells[owner][1].cwd = before.cwd
        self.shells[owner][1].script(scalar.start, scalar.end)

    def arguments(self, row: Row, scalar: Scalar, base: str, lists: dict[tuple[Keys, int], tuple[str, list[tuple[int, int]]]]) -> None:
        """A word of a list that is one command; what runs it may stand beside the list."""
        owner = scalar.keys[:-1], self.opened.get(scalar.keys[:-1], 0)
        if owner not in lists:
            program = self.neighbour(scalar, row.program)
            lists[owner] = base, [] if program is None else [(program.start, program.end)]
        lists[owner][1].append((scalar.start, scalar.end))
