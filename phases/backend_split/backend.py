"""The parts of a split: the monolith that there is, and the distributions that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pathspec

from migrator.errors import Finding, Problem
from migrator.facts import flask
from migrator.facts.fastapi import Name, applications, routers, routes
from migrator.facts.packages import dotted
from migrator.paths import RepoPath, is_within, name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.options import Options

__all__ = [
    "Backend",
    "Distribution",
    "absent",
    "backend_of",
    "gateway_of",
    "is_moved",
    "is_of_tests",
    "kernel_of",
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


def backend_of(facts: Facts, options: Options) -> Backend | None:
    """The monolith of a tree: the application that is asked for, or the one with the most routes that lies in a package of a project."""
    projects = [project for project in facts.atlas.python.projects if project]
    gateway = gateway_of(options)
    # What forwards has few routes of its own: what lies where the gateway goes is the monolith, whatever else serves.
    for application in sorted(_applications(facts), key=lambda found: not is_within(found.module, gateway)):
        above = [project for project in projects if is_within(application.module, project)]
        directory = max(above, key=len, default=None)
        if directory is None or is_within(directory, options.packages) or is_of_tests(application.module):
            continue
        inside = application.module[len(directory) + 1 :]
        source = RepoPath(f"{directory}/src")
        root = source if inside.startswith("src/") and not _is_package(facts, source) else directory
        inside = application.module[len(root) + 1 :]
        top = inside.partition("/")[0]
        package = RepoPath(f"{root}/{top}") if top != inside else root
        known = routers(facts).get(application)
        framework = known.framework if known is not None else "fastapi"
        factory = flask.factory(facts, application) if framework == "flask" else ""
        names = {application.name, factory, f"{factory}()"} - {"", "()"}
        if options.application is None or options.application in {f"{dotted(inside)}:{name}" for name in names}:
            return Backend(directory, package, root, application, framework, factory)
    return None


def _applications(facts: Facts) -> tuple[Name, ...]:
    """What may be a monolith's application, the one that is most likely first: Flask's where no application of FastAPI serves anything."""
    asgi, wsgi = applications(facts), flask.applications(facts)
    return (*asgi, *wsgi) if any(len(routes(facts, one)) for one in asgi if not is_of_tests(one.module)) else (*wsgi, *asgi)


def _is_package(facts: Facts, source: RepoPath) -> bool:
    """Whether a folder `src` is the package itself and no place for packages: it says so, or what lies in it is imported by that name."""
    if f"{source}/__init__.py" in facts.tree:
        return True
    return any(
        is_within(reference.target.path, source) and (reference.mention.base or reference.mention.text).partition(".")[0] == name(source)
        for path in facts.tree.below(source)
        if path.endswith(".py")
        for reference in facts.graph.references.get(path, ())
        if reference.target.path is not None and not reference.mention.weak
    )


def absent(facts: Facts, options: Options) -> Finding | Problem:
    """Why there is no monolith: nothing is one, or none is what the plan file asks for."""
    found = _applications(facts)
    if options.application is not None:
        named = sorted({f"{'.'.join(dotted(one.module).split('.')[-2:])}:{one.name}" for one in found if not is_of_tests(one.module)})
        hint = f"there is {', '.join(named)}" if named else "this repository has none"
        return Problem("phases.backend_split.application", f"`{options.application}` is no application of this repository", hint)
    mine = [one.module for one in found if not is_of_tests(one.module)]
    if not mine:
        return Finding(
            "absent", "", "there is no FastAPI or Flask application in this repository that a server could be given by name", severity="info"
        )
    top = mine[0].partition("/")[0]
    requirements = next((path for path in ("pyproject.toml", "requirements.txt") if path in facts.tree), "")
    moves = " ".join(f"{path} backend/{path}" for path in (top, requirements) if path)
    message = "holds an application and lies in no project below the top: what it belongs to needs a directory of its own, with its requirements"
    message += f" (`migrate mv {moves}`, with the tests and whatever else is its own)"
    return Finding("absent", mine[0], message, severity="info")
