"""Which compose files go together: by the names that the engine takes by itself, by commands, by what does not stand alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose.commands import Command, commands
from migrator.facts.sources import sources
from migrator.languages.text import speaks
from migrator.origin import Origin
from migrator.paths import RepoPath, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Group", "Standing", "files", "groups"]

_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = ("compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml")
"""In the engine's own order: the first that is there is taken."""


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are run together."""

    files: tuple[RepoPath, ...]
    evidence: tuple[Origin, ...]
    swarm: tuple[Origin, ...] = ()
    """The commands that send them to a swarm."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a file is by itself."""

    whole: bool
    """Each service that it has is made of something."""
    services: frozenset[str] = field(default_factory=frozenset)
    others: frozenset[RepoPath] = field(default_factory=frozenset)
    """Files that it includes or extends."""


def files(facts: Facts) -> tuple[RepoPath, ...]:
    """The compose files of a tree."""
    return tuple(path for path in sources(facts) if speaks(path) == "compose")


def groups(facts: Facts, standing: Callable[[RepoPath], Standing]) -> tuple[Group, ...]:
    """Each combination that is run, by folder: what the engine takes by itself, what commands name, what is laid over it, what stands alone."""
    known = files(facts)
    said = commands(facts, frozenset(known))
    found: dict[tuple[RepoPath, ...], Group] = {}
    for folder in sorted({parent(path) for path in known}):
        here = [path for path in known if parent(path) == folder]
        own = [command for command in said if parent(command.files[0]) == folder]
        for group in _of_folder(here, own, standing):
            found.setdefault(group.files, group)
    borrowed = {other for path in known for other in standing(path).others}
    return tuple(group for group in found.values() if len(group.files) > 1 or not _is_borrowed(group, borrowed, said))


def _is_borrowed(group: Group, borrowed: set[RepoPath], said: tuple[Command, ...]) -> bool:
    """Whether a file is only there for others to include or extend."""
    path = group.files[0]
    return path in borrowed and name(path) not in _BASES and not any(command.files == group.files for command in said)


def _of_folder(here: list[RepoPath], said: list[Command], standing: Callable[[RepoPath], Standing]) -> Iterator[Group]:
    base = _first(here, _BASES)
    override = _first(here, _OVERRIDES)
    used: set[RepoPath] = set()
    if base is not None:
        taken = (base,) if override is None else (base, override)
        why = "the engine takes it by itself" if override is None else "the engine lays the second over the first by itself"
        yield _with_commands(taken, Origin(taken[-1], 0, why), said)
        used |= set(taken)
    for combination in dict.fromkeys(command.files for command in said):
        yield _with_commands(combination, None, said)
        used |= set(combination) if len(combination) > 1 or standing(combination[0]).whole else set()
    for path in here:
        if path in used:
            continue
        below = base if base is not None else _below(path, here, standing)
        if below is None or below == path or not _is_laid_over(standing(path), standing(below)):
            yield _with_commands((path,), Origin(path, 0, "nothing names it together with another"), said)
        else:
            yield _with_commands((below, path), Origin(path, 0, f"its services are only whole over those of {name(below)}"), said)


def _with_commands(combination: tuple[RepoPath, ...], otherwise: Origin | None, said: list[Command]) -> Group:
    same = [command for command in said if command.files == combination]
    evidence = (*((otherwise,) if otherwise is not None else ()), *(command.origin for command in same))
    return Group(combination, evidence, tuple(command.origin for command in same if command.swarm))


def _first(here: list[RepoPath], names: tuple[str, ...]) -> RepoPath | None:
    return next((path for wanted in names for path in here if name(path) == wanted), None)


def _is_laid_over(over: Standing, below: Standing) -> bool:
    return not over.whole and bool(over.services & below.services)


def _below(path: RepoPath, here: list[RepoPath], standing: Callable[[RepoPath], Standing]) -> RepoPath | None:
    """The file of a folder that has the shortest name and what another lacks."""
    stem = re.split(r"[.]", name(path))[0]
    whole = [one for one in here if one != path and standing(one).whole and standing(one).services & standing(path).services]
    return min((one for one in whole if name(one).startswith(stem)), key=lambda one: (len(one), one), default=None)
