"""Steps that move modules into distributions of their own, and what makes those work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.errors import Finding
from migrator.facts import Facts
from migrator.facts.distributions import needed, normalized, requirements
from migrator.facts.packages import blank, dotted, loads
from migrator.facts.settings import background, environment
from migrator.paths import RepoPath, ancestors, is_within, name, parent
from migrator.step import Action, Edit, Move, Step, Write
from migrator.template import render
from phases.backend_split.application import application
from phases.backend_split.options import Options
from phases.backend_split.partition import Partition, package_name, service_name

__all__ = ["Distribution", "depends", "gateway_of", "kernel", "members", "relocated", "rename", "service"]

_ROOT = RepoPath("pyproject.toml")
_HERE = "phases.backend_split"
_SERVERS = ("fastapi", "uvicorn", "starlette")


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


def rename(partition: Partition, options: Options) -> Step | None:
    """The step that moves the monolith to where the gateway will be; None when it is there."""
    old, new = partition.backend.directory, gateway_of(options)
    if old == new or partition.facts.tree.is_dir(new) or not old:
        return None
    return Step(
        slug="rename-backend",
        title=f"Move {old} to {new}",
        why="Today's backend becomes the gateway: it keeps what no other service owns and serves every route as before.",
        actions=(Move(old, new),),
        gates=options.gates,
    )


def gateway_of(options: Options) -> RepoPath:
    """Where the gateway lies."""
    return RepoPath(f"{options.directory}/{options.api_gateway}")


def kernel(partition: Partition, options: Options, needs: tuple[str, ...]) -> Step | None:
    """The step that moves the shared modules into a package; None when nothing is shared."""
    shared = partition.kernel
    if not shared:
        return None
    facts = partition.facts
    place = Distribution(RepoPath(f"{options.packages}/{options.kernel}"))
    lines, unknown = needed(facts, shared, requirements(facts, partition.backend.directory))
    actions: list[Action] = [*relocated(partition, shared, place)]
    if place.manifest not in facts.tree:
        description = "What several services of this repository use."
        actions += [
            Write(place.manifest, _pyproject(partition, place, description, lines, ())),
            Write(
                RepoPath(f"{place.directory}/README.md"),
                render(_HERE, "kernel-readme.md.j2", name=place.title, count=len(shared), origin=partition.backend.package),
            ),
        ]
    else:
        actions += [Edit(place.manifest, AddTomlItem(("project", "dependencies"), line)) for line in lines]
    actions += [*members(facts, place.directory, partition.backend.directory), *depends(partition, place)]
    return Step(
        slug="kernel",
        title=f"Move {_count(shared, 'shared module')} to {place.directory}",
        why=f"More than one service reaches them: as {place.package} each service can import them without the others.",
        actions=tuple(actions),
        needs=needs,
        gates=options.gates,
        findings=(*_unexplained(place, unknown), *_docker(partition, place)),
    )


def service(partition: Partition, options: Options, title: str, needs: tuple[str, ...]) -> Step | Finding:
    """The step that moves what a service owns, and gives it an application of its own; or why that cannot be."""
    facts = partition.facts
    mine = partition.owned[title]
    place = Distribution(RepoPath(f"{options.directory}/{service_name(title)}"))
    core = Distribution(RepoPath(f"{options.packages}/{options.kernel}"))
    main = RepoPath(f"{place.home}/main.py")
    if main in facts.tree or any(partition.relative(module) == "main.py" for module in mine):
        return Finding("stays", main, "is there, so no application can be written: the service is not made")

    def namer(path: RepoPath) -> str | None:
        if path in mine:
            return f"{place.package}.{dotted(partition.relative(path))}"
        return dotted(path[len(parent(core.home)) + 1 :]) if is_within(path, core.home) else None

    required = _required(facts, (*mine, *partition.common))
    made = application(partition, place.title, mine, namer, required)
    if made is None:
        return Finding("stays", partition.backend.application.module, f"cannot be cut along its statements, so {place.title} is not made")
    lines, unknown = needed(facts, mine, requirements(facts, partition.backend.directory), made.libraries)
    servers = (line for key, line in requirements(facts, partition.backend.directory).items() if key in _SERVERS and line not in lines)
    uses = (core.title,) if facts.tree.is_dir(core.directory) else ()
    description = options.services[title].description or f"The {title} part of the backend."
    values = {"name": place.title, "module": place.package, "directory": place.directory, "description": description}
    copied = [core.directory, place.directory] if uses else [place.directory]
    version = re.search(r"3\.\d+", _python(partition))
    variables = sorted({one.name for module in required if module.endswith(".py") for one in environment(facts, module)})
    tasks = (
        Finding("task", module, f"workers know `{task.name}` by that name, and have to load {place.package} for it")
        for module in mine
        for task in background(facts, module)
        if task.kind == "declared"
    )
    actions: tuple[Action, ...] = (
        *relocated(partition, mine, place),
        Write(main, made.text.encode()),
        Write(place.manifest, _pyproject(partition, place, description, (*lines, *servers), uses)),
        Write(
            RepoPath(f"{place.directory}/README.md"),
            render(
                _HERE,
                "service-readme.md.j2",
                **values,
                count=len(made.routes),
                origin=partition.backend.package,
                routes=made.routes,
                variables=variables,
            ),
        ),
        Write(
            RepoPath(f"{place.directory}/Dockerfile"),
            render(_HERE, "Dockerfile.j2", **values, version=version[0] if version else "3.12", copied=copied),
        ),
        *members(facts, place.directory),
        *depends(partition, place),
    )
    left = (Finding("left", main, f"the monolith's application has, and this one has not: {line}", severity="info") for line in made.left)
    return Step(
        slug=place.title,
        title=f"Move {_count(mine, 'module')} and {_count(made.routes, 'route')} to {place.directory}",
        why=f"Only the routers of {title} reach them. It runs by itself, and the gateway mounts its routers as before.",
        actions=actions,
        needs=needs,
        gates=options.gates,
        findings=(*_unexplained(place, unknown), *tasks, *left),
    )


def _count(things: Sized, word: str) -> str:
    return f"1 {word}" if len(things) == 1 else f"{len(things)} {word}s"


def _required(facts: Facts, modules: Iterable[RepoPath]) -> frozenset[RepoPath]:
    """Some modules and everything that they import, at once or later."""
    pending = list(modules)
    seen = set(pending)
    while pending:
        for target in loads(facts, pending.pop()):
            if target not in seen and target in facts.tree:
                seen.add(target)
                pending.append(target)
    return frozenset(seen)


# modules ---------------------------------------------------------------------------------------------------------------


def relocated(partition: Partition, modules: Iterable[RepoPath], place: Distribution) -> Iterator[Action]:
    """The moves of some modules into a distribution, with the `__init__` files that mark its directories."""
    facts = partition.facts
    moving = {module: RepoPath(f"{place.home}/{partition.relative(module)}") for module in modules}
    yield from (Move(old, new) for old, new in moving.items())
    wanted: dict[RepoPath, RepoPath] = {}
    for old in moving:
        for folder in ancestors(old):
            init = RepoPath(f"{folder}/__init__.py")
            if folder in {partition.backend.package, partition.backend.directory}:
                break
            if init in facts.tree and init not in moving:
                wanted[init] = RepoPath(f"{place.home}/{partition.relative(init)}")
    top = RepoPath(f"{place.home}/__init__.py")
    if top not in facts.tree:
        yield Write(top, b"")
    for init, target in wanted.items():
        if target in facts.tree:
            continue
        below = [path for path in facts.tree.below(parent(init)) if path not in moving and path not in wanted]
        if not below:
            yield Move(init, target)
        else:
            yield Write(target, b"" if blank(facts, init) else facts.read(init))
    for init, target in moving.items():
        if name(init) == "__init__.py" and any(path.endswith(".py") and path not in moving for path in facts.tree.below(parent(init))):
            # Whoever imports what stays beside it still loads it first: models are registered by being imported.
            yield Write(init, f"import {dotted(target[len(parent(place.home)) + 1 :])}  # noqa: F401\n".encode())


# manifests -------------------------------------------------------------------------------------------------------------


def _pyproject(partition: Partition, place: Distribution, description: str, lines: Iterable[str], uses: tuple[str, ...]) -> bytes:
    return render(
        _HERE,
        "pyproject.toml.j2",
        name=place.title,
        module=place.package,
        description=description,
        python=_python(partition),
        dependencies=[line.replace("\\", "\\\\").replace('"', '\\"') for line in (*uses, *lines)],
        members=uses,
    )


def _python(partition: Partition) -> str:
    """The Python versions that the monolith runs on, by what it says."""
    project = _manifest(partition).get("project", {})
    said = project.get("requires-python") if isinstance(project, dict) else None
    if isinstance(said, str):
        return said
    path = RepoPath(f"{partition.backend.directory}/.python-version")
    if path in partition.facts.tree and (found := re.match(rb"\s*(3\.\d+)", partition.facts.read(path))):
        return f">={found[1].decode()}"
    return ">=3.11"


def _manifest(partition: Partition) -> dict[str, Any]:
    path = RepoPath(f"{partition.backend.directory}/pyproject.toml")
    if path not in partition.facts.tree:
        return {}
    try:
        return tomlkit.parse(partition.facts.read(path).decode("utf-8-sig", "replace")).unwrap()
    except TOMLKitError:
        return {}


def members(facts: Facts, *directories: RepoPath) -> Iterator[Action]:
    """What makes directories members of the repository's uv workspace, if they are not."""
    if _ROOT not in facts.tree:
        yield Write(_ROOT, b"[tool.uv.workspace]\nmembers = []\n")
    for directory in directories:
        yield Edit(_ROOT, AddTomlItem(("tool", "uv", "workspace", "members"), directory))


def depends(partition: Partition, place: Distribution) -> Iterator[Action]:
    """What makes the monolith depend on a distribution of the workspace."""
    facts, directory = partition.facts, partition.backend.directory
    path = RepoPath(f"{directory}/pyproject.toml")
    lines, _ = needed(facts, partition.modules, requirements(facts, directory))
    lines = (*lines, *(line for key, line in requirements(facts, directory).items() if key in _SERVERS and line not in lines))
    project = _manifest(partition).get("project")
    if path not in facts.tree:
        yield Write(
            path,
            f'[project]\nname = "{name(directory)}"\nversion = "0.1.0"\nrequires-python = "{_python(partition)}"\ndependencies = []\n'.encode(),
        )
    elif not isinstance(project, dict) or "dependencies" in project.get("dynamic", ()):
        return
    listed = {} if not isinstance(project, dict) else project
    there = {normalized(match[0]) for line in listed.get("dependencies", []) if (match := re.match(r"[\w.-]+", line))}
    for line in (*lines, place.title):
        found = re.match(r"[\w.-]+", line)
        if found is not None and normalized(found[0]) not in there:
            yield Edit(path, AddTomlItem(("project", "dependencies"), line))
    yield Edit(path, SetTomlValue(("tool", "uv", "sources", place.title, "workspace"), value=True))


def _unexplained(place: Distribution, unknown: Iterable[str]) -> Iterator[Finding]:
    for top in unknown:
        yield Finding("dependency", place.manifest, f"`{top}` is imported, and nothing that the monolith requires brings it")


def _docker(partition: Partition, place: Distribution) -> Iterator[Finding]:
    directory = partition.backend.directory
    for path in partition.facts.tree.below(directory):
        if name(path).split(".")[0] == "Dockerfile" and not partition.facts.scanner.hidden(path):
            message = f"copies {directory} alone: its build context has to be the repository's root, and it has to install {place.directory}"
            yield Finding("docker", path, message)
