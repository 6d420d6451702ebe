"""Where a moved Python module lands: what Python or its tools make of the directory may surprise, though every name is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.paths import RepoPath, parent

if TYPE_CHECKING:
    from migrator.build import Built


def landings(built: Built, cycles: list[set[RepoPath]]) -> Iterator[Finding]:
    """A warning for each module that leaves a package for a new directory that is none, or lands below a package that loads in a cycle.

    `cycles` are the import-time cycles of the tree before.
    """
    before, after = built.before.tree, built.after.tree
    circling = {built.moves(path) for cycle in cycles for path in cycle}
    for old, new in sorted(built.files.items()):
        home, place = parent(old), parent(new)
        if not new.endswith(".py") or home == place or built.moves(home) == place:
            continue
        established = any(last.endswith(".py") for last in before.folders.get(place, ()))
        if not established and _init(home) in before and _init(place) not in after and _init(parent(place)) in after:
            yield Finding(
                "namespace", new, f"lands in {place}, which has no __init__.py inside a package that has one: pytest and packaging may pass it over"
            )
        elif (init := _init(place)) in circling and init != new:
            yield Finding("cycle", new, f"lands in {place}, which loads in a cycle of imports: who imports it first now enters the cycle there")


def _init(folder: RepoPath) -> RepoPath:
    return RepoPath(f"{folder}/__init__.py" if folder else "__init__.py")
