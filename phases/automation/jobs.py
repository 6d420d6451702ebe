"""Jobs of continuous integration: one for each project, of what installs it, judges it and tests it; one for a workspace whose tasks turbo or nx runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator.origin import Decision, Origin, Said
from migrator.paths import ROOT, RepoPath, is_within, relative

if TYPE_CHECKING:
    from migrator.facts.delivery.model import Suite, Toolchain
    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.facts.projects.model import Command, Project

__all__ = ["Task", "Work", "driven", "identifier", "works"]

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
_DRIVEN = ("test:e2e", "e2e", "test:playwright", "playwright")
_HERE = ("unit", "integration")
"""Kinds that need no more than the project and the services beside it."""
_PROGRAMS = {"pytest": "python -m pytest", "unittest": "python -m unittest discover", "django": "python manage.py test"}
_EXEC = {"npm": "npx", "pnpm": "pnpm exec", "yarn": "yarn exec", "bun": "bunx"}


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


@dataclass(frozen=True, slots=True)
class Work:
    """What one job does."""

    id: str
    title: Said[str]
    directories: tuple[RepoPath, ...]
    """The projects whose change has it run."""
    toolchain: Toolchain
    tasks: tuple[Task, ...]
    shared: tuple[RepoPath, ...] = ()
    """Files whose change has it run too."""
    system: Said[str] | None = None
    """Packages of the system that pipelines install before they test it."""
    workloads: tuple[Workload, ...] = ()
    """Those built of the projects."""
    within: RepoPath | None = None
    """Where all of the root's own work lies, where that is one folder."""
    tested: bool = False
    """Whether it has tests that reach beyond their process."""
    left: tuple[Decision, ...] = ()
    """What is in no job."""
    workflow: str = "ci-pr"
    """The one that it is a job of."""


def identifier(directory: RepoPath) -> str:
    """The id of the job of a directory, as GitHub allows it."""
    found = re.sub(r"[^A-Za-z0-9_-]+", "-", directory).strip("-") or "root"
    return found if re.match(r"[A-Za-z_]", found) else f"_{found}"


def works(landscape: Landscape, commands: Mapping[str, tuple[str, ...]]) -> tuple[Work, ...]:
    """What is to be run, a job each; a project of which nothing is known that could be run has none."""
    together: dict[RepoPath, list[Project]] = {}
    chains: dict[RepoPath, Toolchain] = {}
    known = {one.directory: one for one in landscape.projects}
    found: list[Work] = []
    for chain in landscape.toolchains:
        project = known[chain.directory]
        if chain.runner and str(project.directory) not in commands:
            together.setdefault(chain.root, []).append(project)
            chains[project.directory] = chain
        elif (work := _work(landscape, project, chain, commands)) is not None:
            found.append(work)
    for root, several in sorted(together.items()):
        if (work := _workspace(landscape, root, several, chains)) is not None:
            found.insert(0, work)
    return tuple(found)


# one project -----------------------------------------------------------------------------------------------------------


def driven(landscape: Landscape) -> tuple[Work, ...]:
    """Tests that drive a whole application which their runner starts by itself: too slow for a pull request, run on the main branch."""
    found = []
    for suite in landscape.suites:
        chain = next((one for one in landscape.toolchains if (one.directory, one.language) == (suite.directory, "node")), None)
        own = {one.name: one for one in landscape.commands if one.runner == "package" and one.directory == suite.directory}
        script = next((own[name] for name in _DRIVEN if name in own), None)
        if not suite.starts or suite.kind != "e2e" or chain is None or script is None:
            continue
        home = suite.directory
        tasks = (
            Task("Install browsers", f"{_EXEC[chain.manager]} playwright install --with-deps", home, (suite.origin,), "playwright"),
            Task("End-to-end tests", f"{chain.manager} run {script.name}", home, (script.origin,), suite.tool, "e2e", scripts=((home, script.name),)),
        )
        title = Said(f"End-to-end tests of {home or 'the root'}", (script.origin,))
        found.append(Work(f"e2e-{identifier(home)}", title, (home,), chain, tasks, workflow="ci-main"))
    return tuple(found)


def _work(landscape: Landscape, project: Project, chain: Toolchain, commands: Mapping[str, tuple[str, ...]]) -> Work | None:
    home = project.directory
    second = chain.language != project.language
    if not second and (told := commands.get(home or ".")) is not None:
        said = (Origin(RepoPath(""), 0, "the plan says so"),)
        tasks = [Task(one, one, home, said) for one in told]
    elif chain.language == "node":
        tasks = [*_scripts(project, home, chain)]
    else:
        tasks = [*_judged(landscape, home, chain), *_suites(landscape, project, chain)]
    if not tasks:
        return None
    return Work(
        f"{identifier(home)}-{chain.language}" if second else identifier(home),
        Said(home or project.name or "root", (project.manifest,)).then(lambda name: f"{name} ({chain.language})" if second else name),
        (home,),
        _with_pytest(chain, project, tasks),
        tuple(tasks),
        chain.shared,
        _system(landscape, (home,), tasks),
        _workloads(landscape, (home,)),
        _within(landscape, home, tasks),
        _reaches(landscape, (home,), tasks),
        tuple(_left(landscape, project, tasks)) if not second else (),
    )


def _system(landscape: Landscape, directories: Sequence[RepoPath], tasks: Sequence[Task]) -> Said[str] | None:
    """What jobs of pipelines install of the system that run the same tools in the same place."""
    tools = {one.tool for one in tasks} | ({"python"} if any(one.tool == "django" for one in tasks) else set())
    names: dict[str, Origin] = {}
    for job in (job for pipeline in landscape.pipelines if pipeline.system == "github" for job in pipeline.jobs):
        lines = [line for step in job.steps for line in step.lines]
        if any(line.directory in directories and (line.tool in tools or line.tool == "npm") for line in lines):
            for line in lines:
                if line.words[:2] == ("apt-get", "install") or line.words[:2] == ("apt", "install"):
                    names |= {word: line.origin for word in line.words[2:] if re.fullmatch(r"[a-z0-9][a-z0-9+.-]*", word) and word not in names}
    return Said(" ".join(sorted(names)), tuple(dict.fromkeys(names.values()))) if names else None


def _with_pytest(chain: Toolchain, project: Project, tasks: Sequence[Task]) -> Toolchain:
    """What installs a project, with pytest where its tests need it and its manifest does not name it."""
    tested = next((one for one in tasks if one.tool == "pytest"), None)
    if tested is None or chain.manager != "pip" or "pytest" in project.requirements:
        return chain
    return replace(chain, install=(*chain.install, Said("python -m pip install pytest", tested.origins)))


def _within(landscape: Landscape, home: RepoPath, tasks: Sequence[Task]) -> RepoPath | None:
    folders = {one.apart for one in landscape.suites if one.directory == home and one.settled}
    only = next(iter(folders)) if home == ROOT and len(folders) == 1 and all(one.kind for one in tasks) else ()
    return RepoPath(only[0]) if len(only) == 1 and not only[0].startswith("-") else None


def _reaches(landscape: Landscape, directories: Sequence[RepoPath], tasks: Sequence[Task]) -> bool:
    """Whether a job runs tests that reach for more than their own process."""
    kinds = {one.kind for one in tasks}
    there = any(one.kind == "integration" and one.directory in directories for one in landscape.suites)
    return there and bool(kinds & {"integration", "all"})


def _judged(landscape: Landscape, home: RepoPath, chain: Toolchain) -> Iterator[Task]:
    for one in landscape.checks:
        if one.directory == home:
            yield Task(f"Check with {one.tool}", f"{chain.prefix}{one.command}", home, one.origins, one.tool, advisory=one.advisory)


def _suites(landscape: Landscape, project: Project, chain: Toolchain) -> Iterator[Task]:
    """The tests of a project of Python: a kind a step where each has its folder, else all of them in one."""
    home = project.directory
    here = [one for one in landscape.suites if one.directory == home and one.tool in _PROGRAMS and one.settled]
    if not here:
        return
    program = "pytest" if here[0].tool == "pytest" and chain.prefix else _PROGRAMS[here[0].tool]
    if here[0].tool == "pytest" and "pytest" not in project.requirements and chain.manager == "uv":
        program = "--with pytest pytest"
    program += "".join(f" {one}" for one in here[0].apart)
    apart = [one for one in here if one.kind != "unit"]
    if here[0].tool != "pytest" or any(one.folder is None for one in apart if one.kind not in _HERE):
        yield _test("All tests", f"{chain.prefix}{program}", home, here, "all")
        return
    if not apart or any(one.folder is None for one in apart):
        ignored = " ".join(f"--ignore={_below(one, home)}" for one in apart if one.kind not in _HERE and one.folder is not None)
        yield _test(
            "Tests", f"{chain.prefix}{program} {ignored}".rstrip(), home, [one for one in here if one.kind in _HERE], "all" if not ignored else "unit"
        )
        return
    if any(one.kind == "unit" for one in here):
        ignored = " ".join(f"--ignore={_below(one, home)}" for one in apart)
        yield _test("Unit tests", f"{chain.prefix}{program} {ignored}", home, [one for one in here if one.kind == "unit"], "unit")
    for one in apart:
        if one.kind in _HERE:
            yield _test("Integration tests", f"{chain.prefix}{program} {_below(one, home)}", home, [one], one.kind)


def _below(one: Suite, home: RepoPath) -> str:
    return relative(one.folder, home) if one.folder is not None and home else str(one.folder)


def _test(title: str, command: str, home: RepoPath, several: Sequence[Suite], kind: str) -> Task:
    return Task(title, command, home, tuple(one.origin for one in several), several[0].tool, kind)


def _scripts(project: Project, home: RepoPath, chain: Toolchain) -> Iterator[Task]:
    """The scripts of a package that judge, test and build it."""
    own = {one.name: one for one in project.commands if one.runner == "package" and one.directory == home}
    for title, one, kind in _chosen(own):
        yield Task(title, f"{chain.manager} run {one.name}", home, (one.origin,), _program(one), kind, scripts=((home, one.name),))


def _chosen(own: Mapping[str, Command]) -> Iterator[tuple[str, Command, str]]:
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


def _program(command: Command) -> str:
    words = command.text.split()
    return next((one for one in words if "=" not in one and one not in {"npx", "cross-env"}), "")


def _left(landscape: Landscape, project: Project, tasks: Sequence[Task]) -> Iterator[Decision]:
    """Tests that pull requests do not wait for."""
    whole = {one.tool for one in tasks if one.kind == "all"}
    for one in landscape.suites:
        if one.directory == project.directory and one.kind not in _HERE and one.tool not in whole and not (one.starts and one.kind == "e2e"):
            yield Decision(
                f"{one.kind} tests of {project.directory or project.name}",
                "dropped",
                f"{len(one.files)} of {one.tool} are in no job: they need the whole system running; an old workflow that runs them stays",
                (one.origin,),
            )


# a workspace -----------------------------------------------------------------------------------------------------------


def _workspace(landscape: Landscape, root: RepoPath, members: Sequence[Project], chains: Mapping[RepoPath, Toolchain]) -> Work | None:
    """The tasks of all packages at once: the runner knows by itself what a change affects, and what has to be built before."""
    # What a file or an image says counts more than the least that a manifest accepts.
    ordered = sorted((chains[one.directory] for one in members), key=lambda one: (one.version is None, _least(one)))
    chain = ordered[0]
    tasks: dict[str, list[tuple[Project, Command, str, str]]] = {}
    for project in members:
        if project.directory == root:
            continue  # its scripts start those of the others
        told = {one.name: one for one in project.commands if one.runner == "package" and one.directory == project.directory}
        own = {name: one for name, one in told.items() if name in chain.tasks or chain.runner == "nx"}
        for title, one, kind in _chosen(own):
            tasks.setdefault(one.name, []).append((project, one, title, kind))
    if not tasks:
        return None
    found = []
    for name, several in tasks.items():
        words = (
            f"{_EXEC[chain.manager]} turbo run {name} --affected"
            if chain.runner == "turbo"
            else f"{_EXEC[chain.manager]} nx affected --target={name}"
        )
        _, first, title, kind = several[0]
        origins = tuple(one.origin for _, one, _, _ in several)
        scripts = tuple((project.directory, one.name) for project, one, _, _ in several)
        found.append(Task(title, words, root, origins, _program(first), kind, scripts=scripts))
    working = {directory for one in found for directory, _ in one.scripts}
    directories = tuple(one.directory for one in members if one.directory in working or (one.directory != root and one.language == "node"))
    shared = tuple(dict.fromkeys(path for one in members for path in chains[one.directory].shared))
    label = Said("Packages of the workspace", tuple(dict.fromkeys(origin for one in chain.install for origin in one.origins)))
    return Work(
        identifier(RepoPath(f"{root}/workspace".lstrip("/"))),
        label,
        directories,
        chain,
        tuple(found),
        shared,
        _system(landscape, directories, found),
        _workloads(landscape, directories),
        None,
        _reaches(landscape, directories, found),
        tuple(one for project in members for one in _left(landscape, project, found)),
    )


def _least(chain: Toolchain) -> bool:
    return chain.version is not None and chain.version.origins[0].path.endswith("package.json")


def _workloads(landscape: Landscape, directories: Sequence[RepoPath]) -> tuple[Workload, ...]:
    return tuple(
        one
        for one in landscape.workloads
        if one.directory is not None and any(is_within(one.directory, home) for home in directories if home != ROOT)
    )
