"""Jobs of continuous integration: one for each project, of what installs it, judges it and tests it; one for a workspace whose tasks turbo or nx runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator.origin import Decision, Origin, Said
from migrator.paths import ROOT, RepoPath, is_within
from phases.automation.tasks import HERE, Task, chosen, judged, program, scripts, suites

if TYPE_CHECKING:
    from migrator.facts.delivery.model import Toolchain
    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.facts.projects.model import Command, Project

__all__ = ["Work", "distinct", "driven", "identifier", "nameable", "works"]

_DRIVEN = ("test:e2e", "e2e", "test:playwright", "playwright")
_TAKEN = {"ci-pr": ("changes", "passed"), "ci-main": ("checks", "images", "staging")}
"""By workflow the jobs that are there whatever the repository has."""
_LONGEST = 80
"""GitHub takes less than a hundred characters; others put some before ours."""
_EXEC = {"npm": "npx", "pnpm": "pnpm exec", "yarn": "yarn exec", "bun": "bunx"}


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

    @property
    def place(self) -> str:
        """Where it is found: `ci-pr.yml apps-web`."""
        return f"{self.workflow}.yml {self.id}"


def identifier(directory: RepoPath) -> str:
    """The id of the job of a directory, as GitHub allows it."""
    found = re.sub(r"[^A-Za-z0-9_-]+", "-", directory)[:_LONGEST].strip("-") or "root"
    return found if re.match(r"[A-Za-z_]", found) else f"_{found}"


def nameable(directory: RepoPath) -> bool:
    """Whether a line can hold its name, and shows it as it is; what git says of any other is written otherwise too."""
    return directory.isprintable()


def distinct(names: Iterable[str], taken: Collection[str] = ()) -> Iterator[str]:
    """The same names, none of them twice: capitals do not count, as GitHub compares the ids of jobs."""
    seen = {one.casefold() for one in taken}
    for name in names:
        one = next(each for each in (name, *(f"{name}-{number}" for number in range(2, len(seen) + 3))) if each.casefold() not in seen)
        seen.add(one.casefold())
        yield one


def _apart(several: Sequence[Work]) -> tuple[Work, ...]:
    """The same with an id of its own for each."""
    names = distinct((one.id for one in several), _TAKEN[several[0].workflow] if several else ())
    return tuple(replace(one, id=name) for one, name in zip(several, names, strict=True))


def works(landscape: Landscape, commands: Mapping[str, tuple[str, ...]]) -> tuple[Work, ...]:
    """What is to be run, a job each; a project of which nothing is known that could be run has none."""
    together: dict[RepoPath, list[Project]] = {}
    chains: dict[RepoPath, Toolchain] = {}
    known = {one.directory: one for one in landscape.projects}
    found: list[Work] = []
    for chain in (one for one in landscape.toolchains if nameable(one.directory)):
        project = known[chain.directory]
        if chain.runner and str(project.directory) not in commands:
            together.setdefault(chain.root, []).append(project)
            chains[project.directory] = chain
        elif (work := _work(landscape, project, chain, commands)) is not None:
            found.append(work)
    for root, several in sorted(together.items()):
        if (work := _workspace(landscape, root, several, chains)) is not None:
            found.insert(0, work)
    return _apart(found)


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
    return _apart(found)


# one project -----------------------------------------------------------------------------------------------------------


def _work(landscape: Landscape, project: Project, chain: Toolchain, commands: Mapping[str, tuple[str, ...]]) -> Work | None:
    home = project.directory
    second = chain.language != project.language
    if not second and (told := commands.get(home or ".")) is not None:
        said = (Origin(RepoPath(""), 0, "the plan says so"),)
        tasks = [Task(one, one, home, said) for one in told]
    elif chain.language == "node":
        tasks = [*scripts(project, home, chain)]
    else:
        tasks = [*judged(landscape, home, chain), *suites(landscape, project, chain)]
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
    """What jobs of pipelines install of the system that run the same tools in the same place; not what they run by its name, nor what may fail."""
    tools = {one.tool for one in tasks} | ({"python"} if any(one.tool == "django" for one in tasks) else set())
    names: dict[str, Origin] = {}
    for job in (job for pipeline in landscape.pipelines if pipeline.system == "github" for job in pipeline.jobs):
        lines = [line for step in job.steps for line in step.lines]
        if any(line.directory in directories and (line.tool in tools or line.tool == "npm") for line in lines):
            known = {line.tool for line in lines} - tools | names.keys()
            for line in lines:
                if line.words[:2] in {("apt-get", "install"), ("apt", "install")} and not line.tolerant:
                    names |= {word: line.origin for word in line.words[2:] if re.fullmatch(r"[a-z0-9][a-z0-9+.-]*", word) and word not in known}
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


def _left(landscape: Landscape, project: Project, tasks: Sequence[Task]) -> Iterator[Decision]:
    """Tests that pull requests do not wait for."""
    whole = {one.tool for one in tasks if one.kind == "all"}
    for one in landscape.suites:
        if one.directory == project.directory and one.kind not in HERE and one.tool not in whole and not (one.starts and one.kind == "e2e"):
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
        for title, one, kind in chosen(own):
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
        started = tuple((project.directory, one.name) for project, one, _, _ in several)
        found.append(Task(title, words, root, origins, program(first), kind, scripts=started))
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
        # All lies below the root: what is of the project there is built there.
        if one.directory is not None and any(one.directory == home or (home != ROOT and is_within(one.directory, home)) for home in directories)
    )
