"""What a service has to know of routes that others serve: `url_for` makes their addresses as the whole application would."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.serving.flask import endpoints
from migrator.template import render
from phases.backend_split.application.pages import shown_in

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.backend_split.partition.modules import Partition

__all__ = ["Elsewhere", "elsewhere"]

_NAMED = re.compile(rb"""["']([A-Za-z_]\w*(?:\.\w+)+)["']""")
_CONVERTER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")
_CONVERTERS = {"", "default", "string", "path", "int", "float", "uuid", "any"}
"""Those of Werkzeug: others are an application's own."""


class Elsewhere(NamedTuple):
    """The text of the module that knows the routes of others; empty where nothing names one. And the endpoints whose addresses it cannot make."""

    text: str
    unknown: tuple[str, ...] = ()


def elsewhere(partition: Partition, mine: Collection[RepoPath], code: Collection[RepoPath], more: str) -> Elsewhere:
    """The routes that some code names (and its templates, and what is written besides), and that none of a service's modules serves."""
    every = endpoints(partition.facts, partition.backend.application)
    foreign = {title for title, found in every.items() if not any(route.module in mine for route in found)}
    said = {one for path in _texts(partition, code, more) for one in partition.facts.told(path, _names)}
    named = sorted({*said, *_names(more.encode())} & foreign)
    rules = [(_quoted(route.path), title, route) for title in named for route in every[title] if _is_plain(route.path)]
    shown = list(dict.fromkeys((path, title) for path, title, _ in rules))
    unknown = tuple(title for title in named if not all(_is_plain(route.path) for route in every[title]))
    return Elsewhere(render("phases.backend_split", "elsewhere.py.j2", rules=shown).decode() if shown else "", unknown)


def _texts(partition: Partition, code: Collection[RepoPath], more: str) -> Iterator[RepoPath]:
    tree, renders = partition.facts.tree, "render_template" in more
    for path in sorted(code):
        if path.endswith(".py") and path in tree:
            renders = renders or b"render_template" in partition.facts.read(path)
            yield path
    yield from tree.below(shown_in(partition)) if renders else ()


def _names(source: bytes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.decode() for one in _NAMED.findall(source)))


def _is_plain(path: str) -> bool:
    return "{" not in path and all(found in _CONVERTERS for found in _CONVERTER.findall(path))


def _quoted(path: str) -> str:
    return '"' + (path or "/").replace("\\", "\\\\").replace('"', '\\"') + '"'
