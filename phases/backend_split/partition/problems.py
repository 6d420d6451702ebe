"""What in a plan file makes a split impossible, all of it at once."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import networkx as nx
import pathspec

from migrator.atlas.python import STDLIB
from migrator.errors import Problem
from migrator.paths import RepoPath, is_within, windows_problem
from phases.backend_split.backend import below, gateway_of, kernel_of, package_name, service_name, service_of
from phases.backend_split.partition.inclusions import entangled

if TYPE_CHECKING:
    from phases.backend_split.options import Options, ServiceOptions
    from phases.backend_split.partition.modules import Partition

__all__ = ["misnamed", "own_names", "problems", "reserved"]

_AT = "phases.backend_split"
_TITLE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def problems(partition: Partition) -> Iterator[Problem]:
    """Everything that has to be corrected before anything is planned."""
    yield from misnamed(partition.options, own_names(partition))
    yield from _clashes(partition)
    yield from entangled(partition)
    taken: dict[RepoPath, str] = {}
    for title, service in partition.options.services.items():
        yield from _outside(partition, title, service)
        yield from _claims(partition, title, service, taken)
    yield from _cycles(partition)
    yield from _immovable(partition)


# names and places ------------------------------------------------------------------------------------------------------


def misnamed(options: Options, own: Collection[str] = ()) -> Iterator[Problem]:
    """What is wrong with the names of the parts; `own` are those that the application imports as its own."""
    for key, title in (("kernel", options.kernel), ("api_gateway", options.api_gateway)):
        if not _TITLE.fullmatch(title) or keyword.iskeyword(title) or package_name(title) in STDLIB or windows_problem(title):
            yield Problem(f"{_AT}.{key}", f"`{title}` cannot be the name of a part", "choose lower-case words joined by `-`")
    if options.kernel == options.api_gateway:
        yield Problem(f"{_AT}.kernel", f"`{options.kernel}` is the gateway's name too", "choose another name")
    if options.directory == options.packages:
        yield Problem(f"{_AT}.packages", f"`{options.packages}` is where the services go too", "choose another directory")
    for title in options.services:
        if why := reserved(title, options, own):
            yield Problem(f"{_AT}.services.{title}", why, "choose another name")


def _clashes(partition: Partition) -> Iterator[Problem]:
    """The places of the parts that something else has."""
    options, directory = partition.options, partition.backend.directory
    if not directory and partition.facts.tree.is_dir(place := gateway_of(options)):
        yield Problem(f"{_AT}.api_gateway", f"`{place}` is there, and the backend that lies in the root cannot go there", "choose another name")
    for key, place in (("directory", options.directory), ("packages", options.packages)):
        if directory and is_within(place, directory) and directory != gateway_of(options):
            yield Problem(f"{_AT}.{key}", f"`{place}` lies in the backend, {directory}", "choose a directory beside it")


def own_names(partition: Partition) -> frozenset[str]:
    """What the application imports as its own, by the first name."""
    tree, root = partition.facts.tree, partition.backend.root
    return frozenset(below(path, root).split("/")[0].removesuffix(".py") for path in tree.below(root) if path.endswith(".py"))


def reserved(title: str, options: Options, own: Collection[str]) -> str | None:
    """Why a service cannot have a name, or None when it can."""
    if not _TITLE.fullmatch(title):
        return "a service's name is lower-case words joined by `-`"
    full = service_name(title)
    module = package_name(full)
    if full in {options.api_gateway, options.kernel} or title in {options.api_gateway, options.kernel}:
        return f"`{title}` is the name of another part"
    if keyword.iskeyword(title) or title in STDLIB or module in STDLIB or module in own:
        return f"`{title}` is a name that Python or the application uses"
    return windows_problem(title)


# patterns --------------------------------------------------------------------------------------------------------------


def _outside(partition: Partition, title: str, service: ServiceOptions) -> Iterator[Problem]:
    """The patterns of a service that are no paths of the backend."""
    for key, patterns in (("routers", service.routers), ("claims", service.claims)):
        for pattern in patterns:
            plain = pattern.lstrip("!/").replace("\\", "/")
            if ".." in plain.split("/") or pattern.startswith(("/apps/", "apps/", "services/api")) or plain.endswith((".ts", ".tsx", ".js")):
                hint = f"patterns are seen from {partition.backend.package}"
                yield Problem(f"{_AT}.services.{title}", f"{key}: `{pattern}` is outside the backend", hint)


def _claims(partition: Partition, title: str, service: ServiceOptions, taken: dict[RepoPath, str]) -> Iterator[Problem]:
    """What a service cannot claim; `taken` are the modules that those before it claim."""
    at = f"{_AT}.services.{title}"
    fits = pathspec.GitIgnoreSpec.from_lines(service.claims).match_file
    mine = [module for module in partition.graph if fits(partition.relative(module))]
    for module in mine:
        if taken.setdefault(module, title) != title:
            yield Problem(at, f"claims {partition.relative(module)}, which {taken[module]} claims too", "give it to one of them")
        elif any(module in seeds for other, seeds in partition.seeds.items() if other != title):
            yield Problem(at, f"claims {partition.relative(module)}, which seeds another service", "leave it out of that service's routers")
    # What a service has already may lie in the folder of its role: only people can say whether a pattern meant it.
    there = partition.facts.tree.is_dir(service_of(partition.options, title).directory)
    for pattern in service.claims if not there else ():
        if not pattern.startswith("!") and not _is_met(pattern, map(partition.relative, partition.graph)):
            yield Problem(at, f"claims `{pattern}`, which is no module of {partition.backend.package}", "patterns are as in .gitignore")
    if mine and not partition.seeds[title]:
        yield Problem(at, "claims modules, but no router seeds it", "add a pattern to `routers`")


def _cycles(partition: Partition) -> Iterator[Problem]:
    """Claims that would make a service need what needs the service."""
    relative, foreign = partition.relative, partition.foreign
    for title in dict.fromkeys(partition.claimed.values()):
        at = f"{_AT}.services.{title}"
        mine = sorted(module for module, owner in partition.claimed.items() if owner == title)
        for module in mine:
            if module in partition.fixed:
                yield Problem(at, f"claims {relative(module)}, which {partition.fixed[module]}", "take back the claim")
        own = [*mine, *(seed for seed in partition.seeds[title] if seed not in partition.fixed)]
        reached = {target: module for module in reversed(own) for target in nx.descendants(partition.graph, module)}
        if back := sorted(reached.keys() & foreign.keys() - set(own)):
            need, _ = foreign[back[0]]
            needs = f"{relative(reached[back[0]])} needs {relative(back[0])}, which needs {relative(need)} and is not {title}'s"
            message = f"claims {', '.join(map(relative, mine))}: the claim makes a cycle, {needs}"
            yield Problem(at, message, f"claim {', '.join(map(relative, back))} too, or take back the claim")


def _immovable(partition: Partition) -> Iterator[Problem]:
    """The patterns for modules that may move which no module fits, of the monolith or of what was moved out of it before."""
    options, package, tree = partition.options, partition.backend.package, partition.facts.tree
    parts = [*(service_of(options, title) for title in options.services), kernel_of(options)]
    moved = (path[len(part.home) + 1 :] for part in parts for path in tree.below(part.home))
    there = {*map(partition.relative, partition.modules), *moved}
    for pattern in options.movable:
        if not pattern.startswith("!") and not _is_met(pattern, there):
            hint = f"patterns are as in .gitignore, seen from {package}"
            yield Problem(f"{_AT}.movable", f"`{pattern}` is no module of {package}", hint)


def _is_met(pattern: str, paths: Iterable[str]) -> bool:
    return any(map(pathspec.GitIgnoreSpec.from_lines([pattern]).match_file, paths))
