"""Which module of a monolith goes where, by what its routers reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import networkx as nx
import pathspec

from migrator.facts.composition import imported, imports, statements
from migrator.facts.distributions import Declared, declared, described
from migrator.facts.packages import Family, blank, families, loads, mapped, reached
from migrator.facts.serving import Name, Served, filled, fillers, mounted, routers, routes
from migrator.facts.serving.flask import in_factory
from migrator.facts.tables import relations
from migrator.paths import RepoPath, is_within, name, parent
from phases.backend_split.backend import Backend, below, is_of_tests, kernel_of, service_name, service_of
from phases.backend_split.partition.assembling import assembling, opening
from phases.backend_split.partition.files import anchor, carried, code_found_by, left_by, named_by
from phases.backend_split.partition.gathering import gathering, registered
from phases.backend_split.partition.places import found_elsewhere
from phases.backend_split.partition.routers import gathering_besides, with_routers

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.options import Options

__all__ = ["Partition"]

_ASIDE = pathspec.GitIgnoreSpec.from_lines(
    ["alembic/", "migrations/", "scripts/", "docs/", "build/", "dist/", "venv/", ".venv/", "env/", "site-packages/", "node_modules/"]
)
"""What lies in a project and is no part of the application unless that loads it."""
_SAME = {
    "required",
    "modules",
    "packages",
    "graph",
    "gathering",
    "movable",
    "anchors",
    "assembled",
    "routes",
    "serving",
    "_making",
    "mounts",
    "brought",
    "_tops",
    "_routing",
    "_mounted",
    "_fillings",
    "_bundles",
    "_fillers",
    "_live",
    "_loading",
}
"""What no service's patterns have a say in."""
_REST = ""
"""The label of what is served by the gateway itself."""


@dataclass(frozen=True)
class Partition:
    """Every module of a monolith with its place."""

    facts: Facts
    options: Options
    backend: Backend

    def serving_as(self, options: Options) -> Partition:
        """The same modules with options that differ in nothing but services: what these have no say in is not found out again."""
        other = Partition(self.facts, options, self.backend)
        vars(other).update({key: found for key, found in vars(self).items() if key in _SAME})
        if gathering_besides(self.facts, self.backend.application):
            vars(other).pop("assembled", None)  # whose those are is a matter of services
        return other

    @cached_property
    def required(self) -> Declared:
        """What the monolith requires: by what lies in its directory, else by the nearest manifest above."""
        return declared(self.facts, described(self.facts, self.backend.directory))

    @cached_property
    def modules(self) -> tuple[RepoPath, ...]:
        """The modules of the application's package, and those beside it that they import."""
        tree, scanner = self.facts.tree, self.facts.scanner
        found = [path for path in tree.below(self.backend.package) if path.endswith(".py") and not scanner.hidden(path)]
        if self.backend.package == self.backend.root:
            own = self._tops if not self.backend.directory else None
            found = [
                path for path in found if not self._is_test(path) and not _ASIDE.match_file(self.relative(path)) and _begins(self.relative(path), own)
            ]
        pending, seen = list(found), set(found)
        while pending:
            for target in loads(self.facts, pending.pop()):
                if target not in seen and target.endswith(".py") and is_within(target, self.backend.directory) and not self._is_test(target):
                    seen.add(target)
                    pending.append(target)
        return tuple(sorted(seen))

    def _is_test(self, path: RepoPath) -> bool:
        return is_of_tests(below(path, self.backend.directory))

    @cached_property
    def _tops(self) -> frozenset[str]:
        """What of the repository's root the application loads: where all of that is the project, the rest of it is not the application's."""
        loaded = reached(self.facts, [self.backend.application.module])
        return frozenset(below(module, self.backend.package).partition("/")[0] for module in loaded if is_within(module, self.backend.package))

    def relative(self, module: RepoPath) -> str:
        """A module's path as patterns see it, and as it is in the package that it goes to."""
        return below(module, self.backend.package if is_within(module, self.backend.package) else self.backend.directory)

    @property
    def remote(self) -> RepoPath:
        """Where a gateway that forwards has what it does so with."""
        return RepoPath(f"{self.backend.package}/remote".lstrip("/"))

    @cached_property
    def packages(self) -> frozenset[RepoPath]:
        """The `__init__` files that only mark directories and go nowhere by themselves."""
        return frozenset(module for module in self.modules if name(module) == "__init__.py" and self._marks(module))

    def _marks(self, init: RepoPath) -> bool:
        """Whether an `__init__` only marks its directory: it is the application's own, says nothing, or loads what was in it before that was shared.

        Whoever asks it for a name of that needs it as before.
        """
        if init == self.backend.application.module:
            return False
        if parent(init) in {self.backend.package, self.backend.directory} or blank(self.facts, init):
            return True
        said = [statement for statement in statements(self.facts, init) if statement.kind != "docstring"]
        targets = [one.target for one in imported(self.facts, init)]
        core = kernel_of(self.options).directory
        loads_shared = all(one.kind == "import" for one in said) and all(target is not None and is_within(target, core) for target in targets)
        return loads_shared and not self._is_asked(init)

    def _is_asked(self, init: RepoPath) -> bool:
        """Whether another module takes a name of a package, and not only what lies in it."""
        return any(one.target.rest for one in self.facts.graph.incoming.get(init, ()))

    @cached_property
    def graph(self) -> nx.DiGraph[RepoPath]:
        """The modules and what they import, at once or later, or name as a table; what one finds by its own place it holds."""
        graph: nx.DiGraph[RepoPath] = nx.DiGraph()
        mine = set(self.modules) - self.packages
        graph.add_nodes_from(sorted(mine))
        for module in sorted(mine):
            named = {one.target.path for one in self.facts.graph.references.get(module, ())}
            graph.add_edges_from(
                (module, target)
                for target in loads(self.facts, module, through=self.gathering)
                if target in mine and target != module and (target in named or not self._is_passed(target))
            )
        start = self.backend.application.module
        loaded = sorted({start, *nx.descendants(graph, start)} & mine) if start in mine else []
        # What the monolith loads, tables and mapped classes find by name: a service needs it as much as what it imports.
        graph.add_edges_from((module, target) for module, target in relations(self.facts, loaded) if target != module)
        # What gives routes to a router of another module goes where that goes.
        graph.add_edges_from((router, module) for router, module in self._fillings if {router, module} <= mine)
        for module, family in self._loading:
            others = sorted(family.modules & mine - {module})
            graph.add_edges_from((module, other) for other in others)
            if family.whole and others:
                nx.add_cycle(graph, others)  # the name follows a package that goes as one
        for module in sorted(mine - self.movable):
            for other in {*code_found_by(self.facts, module, self.backend.package)} & mine - {module}:
                graph.add_edges_from([(module, other), (other, module)])
        return graph

    @cached_property
    def _loading(self) -> tuple[tuple[RepoPath, Family], ...]:
        """The modules that load others by names which they put together, with those; of what may be the application as well, nobody says anything."""
        every = ((module, family) for module in sorted(set(self.modules) - self.packages) for family in families(self.facts, module))
        return tuple(pair for pair in every if self.backend.application.module not in pair[1].modules)

    def _is_passed(self, init: RepoPath) -> bool:
        """Whether a package is only on the way to what lies in it: it makes the application, or is there for what that includes."""
        return init == self.backend.application.module or init in self.brought

    @cached_property
    def brought(self) -> Mapping[RepoPath, frozenset[RepoPath]]:
        """The modules that serve nothing and are there for some that do, with those: where a blueprint is made, a package that loads its views."""
        if self.backend.framework != "flask":
            return {}
        found: dict[RepoPath, set[RepoPath]] = {}
        for _, router in self._mounted:
            found.setdefault(router.module, set()).update(routes(self.facts, router).modules)
        for init in (module for module in self.modules if name(module) == "__init__.py"):
            inside = {target for target in loads(self.facts, init) if is_within(target, parent(init))}
            found.setdefault(init, set()).update(inside & self.serving)
        own = {self.backend.application.module, *self.serving}
        return {module: frozenset(served) for module, served in found.items() if served and module not in own}

    def data(self, modules: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
        """What goes along with some modules: the files of the package that they find by their own place, and nobody else."""
        return tuple(sorted({file for module in modules for file in self.carried.get(module, ()) if not file.endswith(".py")}))

    @cached_property
    def carried(self) -> Mapping[RepoPath, tuple[RepoPath, ...]]:
        """By module that leaves: the files that go along with it."""
        loaded = {module: self.parts.get(module, "") for module in self.graph if module in self._live or module in self.parts}
        stays = found_elsewhere(self).union(*(named_by(self.facts, module) for module in self.movable))
        found = carried(self.facts, self.backend.package, loaded, stays)
        return {module: files for module, files in found.items() if module in self.leaving}

    @cached_property
    def leaving(self) -> frozenset[RepoPath]:
        """The modules that leave the monolith."""
        return frozenset({*self.kernel, *(module for mine in self.owned.values() for module in mine)})

    @cached_property
    def rooted(self) -> frozenset[RepoPath]:
        """The modules that leave the monolith and find files in it, or beside it, by their own place."""
        return frozenset(module for module in self.leaving if left_by(self.facts, module, self.carried.get(module, ())))

    @cached_property
    def movable(self) -> frozenset[RepoPath]:
        """The modules that may move although they find files by their own place."""
        spec = pathspec.GitIgnoreSpec.from_lines(self.options.movable)
        return frozenset(module for module in self.modules if spec.match_file(self.relative(module)))

    @cached_property
    def anchors(self) -> Mapping[RepoPath, str]:
        """The modules that stay because of what they find by their own place, each with what that is."""
        candidates = (module for module in self.graph if module not in self.movable and module != self.backend.application.module)
        found = {module: why for module in candidates if (why := anchor(self.facts, module, self.backend.package)) is not None}
        for module, family in self._loading:
            stay = () if family.whole else family.modules & set(self.graph) - self.movable
            found = dict.fromkeys(stay, f"is loaded by a name that {self.relative(module)} puts together") | found
        return found

    @cached_property
    def assembled(self) -> Facts:
        """The facts of the tree in which the application includes every router itself."""
        leading = frozenset(filter(self._leads_to_routers, self.graph))
        seeds = {module for mine in self.seeds.values() for module in mine}
        return with_routers(self.facts, self.backend.application, self.backend.root, leading, seeds)

    def _leads_to_routers(self, module: RepoPath) -> bool:
        """Whether a module takes routers along; what a function of it serves that makes the application, every application serves."""
        made = {function.module for function in filled(self.facts, self.backend.application)}
        return not (self._routing - made).isdisjoint({module, *nx.descendants(self.graph, module)})

    @cached_property
    def _routing(self) -> frozenset[RepoPath]:
        """The modules that have routes of the application, or include some."""
        return frozenset({*self.serving, *(router.module for _, router in self._mounted)})

    @cached_property
    def gathering(self) -> frozenset[RepoPath]:
        """The packages that only bring together what lies in them: nobody needs them who does not ask them for something."""
        found = gathering(self.facts, set(self.modules) - self.packages, self._routing)
        while True:  # what nobody else loads has to be loaded by passing through: tables are known by that
            loaded = reached(self.facts, [self.backend.application.module], through=found)
            left = frozenset(module for module in found if registered(self.facts, module) <= loaded)
            if left == found:
                return found
            found = left

    @cached_property
    def _mounted(self) -> tuple[tuple[RepoPath, Name], ...]:
        return mounted(self.facts, self.backend.application)

    @cached_property
    def _fillings(self) -> frozenset[tuple[RepoPath, RepoPath]]:
        """The module of a router, and another one that gives it routes."""
        every = [router for _, router in self._mounted if router.name]
        return frozenset((router.module, module) for router in every for module in fillers(self.facts, router))

    @cached_property
    def _fillers(self) -> frozenset[RepoPath]:
        return frozenset(filler for _, filler in self._fillings)

    @cached_property
    def mounts(self) -> frozenset[tuple[RepoPath, RepoPath]]:
        """Which module includes the routers of which: what includes them does not need what they need."""
        own = self.backend.application.module
        brought = {(own, module) for module in (*self.brought, *self.serving) if self.brought}
        return frozenset((at, router.module) for module, router in self._mounted for at in (module, own)) | brought

    # what cannot move --------------------------------------------------------------------------------------------------

    @cached_property
    def _held(self) -> Mapping[RepoPath, str]:
        """The modules that stay for a reason of their own."""
        found: dict[RepoPath, str] = {self.backend.application.module: "is the application"}
        twins = {self.relative(module) for module in self.modules if is_within(module, self.backend.package)}
        forwarding = self.remote if f"{self.remote}/forwarding.py" in self.facts.tree else None
        for module in self.graph:
            for reference in self.facts.graph.references.get(module, ()):
                target = reference.target.path
                if target is not None and not reference.mention.weak and self._is_outside(target):
                    found.setdefault(module, f"imports {target}, which is no part of the application")
                elif target is not None and not reference.mention.weak and self._is_elsewhere(target) and not self._joins(module, target):
                    found.setdefault(module, f"imports {target}, which another service owns")
            if module in self.anchors:
                found.setdefault(module, self.anchors[module])
            if forwarding is not None and is_within(module, forwarding):
                found.setdefault(module, "forwards to services")
            if not is_within(module, self.backend.package) and self.relative(module) in twins:
                found.setdefault(module, "has the same name as a module of the application")
        return found

    @cached_property
    def _holders(self) -> Mapping[RepoPath, RepoPath]:
        """By module that stays because it needs one that stays: that one."""
        found: dict[RepoPath, RepoPath] = {}
        pending = sorted(self._held)
        while pending:
            stuck = pending.pop(0)
            for importer in sorted(self.graph.predecessors(stuck)):
                if importer not in found and importer not in self._held:
                    found[importer] = stuck
                    pending.append(importer)
        return found

    @cached_property
    def fixed(self) -> Mapping[RepoPath, str]:
        """The modules that stay, each with the reason: they are the application, find files by their own place, or need one that stays."""
        return {**self._held, **{module: f"needs {self.relative(stuck)}, which stays" for module, stuck in self._holders.items()}}

    def root(self, module: RepoPath) -> RepoPath:
        """The module because of which another one stays, itself where the reason is its own."""
        while module in self._holders:
            module = self._holders[module]
        return module

    def _is_outside(self, target: RepoPath) -> bool:
        """Whether a target is code of the backend that is no candidate."""
        return is_within(target, self.backend.directory) and target.endswith(".py") and target not in self.modules

    def _is_elsewhere(self, target: RepoPath) -> bool:
        """Whether a target is a service's that was moved out before."""
        return is_within(target, self.options.directory) and not (self.backend.directory and is_within(target, self.backend.directory))

    def _joins(self, module: RepoPath, target: RepoPath) -> bool:
        """Whether a module is a router of the service that has a target already: it goes there too."""
        return any(
            module in self._with_brought(mine) and is_within(target, service_of(self.options, title).directory) for title, mine in self.seeds.items()
        )

    # seeds and reach ---------------------------------------------------------------------------------------------------

    @cached_property
    def routes(self) -> Served:
        """What the application serves."""
        return routes(self.facts, self.backend.application)

    @cached_property
    def serving(self) -> frozenset[RepoPath]:
        """The modules that have routes of the application, but for one that makes it: what that serves, whoever's application it is, is the gateway's."""
        return frozenset(self.routes.modules) - self._making

    @cached_property
    def _making(self) -> frozenset[RepoPath]:
        """The modules whose functions make the application, where that is bound in another one."""
        made = {one.name for one in routers(self.facts).values() if one.kind == "application" and one.name.scope}
        functions = {(one.module, one.scope) for one in made}
        return frozenset(one.module for one in filled(self.facts, self.backend.application) if one in functions) - {self.backend.application.module}

    @cached_property
    def seeds(self) -> Mapping[str, tuple[RepoPath, ...]]:
        """By service: the modules with routes of the application that its patterns choose. The first service that asks for one has it."""
        serving = sorted(self.serving & set(self.graph))
        taken: set[RepoPath] = set()
        found: dict[str, tuple[RepoPath, ...]] = {}
        for title, service in self.options.services.items():
            spec = pathspec.GitIgnoreSpec.from_lines(service.routers)
            asked = {module for module in serving if module not in taken and spec.match_file(self.relative(module))}
            asked = self._together(asked, {f"/{self.relative(module)}" for module in asked} & {*service.routers}) - taken
            filling = {module for router, module in self._fillings if router in asked and module in serving and module not in taken}
            mine = tuple(sorted(asked | filling))
            taken.update(mine)
            found[title] = mine
        return found

    def _together(self, asked: set[RepoPath], decided: set[str]) -> set[RepoPath]:
        """Some modules with routes, those that give them to one router all or none: whoever asks for most of its routes, or for one by its path, has it."""
        found = set(asked)
        for all_ in self._bundles:
            part = asked & all_
            most = 2 * sum(self.routes.modules[one] for one in part) > sum(self.routes.modules[one] for one in all_)
            if part and (most or any(f"/{self.relative(one)}" in decided for one in part)):
                found |= all_
            elif part:
                found -= part
        return found

    @cached_property
    def _bundles(self) -> tuple[frozenset[RepoPath], ...]:
        """The modules that give routes to one router of a module that serves nothing itself, and that this loads: none is loaded without the others."""
        found: dict[RepoPath, set[RepoPath]] = {}
        for router, module in self._fillings:
            if router not in self.serving and router in self.graph and module in self.serving & set(self.graph):
                found.setdefault(router, set()).add(module)
        return tuple(frozenset(mine) for _, mine in sorted(found.items()) if len(mine) > 1)

    def _with_brought(self, routers: Iterable[RepoPath]) -> frozenset[RepoPath]:
        """Some modules with routes, and those that are there for these alone."""
        mine = frozenset(routers)
        return mine.union(module for module, served in self.brought.items() if served <= mine and module in self.graph)

    @cached_property
    def common(self) -> frozenset[RepoPath]:
        """The modules that every application needs: what the monolith's is made with, its middleware, its prefixes."""
        bound = imports(self.assembled, self.backend.application.module)
        names = assembling(self.assembled, self.backend.application)
        found = {target for name in names if name in bound and (target := bound[name].target) is not None and target in self.graph}
        ready = opening(self.facts, self.backend.application, self.options.layers.opens).modules
        found |= {*ready, *mapped(self.facts, self.backend.application.module)} & self.graph.nodes
        # What leads to routers would take them along.
        found = {target for target in found if not self._leads_to_routers(target)}
        made = {one.target for one in in_factory(self.assembled, self.backend.application) if one.target is not None and one.target in self.graph}
        return frozenset((found | made - self._routing - self.brought.keys()) - self.fixed.keys())

    @cached_property
    def claimed(self) -> Mapping[RepoPath, str]:
        """Modules that the plan gives to a service."""
        found: dict[RepoPath, str] = {}
        for title, service in self.options.services.items():
            spec = pathspec.GitIgnoreSpec.from_lines(service.claims)
            for module in self.graph:
                if spec.match_file(self.relative(module)):
                    found.setdefault(module, title)
        return found

    @cached_property
    def foreign(self) -> Mapping[RepoPath, tuple[RepoPath, str]]:
        """Modules of others that need a claimed one, which is a dependency across services: the claimed module and its service."""
        found: dict[RepoPath, tuple[RepoPath, str]] = {}
        for module, title in sorted(self.claimed.items()):
            for importer in sorted(nx.ancestors(self.graph, module)):
                if (
                    importer != self.backend.application.module
                    and self.claimed.get(importer) != title
                    and importer not in self._with_brought(self.seeds[title])
                    and not self._only_for(importer, title)
                ):
                    found.setdefault(importer, (module, title))
        return found

    def _only_for(self, module: RepoPath, title: str) -> bool:
        return self._reach_without_claims.get(module, frozenset()) == {title}

    @cached_property
    def _reach_without_claims(self) -> Mapping[RepoPath, frozenset[str]]:
        return self._reached(self.seeds, set(self.fixed))

    @cached_property
    def reach(self) -> Mapping[RepoPath, frozenset[str]]:
        """By module: the services that reach it, and the rest (an empty name)."""
        return self._lent(self._reached(self.seeds, {*self.fixed, *self.foreign}, self.claimed))

    def _lent(self, reach: Mapping[Any, frozenset[str]]) -> Mapping[Any, frozenset[str]]:
        """The same, but for what loads a service's views, or leads to what does: in a package of all it would bring them along.

        The gateway that needs something of it imports it from the service, as it does the blueprints; one that forwards goes on doing so.
        """
        found = dict(reach)
        for title, seeds in self.seeds.items():
            bringing = {module for module in self._with_brought(seeds) if module in self.brought}
            leading = bringing.union(*(nx.ancestors(self.graph, module) for module in bringing))
            found.update({module: frozenset({title}) for module in leading if found.get(module) == {title, _REST}})
        return found

    def shared_without(self, cut: Collection[RepoPath]) -> frozenset[RepoPath]:
        """What would still be shared if some modules imported nothing of the application."""
        stays = {*self.fixed, *self.foreign}
        reach = self._reached(self.seeds, stays, self.claimed, cut)
        return frozenset(module for module, titles in reach.items() if len(titles) > 1 and module not in stays)

    def reached_by(self, seeds: Mapping[str, tuple[RepoPath, ...]]) -> Mapping[RepoPath, frozenset[str]]:
        """The same for services that other routers seed."""
        return self._reached(seeds, {*self.fixed, *self.foreign}, self.claimed)

    def reached_in(self, graph: nx.DiGraph[Any]) -> Mapping[Any, frozenset[str]]:
        """The same as `reach` in a graph that takes some of the modules apart."""
        return self._lent(self._reached(self.seeds, {*self.fixed, *self.foreign}, self.claimed, graph=graph))

    def _reached(
        self,
        seeds: Mapping[str, tuple[RepoPath, ...]],
        fixed: set[RepoPath],
        claimed: Mapping[RepoPath, str] | None = None,
        cut: Collection[RepoPath] = (),
        graph: nx.DiGraph[Any] | None = None,
    ) -> dict[RepoPath, frozenset[str]]:
        graph = self.graph if graph is None else graph
        found: dict[RepoPath, set[str]] = {}
        asked = {title: self._with_brought(mine) - fixed for title, mine in seeds.items()}
        own = {seed for mine in asked.values() for seed in mine}
        roots: list[tuple[str, Iterable[RepoPath]]] = [(title, mine | self.common) for title, mine in asked.items() if mine]
        rest = {self.backend.application.module, *((self.serving | {m for m in fixed if m in self._live}) & set(self.graph))} - own
        for title, starts in [*roots, (_REST, rest)]:
            pending, seen = sorted(starts), set(starts)
            while pending:
                module = pending.pop()
                found.setdefault(module, set()).add(title)
                for target in () if module in cut else graph.successors(module):
                    # The rest mounts the routers of services: it does not need what they need.
                    if target not in seen and not (title == _REST and target in own and self._only_includes(module, target)):
                        seen.add(target)
                        pending.append(target)
        for module, title in (claimed or {}).items():
            found[module] = {title}
        return {module: frozenset(titles) for module, titles in found.items()}

    def _only_includes(self, module: RepoPath, target: RepoPath) -> bool:
        """Whether a module asks another one for its routers alone, or for what that gives to those of others."""
        return (module, target) in self.mounts or module in self.gathering or target in self._fillers

    @cached_property
    def _live(self) -> frozenset[RepoPath]:
        start = self.backend.application.module
        return frozenset({start, *nx.descendants(self.graph, start)})

    # the places --------------------------------------------------------------------------------------------------------

    @cached_property
    def owned(self) -> Mapping[str, tuple[RepoPath, ...]]:
        """By service: the modules that only it reaches. A service none of whose seeds can move has none."""
        found: dict[str, tuple[RepoPath, ...]] = {}
        for title, seeds in self.seeds.items():
            mine = tuple(
                module for module in sorted(self.reach) if self.reach[module] == {title} and module not in self.fixed and module not in self.foreign
            )
            if any(seed in mine for seed in seeds):
                found[title] = mine
        return found

    @cached_property
    def kernel(self) -> tuple[RepoPath, ...]:
        """The modules that several services, or a service and the rest, reach."""
        return tuple(
            module for module in sorted(self.reach) if len(self.reach[module]) > 1 and module not in self.fixed and module not in self.foreign
        )

    @cached_property
    def gateway(self) -> Mapping[RepoPath, str]:
        """The modules that stay with what the application serves itself, each with the reason."""
        found = {module: self.fixed[module] for module in self.fixed if module in self._live}
        for module, (claimed, title) in self.foreign.items():
            if module in self._live:
                found.setdefault(module, f"needs {self.relative(claimed)}, which {title} claims")
        for module, titles in self.reach.items():
            if titles == {_REST}:
                found.setdefault(
                    module, "has routes that no service asks for" if module in self.serving else "only the gateway's own routes reach it"
                )
        return found

    @cached_property
    def unreached(self) -> tuple[RepoPath, ...]:
        """The modules of which the application needs nothing."""
        return tuple(module for module in sorted(self.graph) if module not in self._live and module not in self.claimed)

    @cached_property
    def passed(self) -> frozenset[RepoPath]:
        """Those of them that are loaded on the way to what lies in them all the same: packages that nobody asks for anything."""
        gathering = self.gathering & {*self.unreached}
        return gathering & reached(self.facts, [self.backend.application.module]) if gathering else gathering

    @cached_property
    def parts(self) -> Mapping[RepoPath, str]:
        """By module: the name of the distribution that it goes to, or of the gateway that it stays in."""
        own = {module: service_name(title) for title, mine in self.owned.items() for module in mine}
        return own | dict.fromkeys(self.kernel, self.options.kernel) | dict.fromkeys(self.gateway, self.options.api_gateway)


def _begins(path: str, tops: Collection[str] | None) -> bool:
    return tops is None or path.partition("/")[0] in tops
