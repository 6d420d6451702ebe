"""Which modules move into which package: decided on what they hold and on what they need.

A package depends on packages below it and on external ones only. So from all candidates those go that need something which stays,
until nobody is left who does (the greatest set that is closed); what goes has a reason that the plan shows.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import pathspec

from migrator.facts.aliases import otherwise
from migrator.facts.frontend import sources
from migrator.facts.modules import Module, is_module, module_of
from migrator.paths import RepoPath, is_within, name, parent, relative
from phases.foundation.layout import Layout

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.foundation.options import Options, PackageKind, PackageOptions

__all__ = ["Cluster", "Place", "Selection"]

_SURROUNDINGS = frozenset(
    [
        "window",
        "document",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "navigator",
        "location",
        "history",
        "self",
        "global",
        "globalThis",
        "process",
        "Buffer",
        "require",
        "module",
        "__dirname",
        "__filename",
        "fetch",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "Worker",
        "Notification",
        "Audio",
        "Image",
        "caches",
        "performance",
        "requestAnimationFrame",
        "cancelAnimationFrame",
        "alert",
        "confirm",
        "prompt",
        "React",
        "JSX",
    ]
)
"""Names by which a module reaches for the browser, the process or a framework's globals."""
_FRAMEWORK = re.compile(r"(react|react-dom|next|vue|svelte)(/.*)?$")
_NEXT = re.compile(r"next(/.*)?$")
_BUILTIN = frozenset(
    [
        "assert",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "crypto",
        "dgram",
        "dns",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "querystring",
        "readline",
        "stream",
        "string_decoder",
        "timers",
        "tls",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "worker_threads",
        "zlib",
    ]
)
_FITS: Mapping[PackageKind, frozenset[str]] = {
    "types": frozenset({"type", "constant"}),
    "constants": frozenset({"type", "constant"}),
    "helpers": frozenset({"type", "constant", "function", "class"}),
    "components": frozenset({"type", "constant", "function", "class", "value"}),
}
_CARRIES: Mapping[PackageKind, frozenset[str]] = {
    "types": frozenset({"type"}),
    "constants": frozenset({"constant"}),
    "helpers": frozenset({"function", "class"}),
}
_WORDS = {
    "state": "state",
    "ambient": "global declarations",
    "effect": "effects on loading",
    "value": "values computed on loading",
    "function": "functions",
    "class": "classes",
}


class Place(NamedTuple):
    """Where a module goes."""

    title: str
    """The package's own name, without scope."""
    group: str
    target: RepoPath


class Cluster(NamedTuple):
    """Modules of one package that move together."""

    title: str
    slug: str
    moves: Mapping[RepoPath, RepoPath]
    """The modules and what comes with them (style sheets, data)."""


class _Need(NamedTuple):
    path: RepoPath | None
    external: str
    missing: bool
    specifier: str


@dataclass(frozen=True)
class Selection:
    """The modules of one tree that move, and why others stay."""

    facts: Facts
    options: Options
    stuck: frozenset[RepoPath] = frozenset()
    """Modules whose step was set aside."""

    @cached_property
    def layout(self) -> Layout:
        """The repository as the phase sees it."""
        return Layout(self.facts, self.options)

    @cached_property
    def _kept(self) -> pathspec.GitIgnoreSpec:
        return pathspec.GitIgnoreSpec.from_lines(self.options.keep)

    @cached_property
    def _decided(self) -> tuple[dict[RepoPath, Place], dict[RepoPath, str]]:
        chosen, reasons = self._candidates()
        claims: dict[str, list[RepoPath]] = {}
        for path, place in chosen.items():
            claims.setdefault(place.target.casefold(), []).append(path)
        for path, place in list(chosen.items()):
            rivals = [other for other in claims[place.target.casefold()] if other != path]
            if place.target in self.facts.tree:
                reasons[path] = f"{place.target} is there already"
            elif rivals:
                same = self.facts.tree[rivals[0]].blob == self.facts.tree[path].blob
                reasons[path] = f"{rivals[0]} {'is the same file' if same else 'differs and would have the same name in the package'}"
            else:
                continue
            del chosen[path]
        changed = True
        while changed:
            changed = False
            for path, place in list(chosen.items()):
                if reason := next((r for need in self.needs(path) if (r := self._obstacle(path, place, need, chosen))), None):
                    reasons[path] = reason
                    del chosen[path]
                    changed = True
        return chosen, reasons

    @property
    def chosen(self) -> Mapping[RepoPath, Place]:
        """The modules that move."""
        return self._decided[0]

    @property
    def stays(self) -> Mapping[RepoPath, str]:
        """The candidates that stay, each with the reason."""
        return self._decided[1]

    def clusters(self) -> tuple[Cluster, ...]:
        """What moves, in steps: each needs only those before it."""
        graph: nx.DiGraph[RepoPath] = nx.DiGraph()
        graph.add_nodes_from(self.chosen)
        graph.add_edges_from(
            (path, need.path) for path in self.chosen for need in self.needs(path) if need.path is not None and need.path in self.chosen
        )
        union: nx.Graph[RepoPath] = nx.Graph()
        union.add_nodes_from(self.chosen)
        groups: dict[tuple[str, str], RepoPath] = {}
        for path, place in sorted(self.chosen.items()):
            if place.group:
                union.add_edge(path, groups.setdefault((place.title, place.group), path))
        union.add_edges_from(
            (a, b) for a, b in graph.edges if self.chosen[a].title == self.chosen[b].title and not self.chosen[a].group and not self.chosen[b].group
        )
        parts = {path: frozenset(part) for part in nx.connected_components(union) for path in part}
        between: nx.DiGraph[frozenset[RepoPath]] = nx.DiGraph()
        between.add_nodes_from(parts.values())
        between.add_edges_from((parts[b], parts[a]) for a, b in graph.edges if parts[a] != parts[b])
        whole = nx.condensation(between)
        found = {node: self._cluster(frozenset().union(*whole.nodes[node]["members"])) for node in whole}
        order = list(self.options.packages)
        return tuple(
            found[node] for node in nx.lexicographical_topological_sort(whole, key=lambda n: f"{order.index(found[n].title):03d} {found[n].slug}")
        )

    def needs(self, path: RepoPath) -> tuple[_Need, ...]:
        """What a module names: files of the repository, and external packages."""
        if (known := self._needs.get(path)) is not None:
            return known
        found = []
        for specifier in sorted(module_of(self.facts, path).specifiers):
            target = self.facts.atlas.node.resolve(specifier, path)
            external = "" if target.path is not None or target.missing or specifier.startswith((".", "#", "/")) else _package(specifier)
            found.append(_Need(target.path, external, target.missing, specifier))
        self._needs[path] = tuple(found)
        return self._needs[path]

    @cached_property
    def _needs(self) -> dict[RepoPath, tuple[_Need, ...]]:
        return {}

    def importers(self, path: RepoPath) -> frozenset[RepoPath]:
        """The sources that name a file, tests and stories left out."""
        return frozenset(source for source in self.users(path) if not self._kept.match_file(source))

    def users(self, path: RepoPath) -> frozenset[RepoPath]:
        """The sources that name a file, tests and stories among them."""
        found = self.facts.graph.incoming.get(path, ())
        return frozenset(r.source for r in found if not r.mention.weak and (is_module(r.source) or r.source.endswith(".d.ts")))

    # candidates

    def _candidates(self) -> tuple[dict[RepoPath, Place], dict[RepoPath, str]]:
        chosen: dict[RepoPath, Place] = {}
        reasons: dict[RepoPath, str] = {}
        packages = self.facts.atlas.node.packages
        for app in self.layout.apps:
            for path in sources(self.facts, packages[app]):
                if self._kept.match_file(path) or path in self.stuck:
                    continue
                rooms = [*self._rooms(path, app)]
                if not rooms:
                    continue
                refusals = []
                for title, root in rooms:
                    wanted = self.options.packages[title]
                    if (reason := self._unfit(path, wanted.kind)) is None:
                        if len(self.importers(path)) < wanted.importers:
                            break
                        if self._is_grouped(path, app, wanted) and not self._group(path, wanted):
                            break
                        if other := self._twin(path):
                            reasons[path] = other
                        else:
                            chosen[path] = self._place(path, title, root)
                        break
                    if wanted.kind != "helpers":
                        refusals.append(reason)
                else:
                    if refusals:
                        reasons[path] = refusals[0]
        return chosen, reasons

    def _rooms(self, path: RepoPath, app: RepoPath) -> Iterator[tuple[str, RepoPath]]:
        """The packages whose sources a file lies in, each with the directory from which its place is seen."""
        inside = RepoPath(relative(path, app))
        for title, wanted in self.options.packages.items():
            roots = [source for source in (*wanted.sources, *wanted.grouped) if is_within(inside, source)]
            if roots:
                root = max(roots, key=len)
                yield title, parent(root) if root == inside else root
        if self._crosses(path, app):
            yield from ((title, parent(inside)) for title, wanted in self.options.packages.items() if wanted.kind != "helpers")

    @staticmethod
    def _is_grouped(path: RepoPath, app: RepoPath, wanted: PackageOptions) -> bool:
        """Whether a file lies where all sorts of code do."""
        inside = relative(path, app)
        return not any(is_within(inside, source) for source in wanted.sources) and any(is_within(inside, source) for source in wanted.grouped)

    def _crosses(self, path: RepoPath, app: RepoPath) -> bool:
        """Whether another application uses a file."""
        return any(
            is_within(user, other) for user in self.importers(path) for other in self.layout.apps if other != app and not is_within(app, other)
        )

    def _place(self, path: RepoPath, title: str, root: RepoPath) -> Place:
        wanted = self.options.packages[title]
        app = next(a for a in self.layout.apps if is_within(path, a))
        group = self._group(path, wanted)
        inside = relative(relative(path, app), root)
        if group and posixpath.splitext(inside)[0] == group:
            inside = f"index{posixpath.splitext(inside)[1]}"
        elif group and inside.startswith(f"{group}/"):
            inside = inside.removeprefix(f"{group}/")
        parts = [part for part in (self.layout.directory(title), "src", wanted.folder, group, inside) if part]
        return Place(title, group, RepoPath(posixpath.join(*parts)))

    def _group(self, path: RepoPath, wanted: PackageOptions) -> str:
        module = module_of(self.facts, path)
        stem = _kebab(posixpath.splitext(name(path))[0])
        for group, shows in wanted.groups.items():
            if any(fnmatch.fnmatchcase(word, pattern) for word in {stem, *stem.split("-")} for pattern in shows.names):
                return group
            if any(fnmatch.fnmatchcase(export, pattern) for export in module.exports for pattern in shows.exports):
                return group
            if module.fields & set(shows.fields):
                return group
        return ""

    def _unfit(self, path: RepoPath, kind: PackageKind) -> str | None:
        """Why a module is not of a kind, or None when it is."""
        module = module_of(self.facts, path)
        if not module.parsed:
            return "does not parse completely"
        if not module.kinds and not module.exports:
            return "is empty"
        barrel = not module.kinds and all(s.startswith(".") for s in module.specifiers)
        if "use server" in module.directives:
            return "runs on the server"
        if surplus := sorted(module.kinds - _FITS[kind]):
            return f"holds {', '.join(_WORDS.get(k, k) for k in surplus)}"
        if kind == "components":
            return self._unfit_component(module, barrel=barrel)
        if not barrel and not module.kinds & _CARRIES[kind]:
            return f"holds no {kind}"
        if module.jsx:
            return "holds components"
        if framework := sorted(s for s in module.specifiers if _FRAMEWORK.match(s)):
            return f"uses {framework[0]}"
        if reached := sorted(module.names & _SURROUNDINGS):
            return f"reaches for {reached[0]}"
        return None

    def _unfit_component(self, module: Module, *, barrel: bool) -> str | None:
        if framework := sorted(s for s in module.specifiers if _NEXT.match(s)):
            return f"uses {framework[0]}"
        if module.env or "process" in module.names:
            return "reads the environment"
        made = any("react" in s for s in module.specifiers) and any(export[:1].isupper() for export in module.exports)
        return None if module.jsx or barrel or made else "holds no components"

    def _twin(self, path: RepoPath) -> str | None:
        """Why a module's name is not its own: some specifier could mean this file or another one."""
        if path in self._ambiguous:
            return self._ambiguous[path][0]
        readings = sorted(
            reading for reading in self.facts.derive(otherwise) if reading.tool is not None and path in {reading.compiler, reading.tool}
        )
        return (
            f"`{readings[0].specifier}` is {readings[0].compiler} for the compiler and {readings[0].tool} in {readings[0].config}"
            if readings
            else None
        )

    @cached_property
    def _ambiguous(self) -> Mapping[RepoPath, list[str]]:
        found: dict[RepoPath, list[str]] = {}
        for reference in self.facts.graph:
            target = reference.target
            if target.others and target.path is not None and not reference.mention.weak and is_module(reference.source):
                for one in (target.path, *target.others):
                    rest = [other for other in (target.path, *target.others) if other != one]
                    found.setdefault(one, []).append(f"`{reference.mention.text}` in {reference.source} could mean this file or {rest[0]}")
        return found

    # closure

    def _obstacle(self, path: RepoPath, place: Place, need: _Need, chosen: Mapping[RepoPath, Place]) -> str | None:
        """Why a need keeps a module where it is, or None when it does not."""
        if need.missing:
            return f"imports `{need.specifier}`, which is not there"
        if need.path is None:
            return self._undeclared(path, need)
        order = list(self.options.packages)
        if (other := chosen.get(need.path)) is not None:
            higher = order.index(other.title) > order.index(place.title)
            return f"imports {need.path}, which belongs to the higher package {other.title}" if higher else None
        owner = self.facts.atlas.node.package_of(need.path)
        if owner is not None and is_within(owner.directory, self.options.directory):
            title = name(owner.directory)
            if title in order and order.index(title) > order.index(place.title):
                return f"imports {need.path}, which belongs to the higher package {title}"
            return None
        if not is_module(need.path) and not need.path.endswith(".d.ts"):
            others = sorted(u for u in self.users(need.path) if u not in chosen or chosen[u].title != place.title)
            return f"imports {need.path}, which {others[0]} uses too" if others else None
        return self._story(path, need.path)

    def _undeclared(self, path: RepoPath, need: _Need) -> str | None:
        if not need.external:
            return None
        title = need.external
        if title.startswith("node:") or title in _BUILTIN:
            return f"needs Node's `{title}`"
        package = self.facts.atlas.node.package_of(path)
        declared = package.dependencies if package is not None else {}
        return None if title in declared else f"imports `{title}`, which no package.json declares"

    def _story(self, path: RepoPath, need: RepoPath) -> str:
        """How a module hangs on what stays: the shortest way to something that holds state or reaches outside."""
        app = self.facts.atlas.node.package_of(path)
        home = app.directory if app is not None else RepoPath("")
        seen = {need}
        queue: list[list[RepoPath]] = [[need]]
        while queue:
            way = queue.pop(0)
            if self._stateful(way[-1]):
                return f"imports app state: {' → '.join(_short(step, home) for step in way)}"
            for further in self.needs(way[-1]):
                if further.path is not None and is_module(further.path) and further.path not in seen:
                    seen.add(further.path)
                    queue.append([*way, further.path])
        return f"imports {_short(need, home)}, which stays in the application"

    def _stateful(self, path: RepoPath) -> bool:
        if not is_module(path):
            return False
        module = module_of(self.facts, path)
        return bool(module.kinds & {"state", "value", "effect"}) or bool(module.names & (_SURROUNDINGS - {"React", "JSX"}))

    # clusters

    def _cluster(self, paths: frozenset[RepoPath]) -> Cluster:
        title = self.chosen[min(paths)].title
        groups = sorted({self.chosen[path].group for path in paths} - {""})
        if groups:
            label = groups[0]
        else:
            best = max(sorted(paths), key=lambda path: len(self.importers(path)))
            stem = posixpath.splitext(name(best))[0]
            label = _kebab(name(parent(best)) if stem == "index" else stem)
        moves = {path: self.chosen[path].target for path in sorted(paths)}
        for path in sorted(paths):
            for need in self.needs(path):
                if need.path is not None and not is_module(need.path) and need.path not in moves and need.path.startswith(f"{self._home(path)}/"):
                    moves[need.path] = RepoPath(posixpath.normpath(posixpath.join(parent(moves[path]), name(need.path))))
        return Cluster(title, f"{title}/{label}", moves)

    def _home(self, path: RepoPath) -> RepoPath:
        package = self.facts.atlas.node.package_of(path)
        return package.directory if package is not None else RepoPath("")


def _package(specifier: str) -> str:
    return "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])


def _short(path: RepoPath, home: RepoPath) -> str:
    return posixpath.splitext(relative(path, home) if is_within(path, home) else path)[0]


def _kebab(text: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "-", text).strip("-").lower() or "index"
