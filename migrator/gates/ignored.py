"""Files that land where an ignore pattern hides them: git goes on with what it tracks, tools that read .gitignore pass over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pathspec

from migrator.errors import Finding
from migrator.paths import RepoPath, parent, printable

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts

_Place = tuple[RepoPath, int]
"""A line of an ignore file, counted from nought."""


def ignored(built: Built) -> Iterator[Finding]:
    """A warning for each line of a .gitignore that hides what was not hidden before.

    hatchling 1.33.0 builds a wheel without it and ends with 0, Ruff 0.17.6 and deptry 0.25.1 find nothing in it; a new file beside it is never added.
    """
    before, after = _Ignores(built.before), _Ignores(built.after)
    hidden: dict[_Place, list[RepoPath]] = defaultdict(list)
    for old, new in (*built.files.items(), *((None, new) for new in built.created)):
        if new in built.after.tree and (place := after.hides(new)) is not None and (old is None or before.hides(old) is None):
            hidden[place].append(new)
    for (path, line), files in sorted(hidden.items()):
        what = printable(min(files)) + (f" and {len(files) - 1} more" if len(files) > 1 else "")
        message = f"`{after.line(path, line)}` hides {what}: Git goes on with it, Hatch, Ruff and others that read this file pass over it"
        yield Finding("ignored", path, message, line=line + 1)


class _Ignores:
    """The .gitignore files of a tree."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._lines: dict[RepoPath, list[str]] = {}
        self._specs: dict[RepoPath, pathspec.GitIgnoreSpec] = {}

    def hides(self, path: RepoPath) -> _Place | None:
        """The line that hides a file: the last one that speaks of it in the nearest file that does."""
        folder = parent(path)
        while True:
            ignores = RepoPath(f"{folder}/.gitignore" if folder else ".gitignore")
            if ignores in self._facts.tree:
                found = self._spec(ignores).check_file(path[len(folder) + 1 if folder else 0 :])
                if found.include is not None:
                    return (ignores, found.index or 0) if found.include else None
            if not folder:
                return None
            folder = parent(folder)

    def line(self, ignores: RepoPath, index: int) -> str:
        return self._lines[ignores][index].strip()

    def _spec(self, ignores: RepoPath) -> pathspec.GitIgnoreSpec:
        if ignores not in self._specs:
            lines = self._facts.read(ignores).decode("utf-8", "replace").splitlines()
            self._lines[ignores] = lines
            self._specs[ignores] = pathspec.GitIgnoreSpec.from_lines(line or "#" for line in lines)
        return self._specs[ignores]
