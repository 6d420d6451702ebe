"""Where the files of the monolith are for what has left it: one module of the kernel that says so, and climbs from `__file__` in its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrator.edits.spans import Respell
from migrator.facts.composition import statements
from migrator.facts.packages import Sight, dotted, joined
from migrator.paths import RepoPath, join, parent, relative
from migrator.step import Write
from migrator.template import render
from phases.backend_split.backend import kernel_of
from phases.backend_split.partition.files import left_by
from phases.backend_split.partition.places import VARIABLE, places_module

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.partition.modules import Partition

__all__ = ["locations", "respelled"]

_ONLY_FOR_CLIMBS = {"from pathlib import Path": "Path", "import pathlib": "pathlib", "import os": "os", "import os.path": "os"}
"""Imports by what they bind that a climb may have been the last to need."""


def locations(partition: Partition) -> Iterator[Write]:
    """The module that says where the monolith's files are, where something that moves has to know and it is not there."""
    path, there = places_module(partition)
    if partition.rooted and not there:
        directory = partition.backend.directory
        values = {"levels": path.count("/"), "parts": directory.split("/"), "directory": directory, "variable": VARIABLE}
        yield Write(path, render("phases.backend_split", "paths.py.j2", **values))


# climbs ----------------------------------------------------------------------------------------------------------------


def respelled(partition: Partition, module: RepoPath) -> Iterator[tuple[int, str, str]]:
    """What makes a module that moves find the same files: where it climbed from its own place, it starts from where the monolith's files are."""
    source = partition.facts.read(module)
    left = left_by(partition.facts, module, partition.carried.get(module, ()))
    if not left:
        return
    name = next(one for one in (VARIABLE, f"_{VARIABLE}", f"THE_{VARIABLE}") if one.encode() not in source)
    path, _ = places_module(partition)
    core = kernel_of(partition.options)
    shown = VARIABLE if name == VARIABLE else f"{VARIABLE} as {name}"
    yield _imported(partition.facts, module, min(one.start for one in left), f"from {dotted(path[len(parent(core.home)) + 1 :])} import {shown}")
    spans = [span for sight in left for span in _restated(source, module, sight, name, partition.backend.directory)]
    yield from spans
    yield from _unneeded(partition.facts, module, spans)


def _imported(facts: Facts, module: RepoPath, before: int, line: str) -> tuple[int, str, str]:
    """The import, behind those that stand before a place, and else in front of the statement that it is in."""
    source = facts.read(module)
    said = statements(facts, module)
    newline = "\r\n" if b"\r\n" in source else "\n"
    head = [one for one in said if one.end <= before and one.kind in {"import", "docstring", "future_import_statement"}]
    first = next((one for one in said if one.kind not in {"import", "docstring", "future_import_statement"}), None)
    head = [one for one in head if first is None or one.start < first.start]
    if head:
        end = source.find(b"\n", head[-1].end)
        at = len(source) if end < 0 else end + 1
        gap = newline if head[-1].kind == "docstring" else ""
        return at, "", f"{gap}{line}{newline}"
    at = first.start if first is not None else 0
    return at, "", f"{line}{newline}{newline}"


def _unneeded(facts: Facts, module: RepoPath, spans: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """The lines that import what only the climbs needed; nothing where others may take it from here."""
    source = facts.read(module)
    rest = Respell(tuple(spans)).apply(source)
    for one in statements(facts, module):
        name = _ONLY_FOR_CLIMBS.get(one.text)
        end = source.find(b"\n", one.end) + 1
        line = source[one.start : end].decode("utf-8", "replace")
        if name is None or line.rstrip() != one.text or _said_of(facts, module, name):
            continue
        if len(re.findall(rf"\b{name}\b".encode(), rest)) == len(re.findall(rf"\b{name}\b", one.text)):
            yield one.start, line, ""


def _said_of(facts: Facts, module: RepoPath, name: str) -> bool:
    return any(reference.target.rest == name for reference in facts.graph.incoming.get(module, ()))


def _restated(source: bytes, module: RepoPath, sight: Sight, name: str, top: RepoPath) -> Iterator[tuple[int, str, str]]:
    """Other words for an expression that climbs to a directory, and for the strings on top of it where those climb on."""
    start, end = sight.span
    text = source[start:end].decode("utf-8", "surrogateescape")
    quote = "'" if _quoted_by(source, start) == '"' else '"'
    if text == "__file__":
        yield start, text, f"str({name} / {quote}{relative(module, top)}{quote})"
        return
    directory, strings = sight.directory, sight.strings
    if directory is None:
        return
    adding = strings is not None and source[:start].rstrip().endswith(b"(") and re.search(rb"\bjoin\s*\(\s*$", source[:start]) is not None
    if strings is not None:
        old = source[slice(*strings)]
        parts = [part for one in re.findall(rb"""[rRbB]*(["'])([^"'\n]*)\1""", old) for part in one[1].decode().split("/")]
        ups = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
        if 0 < ups < len(parts) and (above := join(directory, "/".join([".."] * ups))) is not None:
            directory = above
            yield strings[0], old.decode(), joined(old, "/".join(parts[ups:])).decode()
    yield start, text, _said(text, relative(directory, top), name, quote, source[end : end + 1], adding=adding)


def _said(text: str, way: str, name: str, quote: str, behind: bytes, *, adding: bool) -> str:  # noqa: PLR0913  what stands around it
    """An expression for the directory that lies that way from the monolith's: a path where there was one, a text where that was."""
    parts = [part for part in way.split("/") if part != "."]
    ups = parts.count("..")
    above = name + ".parent" * ups
    rest = [f"{quote}{part}{quote}" for part in parts[ups:]]
    plain = " / ".join([above, *rest])
    if not text.endswith(")"):  # of pathlib
        return f"{above}.joinpath({', '.join(rest)})" if rest and behind in {b".", b"["} else plain
    return plain if adding else f"str({plain})"


def _quoted_by(source: bytes, at: int) -> str:
    """The quote of the string that a place stands in: only what is formatted holds expressions."""
    line = source[source.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")
    found = re.search(r"""\b[rR]?[fF][rR]?("|')(?:(?!\1).)*\{[^{}]*$""", line)
    return found[1] if found else ""
