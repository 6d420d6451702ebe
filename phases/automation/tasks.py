"""What a job runs: the scripts of a package, the tests of a project of Python by kind, the tools that judge code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, relative

if TYPE_CHECKING:
    from migrator.facts.delivery.model import Suite, Toolchain
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.projects.model import Command, Project
    from migrator.origin import Origin

__all__ = ["HERE", "Task", "chosen", "judged", "program", "scripts", "suites"]

_SCRIPTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("lint", "Lint", ("lint", "lint:check", "eslint")),
    ("format", "Format", ("format:check", "fmt:check", "prettier:check", "check:format")),
    ("type-check", "Types", ("typecheck", "type-check", "types", "check:types", "check-types", "tsc")),
    ("build", "Build", ("build",)),
)
"""By purpose: what a step is called, and the scripts of a package that are for it, the best name first."""
_TESTS: Mapping[str, tuple[str, ...]] = {
    "unit": ("test:unit", "unit"),
    "integration": ("test:integration", "integration"),
}
"""By kind, the scripts that run it alone."""
_ALL = ("test:ci", "test:run", "ci:test", "test")
HERE = ("unit", "integration")
"""Kinds that need no more than the project and the services beside it."""
_PROGRAMS = {"pytest": "python -m pytest", "unittest": "python -m unittest discover", "django": "python manage.py test"}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a job runs."""

    title: str
    command: str
    directory: RepoPath
    origins: tuple[Origin, ...]
    tool: str = ""
    """The program behind it."""
    kind: str = ""
    """Of the tests that it runs; `all` for every kind of the runner."""
    advisory: bool = False
    scripts: tuple[tuple[RepoPath, str], ...] = ()
    """The scripts of packages that it runs, each with the directory."""


def judged(landscape: Landscape, home: RepoPath, chain: Toolchain) -> Iterator[Task]:
    """The tools that judge the code of a project of Python."""
    for one in landscape.checks:
        if one.directory == home:
            yield Task(f"Check with {one.tool}", f"{chain.prefix}{one.command}", home, one.origins, one.tool, advisory=one.advisory)


def suites(landscape: Landscape, project: Project, chain: Toolchain) -> Iterator[Task]:
    """The tests of a project of Python: a kind a step where each has its folder, else all of them in one."""
    home = project.directory
    here = [one for one in landscape.suites if one.directory == home and one.tool in _PROGRAMS and one.settled]
    if not here:
        return
    typed = "pytest" if here[0].tool == "pytest" and chain.prefix else _PROGRAMS[here[0].tool]
    if here[0].tool == "pytest" and "pytest" not in project.requirements and chain.manager == "uv":
        typed = "--with pytest pytest"
    typed += "".join(f" {shlex.quote(one)}" for one in here[0].apart)
    apart = [one for one in here if one.kind != "unit"]
    if here[0].tool != "pytest" or any(one.folder is None for one in apart if one.kind not in HERE):
        yield _test("All tests", f"{chain.prefix}{typed}", home, here, "all")
        return
    if not apart or any(one.folder is None for one in apart):
        ignored = " ".join(f"--ignore={_below(one, home)}" for one in apart if one.kind not in HERE and one.folder is not None)
        yield _test(
            "Tests", f"{chain.prefix}{typed} {ignored}".rstrip(), home, [one for one in here if one.kind in HERE], "all" if not ignored else "unit"
        )
        return
    if any(one.kind == "unit" for one in here):
        ignored = " ".join(f"--ignore={_below(one, home)}" for one in apart)
        yield _test("Unit tests", f"{chain.prefix}{typed} {ignored}", home, [one for one in here if one.kind == "unit"], "unit")
    for one in apart:
        if one.kind in HERE:
            yield _test("Integration tests", f"{chain.prefix}{typed} {_below(one, home)}", home, [one], one.kind)


def _below(one: Suite, home: RepoPath) -> str:
    return shlex.quote(relative(one.folder, home) if one.folder is not None and home else str(one.folder))


def _test(title: str, command: str, home: RepoPath, several: Sequence[Suite], kind: str) -> Task:
    return Task(title, command, home, tuple(one.origin for one in several), several[0].tool, kind)


def scripts(project: Project, home: RepoPath, chain: Toolchain) -> Iterator[Task]:
    """The scripts of a package that judge, test and build it."""
    own = {one.name: one for one in project.commands if one.runner == "package" and one.directory == home}
    for title, one, kind in chosen(own):
        yield Task(title, f"{chain.manager} run {one.name}", home, (one.origin,), program(one), kind, scripts=((home, one.name),))


def chosen(own: Mapping[str, Command]) -> Iterator[tuple[str, Command, str]]:
    """By step: what it is called, the script, and the kind of its tests."""
    for purpose, title, names in _SCRIPTS:
        one = next((own[name] for name in names if name in own), None)
        if one is not None and not (purpose == "build" and one.text.startswith("echo")):
            yield title, one, ""
    alone = {kind: one for kind, names in _TESTS.items() if (one := next((own[name] for name in names if name in own), None)) is not None}
    whole = next((own[name] for name in _ALL if name in own), None)
    if "unit" in alone:
        for kind, one in alone.items():
            yield f"{kind.capitalize()} tests", one, kind
    elif whole is not None and not re.match(r"echo\b.*(?:exit 1|no test)", whole.text):
        yield "Tests", whole, "all"


def program(command: Command) -> str:
    """What a script of a package starts."""
    words = command.text.split()
    return next((one for one in words if "=" not in one and one not in {"npx", "cross-env"}), "")
