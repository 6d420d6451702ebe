"""Where the files of the monolith are for what has left it: the module of the kernel that says so, and what others find by it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.errors import Finding
from migrator.facts.packages import built_on, holding
from migrator.facts.relative_paths import plain_paths, relative_paths
from migrator.paths import ROOT, RepoPath, is_within, join, relative
from migrator.wording import counted, listed
from phases.backend_split.backend import gateway_of, kernel_of, service_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.partition.modules import Partition

__all__ = ["VARIABLE", "Lookup", "found_by_names", "found_elsewhere", "lookups", "places_module", "running", "runs_from", "told"]

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


def told(partition: Partition) -> Iterator[Finding]:
    """How what leaves the monolith finds its files, and what it only finds while it runs where the monolith ran."""
    if rooted := [partition.relative(module) for module in sorted(partition.rooted)]:
        path, _ = places_module(partition)
        yield _info(f"{_leaving(rooted)} files by {_its(rooted)} own place: {path} says by {VARIABLE} where they are: {listed(rooted)}")
    if along := {file for files in partition.carried.values() for file in files if not file.endswith(".py")}:
        yield _info(f"{counted(len(along), 'file goes', 'files go')} along with the only modules that find {'it' if len(along) == 1 else 'them'}")
    running = {partition.relative(module): there for module in sorted(partition.leaving) if (there := list(runs_from(partition, module)))}
    if running:
        directory = gateway_of(partition.options)
        paths = listed([f"{module} {' and '.join(relative(one, partition.backend.directory) for one in found)}" for module, found in running.items()])
        runs = "it runs" if len(running) == 1 else "they run"
        yield _info(
            f"{_leaving(running)} files by the directory in which {runs}: start a service in {directory} for them, or say them whole: {paths}"
        )


def _info(message: str) -> Finding:
    return Finding("files", "", message, severity="info")


def _leaving(modules: Collection[str]) -> str:
    return "1 module that leaves finds" if len(modules) == 1 else f"{len(modules):,} modules that leave find"


def _its(modules: Collection[str]) -> str:
    return "its" if len(modules) == 1 else "their"


class Lookup(NamedTuple):
    """A path below the monolith's directory, or beside it, that a module finds."""

    module: RepoPath
    path: RepoPath
    used: bool
    """Whether something is looked for there, or it only has a name on which others build."""


def running(partition: Partition, modules: Iterable[RepoPath]) -> frozenset[RepoPath]:
    """What some modules find as long as their process runs in the monolith's directory."""
    return frozenset(path for module in modules if module.endswith(".py") for path in runs_from(partition, module))


def runs_from(partition: Partition, module: RepoPath) -> Iterator[RepoPath]:
    """What a module finds as long as its process runs in the monolith's directory: what is there, and what it will make."""
    facts, directory = partition.facts, partition.backend.directory
    found = dict.fromkeys(path for said in relative_paths(facts, module) if (path := join(directory, said)) is not None)
    # What nothing is there for may be anything: the parameter of a route is called `Path` too.
    named = (path for said in plain_paths(facts, module) if (path := join(directory, said)) is not None)
    found |= dict.fromkeys(path for path in named if path in facts.tree or facts.tree.is_dir(path))
    for reference in facts.graph.references.get(module, ()):
        target = reference.target.path
        if reference.mention.kind == "path" and target is not None and join(directory, reference.mention.text) == target:
            found[target] = None
    yield from (path for path in found if not path.endswith(".py") and not is_within(partition.backend.package, path))


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
    yield from _by_names(facts, read, names, partition.backend.package)


def found_by_names(facts: Facts, modules: Iterable[RepoPath]) -> frozenset[RepoPath]:
    """What modules find on top of names that others of them give to directories which they climb to (`from app.paths import BASE_DIR`)."""
    read = {module: facts.read(module) for module in modules if module.endswith(".py")}
    names: dict[RepoPath, dict[str, RepoPath]] = {}
    for module in read:
        for name, directory in holding(facts, module).items():
            for other, said in _users(facts, module, name, read.keys()):
                names.setdefault(other, {})[said] = directory
    return frozenset(lookup.path for lookup in _by_names(facts, read, names, ROOT))


def _by_names(facts: Facts, read: Mapping[RepoPath, bytes], names: dict[RepoPath, dict[str, RepoPath]], package: RepoPath) -> Iterator[Lookup]:
    """What modules, each with its text, find on top of names that hold directories, of their own or of each other."""
    pending, seen = sorted(names), set[Lookup]()
    while pending:
        module = pending.pop()
        for one in built_on(read[module], sorted(names[module])):
            target = join(names[module][one.name], one.way or ".")
            if target is None:
                continue
            used = not one.given or not is_within(package, target)
            if (lookup := Lookup(module, target, used)) not in seen:
                seen.add(lookup)
                yield lookup
            for other, said in _users(facts, module, one.given, read.keys()) if one.given else ():
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
