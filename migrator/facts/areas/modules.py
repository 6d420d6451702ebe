"""What import-linter calls the modules of a repository, and which of them it does not see.

It follows grimp 3.20: a package is found by its name on `sys.path`; below a directory with `__init__.py` each further one needs one, a name with
more than one dot is none, and a module that lies in no package cannot be asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.atlas.python import STDLIB
from migrator.facts.areas.model import Package, Python
from migrator.languages import python as language
from migrator.paths import RepoPath, ancestors, is_within, name, parent, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.graph import Reference

__all__ = ["Modules"]

_APART = frozenset({"test", "tests", "conftest"})
"""Names that every project has: two packages of one name are never seen together."""
_DOUBTFUL = re.compile(rb"^[ \t]*(\{[%{#]|<<<<<<< |>>>>>>> )", re.MULTILINE)
"""What a template and a merge that nobody finished have and Python has not: only such files are asked whether they parse."""


class Modules:
    """The modules of some files by the areas that they lie in."""

    def __init__(self, facts: Facts, spoken: Mapping[RepoPath, str], homes: Mapping[RepoPath, RepoPath]) -> None:
        self._facts = facts
        self._homes = homes
        self._roots: dict[RepoPath, RepoPath] = {}
        self._packages: dict[RepoPath, dict[tuple[str, RepoPath], Package]] = defaultdict(dict)
        """By area, the packages that are looked at."""
        self._loose: dict[RepoPath, list[RepoPath]] = defaultdict(list)
        self._broken: dict[RepoPath, RepoPath | None] = {}
        """By package, a file in it that does not parse."""
        for path in (one for one, spoke in spoken.items() if spoke == "python"):
            self._roots[path] = self._own(path)
        for path, root in self._roots.items():
            if self._top(path, root) in _APART or name(path) == "conftest.py":
                continue
            if not self._add(path, root, whole=False):
                self._loose[homes[path]].append(path)

    def names(self, reference: Reference, home: RepoPath, there: RepoPath) -> tuple[str, str] | None:
        """The importing and the imported module of a reference from one area to another, both being looked at from now on; None where one is not seen."""
        source, target = reference.source, reference.target.path
        if target is None or target not in self._roots:
            return None
        root = language.root(reference.mention, source, self._facts.atlas)
        root = self._roots[target] if root is None else root
        if reference.mention.kind == "from" and name(target) == "__init__.py":
            # A name that the package binds may be a module's as well: then grimp takes it for the module.
            child = self._facts.atlas.python.child(parent(target), reference.mention.text)
            target = child if child in self._roots else target
        if self._top(source, self._roots[source]) in _APART or self._top(target, root) in _APART | STDLIB:
            return None
        ends = ((source, self._roots[source], home), (target, root, there))
        if not all(self._seen(path, at) and self._add(path, at, whole=True) for path, at, _ in ends):
            return None
        return _dotted(source, self._roots[source]), _dotted(target, root)

    def python(self, area: RepoPath) -> Python:
        """What is seen of an area."""
        packages = self._packages[area]
        within = [(path, one.root) for path in self._roots for one in packages.values() if is_within(path, one.directory)]
        unseen = dict.fromkeys(path for path, root in within if not self._seen(path, root))
        broken = {top: path for top, path in self._broken.items() if path is not None and self._homes[path] == area}
        tops = [*broken, *(one.directory for one in packages.values())]
        loose = (path for path in self._loose[area] if not any(is_within(path, top) for top in tops))
        return Python(tuple(packages[key] for key in sorted(packages)), tuple(unseen), tuple(sorted(loose)), tuple(sorted(broken.values())))

    def _own(self, path: RepoPath) -> RepoPath:
        """The directory from which a module is called by its own project: as `PythonAtlas` reads it."""
        python = self._facts.atlas.python
        roots = [root for root in python.roots(path).above if is_within(path, root)]
        return min(roots, key=lambda root: (not python.is_root(root), -len(root)), default=parent(path))

    def _add(self, path: RepoPath, root: RepoPath, *, whole: bool) -> bool:
        """Have the package of a module looked at; whether it has one. What has no `__init__.py` only where it is `whole`: it may be no package at all."""
        area, python = self._homes[path], self._facts.atlas.python
        parts = _dotted(path, root).split(".")
        if parts[0] in STDLIB or (len(parts) == 1 and name(path) != "__init__.py") or not parts[0].isidentifier():
            return False
        tops = [RepoPath(f"{root}/{'/'.join(parts[:count])}".lstrip("/")) for count in range(1, len(parts) + 1)]
        namespace = not python.is_package(tops[0])
        if namespace and parts[0] in python.roots(path).libraries:
            return False
        # A package that holds the area and more is looked at in part; one without `__init__.py` may be no package at all.
        count = next(
            (count for count, top in enumerate(tops) if (len(top) >= len(area) or not is_within(area, top)) and (whole or python.is_package(top))),
            None,
        )
        if count is None or self._breaks(tops[count]) is not None:
            return False
        title = ".".join(parts[: count + 1])
        self._packages[area].setdefault((title, root), Package(title, root, tops[count], namespace))
        return True

    def _breaks(self, top: RepoPath) -> RepoPath | None:
        if top not in self._broken:
            facts = self._facts
            doubtful = (path for path in self._roots if is_within(path, top) and self._seen(path, parent(top)) and _DOUBTFUL.search(facts.read(path)))
            self._broken[top] = next((path for path in doubtful if facts.told(path, language.broken, "python")), None)
        return self._broken[top]

    def _seen(self, path: RepoPath, root: RepoPath) -> bool:
        python = self._facts.atlas.python
        folders = [one for one in ancestors(path)[::-1] if one != root and is_within(one, root)]
        portion = False
        for folder in folders:
            portion = portion or python.is_package(folder)
            if not name(folder).isidentifier() or (portion and not python.is_package(folder)):
                return False
        return name(path).count(".") == 1

    @staticmethod
    def _top(path: RepoPath, root: RepoPath) -> str:
        return _dotted(path, root).partition(".")[0]


def _dotted(path: RepoPath, root: RepoPath) -> str:
    stem = relative(path, root).removesuffix(".py").removesuffix("/__init__")
    return stem.replace("/", ".")


def views(packages: Mapping[RepoPath, Iterable[Package]]) -> Iterator[tuple[RepoPath, ...]]:
    """The areas that can be looked at together: no two of their packages have one name and two places. What fits everywhere is in each view."""
    tops = {area: {(one.top, one.root) for one in several if not one.namespace} for area, several in packages.items()}
    places: dict[str, set[RepoPath]] = defaultdict(set)
    for several in tops.values():
        for title, root in several:
            places[title].add(root)
    common = [area for area, several in tops.items() if all(len(places[title]) == 1 for title, _ in several)]
    pending = [area for area in tops if area not in common]
    if not pending:
        yield tuple(common)
    while pending:
        taken: dict[str, RepoPath] = {}
        chosen = []
        for area in pending:
            if all(taken.get(title, root) == root for title, root in tops[area]):
                taken |= dict(tops[area])
                chosen.append(area)
        pending = [area for area in pending if area not in chosen]
        yield tuple(area for area in tops if area in common or area in chosen)
