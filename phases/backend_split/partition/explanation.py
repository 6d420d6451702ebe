"""What the plan says of a partition: its numbers, what it takes to free what stays, what crosses services; and every module's place on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import pathspec

from migrator.errors import Finding
from migrator.facts.tables import foreign_keys
from migrator.planfile import shipped
from migrator.wording import counted, listed
from phases.backend_split.backend import service_name, service_of
from phases.backend_split.partition.inclusions import untold
from phases.backend_split.partition.picture import picture
from phases.backend_split.partition.places import told
from phases.backend_split.partition.schemas import renamed

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["details", "findings"]


def findings(partition: Partition) -> Iterator[Finding]:
    """The numbers and what is to be known of them."""
    yield _info("partition", partition.backend.directory, _summary(partition))
    if partition.gateway:
        yield _info("stays", "", _staying(partition))
    yield from _blocked(partition)
    yield from told(partition)
    yield from untold(partition)
    yield from renamed(partition)
    yield from _absent(partition)
    yield from _unasked(partition)
    for module, (claimed, title) in sorted(partition.foreign.items()):
        yield Finding("cross-service", module, f"needs {partition.relative(claimed)}, which {title} claims: it stays in the gateway")
    yield from _keys(partition)


def details(partition: Partition) -> Iterator[Finding]:
    """A picture, and every module of the monolith with its place and the reason."""
    yield _info("picture", partition.backend.directory, picture(partition))
    for title, mine in partition.owned.items():
        for module in mine:
            yield _info("owned", module, f"is reached by {title} alone: goes to {service_name(title)}")
    for module in partition.kernel:
        users = ", ".join(title or partition.options.api_gateway for title in sorted(partition.reach[module]))
        yield _info("shared", module, f"is reached by {users}")
    for module, reason in sorted(partition.gateway.items()):
        yield _info("gateway", module, reason)
    for module in partition.unreached:
        if module in partition.passed:
            yield _info("gathers", module, "only brings together what lies in it, and nobody asks it for that: it stays")
        else:
            yield _info("unreached", module, "nothing that the application loads imports it: it stays")
    for module in sorted(partition.packages):
        yield _info("package", module, "marks a directory: it goes or stays with what lies there")


def _info(kind: str, path: str, message: str) -> Finding:
    return Finding(kind, path, message, severity="info")


def _summary(partition: Partition) -> str:
    owned = sum(map(len, partition.owned.values()))
    parts = [] if owned else ["none goes to a service"]
    for number, one, many, rest in (
        (owned, "goes", "go", f"to {counted(len(partition.owned), 'service')}"),
        (len(partition.kernel), "is", "are", "shared"),
        (len(partition.gateway), "stays", "stay", f"in {partition.options.api_gateway}"),
        (len(partition.passed), "only gathers", "only gather", "others"),
        (len(partition.unreached) - len(partition.passed), "is", "are", "loaded by nothing"),
        (len(partition.packages), "only marks", "only mark", "packages"),
    ):
        parts += [f"{number:,} {one if number == 1 else many} {rest}"] if number else []
    return f"{counted(len(partition.modules), 'module')}, {counted(len(partition.routes), 'route')}: {', '.join(parts)}"


def _staying(partition: Partition) -> str:
    """What the gateway keeps, by what keeps it there."""
    held = Counter(holder for module in partition.gateway if (holder := _holder(partition, module)) is not None)
    free = len(partition.gateway) - held.total()
    parts = [f"{free:,} that only the gateway's own routes reach"] if free else []
    for module, number in sorted(held.items(), key=lambda item: (-item[1], item[0])):
        parts.append(f"{number:,} with {partition.relative(module)}" if number > 1 else partition.relative(module))
    return f"in {partition.options.api_gateway}: {listed(parts)}"


def _holder(partition: Partition, module: RepoPath) -> RepoPath | None:
    """The module with which another one has to stay: itself where the reason is its own; None where nothing holds it."""
    if module in partition.foreign:
        return partition.foreign[module][0]
    return partition.root(module) if module in partition.fixed else None


# what could be freed ---------------------------------------------------------------------------------------------------


def _blocked(partition: Partition) -> Iterator[Finding]:
    """The modules that hold others by what they find from their own place, and the option that lets them go."""
    anchors = [module for module in partition.anchors if module in partition.gateway]
    if not anchors:
        return
    free = replace(partition, options=_letting_go(partition.options, [partition.relative(module) for module in anchors]))
    gains: dict[tuple[RepoPath, ...], dict[str, tuple[int, int]]] = {}
    for title, seeds in free.seeds.items():
        gained = set(free.owned.get(title, ())) - set(partition.owned.get(title, ()))
        freed = gained & set(seeds)
        if gained:
            served = sum(number for module, number in partition.routes.modules.items() if module in freed)
            needed = set(gained).union(*(nx.descendants(partition.graph, module) for module in gained))
            gains.setdefault(tuple(module for module in anchors if module in needed), {})[title] = (served, len(gained))
    # What frees most comes first.
    for holders, freed_by in sorted(gains.items(), key=lambda one: ([-sum(numbers) for numbers in zip(*one[1].values(), strict=True)], one[0])):
        option = ", ".join(f'"{partition.relative(module)}"' for module in holders)
        also = "".join(f"; {partition.relative(module)} {partition.anchors[module]}" for module in holders[1:])
        titles = ", ".join(f"{title} ({_numbers(*numbers)})" for title, numbers in freed_by.items())
        for holder in holders[:1]:
            message = f"{partition.anchors[holder]}{also}; blocks {titles}: `movable = [{option}]` lets it go"
            yield _info("stays", holder, message)


def _numbers(served: int, modules: int) -> str:
    return counted(modules, "module") + (f", {counted(served, 'route')}" if served else "")


def _letting_go(options: Options, modules: Iterable[str]) -> Options:
    patterns = (*options.movable, *(f"/{module}" for module in modules))
    return options.model_copy(update={"movable": patterns})


def _absent(partition: Partition) -> Iterator[Finding]:
    """The services that are asked for and not made."""
    missing = [
        title
        for title in partition.seeds
        if title not in partition.owned and not partition.facts.tree.is_dir(service_of(partition.options, title).directory)
    ]
    for title in missing:
        if seeds := partition.seeds[title]:
            holders = dict.fromkeys(filter(None, (_holder(partition, seed) for seed in seeds)))
            main = partition.backend.application.module
            others = {other for seed in seeds for other in partition.graph.predecessors(seed)} - {*seeds, main} or {main}
            why = "stays with" if holders else "is reached by others too, through"
            why = f"{why} {listed([partition.relative(module) for module in holders or sorted(others)])}"
            yield _info("absent", "", f"every router of {title} {why}: no service is made of it")
    none = [title for title in missing if not partition.seeds[title]]
    ours: Mapping[str, Any] = shipped()["phases"]["backend_split"]["services"] if none else {}
    for title in (own := [title for title in none if _is_own(partition.options, title, ours)]):
        yield Finding("unfit", "", f"no service is made of {title}: {_unfit(partition, title)}")
    if none := [title for title in none if title not in own]:
        yield _info("absent", "", f"no router of the application is one of {_either(none)}: no service is made")


def _is_own(options: Options, title: str, ours: Mapping[str, Any]) -> bool:
    """Whether somebody wrote what a service asks for: it is not what we ship."""
    asked = options.services[title].routers
    return asked not in {tuple(one["routers"]) for one in ours.values()} if asked else title not in ours


def _unfit(partition: Partition, title: str) -> str:
    """Why no router is one of a service's."""
    asked, relative = partition.options.services[title].routers, partition.relative
    if not asked:
        return "it has no `routers`"
    fits = pathspec.GitIgnoreSpec.from_lines(asked).match_file
    met = [module for module in sorted(partition.graph) if fits(relative(module))]
    owners = {module: other for other, seeds in partition.seeds.items() for module in seeds}
    if taken := [f"{relative(module)} goes to {owners[module]}, which asks for it first" for module in met if module in owners]:
        return listed(taken)
    if met:
        return f"{listed([*map(relative, met)])} {'has' if len(met) == 1 else 'have'} no routes of the application; `claims` takes what is no router"
    there = [relative(module) for module in sorted(partition.serving - {partition.backend.application.module})]
    routers = f", where routers are {listed(there)}" if there else ""
    return (
        f"no module fits {listed([f'`{pattern}`' for pattern in asked])}: patterns are seen from {partition.backend.package or 'the root'}{routers}"
    )


def _either(titles: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(f"{title}'s" for title in titles[:-1]), f"{titles[-1]}'s")))


def _unasked(partition: Partition) -> Iterator[Finding]:
    """The routers that the gateway keeps because no service asks for them."""
    asked = {seed for seeds in partition.seeds.values() for seed in seeds}
    own = partition.backend.application.module
    served = {
        module: number for module, number in partition.routes.modules.items() if module not in asked and module in partition.gateway and module != own
    }
    if served:
        routers = listed([f"{partition.relative(module)} {number}" for module, number in sorted(served.items(), key=lambda one: (-one[1], one[0]))])
        message = f"no service asks for {counted(sum(served.values()), 'route')} of {counted(len(served), 'router')}: {routers}"
        held = [f"{partition.relative(module)} ({partition.fixed[module]})" for module in sorted(served) if module in partition.fixed]
        but = f", but for {listed(held, 3)}" if held else ""
        yield _info("routers", "", f"{message}; `routers` of a service takes them{but}")


# what crosses services -------------------------------------------------------------------------------------------------


def _keys(partition: Partition) -> Iterator[Finding]:
    """Foreign keys from the tables of one service to those of another."""
    places = partition.parts
    homes: dict[tuple[RepoPath, str, str], set[str]] = {}
    for key in foreign_keys(partition.facts, partition.graph):
        homes.setdefault((key.source, key.table, key.to), set()).add(places.get(key.target, ""))
    for (source, table, to), there in sorted(homes.items()):
        if source in places and places[source] not in there and (other := sorted(there - {"", partition.options.kernel})):
            yield Finding("foreign-key", source, f"{table} refers to {to} of {' and '.join(other)}")
