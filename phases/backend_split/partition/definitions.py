"""Which definitions of shared modules serve one service alone: each goes to a module of its service, beside the one that held it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx

from migrator.errors import Finding
from migrator.facts.composition import is_whole
from migrator.facts.definitions import Definition, Parts, asked, local, parts
from migrator.facts.packages import reached
from migrator.facts.symbols import moved
from migrator.facts.tables import relations, tables
from migrator.paths import RepoPath, folded, name, parent
from migrator.step import MoveSymbol, Step
from migrator.wording import counted, listed
from phases.backend_split.backend import package_name

if TYPE_CHECKING:
    from migrator.graph import Reference
    from phases.backend_split.partition.modules import Partition

__all__ = ["Split", "split_definitions"]

_Part = tuple[RepoPath, str]
"""A definition; the rest of a module has an empty name."""


def split_definitions(partition: Partition, needs: tuple[str, ...]) -> Step | list[Finding]:
    """The step that takes shared modules apart by what their definitions serve; where none can be taken apart, what kept them from it."""
    split = Split(partition)
    actions = tuple(split.actions())
    if not actions:
        return split.findings
    modules = {action.old for action in actions}
    return Step(
        slug="split-definitions",
        title=f"Move {counted(len(actions), 'definition')} of {counted(len(modules), 'shared module')} to modules of their own",
        why="One service alone uses them: beside what the others use too, they would all be shared.",
        actions=actions,
        needs=needs,
        findings=tuple(split.findings),
    )


@dataclass
class Split:
    """Shared modules taken apart."""

    partition: Partition
    findings: list[Finding] = field(default_factory=list)
    _stuck: dict[_Part, str] = field(default_factory=dict)
    """What cannot go, and why: as long as it stays, so does what it names."""
    _whole: dict[str, set[RepoPath]] = field(default_factory=dict)
    """By reason: the modules that are not taken apart at all."""

    def actions(self) -> Iterator[MoveSymbol]:
        """The moves, in the order in which they can be made: what uses another definition that goes along goes first."""
        groups = self._groups()
        while not self._can_go(groups):
            groups = self._groups()
        for (module, symbol), why in sorted(self._stuck.items()):
            if why:
                self._say(module, f"{symbol} stays: {why}")
        for module in sorted({module for module, _ in groups}):
            for held, why in self._held(module):
                self._say(module, f"{listed(sorted(held))} stay{'s' if len(held) == 1 else ''}: {why}")
        for (module, title), group in groups.items():
            new = _beside(module, title)
            self._say(module, f"{listed(group)} to {name(new)}, as {title} alone uses {'it' if len(group) == 1 else 'them'}")
            yield from (MoveSymbol(module, symbol, new) for symbol in group)
        for why, modules in self._whole.items():
            stay = f"{counted(len(modules), 'shared module')} with several definitions {'stays' if len(modules) == 1 else 'stay'} whole"
            self._say("", f"{stay}, as {why}: {listed(sorted(map(self.partition.relative, modules)))}")

    def _can_go(self, groups: Mapping[tuple[RepoPath, str], list[str]]) -> bool:
        """Whether all of it can; else what cannot is known from then on."""
        before = len(self._stuck)
        for (module, title), group in groups.items():
            new = _beside(module, title)
            if any(folded(new) == folded(path) for path in self.partition.modules):
                self._stuck |= {(module, symbol): f"{name(new)}, where {title} would have it, is there" for symbol in group}
            elif not any(self._apart[module][symbol].code for symbol in group):
                self._stuck |= {(module, symbol): "" for symbol in group}  # Constants alone are no reason for a module.
            else:
                self._stuck |= {(module, symbol): why for symbol, why in self._private(module, group)}
        facts = self.partition.facts
        for (module, title), group in groups.items() if len(self._stuck) == before else ():
            made = moved(facts, [(module, symbol, _beside(module, title)) for symbol in group], named=True)
            facts = made.facts
            if made.why:
                self._stuck[module, made.symbol] = made.why
                break
        return len(self._stuck) == before

    def _private(self, module: RepoPath, group: list[str]) -> Iterator[tuple[str, str]]:
        """Those of some definitions that use what is private to those that stay, and what that is."""
        taken = self._taken(module)
        private = {one for one in {*(definition.name for definition in taken.definitions), *taken.binds} - {*group} if one.startswith("_")}
        used = ((symbol, min(private & self._apart[module][symbol].words, default="")) for symbol in group)
        yield from ((symbol, f"it uses {one}, which is private to what stays") for symbol, one in used if one)

    def _say(self, module: str, message: str) -> None:
        self.findings.append(Finding("definitions", module, message, severity="info"))

    # what serves whom --------------------------------------------------------------------------------------------------

    def _groups(self) -> dict[tuple[RepoPath, str], list[str]]:
        """By module and service: the definitions that only this one reaches, those first that use others."""
        partition, graph = self.partition, self.graph.copy()
        graph.add_edges_from((part[0], part) for part in self._stuck)
        reach = dict(partition.reached_in(graph))
        idle = [part for module in self._apart for part in self._parts(module) if part not in reach]
        # What nothing reaches stays, and with it what it names.
        kept = {*idle, *(part for one in idle for part in nx.descendants(graph, one))}
        # What does something when it is loaded and has no name to be asked for by is loaded with the rest: listeners are registered so.
        doing = {module for module in self._apart if self._taken(module).runs} | {part[0] for part in idle if self._apart[part[0]][part[1]].runs}
        if doing:
            self._whole["loading one does something"] = doing
        order = {part: number for number, part in enumerate(self._ordered)}
        found: dict[tuple[RepoPath, str], list[str]] = {}
        for module in self._apart:
            for part in sorted(self._parts(module), key=lambda part: order[part]):
                titles = reach.get(part, frozenset())
                if module in doing or reach.get(module, frozenset()) == titles:
                    continue  # All of it will be this service's once the others are taken apart.
                if part not in kept and part not in self._stuck and len(titles) == 1 and titles <= partition.owned.keys():
                    found.setdefault((module, min(titles)), []).append(part[1])
        return dict(sorted(found.items()))

    @property
    def _ordered(self) -> Iterator[_Part | RepoPath]:
        """Every node, those before that lead to others; those that lead to each other, or to nothing of it, as they stand in their module."""

        def stands(node: _Part | RepoPath) -> tuple[str, int]:
            return (node, -1) if isinstance(node, str) else (node[0], self._apart[node[0]][node[1]].start)

        knots = nx.condensation(self.graph)
        for knot in nx.lexicographical_topological_sort(knots, key=lambda one: min(map(stands, knots.nodes[one]["members"]))):
            yield from sorted(knots.nodes[knot]["members"], key=stands)

    def _parts(self, module: RepoPath) -> Iterator[_Part]:
        yield from ((module, symbol) for symbol in self._apart[module])

    @cached_property
    def _apart(self) -> Mapping[RepoPath, Mapping[str, Definition]]:
        """The shared modules that can be taken apart, with their definitions."""
        partition = self.partition
        found = {}
        for module in partition.kernel:
            if name(module) == "__init__.py" or module in partition.serving or not is_whole(partition.facts, module):
                continue
            if any(asked(partition.facts, user, module) is None for user in partition.facts.graph.importers(module) if user.endswith(".py")):
                # Who does more with a module than take something of it may look for anything in it.
                if len(self._taken(module).definitions) > 1:
                    self._whole.setdefault("somebody takes more of one than names", set()).add(module)
                continue
            held = {one: why for names, why in self._held(module) for one in names}
            own = {one.name: one for one in self._taken(module).definitions if one.name not in held}
            if len(own) > 1:
                found[module] = own
            elif len(held) > 1:
                self._whole.setdefault(min(held.values()), set()).add(module)
        return found

    def _taken(self, module: RepoPath) -> Parts:
        return parts(self.partition.facts, module)

    def _held(self, module: RepoPath) -> Iterator[tuple[frozenset[str], str]]:
        """The definitions of a module that have to be known to whoever loads it, and why that is so."""
        mapped = frozenset(self._mapped(module).values())
        if mapped and (why := self._why_mapped(module)):
            yield mapped, why
        registered = frozenset(one.name for one in self._taken(module).definitions if one.registers)
        if registered and (loader := min(self._loaders(module), default=None)) is not None:
            yield registered, f"{loader} loads its module and names nothing of it, to have registered what its decorators register"

    def _why_mapped(self, module: RepoPath) -> str:
        """Why the tables of a module stay where they are; nothing where they may leave it."""
        facts = self.partition.facts
        if other := min((one for one, target in relations(facts, self.partition.graph) if target == module), default=None):
            return f"{other} refers to tables of its module"
        main = self.partition.backend.application.module
        # A migration or a script that loads the module to have its tables, and not the application, would miss those that left.
        loaders = [user for user in sorted(facts.graph.importers(module)) if user.endswith(".py") and user not in self.partition.reach]
        loader = next((user for user in loaders if main not in reached(facts, [user], later=False)), None)
        return f"{loader} loads its module to have the tables" if loader is not None else ""

    def _loaders(self, module: RepoPath) -> Iterator[RepoPath]:
        """Who loads a module for what that does alone: a worker that imports its tasks, a command that is given it."""
        facts = self.partition.facts
        for user in sorted(facts.graph.importers(module) - self.partition.gathering):
            if not user.endswith(".py"):
                said = (one for one in facts.graph.references[user] if one.target.path == module)
                yield from [user] if any(one.target.via == "module" and not one.target.rest for one in said) else ()
            elif asked(facts, user, module) == frozenset():
                yield user

    def _mapped(self, module: RepoPath) -> dict[str, str]:
        """By table of a module: the definition that declares it."""
        facts = self.partition.facts
        source, found = facts.read(module), {}
        for table in tables(facts, module):
            for one in self._taken(module).definitions:
                if _line(source, one.start) <= table.line <= _line(source, one.end):
                    found[table.name] = one.name
        return found

    # the graph ---------------------------------------------------------------------------------------------------------

    @cached_property
    def graph(self) -> nx.DiGraph[RepoPath | _Part]:
        """The partition's graph, in which modules that can be taken apart are their definitions, and a rest that has the module's own name."""
        graph: nx.DiGraph[RepoPath | _Part] = nx.DiGraph()
        graph.add_nodes_from(self.partition.graph)
        for module in self.partition.graph:
            for part in self._parts(module) if module in self._apart else ():
                graph.add_node(part)
            if module in self._apart:
                graph.add_edges_from(self._within(module))
                graph.add_edges_from(self._leaving(module))
            else:
                for target in self.partition.graph.successors(module):
                    graph.add_edges_from((module, part) for part in self._named(module, target))
        return graph

    def _named(self, user: RepoPath, target: RepoPath) -> Iterator[RepoPath | _Part]:
        """What of a module another one asks for."""
        yield target
        if target in self._apart:
            names = asked(self.partition.facts, user, target)
            yield from ((target, symbol) for symbol in self._apart[target] if names is None or symbol in names)

    def _within(self, module: RepoPath) -> Iterator[tuple[RepoPath | _Part, RepoPath | _Part]]:
        """What a module's parts name of it; tables are named by what their keys say."""
        own, taken = self._apart[module], self._taken(module)
        said = {one.name: one.name for one in taken.definitions}
        for one in own.values():
            yield from (((module, one.name), (module, word)) for word in one.words if word in own and word != one.name)
            if one.words & (taken.binds | (said.keys() - own.keys())):
                yield (module, one.name), module
        mapped = self._mapped(module)
        keys = ((mapped.get(table.name, ""), mapped.get(to, "")) for table in tables(self.partition.facts, module) for to in table.refers)
        yield from (((module, one), (module, other)) for one, other in keys if one in own and other in own and one != other)
        rest = taken.words.union(*(one.words for one in taken.definitions if one.name not in own))
        yield from ((module, (module, word)) for word in rest if word in own)

    def _leaving(self, module: RepoPath) -> Iterator[tuple[RepoPath | _Part, RepoPath | _Part]]:
        """What a module's parts name of others: each import belongs to those in which its name stands, else to the rest."""
        facts, own = self.partition.facts, self._apart[module]
        rest = self._taken(module).words
        seen: set[RepoPath] = set()
        for reference in facts.graph.references.get(module, ()):
            target = reference.target.path
            if target is None or target not in self.partition.graph or target == module:
                continue
            seen.add(target)
            users = self._users(reference, own, rest)
            yield from (((module, symbol) if symbol else module, part) for symbol in users for part in self._asked(reference, target))
        for target in set(self.partition.graph.successors(module)) - seen:
            yield module, target
            yield from (((module, symbol), target) for symbol in own)

    def _users(self, reference: Reference, own: Mapping[str, Definition], rest: frozenset[str]) -> list[str]:
        """The definitions by which a module names something of another one; an empty name for the rest of it."""
        at = reference.mention.start
        inside = [one.name for one in own.values() if one.start <= at < one.end]
        if inside:
            return inside
        bound = local(self.partition.facts, reference)
        if not bound:
            return ["", *own]
        users = [one.name for one in own.values() if bound in one.words]
        return users if users and bound not in rest else ["", *users]

    def _asked(self, reference: Reference, target: RepoPath) -> Iterator[RepoPath | _Part]:
        yield target
        if target in self._apart:
            symbol = reference.target.rest.replace(":", ".").strip(".").partition(".")[0]
            names = {symbol} if symbol else asked(self.partition.facts, reference.source, target)
            yield from ((target, one) for one in self._apart[target] if names is None or one in names)


def _beside(module: RepoPath, title: str) -> RepoPath:
    """Where a service has what it alone uses of a module."""
    stem, own = name(module).removesuffix(".py"), package_name(title)
    return RepoPath(f"{parent(module)}/{stem}_{'own' if own == stem else own}.py")


def _line(source: bytes, at: int) -> int:
    return source.count(b"\n", 0, at) + 1
