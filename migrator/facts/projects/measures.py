"""The files by which a repository measures itself: load tests and budgets of pages, by what they import or say; and what is bound to their places."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pathspec

from migrator.facts.projects.model import Measure
from migrator.kinds import is_foreign, kind_of
from migrator.origin import Origin
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.graph import Reference
    from migrator.paths import RepoPath

__all__ = ["beside", "imported", "measures", "users"]


class _Row(NamedTuple):
    """Which files may be of a tool, and what they say then."""

    tool: str
    files: pathspec.GitIgnoreSpec
    says: tuple[re.Pattern[str], ...]


def _row(tool: str, files: str, *says: str) -> _Row:
    return _Row(tool, pathspec.GitIgnoreSpec.from_lines(files.split()), tuple(re.compile(one, re.MULTILINE) for one in says))


_ROWS = (
    _row(
        "k6",
        "*.js *.mjs *.ts",
        r"""^[ \t]*import\b[^;]*?\bfrom[ \t]+["']k6(?:/[\w/-]+)?["']""",
        r"^[ \t]*export[ \t]+(?:default\b|const[ \t]+options\b)",
    ),
    _row("locust", "*.py", r"^[ \t]*(?:from[ \t]+locust\b|import[ \t]+locust\b)", r"^class[ \t]+\w+\([^)]*(?:User|TaskSet)\b"),
    _row("artillery", "*.yml *.yaml", r"^config:[ \t]*$", r"^[ \t]+target:", r"^scenarios:[ \t]*$"),
    _row("lighthouse", "*lighthouse*.json .lighthouserc.json *lhci*.json", r'"ci"[ \t\r\n]*:', r'"(?:collect|assert)"[ \t\r\n]*:'),
)
_ARCHIVES = frozenset({"archive", "archived", "archives"})
_LARGE = 1 << 18


def measures(facts: Facts) -> Mapping[RepoPath, Measure]:
    """The measures of a tree by path; what is kept for the record is none."""
    found: dict[RepoPath, Measure] = {}
    for path, entry in facts.tree.items():
        rows = [row for row in _ROWS if row.files.match_file(path)]
        aside = is_foreign(path) or not _ARCHIVES.isdisjoint(path.split("/")[:-1])
        if rows and not aside and entry.mode in {FILE, EXECUTABLE} and not facts.scanner.hidden(path):
            tool, line, pages = facts.told(path, _told, ",".join(row.tool for row in rows))
            if tool:
                found[path] = Measure(tool, Origin(path, line), pages)
    return found


def _told(source: bytes, tools: str) -> tuple[str, int, tuple[str, ...]]:
    """The tool that a content is for, the line that shows it, and the paths of pages where it lists them."""
    text = source.decode("utf-8-sig", "replace") if len(source) <= _LARGE else ""
    for row in _ROWS:
        hits = [one.search(text) for one in row.says] if row.tool in tools.split(",") else [None]
        first = hits[0]
        if first is not None and all(hits):
            return row.tool, text.count("\n", 0, first.start()) + 1, _pages(text) if row.tool == "lighthouse" else ()
    return "", 0, ()


def _pages(text: str) -> tuple[str, ...]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    for key in ("ci", "collect", "url"):
        said = said.get(key) if isinstance(said, dict) else None
    return tuple(urlsplit(str(one)).path.rstrip("/") or "/" for one in ([said] if isinstance(said, str) else said if isinstance(said, list) else ()))


def imported(facts: Facts, path: RepoPath) -> tuple[RepoPath, ...]:
    """The code of the tree that a file imports."""
    return tuple(sorted({one.target.path for one in facts.graph.references.get(path, ()) if one.target.path is not None and _needs(one)}))


def users(facts: Facts, path: RepoPath) -> tuple[RepoPath, ...]:
    """The code that imports a file, and the images that take it from where it lies."""
    return tuple(sorted({one.source for one in facts.graph.incoming.get(path, ()) if kind_of(one.source) == "images" or _needs(one)}))


def _needs(one: Reference) -> bool:
    """Whether code names code, and not only in a text."""
    return one.target.path not in {None, one.source} and not one.mention.weak and kind_of(one.source) == kind_of(str(one.target.path)) == "code"


def beside(facts: Facts, folder: RepoPath, known: Collection[RepoPath]) -> tuple[RepoPath, ...]:
    """The documents and data in a folder that has nothing else but measures; none where it has."""
    others = [path for path in facts.tree.below(folder) if path not in known] if folder else []
    return tuple(sorted(others)) if all(kind_of(path) in {"documents", "data"} or path.endswith(".json") for path in others) else ()
