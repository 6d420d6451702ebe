"""Rows that come from elsewhere: from a repository's plan file, or from a package. Judged in our words, and put on top of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import pydantic

from migrator.errors import Problem
from migrator.languages.text.catalogue.loading import Catalogue, Entry, FormatFile, Row, catalogue, place
from migrator.languages.text.catalogue.reading import READERS, REST, SCALARS
from migrator.mistakes import line_of_keys, mistakes, nearest

_CODE = frozenset(".py .pyi .js .jsx .mjs .cjs .ts .tsx .mts .cts .css .scss .vue .svelte .astro".split())  # noqa: SIM905
"""Extensions of code: it is read as code, whatever a format says."""

Said = tuple[tuple[str, ...], str]
"""The keys that lead to a place, and what is wrong with it."""


@lru_cache(maxsize=64)
def added(entries: tuple[Entry, ...]) -> Catalogue:
    """The formats that come with the program, with others on top."""
    return catalogue().with_added(entries) if entries else catalogue()


def said_by(data: Mapping[str, Any], text: str, where: str) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The formats in a TOML text that was read already, or what is wrong with them, each with its line and the row that it is about."""
    listed = data.get("format", [])
    try:
        entries = FormatFile.model_validate({"format": listed}).format
        wrong = [*_wrong(entries)]
    except pydantic.ValidationError as error:
        entries, wrong = (), mistakes(error, FormatFile)
    problems = tuple(Problem(f"{where}:{line_of_keys(text, keys)}", f"{_named(keys, listed)}: {message}") for keys, message in wrong)
    return (() if problems else entries), problems


def _named(keys: tuple[str, ...], listed: object) -> str:
    """What people call a place in a list of formats: the format by its name, the row by its number and by what it speaks of."""
    words: list[str] = []
    here: object = listed
    for number, part in enumerate(keys[1:], 1):
        if part == "rows":
            here = here.get("rows") if isinstance(here, Mapping) else None
            continue
        if not part.isdigit():
            words.append(f"`{part}`")
            break
        here = here[int(part)] if isinstance(here, Sequence) and int(part) < len(here) else None
        name = here.get("name" if number == 1 else "at", "") if isinstance(here, Mapping) else ""
        words.append(f"format {name or int(part) + 1}" if number == 1 else f"row {int(part) + 1}" + (f" ({name})" if name else ""))
    return ", ".join(words) or "format"


def _wrong(entries: tuple[Entry, ...]) -> Iterator[Said]:
    """What is wrong with formats that have the right keys."""
    known = {entry.name: entry for entry in (*catalogue().entries, *entries)}
    for number, entry in enumerate(entries):
        here = ("format", str(number))
        found = [*_wrong_format(entry, known, here)]
        for index, row in enumerate(entry.rows):
            found += _wrong_row(row, (*here, "rows", str(index)))
        yield from found
        if not found:
            yield from _wrong_together(entry, known, here)


def _wrong_format(entry: Entry, known: Mapping[str, Entry], here: tuple[str, ...]) -> Iterator[Said]:
    if not re.fullmatch(r"[\w.-]+", entry.name):
        yield (*here, "name"), "must be a word of letters, digits, `-`, `_` and `.`"
    if entry.name in catalogue().formats:
        for key in ("reads", "like", "rest"):
            if getattr(entry, key):
                yield (*here, key), f"{entry.name} comes with the program, and rows are added to it: leave out `{key}`, or choose another name"
    elif not entry.files and not entry.match:
        yield (*here, "files"), 'is missing: say which files it is, such as files = ["deploy.yml"]'
    if entry.reads and entry.reads not in READERS and entry.reads not in SCALARS:
        yield (*here, "reads"), f"there is no reader {entry.reads!r}; {nearest(entry.reads, sorted(SCALARS))}"
    if entry.rest and entry.rest not in REST:
        yield (*here, "rest"), f"there is no {entry.rest!r}; {nearest(entry.rest, sorted(REST))}"
    if entry.like and entry.like not in known:
        yield (
            (*here, "like"),
            f"there is no format {entry.like!r}; {nearest(entry.like, sorted(catalogue().formats))}",
        )
    elif entry.like and _circles(entry, known):
        yield (*here, "like"), "leads back to itself: say another format, or `reads`"
    for pattern in entry.files:
        if PurePosixPath(pattern.rpartition("}")[0] or pattern).suffix.lower() in _CODE or not pattern.strip():
            yield (*here, "files"), f"`{pattern}` is code, and is read as code" if pattern.strip() else "holds an empty pattern"
    for pattern in entry.match:
        if (why := _unreadable(f"(?:.*/)?(?:{pattern})")) or re.compile(pattern).groups:
            yield (*here, "match"), f"{pattern!r} is not a regular expression: {why}" if why else f"{pattern!r} has a group; write (?:…) for (…)"


def _circles(entry: Entry, known: Mapping[str, Entry]) -> bool:
    seen = {entry.name}
    while entry.like in known:
        entry = known[entry.like]
        if entry.name in seen:
            return True
        seen.add(entry.name)
    return False


def _wrong_row(row: Row, here: tuple[str, ...]) -> Iterator[Said]:
    for key in ("only", "skip", "split", "until"):
        if why := _unreadable(getattr(row, key)):
            yield (*here, key), f"{getattr(row, key)!r} is not a regular expression: {why}"
    if not row.at.strip() or row.at.count("{") != row.at.count("}"):
        yield (*here, "at"), "must be keys that lead to a place, such as `tool/acme/{root,docs}`"
    if not row.same:
        yield (*here, "same"), "is missing: a text of the same file that only looks alike, and stays as it is when things move"
    if not row.example and row.holds != "nothing":
        yield (*here, "example"), "is missing: a text in which {backend}, {web}, {top}, {docs} or {module} stands for what moves"


def _wrong_together(entry: Entry, known: Mapping[str, Entry], here: tuple[str, ...]) -> Iterator[Said]:
    """What shows only where a format is whole."""
    old = next((one for one in catalogue().entries if one.name == entry.name), None)
    form = Catalogue(((old or entry), *(one for name, one in known.items() if name != entry.name))).formats[entry.name]
    if not form.reads:
        yield (*here, "reads"), f"is missing: say what its places are read by ({', '.join(sorted(SCALARS))})"
    elif form.reads not in SCALARS and entry.rows:
        yield (*here, "rows", "0"), f"nobody asks rows of what the reader {form.reads} reads; they count with {', '.join(sorted(SCALARS))}"
    for index, row in enumerate(entry.rows):
        if not place(form.files + entry.files, row):
            yield (*here, "rows", str(index), "file"), "is missing: the path of a file of this format, in which the example stands"


def _unreadable(pattern: str) -> str:
    """Why a text is no regular expression; empty where it is one."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    return ""
