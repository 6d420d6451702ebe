"""What the plan says of the services that it proposes: each with its numbers and as a table for the plan file, and what other numbers of them would cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from migrator.errors import Finding, Problem
from migrator.facts.tables import foreign_keys
from migrator.mermaid import Edge, Node, flowchart
from migrator.wording import counted, listed
from phases.backend_split.backend import service_name
from phases.backend_split.partition.inclusions import drifting
from phases.backend_split.partition.proposal import MOST, Proposal
from phases.backend_split.partition.proposal_names import segments

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition
__all__ = ["alternatives", "impossible", "told"]

_PRICE = "`propose = N` makes no more than N services in all (own: their modules; shared: those of {}; keys: foreign keys between parts)"
_HEADS = ("services", "routes", "own", "shared", "gateway", "keys")
_CELL = len(_HEADS[0])
_PAIR = 2
_WIDE = 68
"""A line of the table that is longer does not fit on a screen of 80 columns."""


class Numbers(NamedTuple):
    """What a service, or all of them, would have and need."""

    routes: int
    modules: int
    needs: int
    """Modules of the shared kernel that it needs, itself or through others."""
    together: tuple[str, int]
    """The one service with which it alone shares most of them, and how many: they would be neither's if it were not for the other."""
    keys: int
    """Foreign keys that lead from its tables to those of other parts, or from those to its own."""


def told(proposal: Proposal) -> Iterator[Finding]:
    """The services that the routers make which no service of the plan asks for, and what other numbers of them would cost; or why there is none at all."""
    if not proposal.services:
        if (none := _none(proposal)) is not None:
            yield _info("proposed", f"{none.message}; {none.hint}")
        elif proposal.most and (more := replace(proposal, most=0).services):
            could = [f"{title} ({counted(proposal.served(mine), 'route')})" for title, mine in more.items()]
            number = len({*proposal.there, *proposal.partition.owned})
            message = f"nothing: with {counted(number, 'service')} there is no room below `propose = {proposal.most}`; without it there could be"
            yield _info("proposed", f"{message} {listed(could, MOST)}")
        return
    if proposal.partition.options.propose:
        each = [f"{title} ({counted(proposal.served(mine), 'route')})" for title, mine in proposal.services.items()]
        yield _info("proposed", f"of routers that no service asks for: {listed(each, MOST)}; `-v` shows the table that keeps them by name")
    else:
        message = f"{counted(sum(map(proposal.served, proposal.services.values())), 'route')} that no service asks for make"
        message += f" {counted(len(proposal.services), 'service')}: `propose = true` makes them, or in migrate.toml, by name:"
        yield _info("proposed", message, *_table(proposal))
    if len(rows := proposal.alternatives) > 1:
        yield _info("choice", f"{_PRICE.format(proposal.partition.options.kernel)}:", *_compared(proposal, rows))


def _info(kind: str, message: str, *lines: str) -> Finding:
    return Finding(kind, "", "\n".join((message, *lines)), severity="info")


def alternatives(proposal: Proposal) -> Iterator[Finding]:
    """The table of the services that are proposed, where it is not said already, and a picture of each number of them that there could be."""
    if proposal.services and proposal.partition.options.propose:
        yield _info("table", "what migrate.toml says to keep these services by name:", *_table(proposal))
    rows = proposal.alternatives if proposal.services else {}
    nodes: list[Node] = []
    edges: list[Edge] = []
    for number, outcome in rows.items() if len(rows) > 1 else ():
        frame = counted(number, "service")
        core = f"{number}/{outcome.options.kernel}"
        for title in outcome.owned:
            said = numbers(outcome, title)
            label = (service_name(title), f"{counted(said.routes, 'route')}, {counted(said.modules, 'module')}")
            nodes.append(Node(f"{number}/{title}", label, group=frame))
            edges += [Edge(f"{number}/{title}", core, str(said.needs))] if said.needs else []
        if outcome.kernel:
            nodes.append(Node(core, (outcome.options.kernel, counted(len(outcome.kernel), "module")), group=frame))
    if nodes:
        picture = "\n".join(line for line, _ in flowchart(nodes, edges, direction="LR"))
        yield Finding("alternatives", proposal.partition.backend.directory, picture, severity="info")


def impossible(proposal: Proposal) -> Problem | None:
    """Why a plan that asks for services gets none, neither by name nor of the routers that are there."""
    return _none(proposal) if proposal.partition.options.propose else None


def _none(proposal: Proposal) -> Problem | None:
    """Why there is no service at all, neither by name nor of the routers that are there."""
    partition = proposal.partition
    if proposal.services or proposal.there or partition.owned:
        return None
    main = partition.backend.application.module
    served = {module: number for module, number in partition.routes.modules.items() if module != main}
    if not partition.routes:
        return Problem(
            "phases.backend_split.propose", f"no service can be proposed: no route of {main} can be read", "`application` names another one"
        )
    if not served:
        parts = Counter(next(iter(segments(route.path)), "") for route in partition.routes.distinct)
        said = [f"/{part} {number}" for part, number in sorted(parts.items(), key=lambda one: (-one[1], one[0])) if part]
        hint = "give the routes of each part of its addresses a module with a router of their own"
        hint += f" ({listed(said)}), and include those" if said else ", and include those"
        return Problem(
            "phases.backend_split.propose", f"no service can be proposed: {main} serves all {counted(len(partition.routes), 'route')}", hint
        )
    held = Counter(partition.relative(partition.root(module)) for module in served if module in partition.fixed)
    if held:
        ((holder, number),) = held.most_common(1)
        message = f"no service can be proposed: {number} of {counted(len(served), 'router')} stay with {holder}"
        hint = f'see `migrate explain`, or `movable = ["{holder}"]` where it only finds files by its own place'
    elif told := drifting(partition):
        message = f"no service can be proposed of {counted(len(served), 'router')}, and {told}"
        hint = "include them by name where the application is made, and plan again"
    else:
        message = f"no service can be proposed of {counted(len(served), 'router')}: none of them serves or owns enough by itself"
        hint = "`services` in migrate.toml names what belongs together"
    return Problem("phases.backend_split.propose", message, hint)


# numbers ---------------------------------------------------------------------------------------------------------------


def numbers(partition: Partition, title: str) -> Numbers:
    """What a service of a partition has and needs."""
    mine = set(partition.owned.get(title, ()))
    served = sum(number for module, number in partition.routes.modules.items() if module in mine)
    reached = mine.union(*(nx.descendants(partition.graph, module) for module in mine))
    needed = sorted(reached & set(partition.kernel))
    pairs = Counter(other for module in needed if len(partition.reach[module]) == _PAIR for other in partition.reach[module] - {title, ""})
    partner = min(pairs.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
    return Numbers(served, len(mine), len(needed), partner, _keys(partition, service_name(title)))


def _keys(partition: Partition, part: str = "") -> int:
    """How many foreign keys lead from one part to another, of a part or of all services."""
    places, own = partition.parts, {part} if part else {service_name(title) for title in partition.owned}
    found = {
        (key.source, key.table, key.to)
        for key in foreign_keys(partition.facts, partition.graph)
        if (ends := {places.get(key.source), places.get(key.target)}) & own and len(ends) > 1
    }
    return len(found)


def _table(proposal: Proposal) -> Iterator[str]:
    """The lines of a plan file that name the services, each below its numbers."""
    head = f"{proposal.name}-" if proposal.name else ""
    yield f"[phases.backend_split.{f'backends.{proposal.name}.' if head else ''}services]"
    outcome, given = proposal.outcome, proposal.partition.options.services
    for title, service in outcome.options.services.items():
        # A backend that has services of its own has none of the phase's: those that it has of them are named too.
        known = title in given and service == given[title] and not (head and title.startswith(head))
        if known or title not in outcome.owned:
            continue
        said = numbers(outcome, title)
        yield f"# {counted(said.routes, 'route')}, {counted(said.modules, 'module')} of its own"
        more = [f"needs {said.needs} of {outcome.options.kernel}"] if said.needs else []
        more += [f"{said.together[1]} with {said.together[0]} alone"] if said.together[1] else []
        more += [f"{counted(said.keys, 'foreign key')} to or from other parts"] if said.keys else []
        yield from (f"# {one}" for one in more)
        routers = [json.dumps(f"/{outcome.relative(router)}") for router in outcome.seeds[title]]
        one = f"{title} = {{ routers = [{', '.join(routers)}] }}"
        if len(one) <= _WIDE:
            yield one
        else:  # an inline table of TOML 1.0 has one line, an array in it may have many
            yield f"{title}.routers = ["
            yield from (f"  {router}," for router in routers)
            yield "]"


def _compared(proposal: Proposal, rows: Mapping[int, Partition]) -> Iterator[str]:
    yield "  " + "  ".join(head.rjust(_CELL) for head in _HEADS)
    for number, outcome in rows.items():
        owned = {module for mine in outcome.owned.values() for module in mine}
        served = sum(routes for module, routes in outcome.routes.modules.items() if module in owned)
        cells = (number, served, len(owned), len(outcome.kernel), len(outcome.gateway), _keys(outcome))
        mark = "→" if outcome is proposal.outcome else " "
        yield f"{mark} " + "  ".join(f"{cell:,}".rjust(_CELL) for cell in cells)
