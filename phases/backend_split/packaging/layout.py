"""Where in a service a module goes: to the folder of the role that its code shows, or where it lay in the monolith."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.packages import blank
from migrator.facts.serving import routers, routes
from migrator.facts.settings import background
from migrator.paths import RepoPath, ancestors, folded, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.backend import Distribution
    from phases.backend_split.options import Role
    from phases.backend_split.partition.layers import Layers
    from phases.backend_split.partition.modules import Partition

__all__ = ["Layout", "as_it_was", "by_role", "in_layers"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each module goes, and what is to be said about it."""

    places: Mapping[RepoPath, RepoPath]
    roles: Mapping[str, int]
    """How many modules each folder of a role gets."""
    findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        kept = len(self.places) - sum(self.roles.values())
        shown = ", ".join(f"{role} {count}" for role, count in self.roles.items())
        keep = f"{kept} keep{'s its' if kept == 1 else ' their'} folder{'' if kept == 1 else 's'}" if kept else ""
        return "; ".join(part for part in (shown, keep) if part)


def as_it_was(partition: Partition, modules: Iterable[RepoPath], place: Distribution) -> Layout:
    """The monolith's folders."""
    return Layout({module: RepoPath(f"{place.home}/{partition.relative(module)}") for module in modules}, {})


def in_layers(layers: Layers, place: Distribution) -> Layout:
    """The monolith's folders, in those of the shared kernel's layers where it has any."""
    return Layout({module: RepoPath(f"{layers.home(module, place)}/{layers.partition.relative(module)}") for module in layers.partition.kernel}, {})


def by_role(partition: Partition, title: str, modules: Iterable[RepoPath], place: Distribution) -> Layout:
    """The folders of a service's roles, each tried in the order of the plan; what shows none of them keeps its folder.

    A package whose `__init__` says something stays in one piece: all of it has one role, or none. Where two would have one place,
    or a folder the name of a module beside it, those concerned keep their folders too.
    """
    modules = tuple(modules)
    units = tuple(_units(partition, modules))
    roles = {**partition.options.services[title].roles, **partition.options.roles}
    shown = {unit: _shown(partition, unit) for unit in units if unit.bound is None}
    chosen = {unit: role for unit, does in shown.items() if (role := next((one for one, shows in roles.items() if does.fits(unit, shows)), ""))}
    choices = {unit: _choices(unit, role, roles[role]) for unit, role in chosen.items()}
    settled = _settled(partition.facts, {unit: choices.get(unit, (unit.path,)) for unit in units}, place.home)
    places: dict[RepoPath, RepoPath] = {}
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    for unit, path in settled.items():
        for module in unit.modules:
            places[module] = RepoPath(f"{place.home}/{path}{partition.relative(module)[len(unit.path) :]}")
        if unit not in choices:
            continue
        first, role = choices[unit][0], chosen[unit]
        if path != unit.path or path == first:
            counts[role] += len(unit.modules)
        if path != first:
            findings.append(Finding("layout", unit.modules[0], f"goes to {path}: {first} is not free", severity="info"))
    ordered = {role: counts[role] for role in roles if counts[role]}
    return Layout({module: places[module] for module in modules}, ordered, tuple(findings))


# what moves in one piece -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """A module, or a package whose `__init__` says something; `path` is seen from the application's package."""

    path: str
    modules: tuple[RepoPath, ...]
    bound: str | None = None
    """The package that it cannot leave because not all of it goes; empty where something else holds it in its folder."""


def _units(partition: Partition, modules: tuple[RepoPath, ...]) -> Iterator[_Unit]:
    facts = partition.facts
    packages: dict[RepoPath, list[RepoPath]] = {}
    for module in modules:
        path = partition.relative(module)
        folder = _package(partition, module)
        if folder is None:
            yield _Unit(path, (module,), "" if _finds(partition, module) else None)
        else:
            packages.setdefault(folder, []).append(module)
    for folder, held in packages.items():
        path = partition.relative(RepoPath(f"{folder}/__init__.py")).removesuffix("/__init__.py")
        if all(one in held for one in facts.tree.below(folder) if one.endswith(".py")) and not any(_finds(partition, module) for module in held):
            yield _Unit(path, tuple(held))
        else:
            yield from (_Unit(partition.relative(module), (module,), path) for module in held)


def _finds(partition: Partition, module: RepoPath) -> bool:
    """Whether a module finds files by paths: what lies where it lay as seen from there."""
    return module in partition.carried


def _package(partition: Partition, module: RepoPath) -> RepoPath | None:
    """The outermost package around a module, below the application's, that says something."""
    found = None
    for folder in ancestors(module):
        if folder in {partition.backend.package, partition.backend.directory}:
            break
        init = RepoPath(f"{folder}/__init__.py")
        if init in partition.facts.tree and not blank(partition.facts, init):
            found = folder
    return found


# what its code shows ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the modules of a unit do: the kinds of routes that they have, what they import from outside, whether they declare tasks."""

    serves: frozenset[str]
    imports: frozenset[str]
    tasks: bool

    def fits(self, unit: _Unit, role: Role) -> bool:
        """Whether a unit has a role. What serves routes is known by them and by its name, whatever else it uses."""
        if any(_named(part, role.names) for part in unit.path.removesuffix(".py").split("/")):
            return True
        if self.serves:
            return self.serves <= set(role.serves)
        return (role.tasks and self.tasks) or any(fnmatchcase(said, pattern) for said in self.imports for pattern in role.imports)


def _shown(partition: Partition, unit: _Unit) -> _Shown:
    facts = partition.facts
    names = [name for name in routers(facts) if name.module in unit.modules]
    served = {method for module, method in partition.routes.counts if module in unit.modules}
    served.update(*(routes(facts, name).methods for name in names))  # also those of routers that they put together
    tasks = any(task.kind == "declared" for module in unit.modules for task in background(facts, module))
    libraries = (library for module in unit.modules for library in _outside(facts, module))
    return _Shown(frozenset("websocket" if method == "WEBSOCKET" else "http" for method in served), frozenset(libraries), tasks)


def _outside(facts: Facts, module: RepoPath) -> Iterator[str]:
    """The names of what a module imports from outside the repository, whole and their first word."""
    for reference in facts.graph.references.get(module, ()):
        mention = reference.mention
        if mention.kind in {"from", "star", "import"} and reference.target.path is None:
            full = mention.base or mention.text
            yield from (full, full.partition(".")[0])


def _named(part: str, patterns: Iterable[str]) -> bool:
    """Whether a name, or one of its words, fits one of some patterns."""
    words = {part.lower(), *part.lower().replace("-", "_").split("_")}
    return any(fnmatchcase(word, pattern) for word in words for pattern in patterns)


# where it goes ---------------------------------------------------------------------------------------------------------


def _choices(unit: _Unit, title: str, role: Role) -> tuple[str, ...]:
    """Where a unit may go, the best first; the last is where it was.

    A folder that is named for the role becomes the role's, with what lies below it; a module that is named for it needs no folder but that;
    else the first folder goes, which is a layer of the monolith's.
    """
    parts = unit.path.split("/")
    own = parts[-1].removesuffix(".py")
    folders = parts[:-1] if unit.path.endswith(".py") else parts
    named = [index for index, folder in enumerate(folders, start=1) if folder == title or _named(folder, role.names)]
    rest = parts[1:] or parts
    below = parts[named[-1] :] if named else parts[-1:] if _named(own, role.names) else rest
    return tuple(dict.fromkeys("/".join(path) for path in ([title, *below], [title, *rest], [title, *parts], parts)))


def _settled(facts: Facts, choices: Mapping[_Unit, tuple[str, ...]], home: RepoPath) -> dict[_Unit, str]:
    """The first choices under which no two want one place: who is in the way of another takes the next of its own, the last stands."""
    there = [path[len(home) + 1 :] for path in facts.tree.below(home) if path.endswith(".py") and name(path) != "__init__.py"]
    closed = {parent(path)[len(home) + 1 :] for path in facts.tree.below(home) if name(path) == "__init__.py" and not blank(facts, path)}
    closed |= {unit.bound for unit in choices if unit.bound}
    taken = Counter(_key(path) for path in ("main.py", *there, *closed) if path)
    held = {_key(folder) for path in there for folder in ancestors(path) if folder}
    level = dict.fromkeys(choices, 0)
    while True:
        settled = {unit: wanted[level[unit]] for unit, wanted in choices.items()}
        keys = taken + Counter(_key(path) for path in settled.values())
        folders = held | {_key(folder) for path in settled.values() for folder in ancestors(path) if folder}
        free = {unit: path for unit, path in settled.items() if level[unit] < len(choices[unit]) - 1}
        # Who wants to be in what is no plain folder gives way before that does.
        within = [unit for unit, path in free.items() if keys[_key(path)] > 1 or any(_key(folder) in keys for folder in ancestors(path) if folder)]
        stuck = within or [unit for unit, path in free.items() if _key(path) in folders]
        if not stuck:
            return settled
        for unit in stuck:
            level[unit] += 1


def _key(path: str) -> str:
    """What Python and every file system take the path of a module or a package for."""
    return folded(path.removesuffix(".py"))
