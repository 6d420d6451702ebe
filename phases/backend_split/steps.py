"""Steps that move modules into distributions of their own, and what makes those work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING

from migrator.edits.spans import Respell
from migrator.edits.toml import AddTomlItem
from migrator.errors import Finding
from migrator.facts.composition import imported
from migrator.facts.distributions import needed
from migrator.facts.packages import blank, dotted, reached
from migrator.facts.serving import routes
from migrator.facts.settings import environment
from migrator.facts.tables import related
from migrator.paths import ROOT, RepoPath, ancestors, is_within, name, parent, relative
from migrator.step import Action, Edit, Move, Remove, Step, Write
from migrator.template import render
from migrator.wording import counted, listed
from phases.backend_split.application.definitions import copied
from phases.backend_split.backend import Distribution, gateway_of, kernel_of, service_of
from phases.backend_split.belongings import Belongings
from phases.backend_split.deployment.builds import PORT
from phases.backend_split.deployment.compose import service_entries
from phases.backend_split.deployment.files import needs_of
from phases.backend_split.deployment.images import monolith_images, service_image
from phases.backend_split.frameworks import FRAMEWORKS
from phases.backend_split.packaging.climbs import locations, respelled
from phases.backend_split.packaging.layout import Layout, as_it_was, by_role, in_layers
from phases.backend_split.packaging.manifests import dependency, pyproject, unmanaged, uv_members
from phases.backend_split.packaging.versions import Installed, names_of, unversioned, versioned, versions
from phases.backend_split.packaging.visibility import javascript_member, named_as_a_whole, needs_installed
from phases.backend_split.partition.layers import BASE, Layers, lines_of, rank_of
from phases.backend_split.partition.places import VARIABLE, running
from phases.backend_split.suites.placement import Testing
from phases.backend_split.suites.settings import settings_of_monolith
from phases.backend_split.tasks import tasks_that_move
from phases.backend_split.uprooting import from_root

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.application.service import Application
    from phases.backend_split.imports import Namer
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["kernel", "relocated", "rename", "service"]

_HERE = "phases.backend_split"


def rename(partition: Partition, options: Options) -> Step | None:
    """The step that moves the monolith to where the gateway will be; None when it is there."""
    old, new = partition.backend.directory, gateway_of(options)
    if old == new or partition.facts.tree.is_dir(new):
        return None
    why = "Today's backend becomes the gateway: it keeps what no other service owns and serves every route as before."
    if not old:
        return from_root(Belongings(partition.facts, options, partition.modules), new, why, partition.backend.package)
    return Step(
        slug="rename-backend",
        title=f"Move {old} to {new}",
        why=why,
        actions=(Move(old, new), *javascript_member(partition.facts, old, new)),
    )


def kernel(partition: Partition, options: Options, needs: tuple[str, ...]) -> Step | None:
    """The step that moves the shared modules into a package; None when nothing is shared."""
    shared = partition.kernel
    facts = partition.facts
    places = tuple(locations(partition))
    if not shared and not places:
        return None
    place = kernel_of(options)
    layers = Layers(partition)
    laid, held, testing = in_layers(layers, place), monolith_images(partition, place), Testing(partition)
    lines, unknown = needed(facts, shared, partition.required.runtime)
    required = _by_layer(partition, layers)
    highest = max((layer for layer in required if layer != BASE), key=list(required).index, default="")
    actions: list[Action] = [*relocated(partition, laid, place), *places, *held.actions]
    if place.manifest not in facts.tree:
        description = "What several services of this repository use."
        actions += [
            Write(place.manifest, pyproject(partition, place, description, lines=required.pop(BASE, ()), extras=required)),
            *versioned(partition, shared, place),
            Write(
                RepoPath(f"{place.directory}/README.md"),
                render(
                    _HERE,
                    "kernel-readme.md.j2",
                    name=place.title,
                    directory=place.directory,
                    services=options.directory,
                    count=len(shared),
                    layers={layer: len(mine) for layer, mine in layers.modules().items()} if layers.folders else {},
                    origin=partition.backend.package,
                    tested=options.kernel in testing.places.values(),
                ),
            ),
        ]
    else:
        for layer, more in required.items():
            key = ("project", "dependencies") if layer == BASE else ("project", "optional-dependencies", layer)
            actions += [Edit(place.manifest, AddTomlItem(key, line)) for line in more]
    actions += [*uv_members(partition, place), *dependency(partition, place, highest), *settings_of_monolith(partition, place)]

    def namer(path: RepoPath) -> str | None:
        return dotted(laid.places[path][len(parent(place.home)) + 1 :]) if path in laid.places else None

    actions += testing.actions(options.kernel, namer, lines)
    return Step(
        slug="kernel",
        title=f"Move {counted(len(shared), 'shared module')} to {place.directory}" if shared else f"Write {place.directory}",
        why=f"More than one service reaches them: as {place.package} each service can import them without the others."
        if shared
        else f"It says where the files of {partition.backend.directory} are for what leaves it.",
        actions=tuple(actions),
        needs=needs,
        findings=(
            *_unexplained(place, unknown),
            *unmanaged(partition),
            *named_as_a_whole(partition),
            *needs_installed(partition, shared, place),
            *unversioned(partition, shared, place),
            *_copies(partition, shared),
            *held.findings,
        ),
    )


def _by_layer(partition: Partition, layers: Layers) -> dict[str, tuple[str, ...]]:
    """By layer of the kernel that gets modules: what it requires beyond those below it, which the highest of these says."""
    available = partition.required.runtime
    title = kernel_of(partition.options).title
    found: dict[str, tuple[str, ...]] = {}
    said: set[str] = set()
    for layer, mine in layers.modules().items():
        lines, _ = needed(partition.facts, mine, available)
        below = [one for one in found if one != BASE][-1:]
        found[layer] = (*(f"{title}[{one}]" for one in below), *(line for line in lines if line not in said))
        said.update(lines)
    return found


def service(partition: Partition, options: Options, title: str, needs: tuple[str, ...]) -> Step | Finding:
    """The step that moves what a service owns, and gives it an application of its own; or why that cannot be."""
    facts = partition.facts
    mine = partition.owned[title]
    place = service_of(options, title)
    core = kernel_of(options)
    main = RepoPath(f"{place.home}/main.py")
    laid = by_role(partition, title, mine, place) if options.layout == "role" else as_it_was(partition, mine, place)
    if taken := {main, RepoPath(f"{place.home}/wsgi.py")} & {*laid.places.values()}:
        return Finding("stays", min(taken), "is a module's, so no application can be written: the service is not made")
    there = frozenset(path for path in facts.tree.below(place.home) if path.endswith(".py") and path != main)

    def namer(path: RepoPath) -> str | None:
        if path in mine or path in there:
            return dotted(laid.places.get(path, path)[len(parent(place.home)) + 1 :])
        return dotted(path[len(parent(core.home)) + 1 :]) if is_within(path, core.home) else None

    required = reached(facts, (*mine, *sorted(there), *partition.common), through=partition.gathering)
    framework = FRAMEWORKS[partition.backend.framework]
    made = framework.application(partition, place.title, (*mine, *there), namer, required)
    if isinstance(made, str):
        if partition.kernel:
            made = f"{counted(len(partition.kernel), 'shared module')} have to be in {core.directory} first ({made})"
        return Finding("stays", partition.backend.application.module, f"cannot be cut along its statements, so {place.title} is not made: {made}")
    if lacking := [
        f"{partition.relative(one)} {number}"
        for one in mine
        if (number := partition.routes.modules.get(one, 0) - made.routes.modules.get(one, 0)) > 0
    ]:
        message = f"gives routes to what {place.title} cannot include, so it is not made ({listed(lacking)}): how they are included cannot be read"
        return Finding("stays", partition.backend.application.module, message)
    if main in facts.tree and (unmounted := _unmounted(partition, main, made)):
        return Finding("stays", main, f"serves what the gateway does not mount ({', '.join(unmounted)}): give it the router by hand")
    required = reached(facts, (*required, *made.imports), through=partition.gathering)
    known = partition.required.runtime
    lines, unknown = needed(facts, mine, known, made.libraries)
    target, wsgi = framework.started(partition, place, namer)
    servers = [line for key, line in known.items() if key in framework.servers and line not in lines]
    uses = lines_of(partition, required)
    description = options.services[title].description or f"The {title} part of the backend."
    values = {"name": place.title, "module": place.package, "directory": place.directory, "description": description}
    variables = {one.name: one for module in sorted(required) if module.endswith(".py") for one in environment(facts, module)}
    variables.pop(VARIABLE, None)  # where files are is what the image says, and a checkout shows
    needs_files, testing = needs_of(partition, place, sorted(required)), Testing(partition)
    finds = sorted({relative(path, partition.backend.directory) for path in running(partition, required)})
    apart = f" --directory {gateway_of(options)} --project {relative(ROOT, gateway_of(options))}" if finds else ""
    held, run = monolith_images(partition, place), service_entries(partition, options, place, variables.values(), needs_files)
    around: tuple[Action, ...] = (
        Write(place.manifest, pyproject(partition, place, description, lines=(*lines, *servers), uses=uses)),
        *versioned(partition, mine, place, made.text.encode()),
        Write(
            RepoPath(f"{place.directory}/README.md"),
            render(
                _HERE,
                "service-readme.md.j2",
                **values,
                command=framework.locally(known, target),
                count=len(made.routes),
                origin=partition.backend.package,
                routes=made.routes,
                variables=sorted(variables),
                gateway=gateway_of(options),
                apart=apart,
                tested=title in testing.places.values(),
                finds=finds,
                beside=[core.directory] if uses else [],
            ),
        ),
        *([Write(RepoPath(f"{place.home}/wsgi.py"), wsgi.encode())] if wsgi else []),
        *service_image(partition, place, (core,) if uses else (), needs_files, framework.command(known, target, PORT)),
        *(*held.actions, *run.actions),
    )
    if main in facts.tree:  # what was written around it is people's by now
        around = tuple(Edit(place.manifest, AddTomlItem(("project", "dependencies"), line)) for line in lines)
    moving = sum(number for module, number in made.routes.modules.items() if module in mine)
    actions: tuple[Action, ...] = (
        *relocated(partition, laid, place),
        *_looked_up(facts, required, place, namer),
        Write(main, Installed(names_of(partition), place.title, own=True).apply(made.text.encode())),
        *(Write(RepoPath(f"{place.home}/{title}.py"), text.encode()) for title, text in made.beside.items()),
        *around,
        *uv_members(partition, place),
        *dependency(partition, place),
        *settings_of_monolith(partition, place),
        *testing.actions(title, namer, (*uses, *lines, *servers)),
    )
    left = (Finding("without", main, f"the monolith's application has, and this one has not: {line}") for line in made.left)
    copies = (
        Finding("copied", main, f"has a copy of what {source} says: {listed(names)}", severity="info") for source, names in _by_source(made.copied)
    )
    return Step(
        slug=place.title,
        title=f"Move {counted(len(mine), 'module')} and {counted(moving, 'route')} to {place.directory}",
        why=f"Only the routers of {title} reach them. It runs by itself, and the gateway mounts its routers as before. {_said(laid)}".rstrip(),
        actions=actions,
        needs=needs,
        findings=(
            *_unexplained(place, unknown),
            *tasks_that_move(partition, mine, place),
            *needs_installed(partition, mine, place),
            *unversioned(partition, mine, place),
            *_copies(partition, mine),
            *held.findings,
            *run.findings,
            *needs_files.findings,
            *left,
            *copies,
            *made.findings,
            *laid.findings,
        ),
    )


def _looked_up(facts: Facts, required: Collection[RepoPath], place: Distribution, namer: Namer) -> Iterator[Write]:
    """What loads the tables and mapped classes that some modules refer to by name: nobody imports what declares them, the monolith's routers did."""
    top = RepoPath(f"{place.home}/__init__.py")
    code = [path for path in facts.graph.references if path in required or namer(path) is not None]
    missing = related(facts, code, required)
    lines = [f"import {said}  # noqa: F401\n" for module in sorted(missing) if (said := namer(module)) is not None]
    if lines and top not in facts.tree:
        yield Write(top, "".join(["# Tables refer to these by name: they are known once they are loaded.\n", *lines]).encode())


def _unmounted(partition: Partition, main: RepoPath, made: Application) -> list[str]:
    """The routes of a service that is there which its application would no longer have."""
    kept = {(route.method, route.path) for route in made.routes.distinct}
    own = {(route.method, route.path) for route in routes(partition.facts, partition.backend.application._replace(module=main)).distinct}
    return [f"{method} {path}" for method, path in sorted(own - kept) if path != "/health"]


def _copies(partition: Partition, modules: Iterable[RepoPath]) -> Iterator[Finding]:
    """The modules that say themselves what they imported of a package that stays."""
    for module in modules:
        for _, said, _ in copied(partition.facts, module, partition.backend.root, partition.packages):
            yield Finding("copied", module, f"has a copy of what `{said}` brought, as that package stays", severity="info")


def _by_source(names: Mapping[str, RepoPath]) -> Iterator[tuple[RepoPath, list[str]]]:
    for source in sorted(set(names.values())):
        yield source, sorted(name for name in names if names[name] == source)


def _said(layout: Layout) -> str:
    return f"Folders by role: {layout}." if layout.roles else ""


# modules ---------------------------------------------------------------------------------------------------------------


def relocated(partition: Partition, layout: Layout, place: Distribution) -> Iterator[Action]:
    """The moves of some modules and of the files that they find into a distribution, with the `__init__` files that mark its directories."""
    facts = partition.facts
    moving = {**layout.places, **dict(_beside(partition, layout))}
    yield from (Move(old, new) for old, new in moving.items())
    for module, target in layout.places.items():
        # Both count from the start of the file as it was: one change.
        spans = (*respelled(partition, module), *copied(facts, module, partition.backend.root, partition.packages))
        if spans:
            yield Edit(target, Respell(spans))
    yield from versions(partition, layout.places.items(), place)
    top = RepoPath(f"{place.home}/__init__.py")
    if top not in facts.tree:
        yield Write(top, b"")
    yield from _marked(partition, moving, place)
    for init, target in moving.items():
        if name(init) == "__init__.py" and any(path.endswith(".py") and path not in moving for path in facts.tree.below(parent(init))):
            # Whoever imports what stays beside it still loads it first: models are registered by being imported.
            yield Write(init, _loading(target, place))


def _beside(partition: Partition, layout: Layout) -> Iterator[tuple[RepoPath, RepoPath]]:
    """The files that modules find by their own place, each where it lay as seen from them."""
    for module, target in layout.places.items():
        home = target.removesuffix(partition.relative(module))
        yield from ((file, RepoPath(home + partition.relative(file))) for file in partition.data((module,)))


def _marked(partition: Partition, moving: Mapping[RepoPath, RepoPath], place: Distribution) -> Iterator[Action]:
    """The `__init__` files of the directories that modules move to; those of directories that nothing is left in go along, or go."""
    facts, targets = partition.facts, set(moving.values())
    wanted: dict[RepoPath, list[RepoPath]] = {}
    left: dict[RepoPath, None] = {}
    for old, new in moving.items():
        homes, folders = _below(old, partition.backend.package, partition.backend.directory), _below(new, place.home)
        left |= {
            init: None for folder in homes if (init := _init(folder)) in facts.tree and init not in moving and _goes_along(partition, init, moving)
        }
        as_before = new == f"{place.home}/{partition.relative(old)}"
        for index, folder in enumerate(folders) if old.endswith(".py") else ():
            source = _init(homes[index]) if index < len(homes) else None
            stays = source is not None and source in facts.tree and source not in moving
            if _init(folder) not in targets and (stays or not as_before):
                wanted.setdefault(_init(folder), []).extend([source] if source is not None and (source in left or source in moving) else [])
    emptied = [init for init in left if all(path in moving or path in left for path in facts.tree.below(parent(init)))]
    gone = dict(moving)
    # One is in the highest layer of those that get some of its modules: what it loads is in none above.
    for target, sources in sorted(wanted.items(), key=lambda item: -rank_of(place, item[0])):
        if target in facts.tree:
            continue
        if along := next((init for init in sources if init in emptied), None):
            emptied.remove(along)
            gone |= {} if blank(facts, along) else {along: target}
            yield Move(along, target)
        elif away := next((gone[init] for init in sources if init in gone), None):
            # What a lower layer has loads nothing of a higher one.
            yield Write(target, b"" if rank_of(place, target) < rank_of(place, away) else _loading(away, place))
        else:
            said = next((init for init in sources if not blank(facts, init) and init not in partition.brought), None)
            gone |= {} if said is None else {said: target}
            # What it takes of modules of the monolith, nobody asks it for here: who did would need it where it stays.
            loaded = [one.target for one in imported(facts, said)] if said is not None else []
            alone = not any(one is not None and is_within(one, partition.backend.directory) for one in loaded)
            yield Write(target, facts.read(said) if said is not None and alone else b"")
    yield from (Remove(init) for init in emptied if blank(facts, init) and not facts.graph.importers(init))


def _goes_along(partition: Partition, init: RepoPath, moving: Collection[RepoPath]) -> bool:
    """Whether an `__init__` may go with what lies beside it: what gathers others too stays with those that ask it for them."""
    return init not in partition.gathering or all(one.target is None or one.target in moving for one in imported(partition.facts, init))


def _loading(init: RepoPath, place: Distribution) -> bytes:
    """An `__init__` that loads what lay there."""
    return f"import {dotted(init[len(parent(place.home)) + 1 :])}  # noqa: F401\n".encode()


def _below(path: RepoPath, *above: RepoPath) -> list[RepoPath]:
    """The directories that a path lies in, nearest first, below one of some."""
    return list(takewhile(lambda folder: folder not in above, ancestors(path)))


def _init(folder: RepoPath) -> RepoPath:
    return RepoPath(f"{folder}/__init__.py")


def _unexplained(place: Distribution, unknown: Iterable[str]) -> Iterator[Finding]:
    for top in unknown:
        yield Finding(
            "dependency",
            place.manifest,
            f"`{top}` is imported, and the monolith requires nothing of that name: require it, if nothing else brings it",
        )
