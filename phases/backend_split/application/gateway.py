"""The step after which the gateway forwards to the services what it mounted from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING

import tomlkit
from tomlkit.exceptions import TOMLKitError

from migrator.edits import EditError
from migrator.edits.lines import AddLine
from migrator.edits.spans import Respell
from migrator.edits.toml import AddTomlItem
from migrator.errors import Finding
from migrator.facts.composition import Import, brought, imports, statements
from migrator.facts.distributions import distribution, listed
from migrator.facts.packages import dotted
from migrator.facts.plain import table, toml
from migrator.facts.routing import source_of
from migrator.facts.serving import Name, Route, fillers, inclusions, is_known, routers, routes
from migrator.paths import RepoPath, is_within, name, parent
from migrator.step import Action, Edit, Step, Write
from migrator.template import render
from phases.backend_split.backend import below, is_moved, is_of_tests, kernel_of, moved_to
from phases.backend_split.deployment.gateway import forwarding_gateway, url_variable
from phases.backend_split.partition.layers import home_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["asking", "held", "importers", "manifests", "proxy", "still_imported"]

_HERE = "phases.backend_split"
_LIBRARIES = ("httpx>=0.27", "tenacity>=8.2", "websockets>=15")
_FINDS = ("httpx>=0.27",)
_BUILT = ("tool", "hatch", "build", "targets", "wheel", "only-include")
"""What a gateway is built of whose modules lie beside each other."""


@dataclass(frozen=True, slots=True)
class DropDependencies:
    """Distributions of the workspace that a manifest no longer needs to run; those that `develop` says go to the group `dev`."""

    names: tuple[str, ...]
    develop: bool

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when the file is no TOML."""
        try:
            document = tomlkit.parse(source.decode())
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise EditError(f"not TOML: {error}") from error
        listed = document.get("project", {}).get("dependencies", [])
        for index in reversed(range(len(listed))):
            if distribution(str(listed[index])) in self.names:
                del listed[index]
        sources = document.get("tool", {}).get("uv", {}).get("sources", {})
        for title in self.names:
            if not self.develop:
                sources.pop(title, None)
        shown = tomlkit.dumps(document).encode()
        for title in self.names if self.develop else ():
            shown = AddTomlItem(("dependency-groups", "dev"), title).apply(shown)
        return shown

    def __str__(self) -> str:
        return f"dependencies -= {', '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class _Use:
    """One router of a service where the gateway includes it: the local name, and the attribute of it that is the router."""

    module: RepoPath
    local: str
    imported: Import
    router: Name
    attribute: str


def proxy(partition: Partition, options: Options, needs: tuple[str, ...]) -> Step | Finding | None:
    """The step that makes the gateway forward; None when it mounts nothing of a service, a finding when what it mounts cannot be forwarded."""
    facts = partition.facts
    uses = tuple(_uses(partition, options))
    if not uses:
        return None
    remote = partition.remote
    if facts.tree.is_dir(remote) or f"{remote}.py" in facts.tree:
        return Finding("stays", remote, "is there, so the gateway goes on mounting the routers of services")
    refused = {use.imported.local: why for use in uses if (why := _obstacle(facts, use))}
    if refused:
        said = "; ".join(f"`{local}` {why}" for local, why in sorted(refused.items()))
        return Finding("stays", partition.backend.application.module, f"the gateway goes on mounting the routers of services: {said}")
    here = _dotted(partition, remote)
    respelled: dict[RepoPath, list[tuple[int, str, str]]] = {}
    for use in uses:
        span = _span(facts, use, here, {one.local for one in uses if one.module == use.module})
        if span is None:
            message = f"`{use.local}` is imported in a way that cannot be changed alone: the gateway goes on mounting the routers of services"
            return Finding("stays", use.module, message)
        if span not in respelled.setdefault(use.module, []):
            respelled[use.module].append(span)
    services = sorted({moved_to(use.router.module, options) for use in uses})
    filling = {(module, target): span for module, target, span in (*_filling(partition, uses), *_handed_on(partition, uses, here))}
    for (module, _), span in filling.items():
        respelled.setdefault(module, []).append(span)
    respelled = {module: list(dict.fromkeys(spans)) for module, spans in respelled.items()}
    mounted = _mounting(uses) | filling.keys()
    run = forwarding_gateway(partition, services, still_imported(partition, options, mounted))
    imported = still_imported(partition, options, mounted, commands=False)
    served = sum(len(routes(facts, router)) for router in {use.router for use in uses})
    return Step(
        slug="gateway-proxy",
        title=f"Forward {served} routes of {len(services)} services",
        why="The gateway asks the services over HTTP and WebSocket instead of importing them: each can be deployed, restarted and scaled alone.",
        actions=(
            *(Edit(module, Respell(tuple(sorted(spans)))) for module, spans in respelled.items()),
            *_modules(partition, options, uses, remote, here),
            *manifests(partition, options, [one for one in services if one not in imported], _LIBRARIES),
            *_finding(facts, options),
            *run.actions,
        ),
        needs=needs,
        findings=(*_findings(partition, options, uses, services), *held(imported), *run.findings),
    )


def _dotted(partition: Partition, path: RepoPath) -> str:
    return dotted(below(path, partition.backend.root))


# what the gateway mounts -----------------------------------------------------------------------------------------------


def _uses(partition: Partition, options: Options) -> Iterator[_Use]:
    """The routers of services that modules of the gateway include."""
    facts = partition.facts
    for owner in sorted(routers(facts)):
        if not is_within(owner.module, partition.backend.package):
            continue
        bound = imports(facts, owner.module)
        for inclusion, router in inclusions(facts, owner):
            if router is None or not is_moved(router.module, options):
                continue
            root = inclusion.included.root.text
            if root in bound:
                rest = bound[root].rest or (inclusion.included.text if inclusion.included.kind == "attribute" else "")
                yield _Use(owner.module, root, bound[root], router, rest)


def _obstacle(facts: Facts, use: _Use) -> str:
    """Why a router cannot be forwarded, or an empty text."""
    served = routes(facts, use.router)
    if use.imported.target is None or "." in use.attribute or not use.attribute.isidentifier():
        return "is not named by one import"
    if "MOUNT" in served.methods:
        return "mounts an application"
    if unknown := [route.path for route in served if _is_unknown(facts, use, route)]:
        return f"has paths that only the running service knows: {', '.join(unknown)}"
    included = [row[0].included.root.start for owner in routers(facts) if owner.module == use.module for row in inclusions(facts, owner)]
    for statement in statements(facts, use.module):
        if statement.kind != "import" and use.local in statement.uses and not any(statement.start <= at < statement.end for at in included):
            return f"is used for more than its router: {statement.shown}"
    return ""


def _is_unknown(facts: Facts, use: _Use, route: Route) -> bool:
    """Whether something in a path's braces is no parameter, which stands in the source as it is: it is what nobody knows without running it."""
    sources = facts.read(route.module), facts.read(use.router.module)
    return not is_known(route.path, *sources)


def _span(facts: Facts, use: _Use, here: str, others: set[str]) -> tuple[int, str, str] | None:
    """Where the import names the service's module, and the name of what takes its place; None when the statement brings something else too."""
    old = use.imported.base or use.imported.text
    source = facts.read(use.module)
    for statement in statements(facts, use.module):
        if statement.kind == "import" and use.local in statement.binds and statement.binds <= others and (use.imported.base or use.imported.renamed):
            found = re.match(rb"(?:from|import)[ \t]+(" + re.escape(old.encode()) + rb")\b", source[statement.start : statement.end])
            return (statement.start + found.start(1), old, f"{here}.{old}") if found else None
    return None


def _filling(partition: Partition, uses: Iterable[_Use]) -> Iterator[tuple[RepoPath, RepoPath, tuple[int, str, str]]]:
    """Which modules import which ones only for the routes that these give to routers which are forwarded, and the statement that goes."""
    facts = partition.facts
    for filler in sorted({module for use in uses for module in fillers(facts, use.router) if not is_within(module, partition.backend.package)}):
        for module in sorted(facts.graph.importers(filler)):
            if not is_within(module, partition.backend.package) or not module.endswith(".py"):
                continue
            said, source = statements(facts, module), facts.read(module)
            for one in (one for one in said if one.kind == "import"):
                alone = all(not one.binds & other.uses for other in said if other.kind != "import")
                if alone and {brings.target for brings in brought(facts, module, one)} == {filler}:
                    end = one.last + (source[one.last : one.last + 1] == b"\n")
                    yield module, filler, (one.first, source[one.first : end].decode(), "")


def _handed_on(partition: Partition, uses: Collection[_Use], here: str) -> Iterator[tuple[RepoPath, RepoPath, tuple[int, str, str]]]:
    """Which packages that are only passed import which modules of services, all of them forwarded, and where they name them."""
    facts, known = partition.facts, {(use.imported.target, rest) for use in uses for rest in ("", use.attribute)}
    for init in sorted(partition.passed):
        for one in (one for one in statements(facts, init) if one.kind == "import"):
            brings = brought(facts, init, one)
            old = brings[0].base if brings else ""
            found = re.match(rb"from[ \t]+(" + re.escape(old.encode()) + rb")\b", facts.read(init)[one.start : one.last])
            if old and found and all((each.target, each.rest) in known for each in brings):
                yield from ((init, each.target, (one.start + found.start(1), old, f"{here}.{old}")) for each in brings if each.target)


# what is written -------------------------------------------------------------------------------------------------------


def _modules(partition: Partition, options: Options, uses: Iterable[_Use], remote: RepoPath, here: str) -> Iterator[Action]:
    facts = partition.facts
    core = kernel_of(options)
    shared = facts.tree.is_dir(core.directory)
    home = home_of(facts, options) if shared else remote
    discovery = f"{dotted(home[len(parent(core.home)) + 1 :])}.discovery" if shared else f"{here}.discovery"
    yield Write(RepoPath(f"{home}/discovery.py"), _template("discovery.py"))
    yield Write(RepoPath(f"{remote}/__init__.py"), render(_HERE, "remote.py.j2", discovery=discovery, remote=here))
    yield Write(RepoPath(f"{remote}/forwarding.py"), _template("forwarding.py"))
    made: dict[RepoPath, dict[str, Name]] = {}
    titles: dict[RepoPath, str] = {}
    for use in uses:
        target = use.imported.target or use.router.module
        inside = target.partition("/src/")[2]
        path = RepoPath(f"{remote}/{inside}")
        made.setdefault(path, {})[use.attribute] = use.router
        titles[path] = moved_to(use.router.module, options)
    folders = {RepoPath(f"{folder}/__init__.py") for path in made for folder in _between(path, remote)}
    yield from (Write(init, b"") for init in sorted(folders - made.keys()))
    for path, attributes in sorted(made.items()):
        shown = [(attribute, _grouped(facts, router)) for attribute, router in sorted(attributes.items())]
        module = dotted(path[len(remote) + 1 :])
        yield Write(path, render(_HERE, "routes.py.j2", remote=here, service=titles[path], module=module, routers=shown))


def _template(title: str) -> bytes:
    return resources.files(_HERE).joinpath("templates", title).read_bytes().replace(b"\r\n", b"\n")


def _between(path: RepoPath, above: RepoPath) -> Iterator[RepoPath]:
    folder = parent(path)
    while folder != above:
        yield folder
        folder = parent(folder)


def _grouped(facts: Facts, router: Name) -> list[tuple[str, str, str]]:
    """The routes of a router as they are written down, in its order: those of one decorator together."""
    found = groupby(routes(facts, router), key=lambda route: (route.module, route.line, route.path, route.name))
    shown = [([_quoted(route.method) for route in rows], _quoted(path), title) for (_, _, path, title), rows in found]
    return [(", ".join(methods) + ("," if len(methods) == 1 else ""), path, title) for methods, path, title in shown]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# manifests -------------------------------------------------------------------------------------------------------------


def manifests(partition: Partition, options: Options, services: list[str], libraries: Iterable[str]) -> Iterator[Action]:
    """What a gateway that forwards needs: no service, and some libraries."""
    facts, directory = partition.facts, partition.backend.directory
    manifest = RepoPath(f"{directory}/pyproject.toml")
    if manifest in facts.tree:
        tested = bool(importers(partition, options))
        yield Edit(manifest, DropDependencies(tuple(services), develop=tested))
        yield from (Edit(manifest, AddTomlItem(("project", "dependencies"), line)) for line in _missing(facts, manifest, libraries))
        if table(toml(facts, manifest), *_BUILT[:-1]).get(_BUILT[-1]):
            yield Edit(manifest, AddTomlItem(_BUILT, partition.remote[len(directory) + 1 :]))
    beside = RepoPath(f"{directory}/requirements.txt")
    if beside in facts.tree:
        there = {distribution(line) for _, line in listed(facts, beside)}
        yield from (Edit(beside, AddLine(line)) for line in libraries if distribution(line) not in there)


def _finding(facts: Facts, options: Options) -> Iterator[Action]:
    """What the shared kernel needs to find services."""
    core = kernel_of(options).manifest
    if core in facts.tree:
        yield from (Edit(core, AddTomlItem(("project", "dependencies"), line)) for line in _missing(facts, core, _FINDS))


def _missing(facts: Facts, manifest: RepoPath, lines: Iterable[str]) -> Iterator[str]:
    there = {distribution(line) for line in table(toml(facts, manifest), "project").get("dependencies", [])}
    yield from (line for line in lines if distribution(line) not in there)


def _mounting(uses: Iterable[_Use]) -> set[tuple[RepoPath, RepoPath]]:
    """Which modules import which ones only to include what they have."""
    return {(use.module, target) for use in uses for target in (use.imported.target, use.router.module) if target is not None}


def still_imported(
    partition: Partition, options: Options, mounted: Collection[tuple[RepoPath, RepoPath]], *, commands: bool = True
) -> dict[str, RepoPath]:
    """The services that the gateway's programs go on importing, each with a module that does: its application, and what commands run (a worker)."""
    package, graph = partition.backend.package, partition.facts.graph
    programs = {partition.backend.application.module, *partition.passed}
    for reference in graph if commands else ():
        target = reference.target.path
        if target is not None and reference.mention.kind == "module" and not reference.source.endswith((".py", ".md")) and is_within(target, package):
            programs.add(target)
    found: dict[str, RepoPath] = {}
    pending, seen = sorted(programs), set(programs)
    while pending:
        module = pending.pop()
        for reference in graph.references.get(module, ()):
            target = reference.target.path
            if target is None or target.endswith("/__init__.py") or (module, target) in mounted:
                continue
            if is_moved(target, options):
                found.setdefault(target[len(options.directory) + 1 :].split("/")[0], module)
            elif target.endswith(".py") and is_within(target, package) and target not in seen:
                seen.add(target)
                pending.append(target)
    return dict(sorted(found.items()))


def held(imported: Mapping[str, RepoPath]) -> Iterator[Finding]:
    """The services that a gateway has to hold although it forwards to them."""
    for title, module in imported.items():
        yield Finding("imports", module, f"goes on importing {title}, so the gateway has to hold it: what it takes of it could go to the kernel")


def importers(partition: Partition, options: Options) -> tuple[RepoPath, ...]:
    """The files of the gateway that import services and that its application does not load: tests, scripts, workers."""
    facts, directory, aside = partition.facts, partition.backend.directory, frozenset(partition.unreached) - partition.passed
    found = set()
    for reference in facts.graph:
        target = reference.target.path
        besides = reference.source in aside or not is_within(reference.source, partition.backend.package)
        if besides and is_within(reference.source, directory) and target is not None and not reference.mention.weak and is_moved(target, options):
            found.add(reference.source)
    return tuple(sorted(found))


def asking(partition: Partition) -> Iterator[Finding]:
    """The tests that ask the gateway's application: what they ask services for needs those from now on."""
    directory, application = partition.backend.directory, partition.backend.application.module
    if tests := sorted(path for path in partition.facts.graph.importers(application) if is_of_tests(below(path, directory))):
        also = f"; so {'does' if len(tests) == 2 else 'do'} {len(tests) - 1} more" if tests[1:] else ""  # noqa: PLR2004
        message = f"asks the application, which forwards now: what a service serves is answered only while that runs{also}"
        yield Finding("tests", tests[0], message)


def _mounts_documents(partition: Partition, owner: Name, uses: Iterable[_Use]) -> bool:
    """Whether an application is not the gateway's own, and includes what is forwarded."""
    known = routers(partition.facts)[owner]
    forwarded = {use.router for use in uses}
    return (
        known.kind == "application"
        and owner != partition.backend.application
        and is_within(owner.module, partition.backend.package)
        and any(router in forwarded for _, router in inclusions(partition.facts, owner))
    )


def _findings(partition: Partition, options: Options, uses: Collection[_Use], services: Iterable[str]) -> Iterator[Finding]:
    where = partition.backend.application.module
    titles = ", ".join(url_variable(title) for title in services)
    yield Finding("discovery", where, f"the gateway finds services by {titles}, a file (SERVICES_FILE) or DNS (SERVICES_DOMAIN)", severity="info")
    for path in importers(partition, options):
        yield Finding(
            "imports", path, f"imports a service: what {name(partition.backend.directory)} is developed with has to hold it", severity="info"
        )
    yield from asking(partition)
    for outer in sorted(one for one in routers(partition.facts) if _mounts_documents(partition, one, uses)):
        message = f"`{outer.local}` is mounted and has a document of its own: of what is forwarded that says the paths, and no more"
        yield Finding("document", outer.module, message)
    for owner in sorted({use.module for use in uses}):
        rows = (row[0] for name in routers(partition.facts) if name.module == owner for row in inclusions(partition.facts, name))
        if any(b"dependencies" in partition.facts.read(owner)[row.start : row.end] for row in rows):
            yield Finding("dependencies", owner, "gives routers dependencies: the gateway and the service will both run them")
    if both := dict.fromkeys(hook.name for hook in source_of(partition.facts, where).hooks if hook.kind == "middleware"):
        message = (
            f"{', '.join(both)}: the gateway and the services will both run it; what counts requests in a place that all share counts them twice"
        )
        yield Finding("middleware", where, message, severity="info")
