"""Which module of a monolith goes where, by what its routers reach."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import pathspec

from migrator.atlas.python import STDLIB
from migrator.errors import Finding, Problem
from migrator.facts import Facts
from migrator.facts.composition import Statement, imports, statements
from migrator.facts.fastapi import Name, Route, applications, mounted, routers, routes
from migrator.facts.packages import blank, dotted, loads, sights
from migrator.facts.tables import relations
from migrator.paths import RepoPath, is_within, name, parent, windows_problem
from phases.backend_split.data import anchor, found_by
from phases.backend_split.gathering import gathered
from phases.backend_split.options import Options

__all__ = ["Backend", "Distribution", "Partition", "absent", "backend_of", "package_name", "service_name"]

_TITLE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TESTS = pathspec.GitIgnoreSpec.from_lines(["tests/", "test/", "test_*.py", "*_test.py", "conftest.py"])
_ASIDE = pathspec.GitIgnoreSpec.from_lines(
    ["alembic/", "migrations/", "scripts/", "docs/", "build/", "dist/", "venv/", ".venv/", "env/", "site-packages/", "node_modules/"]
)
"""What lies in a project and is no part of the application unless that loads it."""
_EVERYWHERE = {"include_router", "add_middleware", "add_exception_handler", "middleware", "exception_handler"}
REST = ""
"""The label of what is served by the gateway itself."""


def service_name(title: str) -> str:
    """`market-data` is served by `market-data-service`."""
    return title if title.endswith("-service") else f"{title}-service"


def package_name(directory: str) -> str:
    """The import name of a distribution: `market-data-service` is `market_data_service`."""
    return directory.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Distribution:
    """A directory with a `pyproject.toml` and one package in `src`."""

    directory: RepoPath

    @property
    def title(self) -> str:
        """Its name."""
        return name(self.directory)

    @property
    def package(self) -> str:
        """Its import name."""
        return package_name(self.title)

    @property
    def home(self) -> RepoPath:
        """Where its modules lie."""
        return RepoPath(f"{self.directory}/src/{self.package}")

    @property
    def manifest(self) -> RepoPath:
        """Its pyproject.toml."""
        return RepoPath(f"{self.directory}/pyproject.toml")


@dataclass(frozen=True, slots=True)
class Backend:
    """A monolith: its project's directory, the package that holds its application, and the application."""

    directory: RepoPath
    package: RepoPath
    """The directory itself (or its `src`) where the application lies in no package: `main.py` beside `routers/`."""
    root: RepoPath
    """What its imports are seen from."""
    application: Name


def backend_of(facts: Facts, options: Options) -> Backend | None:
    """The monolith of a tree: the application that is asked for, or the one with the most routes that lies in a package of a project."""
    projects = [project for project in facts.atlas.python.projects if project]
    gateway = f"{options.directory}/{options.api_gateway}"
    # What forwards has few routes of its own: what lies where the gateway goes is the monolith, whatever else serves.
    for application in sorted(applications(facts), key=lambda found: not is_within(found.module, gateway)):
        above = [project for project in projects if is_within(application.module, project)]
        directory = max(above, key=len, default=None)
        if directory is None or is_within(directory, options.packages) or _TESTS.match_file(application.module):
            continue
        inside = application.module[len(directory) + 1 :]
        root = RepoPath(f"{directory}/src") if inside.startswith("src/") else directory
        inside = application.module[len(root) + 1 :]
        top = inside.partition("/")[0]
        package = RepoPath(f"{root}/{top}") if top != inside else root
        if options.application in {None, f"{dotted(inside)}:{application.name}"}:
            return Backend(directory, package, root, application)
    return None


def absent(facts: Facts, options: Options) -> Finding | Problem:
    """Why there is no monolith: nothing is one, or none is what the plan file asks for."""
    found = applications(facts)
    if options.application is not None:
        named = sorted({f"{'.'.join(dotted(one.module).split('.')[-2:])}:{one.name}" for one in found if not _TESTS.match_file(one.module)})
        hint = f"there is {', '.join(named)}" if named else "this repository has none"
        return Problem("phases.backend_split.application", f"`{options.application}` is no application of this repository", hint)
    mine = [one.module for one in found if not _TESTS.match_file(one.module)]
    if not mine:
        return Finding("absent", "", "there is no FastAPI application in this repository that a server could be given by name", severity="info")
    message = "holds an application and lies in no project below the top: what it belongs to needs a directory of its own, with its requirements"
    return Finding("absent", mine[0], message, severity="info")


@dataclass(frozen=True)
class Partition:
    """Every module of a monolith with its place."""

    facts: Facts
    options: Options
    backend: Backend

    @cached_property
    def modules(self) -> tuple[RepoPath, ...]:
        """The modules of the application's package, and those beside it that they import."""
        tree, scanner = self.facts.tree, self.facts.scanner
        found = [path for path in tree.below(self.backend.package) if path.endswith(".py") and not scanner.hidden(path)]
        if self.backend.package == self.backend.root:
            found = [path for path in found if not self._is_test(path) and not _ASIDE.match_file(self.relative(path))]
        pending, seen = list(found), set(found)
        while pending:
            for target in loads(self.facts, pending.pop()):
                if target not in seen and target.endswith(".py") and is_within(target, self.backend.directory) and not self._is_test(target):
                    seen.add(target)
                    pending.append(target)
        return tuple(sorted(seen))

    def _is_test(self, path: RepoPath) -> bool:
        return _TESTS.match_file(path[len(self.backend.directory) + 1 :])

    def relative(self, module: RepoPath) -> str:
        """A module's path as patterns see it, and as it is in the package that it goes to."""
        home = self.backend.package if is_within(module, self.backend.package) else self.backend.directory
        return module[len(home) + 1 :]

    @property
    def remote(self) -> RepoPath:
        """Where a gateway that forwards has what it does so with."""
        return RepoPath(f"{self.backend.package}/remote")

    @cached_property
    def packages(self) -> frozenset[RepoPath]:
        """The `__init__` files that only mark directories and go nowhere by themselves."""
        return frozenset(module for module in self.modules if name(module) == "__init__.py" and self._marks(module))

    def _marks(self, init: RepoPath) -> bool:
        """Whether an `__init__` only marks its directory: it is the application's own, says nothing, or loads what was in it before that was shared."""
        if parent(init) in {self.backend.package, self.backend.directory} or blank(self.facts, init):
            return True
        said = [statement for statement in statements(self.facts, init) if statement.kind != "docstring"]
        targets = [one.target for one in imports(self.facts, init).values()]
        core = f"{self.options.packages}/{self.options.kernel}"
        return all(statement.kind == "import" for statement in said) and all(target is not None and is_within(target, core) for target in targets)

    @cached_property
    def graph(self) -> nx.DiGraph[RepoPath]:
        """The modules and what they import, at once or later, or name as a table; those that find one file by its path hold each other."""
        graph: nx.DiGraph[RepoPath] = nx.DiGraph()
        mine = set(self.modules) - self.packages
        graph.add_nodes_from(sorted(mine))
        for module in sorted(mine):
            graph.add_edges_from((module, target) for target in loads(self.facts, module) if target in mine and target != module)
        start = self.backend.application.module
        loaded = sorted({start, *nx.descendants(graph, start)} & mine) if start in mine else []
        # What the monolith loads, tables and mapped classes find by name: a service needs it as much as what it imports.
        graph.add_edges_from((module, target) for module, target in relations(self.facts, loaded) if target != module)
        holders: dict[RepoPath, RepoPath] = {}
        for module in sorted(mine - self.movable):
            for file in found_by(self.facts, module, self.backend.package):
                other = file if file in mine else holders.setdefault(file, module)
                if other != module:
                    graph.add_edges_from([(module, other), (other, module)])
        return graph

    def data(self, modules: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
        """What goes along with some modules: the files of the package that they find by their own place."""
        held = (module for module in modules if module not in self.movable and sights(self.facts, module))
        return tuple(sorted({file for module in held for file in found_by(self.facts, module, self.backend.package) if not file.endswith(".py")}))

    @cached_property
    def movable(self) -> frozenset[RepoPath]:
        """The modules that may move although they find files by their own place."""
        spec = pathspec.GitIgnoreSpec.from_lines(self.options.movable)
        return frozenset(module for module in self.modules if spec.match_file(self.relative(module)))

    @cached_property
    def anchors(self) -> Mapping[RepoPath, str]:
        """The modules that stay because of what they find by their own place, each with what that is."""
        candidates = (module for module in self.graph if module not in self.movable and module != self.backend.application.module)
        return {module: why for module in candidates if (why := anchor(self.facts, module, self.backend.package)) is not None}

    @cached_property
    def assembled(self) -> Facts:
        """The facts of the tree in which the application includes every router itself."""
        return gathered(self.facts, self.backend.application, self.backend.root)

    @cached_property
    def mounts(self) -> frozenset[tuple[RepoPath, RepoPath]]:
        """Which module includes the routers of which: those that serve nothing by themselves do not need what they include."""
        serving = {route.module for route in self.routes} - {self.backend.application.module}
        return frozenset((module, router.module) for module, router in mounted(self.facts, self.backend.application) if module not in serving)

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
        return is_within(target, self.options.directory) and not is_within(target, self.backend.directory)

    def _joins(self, module: RepoPath, target: RepoPath) -> bool:
        """Whether a module is a router of the service that has a target already: it goes there too."""
        return any(module in mine and is_within(target, f"{self.options.directory}/{service_name(title)}") for title, mine in self.seeds.items())

    # seeds and reach ---------------------------------------------------------------------------------------------------

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """What the application serves."""
        return routes(self.facts, self.backend.application)

    @cached_property
    def seeds(self) -> Mapping[str, tuple[RepoPath, ...]]:
        """By service: the modules with routes of the application that its patterns choose. The first service that asks for one has it."""
        serving = sorted({route.module for route in self.routes} & set(self.graph))
        taken: set[RepoPath] = set()
        found: dict[str, tuple[RepoPath, ...]] = {}
        for title, service in self.options.services.items():
            spec = pathspec.GitIgnoreSpec.from_lines(service.routers)
            mine = tuple(module for module in serving if module not in taken and spec.match_file(self.relative(module)))
            taken.update(mine)
            found[title] = mine
        return found

    @cached_property
    def common(self) -> frozenset[RepoPath]:
        """The modules that every application needs: what the monolith's is made with, its middleware, its prefixes."""
        facts, module = self.assembled, self.backend.application.module
        bound = imports(facts, module)
        serving = {route.module for route in self.routes}
        names = {self.backend.application.name, *(router.name for router in routers(facts) if router.module == module)}
        used = {name for statement in statements(facts, module) for name in _assembling(statement, names)}
        found = {target for name in used if name in bound and (target := bound[name].target) is not None}
        return frozenset(target for target in found if target in self.graph and target not in serving and target not in self.fixed)

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
                    and importer not in self.seeds[title]
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
        return self._reached(self.seeds, {*self.fixed, *self.foreign}, self.claimed)

    def _reached(
        self, seeds: Mapping[str, tuple[RepoPath, ...]], fixed: set[RepoPath], claimed: Mapping[RepoPath, str] | None = None
    ) -> dict[RepoPath, frozenset[str]]:
        found: dict[RepoPath, set[str]] = {}
        own = {seed for mine in seeds.values() for seed in mine} - fixed
        serving = {route.module for route in self.routes}
        roots: list[tuple[str, Iterable[RepoPath]]] = [(title, {*left, *self.common}) for title, mine in seeds.items() if (left := set(mine) - fixed)]
        rest = {self.backend.application.module, *((serving | {m for m in fixed if self._served(m)}) & set(self.graph))} - own
        for title, starts in [*roots, (REST, rest)]:
            pending, seen = sorted(starts), set(starts)
            while pending:
                module = pending.pop()
                found.setdefault(module, set()).add(title)
                for target in self.graph.successors(module):
                    # The rest mounts the routers of services: it does not need what they need.
                    if target not in seen and not (title == REST and target in own and (module, target) in self.mounts):
                        seen.add(target)
                        pending.append(target)
        for module, title in (claimed or {}).items():
            found[module] = {title}
        return {module: frozenset(titles) for module, titles in found.items()}

    @cached_property
    def _live(self) -> frozenset[RepoPath]:
        start = self.backend.application.module
        return frozenset({start, *nx.descendants(self.graph, start)})

    def _served(self, module: RepoPath) -> bool:
        return module in self._live

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
        found = {module: self.fixed[module] for module in self.fixed if self._served(module)}
        for module, (claimed, title) in self.foreign.items():
            if self._served(module):
                found.setdefault(module, f"needs {self.relative(claimed)}, which {title} claims")
        serving = {route.module for route in self.routes}
        for module, titles in self.reach.items():
            if titles == {REST}:
                found.setdefault(module, "has routes that no service asks for" if module in serving else "only the gateway's own routes reach it")
        return found

    @cached_property
    def unreached(self) -> tuple[RepoPath, ...]:
        """The modules that the application never loads."""
        return tuple(module for module in sorted(self.graph) if module not in self._live and module not in self.claimed)

    @cached_property
    def external(self) -> frozenset[RepoPath]:
        """Modules that can go neither way."""
        placed = {*self.kernel, *self.gateway, *self.unreached, *(module for mine in self.owned.values() for module in mine)}
        return frozenset(set(self.graph) - placed)

    # problems ----------------------------------------------------------------------------------------------------------

    def problems(self) -> Iterator[Problem]:
        """Everything in the plan that makes the split impossible."""
        yield from self._clashes()
        where = "phases.backend_split.services"
        taken: dict[RepoPath, str] = {}
        for title, service in self.options.services.items():
            at = f"{where}.{title}"
            if why := _reserved(title, self.options, self._names):
                yield Problem(at, why, "choose another name")
            for key, patterns in (("routers", service.routers), ("claims", service.claims)):
                for pattern in patterns:
                    plain = pattern.lstrip("!/").replace("\\", "/")
                    if ".." in plain.split("/") or pattern.startswith(("/apps/", "apps/", "services/api")) or plain.endswith((".ts", ".tsx", ".js")):
                        message = f"{key}: `{pattern}` is outside the backend"
                        yield Problem(at, message, f"patterns are seen from {self.backend.package}")
            spec = pathspec.GitIgnoreSpec.from_lines(service.claims)
            mine = [module for module in self.graph if spec.match_file(self.relative(module))]
            for module in mine:
                if taken.setdefault(module, title) != title:
                    yield Problem(at, f"claims {self.relative(module)}, which {taken[module]} claims too", "give it to one of them")
                elif any(module in seeds for other, seeds in self.seeds.items() if other != title):
                    yield Problem(at, f"claims {self.relative(module)}, which seeds another service", "leave it out of that service's routers")
            for pattern in service.claims:
                alone = pathspec.GitIgnoreSpec.from_lines([pattern])
                # What a service has already may lie in the folder of its role: only people can say whether a pattern meant it.
                if pattern.startswith("!") or self.facts.tree.is_dir(f"{self.options.directory}/{service_name(title)}"):
                    continue
                if not any(alone.match_file(self.relative(module)) for module in self.graph):
                    yield Problem(at, f"claims `{pattern}`, which is no module of {self.backend.package}", "patterns are as in .gitignore")
            if mine and not self.seeds[title]:
                yield Problem(at, "claims modules, but no router seeds it", "add a pattern to `routers`")
        yield from self._cycles(where)
        places = [(service_name(title), self.options.directory) for title in self.options.services] + [(self.options.kernel, self.options.packages)]
        there = {*map(self.relative, self.modules), *(path for full, above in places for path in self._moved(full, above))}
        for pattern in self.options.movable:
            if not pattern.startswith("!") and not any(pathspec.GitIgnoreSpec.from_lines([pattern]).match_file(path) for path in there):
                message = f"`{pattern}` is no module of {self.backend.package}"
                yield Problem("phases.backend_split.movable", message, f"patterns are as in .gitignore, seen from {self.backend.package}")

    def _clashes(self) -> Iterator[Problem]:
        """What is wrong with the names and places of the parts."""
        options, directory = self.options, self.backend.directory
        for key, title in (("kernel", options.kernel), ("api_gateway", options.api_gateway)):
            if not _TITLE.fullmatch(title) or keyword.iskeyword(title) or package_name(title) in STDLIB or windows_problem(title):
                yield Problem(f"phases.backend_split.{key}", f"`{title}` cannot be the name of a part", "choose lower-case words joined by `-`")
        if options.kernel == options.api_gateway:
            yield Problem("phases.backend_split.kernel", f"`{options.kernel}` is the gateway's name too", "choose another name")
        if options.directory == options.packages:
            yield Problem("phases.backend_split.packages", f"`{options.packages}` is where the services go too", "choose another directory")
        for key, place in (("directory", options.directory), ("packages", options.packages)):
            if is_within(place, directory) and directory != f"{options.directory}/{options.api_gateway}":
                yield Problem(f"phases.backend_split.{key}", f"`{place}` lies in the backend, {directory}", "choose a directory beside it")

    @cached_property
    def _names(self) -> frozenset[str]:
        """What the application imports as its own, by the first name."""
        tree, root = self.facts.tree, self.backend.root
        return frozenset(path[len(root) + 1 :].split("/")[0].removesuffix(".py") for path in tree.below(root) if path.endswith(".py"))

    def _moved(self, full: str, above: RepoPath) -> Iterator[str]:
        """The modules that a service or the kernel has already, as patterns see them."""
        home = RepoPath(f"{above}/{full}/src/{package_name(full)}")
        yield from (path[len(home) + 1 :] for path in self.facts.tree.below(home))

    def _cycles(self, where: str) -> Iterator[Problem]:
        """Claims that would make a service need what needs the service."""
        for title in dict.fromkeys(self.claimed.values()):
            mine = sorted(module for module, owner in self.claimed.items() if owner == title)
            for module in mine:
                if module in self.fixed:
                    yield Problem(f"{where}.{title}", f"claims {self.relative(module)}, which {self.fixed[module]}", "take back the claim")
            own = [*mine, *(seed for seed in self.seeds[title] if seed not in self.fixed)]
            reached = {target: module for module in reversed(own) for target in nx.descendants(self.graph, module)}
            back = sorted(reached.keys() & self.foreign.keys() - set(own))
            if back:
                need, _ = self.foreign[back[0]]
                needs = f"{self.relative(reached[back[0]])} needs {self.relative(back[0])}, which needs {self.relative(need)} and is not {title}'s"
                message = f"claims {', '.join(self.relative(module) for module in mine)}: the claim makes a cycle, {needs}"
                yield Problem(f"{where}.{title}", message, f"claim {', '.join(self.relative(module) for module in back)} too, or take back the claim")


def _assembling(statement: Statement, names: set[str]) -> frozenset[str]:
    """What a statement uses to put applications and routers of some names together, or what those in it do."""
    owner, _, verb = statement.called.rpartition(".")
    if (names & statement.binds and not statement.blocks) or (owner in names and verb in _EVERYWHERE):
        return statement.uses
    found = frozenset(name for block in statement.blocks for inner in block.statements for name in _assembling(inner, names))
    return found | statement.heads if found else found


def _reserved(title: str, options: Options, names: frozenset[str]) -> str | None:
    """Why a service cannot have a name, or None when it can."""
    if not _TITLE.fullmatch(title):
        return "a service's name is lower-case words joined by `-`"
    full = service_name(title)
    module = package_name(full)
    if full in {options.api_gateway, options.kernel} or title in {options.api_gateway, options.kernel}:
        return f"`{title}` is the name of another part"
    if keyword.iskeyword(title) or title in STDLIB or module in STDLIB or module in names:
        return f"`{title}` is a name that Python or the application uses"
    return windows_problem(title)
