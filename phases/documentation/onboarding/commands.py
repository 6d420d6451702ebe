"""What is typed to get what a project needs, to run it and to test it, by files that are there."""

from __future__ import annotations

import fnmatch
import re
import shlex
from typing import TYPE_CHECKING

from migrator.atlas.node import LOCKS as NODE_LOCKS
from migrator.atlas.python import LOCKS as PYTHON_LOCKS
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, ancestors, is_within, name
from phases.documentation.handling import exists

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from migrator.facts.landscape.model import Landscape
    from migrator.facts.projects.model import Command, Project

__all__ = ["composed", "getting", "named", "serving", "tests", "typed"]

_RUNNERS = frozenset({"package", "make", "just", "task", "poe", "pdm", "rye", "taskipy", "hatch", "pipenv", "tox", "nox"})
"""What people of a project type; scripts by their path are for special occasions."""
_ALONE = frozenset({"make", "just", "task"})
"""Those of them that run in a fresh clone."""
_INSTALLS = {
    "pnpm": "pnpm install --frozen-lockfile",
    "yarn": "yarn install",
    "bun": "bun install --frozen-lockfile",
    "npm": "npm ci",
    "uv": "uv sync",
    "poetry": "poetry install",
    "pdm": "pdm install",
    "pipenv": "pipenv sync --dev",
}
"""What brings what a lock file says, by who wrote it."""
_REQUIREMENTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements/dev.txt",
    "requirements/local.txt",
    "dev-requirements.txt",
    "requirements-test.txt",
)
_SETUP = re.compile(r"(?:setup|install|bootstrap|init|deps)(?:[-:](?:dev|all|local))?")
_MANAGE = "manage.py"
_SETTINGS = frozenset({"pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg"})
_PYTHON_TESTS = frozenset({"pytest", "unittest"})
_STARTS = re.compile(
    r"(?:dev|develop|start|run|serve|server|up|watch|web|api|app|frontend|backend|docker)(?:[-:_](?:dev|local|all|server|up|web|api|app|frontend|backend))*"
)
"""What starts something by its name; others stop it, or show it."""
_TESTS = {
    "pytest": ("python", "-m", "pytest"),
    "unittest": ("python", "-m", "unittest"),
    "vitest": ("npx", "vitest", "run"),
    "jest": ("npx", "jest"),
    "node": ("node", "--test"),
}


def typed(words: Sequence[str], directory: RepoPath, *places: Origin) -> Said[str]:
    """A command as it is typed at the root."""
    said = shlex.join(words)
    return Said(f"(cd {shlex.quote(directory)} && {said})" if directory else said, places)


def getting(landscape: Landscape) -> tuple[Said[str], ...]:
    """What brings what projects need: a command of the repository's own, else what each manifest and its lock file ask for, what others need first.

    A script of a manifest needs what the manifest asks for, so it comes behind that.
    """
    own = [one for one in landscape.commands if one.runner in _RUNNERS and not one.directory and _SETUP.fullmatch(one.name)]
    if alone := [one for one in own if one.runner in _ALONE]:
        return tuple(_said(one) for one in alone[:2])
    places = exists(landscape).places
    needs = {one.directory: tuple(need.target for need in one.needs) for one in landscape.projects}
    found: dict[str, Said[str]] = {}
    for project in sorted(landscape.projects, key=lambda one: (_depth(one.directory, needs), one.directory)):
        for one in (*_of_node(landscape, project, places), *_of_python(project, places)):
            found.setdefault(one.value, one)
    return (*found.values(), *(_said(one) for one in own[:2]))


def named(landscape: Landscape, *purposes: str, few: int = 2, first: re.Pattern[str] | None = None) -> tuple[Said[str], ...]:
    """What is run for some purposes: at the root where it has such a command, else in each project; the plainest names of each, or those of a pattern."""
    homes: dict[RepoPath, list[Command]] = {}
    for one in _chosen(landscape, purposes):
        if first is None or first.fullmatch(one.name):
            homes.setdefault(one.directory, []).append(one)
    return tuple(_said(one) for several in homes.values() for one in sorted(_plainest(several), key=lambda one: len(one.name))[:few])


def _chosen(landscape: Landscape, purposes: Sequence[str]) -> list[Command]:
    found = [one for one in landscape.commands if one.purpose in purposes and one.runner in _RUNNERS]
    root = [one for one in found if not one.directory]
    if not root:
        return found
    # What a package.json at the root runs reaches packages; other languages have commands of their own.
    reached = {one.directory for one in landscape.projects if one.language == "node"}
    apart = [one for one in found if one.directory and not any(is_within(one.directory, home) for home in reached if home)]
    return root + (apart if all(one.runner == "package" for one in root) else [])


def composed(landscape: Landscape) -> tuple[Said[str], ...]:
    """What starts everything that is developed with compose."""
    return tuple(_said(one) for one in landscape.commands if one.runner == "compose" and one.purpose == "develop")


def tests(landscape: Landscape) -> tuple[Said[str], ...]:
    """What runs tests: commands, and the tools themselves where nobody named a command."""
    commands = _chosen(landscape, ("test",))
    homes = {one.directory for one in commands if one.directory}
    # Files that look like tests do not say that anybody has pytest.
    wanted = any("pytest" in one.requirements for one in landscape.projects)
    whole = [one for one in commands if not one.directory]
    bare = [
        (_django(landscape, one.directory, "test") if one.tool == "unittest" else None) or typed(_TESTS[one.tool], one.directory, Origin(one.config))
        for one in exists(landscape).runners
        if one.tool in _TESTS
        and (one.tool != "pytest" or wanted or name(one.config) in _SETTINGS)
        and not any(is_within(one.directory, home) for home in homes)
        and not any(each.runner != "package" or one.tool not in _PYTHON_TESTS for each in whole)
    ]
    return tuple({one.value: one for one in (*named(landscape, "test"), *bare)}.values())


def serving(landscape: Landscape) -> tuple[Said[str], ...]:
    """What starts what is developed: commands, else what Django's own script does."""
    there = named(landscape, "develop", first=_STARTS)
    places = sorted(path.rpartition("/")[0] for path in exists(landscape).places if path.rpartition("/")[2] == _MANAGE)
    own = (_django(landscape, RepoPath(place), "runserver") for place in places)
    return there or tuple(one for one in own if one is not None)


def _django(landscape: Landscape, directory: RepoPath, what: str) -> Said[str] | None:
    """What a project's own script of Django does; None where it has none, or its tests are not Django's."""
    script = RepoPath(f"{directory}/{_MANAGE}".lstrip("/"))
    wanted = any(one.directory == directory and any(each.lower() == "django" for each in one.requirements) for one in landscape.projects)
    return typed(("python", _MANAGE, what), directory, Origin(script)) if wanted and script in exists(landscape).places else None


def _said(one: Command) -> Said[str]:
    return typed(one.words, one.directory, one.origin)


def _plainest(several: Sequence[Command]) -> Sequence[Command]:
    """Those without a further word in their names, else all."""
    return [one for one in several if re.fullmatch(r"[a-z]{3,}", one.name)] or several


def _depth(directory: RepoPath, needs: Mapping[RepoPath, tuple[RepoPath, ...]], seen: Collection[RepoPath] = ()) -> int:
    """How many steps a project is from one that needs no other."""
    below = [one for one in needs.get(directory, ()) if one not in seen]
    return 1 + max(_depth(one, needs, (*seen, directory)) for one in below) if below else 0


def _locked(directory: RepoPath, managers: Mapping[str, str], places: Collection[RepoPath]) -> Said[str] | None:
    """What is typed where the closest lock file of a project lies; None where there is none."""
    for home in (directory, *(ancestors(directory) if directory else ())):
        for file, manager in managers.items():
            if (path := RepoPath(f"{home}/{file}".lstrip("/"))) in places:
                return typed(_INSTALLS[manager].split(), home, Origin(path))
    return None


def _of_node(landscape: Landscape, project: Project, places: Collection[RepoPath]) -> Iterator[Said[str]]:
    manifest = RepoPath(f"{project.directory}/package.json".lstrip("/"))
    node = landscape.conventions.node if landscape.conventions is not None else None
    members = [str(one).removesuffix("/") for one in node.members] if node is not None else []
    # What is a member of the workspace comes with its root.
    if manifest not in places or (project.directory and any(fnmatch.fnmatch(project.directory, one) for one in members)):
        return
    locked = _locked(project.directory, NODE_LOCKS, places)
    yield locked or typed((node.manager if node is not None else "npm", "install"), project.directory, Origin(manifest))


def _of_python(project: Project, places: Collection[RepoPath]) -> Iterator[Said[str]]:
    if project.language != "python":
        return
    if (locked := _locked(project.directory, PYTHON_LOCKS, places)) is not None:
        yield locked
        return
    listed = [RepoPath(f"{project.directory}/{file}".lstrip("/")) for file in _REQUIREMENTS]
    there = [path for path in listed if path in places]
    for path in there:
        yield Said(f"python -m pip install -r {shlex.quote(path)}", (Origin(path),))
    # A manifest without a name sets tools up and builds nothing.
    if not there and project.manifest.line and project.manifest.path.endswith("pyproject.toml"):
        yield Said(f"python -m pip install -e {shlex.quote(project.directory or '.')}", (project.manifest,))
