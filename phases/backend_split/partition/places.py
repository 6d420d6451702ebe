"""Where the files of the monolith are for what has left it: the module of the kernel that says so, and what others find by it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.filepaths import built_on
from migrator.paths import RepoPath, is_within, join
from phases.backend_split.backend import kernel_of, service_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.partition.modules import Partition

__all__ = ["VARIABLE", "Lookup", "found_elsewhere", "lookups", "places_module"]

VARIABLE = "BACKEND_DIR"
"""The name that holds the monolith's directory, and the variable of the environment that says where it is."""
_NAMES = ("paths", "base_paths", "backend_paths")
"""What the module that says it may be called: the first that the monolith has no module for."""


def places_module(partition: Partition) -> tuple[RepoPath, bool]:
    """The module of the kernel that says where the monolith's files are, and whether it is there."""
    tree, home = partition.facts.tree, kernel_of(partition.options).home
    said = f"{VARIABLE} = ".encode()
    paths = [RepoPath(f"{home}/{one}.py") for one in _NAMES]
    if there := next((path for path in paths if path in tree and said in partition.facts.read(path)), None):
        return there, True
    taken = {partition.relative(module).partition("/")[0].removesuffix(".py") for module in partition.kernel}
    free = (path for name, path in zip(_NAMES, paths, strict=True) if name not in taken and path not in tree and not tree.is_dir(path[:-3]))
    return next(free, RepoPath(f"{home}/{VARIABLE.lower()}.py")), False


def found_elsewhere(partition: Partition) -> frozenset[RepoPath]:
    """What modules find in the monolith by where the kernel says that it is: those that left it before, and those that build on names of theirs."""
    parts = [*(service_of(partition.options, title) for title in partition.options.services), kernel_of(partition.options)]
    moved = [path for part in parts for path in partition.facts.tree.below(part.home)]
    return frozenset(lookup.path for lookup in lookups(partition, [*moved, *partition.modules], {}) if lookup.used)


# what is found -------------------------------------------------------------------------------------------------------


class Lookup(NamedTuple):
    """A path below the monolith's directory, or beside it, that a module finds."""

    module: RepoPath
    path: RepoPath
    used: bool
    """Whether something is looked for there, or it only has a name on which others build."""


def lookups(partition: Partition, modules: Iterable[RepoPath], texts: Mapping[RepoPath, bytes]) -> Iterator[Lookup]:
    """What modules find from where the monolith's files are; `texts` are those of modules that are about to change."""
    facts = partition.facts
    given = re.compile(rf"^from {re.escape(kernel_of(partition.options).package)}\.\w+ import {VARIABLE}(?: as (\w+))?\s*$".encode(), re.MULTILINE)
    mine = {module for module in modules if module.endswith(".py")}
    read = {module: texts.get(module) or facts.read(module) for module in mine}
    names: dict[RepoPath, dict[str, RepoPath]] = {}
    for module, source in read.items():
        if VARIABLE.encode() in source and (found := given.search(source)) is not None:
            names[module] = {(found[1] or VARIABLE.encode()).decode(): partition.backend.directory}
    pending, seen = sorted(names), set[Lookup]()
    while pending:
        module = pending.pop()
        for one in built_on(read[module], sorted(names[module])):
            target = join(names[module][one.name], one.way or ".")
            if target is None:
                continue
            used = not one.given or not is_within(partition.backend.package, target)
            if (lookup := Lookup(module, target, used)) not in seen:
                seen.add(lookup)
                yield lookup
            for other, said in _users(facts, module, one.given, mine) if one.given else ():
                if said not in names.setdefault(other, {}):
                    names[other][said] = target
                    pending.append(other)


def _users(facts: Facts, module: RepoPath, name: str, among: Collection[RepoPath]) -> Iterator[tuple[RepoPath, str]]:
    """The modules that import a name of one, or the module and say that name of it, each with how it says it."""
    for other in sorted({*facts.graph.importers(module)} & {*among}):
        source = facts.read(other)
        for reference in facts.graph.references.get(other, ()):
            mention, target = reference.mention, reference.target
            if target.path != module or mention.kind != "from":
                continue
            alias = re.match(rb"\s+as\s+(\w+)", source[mention.end :])
            local = alias[1].decode() if alias else mention.text
            if target.rest == name:
                yield other, local
            elif not target.rest:
                yield other, f"{local}.{name}"
