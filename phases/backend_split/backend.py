"""The parts of a split: the monolith that there is, and the distributions that it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pathspec

from migrator.errors import Finding, Problem
from migrator.facts.distributions import MANIFESTS
from migrator.facts.packages import dotted
from migrator.facts.serving import Name, applications, flask, routers, routes
from migrator.paths import ROOT, RepoPath, ancestors, is_within, name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.options import Options

__all__ = [
    "Backend",
    "Distribution",
    "backend_of",
    "backends",
    "below",
    "gateway_of",
    "is_moved",
    "is_of_tests",
    "kernel_of",
    "missing",
    "moved_to",
    "nameless",
    "package_name",
    "service_name",
    "service_of",
]

_TESTS = pathspec.GitIgnoreSpec.from_lines(["tests/", "test/", "test_*.py", "*_test.py", "conftest.py"])


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


def kernel_of(options: Options) -> Distribution:
    """The shared kernel."""
    return Distribution(RepoPath(f"{options.packages}/{options.kernel}"))


def service_of(options: Options, title: str) -> Distribution:
    """A service."""
    return Distribution(RepoPath(f"{options.directory}/{service_name(title)}"))


def gateway_of(options: Options) -> RepoPath:
    """Where the gateway lies."""
    return RepoPath(f"{options.directory}/{options.api_gateway}")


def is_moved(path: str, options: Options) -> bool:
    """Whether a file is a service's: it lies where they do, outside the gateway."""
    return is_within(path, options.directory) and not is_within(path, gateway_of(options))


def moved_to(path: str, options: Options) -> str:
    """The name of the directory of the service that a file is in."""
    return below(path, options.directory).partition("/")[0]


def is_of_tests(path: str) -> bool:
    """Whether a module lies where tests do, or has the name of one."""
    return _TESTS.match_file(path)


@dataclass(frozen=True, slots=True)
class Backend:
    """A monolith: its project's directory, the package that holds its application, and the application."""

    directory: RepoPath
    package: RepoPath
    """The directory itself (or its `src`) where the application lies in no package: `main.py` beside `routers/`."""
    root: RepoPath
    """What its imports are seen from."""
    application: Name
    framework: str = "fastapi"
    factory: str = ""
    """The function that makes the application and returns it; empty where it is made at the top of its module."""

    @property
    def served(self) -> str:
        """What a server is given: the application's module, and the application or its factory."""
        return f"{dotted(below(self.application.module, self.root))}:{self.factory or self.application.local}"


def backend_of(facts: Facts, options: Options) -> Backend | None:
    """The monolith of a tree: the application that is asked for, or the one with the most routes that lies in a package of a project."""
    return next(iter(backends(facts, options)), None)


def backends(facts: Facts, options: Options) -> Iterator[Backend]:
    """The monoliths that a tree may be taken for, the first that the options mean first."""
    gateway = gateway_of(options)
    # What forwards has few routes of its own: what lies where the gateway goes is the monolith, whatever else serves.
    for application in sorted(_applications(facts), key=lambda found: not is_within(found.module, gateway)):
        directory = _project(facts, application.module)
        if is_within(application.module, gateway) and not is_within(directory, gateway):
            directory = gateway  # what came from a root that says nothing of itself is a project where it went
        if is_within(application.module, options.packages) or is_of_tests(application.module):
            continue
        inside = below(application.module, directory)
        source = _in(directory, "src")
        root = source if inside.startswith("src/") and not _is_package(facts, source) else directory
        inside = below(application.module, root)
        top = inside.partition("/")[0]
        package = _in(root, top) if top != inside else root
        known = routers(facts).get(application)
        framework = known.framework if known is not None else "fastapi"
        factory = flask.factory(facts, application) if framework == "flask" else ""
        names = {application.local, factory, f"{factory}()"} - {"", "()"}
        named = options.application is None or options.application in {f"{dotted(inside)}:{name}" for name in names}
        if named and (options.project in {None, directory} or is_within(application.module, gateway)):
            yield Backend(directory, package, root, application, framework, factory)


def _applications(facts: Facts) -> tuple[Name, ...]:
    """What may be a monolith's application, the one that is most likely first: Flask's where no application of FastAPI serves anything."""
    asgi, wsgi = applications(facts), flask.applications(facts)
    return (*asgi, *wsgi) if any(len(routes(facts, one)) for one in asgi if not is_of_tests(one.module)) else (*wsgi, *asgi)


def below(path: str, directory: str) -> str:
    """A path as seen from a directory above it, which may be the root."""
    return path[len(directory) + 1 :] if directory else path


def _in(directory: RepoPath, path: str) -> RepoPath:
    return RepoPath(f"{directory}/{path}" if directory else path)


def _project(facts: Facts, module: RepoPath) -> RepoPath:
    """The directory of the project that a module belongs to: the nearest that describes itself, the root where none below it does.

    What only has a Dockerfile, settings of alembic or the like is one too, unless it is a package of what lies above it: its modules are
    imported by its own name (`from backend.app import ...`), or it is the `src` of a project.
    """
    projects = facts.atlas.python.projects
    above = [folder for folder in ancestors(module) if folder in projects and folder]
    return next(
        (folder for folder in above if not _names_itself(facts, folder) and (_describes_itself(facts, folder) or name(folder) != "src")), ROOT
    )


def _describes_itself(facts: Facts, folder: RepoPath) -> bool:
    there = facts.tree.folders.get(folder, ())
    return any(last in MANIFESTS or last.startswith("requirements") for last in there)


def _is_package(facts: Facts, source: RepoPath) -> bool:
    """Whether a folder `src` is the package itself and no place for packages: it says so, or what lies in it is imported by that name."""
    return f"{source}/__init__.py" in facts.tree or _names_itself(facts, source)


def _names_itself(facts: Facts, folder: RepoPath) -> bool:
    """Whether what lies in a folder is imported by the folder's name: from within, and from anywhere where it does not say that it is a project."""
    asking = facts.tree.below(folder) if _describes_itself(facts, folder) else facts.graph.references
    return any(
        (path := reference.target.path) is not None
        and not reference.mention.weak
        and is_within(path, folder)
        and _says(reference.mention.base, reference.mention.text, folder, path)
        for asker in asking
        if asker.endswith(".py")
        for reference in facts.graph.references.get(asker, ())
    )


def _says(base: str, text: str, folder: RepoPath, path: RepoPath) -> bool:
    """Whether an import of a file begins with the name of a folder above it and goes on from there."""
    first, *rest = [part for part in f"{base}.{text}".split(".") if part]
    inside = below(path, folder).removesuffix(".py").split("/")
    return first == name(folder) and not base.startswith(".") and (rest[:1] == inside[:1] or inside == ["__init__"])


def nameless(facts: Facts) -> Finding:
    """That no application has a name, and what to write where a function makes one that nobody calls."""
    said = "there is no FastAPI or Flask application in this repository that a server could be given by name"
    made = sorted(
        name
        for name, router in routers(facts).items()
        if router.kind == "application" and router.framework == "fastapi" and name.scope and not is_of_tests(name.module)
    )
    if not made:
        return Finding("absent", "", said, severity="info")
    module, maker = made[0].module, made[0].scope
    hint = f"`{maker}` makes one: give it a name at the top of a module (`app = {maker}()`), and that to the plan"
    return Finding("absent", module, f'{said}; {hint} (`application = "{dotted(name(module))}:app"`)', severity="info")


def missing(facts: Facts, options: Options) -> Problem | None:
    """That no application is what the plan file asks for, and those that are there; None where nothing is that it could have meant by a project."""
    plain = options.model_copy(update={"application": None, "project": None})
    there = [one.served if options.project is None else f"{one.served} in {one.directory or 'the root'}" for one in backends(facts, plain)]
    hint = f"there is {', '.join(sorted({*there}))}" if there else "this repository has none"
    if options.application is None:
        return Problem("phases.backend_split.project", f"`{options.project}` is no project with an application", hint) if there else None
    where = f" in `{options.project}`" if options.project is not None else ""
    return Problem("phases.backend_split.application", f"`{options.application}` is no application of this repository{where}", hint)
