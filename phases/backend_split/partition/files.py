"""The files that modules find by their own place (`__file__`): which go along with the modules, which are left where they are, and what holds a module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.facts.calls import calls
from migrator.facts.packages import Sight, sights, writes
from migrator.facts.purposes import exposed
from migrator.paths import RepoPath, is_within, name

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["anchor", "carried", "code_found_by", "is_written", "left_by", "named_by"]

_MADE = frozenset({"cache", "data", "log", "logs", "media", "storage", "tmp", "uploads"})
"""Directories that a running application writes to."""
_WRITTEN = (".db", ".log", ".sqlite", ".sqlite3")
_READING = ("files", "get_data", "PackageLoader", "resource_filename", "resource_stream", "resource_string")
"""Functions of importlib.resources, pkgutil, jinja2 and pkg_resources that find files by the name of a package, which they are given first."""
_OWN = frozenset({"__name__", "__package__"})
_LOADING = re.compile(rb"\b(?:import_module|__import__|iter_modules|walk_packages|spec_from_file_location|SourceFileLoader|run_path)\b")
"""What loads code that no import names."""


def anchor(facts: Facts, module: RepoPath, package: RepoPath) -> str | None:
    """What holds a module where it is: no text says what it finds by its own place, or it is code, or a package's by its name. None when it may go."""
    reasons = (_hold(facts, module, sight) for sight in sights(facts, module))
    return next(filter(None, reasons), None) or _resources(facts, module, name(package))


def _resources(facts: Facts, module: RepoPath, package: str) -> str | None:
    """Why a module stays that reads the files of the application's package by its name."""
    for call in calls(facts.read(module), *_READING):
        given = call.given[0] if call.given else None
        said = "" if given is None else given.value or ""
        if given is not None and (said.partition(".")[0] == package or given.text in _OWN):
            return f"reads files of the package {said or given.text} by its name"
    return None


def _hold(facts: Facts, module: RepoPath, sight: Sight) -> str | None:
    if not sight.clear:
        return "finds files by its own place, and no text says which"
    named = [path for path, _ in sight.found]
    if code := next((path for path in named if path.endswith(".py")), None):
        return f"finds {code}, which is code, by its own place"
    loads = _LOADING.search(facts.read(module)) is not None
    listed = (path for path in (*named, *sight.bare) if loads and any(file.endswith(".py") for file in _files(facts, path)))
    where = next(listed, None)
    return None if where is None else f"loads code below {where or 'the top'}, which it finds by its own place"


# what goes along -------------------------------------------------------------------------------------------------------


def carried(facts: Facts, package: RepoPath, parts: Mapping[RepoPath, str], kept: Iterable[RepoPath]) -> Mapping[RepoPath, tuple[RepoPath, ...]]:
    """By module that finds files by its own place: those that go along with it, for nothing that goes elsewhere finds them.

    `parts` says by module where it goes; `kept` is what others find where it is. What a module finds that does not go along it finds where it was.
    """
    finders: dict[RepoPath, set[str]] = {}
    for module, part in parts.items():
        for path in named_by(facts, module):
            for file in _files(facts, path):
                finders.setdefault(file, set()).add(part)
    going = {(module, sight): files for module in parts for sight, files in _taken(facts, module, package)}
    stay = {file for path in kept for file in _files(facts, path)} | {file for file, homes in finders.items() if len(homes) > 1}
    while True:
        taken = {key: files for key, files in going.items() if stay.isdisjoint(files)}
        # Who finds a file where it was cannot lose it to a neighbour.
        left = {
            file for module in parts for sight in sights(facts, module) if (module, sight) not in taken for file in _found(facts, sight, bare=True)
        }
        if stay >= left & {file for files in taken.values() for file in files}:
            break
        stay |= left
    found: dict[RepoPath, tuple[RepoPath, ...]] = {}
    for (module, _), files in taken.items():
        found[module] = (*found.get(module, ()), *files)
    return found


def left_by(facts: Facts, module: RepoPath, along: Iterable[RepoPath]) -> list[Sight]:
    """The times that a module finds by its own place what does not go along with it."""
    going = frozenset(along)
    return [
        one
        for one in sights(facts, module)
        if one.bare or not one.found or any(made for _, made in one.found) or not going.issuperset(_found(facts, one))
    ]


def _taken(facts: Facts, module: RepoPath, package: RepoPath) -> Iterator[tuple[Sight, tuple[RepoPath, ...]]]:
    """What a module finds by its own place that lies in the package for it to read, and goes along as far as others let it."""
    for sight in sights(facts, module):
        fits = sight.clear and sight.found and not sight.bare
        if fits and not any(_is_left(facts, module, package, path, made=made) for path, made in sight.found):
            yield sight, tuple(dict.fromkeys(_found(facts, sight)))


def _is_left(facts: Facts, module: RepoPath, package: RepoPath, path: RepoPath, *, made: bool) -> bool:
    """Whether something is no part of a package, is written to, or is a secret."""
    if path == package or not is_within(path, package) or is_within(module, path) or path.endswith(".py"):
        return True
    if made or writes(facts, module) or is_written(path, directory=facts.tree.is_dir(path)):
        return True
    files, secrets = list(_files(facts, path)), facts.derive(exposed)
    return all(name(file).startswith(".") for file in files) or any(file in secrets for file in files)


def is_written(path: RepoPath, *, directory: bool = False) -> bool:
    """Whether a file or directory is called as those are that a running application writes to."""
    return name(path) in _MADE if directory else path.endswith(_WRITTEN)


def code_found_by(facts: Facts, module: RepoPath, package: RepoPath) -> Iterator[RepoPath]:
    """The modules in directories that go along with one: they go with it, or it stays with them."""
    yield from (file for _, files in _taken(facts, module, package) for file in files if file.endswith(".py"))


def named_by(facts: Facts, module: RepoPath) -> frozenset[RepoPath]:
    """The files and directories that a module names: from its own place, or as seen from where it runs."""
    named = {path for sight in sights(facts, module) for path, _ in sight.found}
    return frozenset(
        named | {r.target.path for r in facts.graph.references.get(module, ()) if r.mention.kind == "path" and r.target.path is not None}
    )


def _found(facts: Facts, sight: Sight, *, bare: bool = False) -> Iterator[RepoPath]:
    for path in (*(path for path, _ in sight.found), *(sight.bare if bare else ())):
        yield from _files(facts, path)


def _files(facts: Facts, path: RepoPath) -> Iterator[RepoPath]:
    yield from [path] if path in facts.tree else facts.tree.below(path)
