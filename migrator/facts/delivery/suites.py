"""Tests by who runs them and by kind, and the tools that judge code without running it."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pydantic

from migrator.facts.delivery.model import Check, Suite
from migrator.facts.plain import ini, said_at, table, toml
from migrator.facts.projects import Project, projects
from migrator.facts.suites import UNIT, Runner, classified, collected, owner
from migrator.origin import Origin
from migrator.paths import ROOT, RepoPath, ancestors, is_within, relative

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.pipelines.model import Line, Pipeline

__all__ = ["checks", "suites"]


def suites(facts: Facts) -> tuple[Suite, ...]:
    """The tests that somebody collects, by who does and by kind."""
    kinds = facts.derive(classified)
    found: dict[tuple[Runner, str], list[RepoPath]] = {}
    for path, several in sorted(facts.derive(collected).items()):
        mine = owner(facts, path)
        runner = next((one for one in several if mine in {"", one.family}), None)
        if runner is not None and not runner.why:
            found.setdefault((runner, kinds[path].kind.partition("/")[0]), []).append(path)
    every = {path: kind for (_, kind), paths in found.items() for path in paths}
    return tuple(
        Suite(
            "django" if runner.tool == "unittest" and "manage.py" in facts.tree.folders.get(runner.directory, ()) else runner.tool,
            runner.directory,
            kind,
            tuple(paths),
            Origin(paths[0]),
            settled=runner.config != ROOT,
            starts=runner.tool == "playwright" and runner.config in facts.tree and b"webServer" in facts.read(runner.config),
            apart=_apart(runner, [path for (other, _), several in found.items() if other == runner for path in several]),
            folder=_folder(runner, kind, paths, every),
        )
        for (runner, kind), paths in sorted(found.items(), key=lambda pair: (pair[0][0].directory, pair[0][0].tool, pair[0][1]))
    )


def _apart(runner: Runner, paths: Sequence[RepoPath]) -> tuple[str, ...]:
    """For a runner without settings above other projects: the folder of its own tests, else the folders that it must not enter."""
    if not runner.apart:
        return ()
    shared = [above for above in ancestors(paths[0]) if all(is_within(path, above) for path in paths)]
    within = max((one for one in shared if not any(is_within(other, one) for other in runner.apart)), key=len, default=None)
    inside = relative(within, runner.directory) if within is not None and runner.directory else within
    return (inside,) if inside else tuple(f"--ignore={relative(one, runner.directory) if runner.directory else one}" for one in runner.apart)


def _folder(runner: Runner, kind: str, paths: Sequence[RepoPath], every: dict[RepoPath, str]) -> RepoPath | None:
    """The outermost folder that has all of a kind and nothing else."""
    if kind == UNIT:
        return None
    shared = [above for above in ancestors(paths[0]) if above != runner.directory and is_within(above, runner.directory)]
    alone = [
        above
        for above in shared
        if all(is_within(path, above) for path in paths) and all(other == kind for path, other in every.items() if is_within(path, above))
    ]
    return min(alone, key=len, default=None)


# what judges code ------------------------------------------------------------------------------------------------------


class _Tool(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    command: str
    files: tuple[str, ...] = ()
    table: str = ""
    section: str = ""
    told: str = ""


@lru_cache(maxsize=1)
def _tools() -> tuple[_Tool, ...]:
    said = tomllib.loads(files("migrator.facts.delivery").joinpath("checks.toml").read_text(encoding="utf-8"))
    return tuple(_Tool.model_validate(one) for one in said["tool"])


def checks(facts: Facts, pipelines: Sequence[Pipeline]) -> tuple[Check, ...]:
    """The tools that a project of Python requires and that a file of settings or a pipeline has judge it."""
    lines = [line for pipeline in pipelines for job in pipeline.jobs for step in job.steps for line in step.lines]
    return tuple(one for project in projects(facts).values() if project.language == "python" for one in _checks(facts, project, lines))


def _checks(facts: Facts, project: Project, lines: Sequence[Line]) -> Iterator[Check]:
    for tool in _tools():
        if tool.name not in project.requirements:
            continue
        runs = [line for line in lines if line.directory == project.directory and line.tool == tool.name]
        told = next(_settings(facts, project.directory, tool), None)
        if told is None and not runs:
            continue
        typed = next((shlex.join(line.words) for line in runs if _there(facts, line)), "")
        plain = tool.told if tool.told and _names(facts, project.directory) else tool.command
        origins = (project.manifest, *([told] if told is not None else []), *(line.origin for line in runs))
        yield Check(project.directory, tool.name, typed or plain, origins, bool(runs) and all(line.tolerant for line in runs))


def _names(facts: Facts, directory: RepoPath) -> bool:
    """Whether mypy is told what it checks."""
    said = table(toml(facts, RepoPath(f"{directory}/pyproject.toml".lstrip("/"))), "tool", "mypy")
    parser = ini(facts, RepoPath(f"{directory}/mypy.ini".lstrip("/")))
    return bool({"files", "packages", "modules"} & set(said)) or any(parser.has_option("mypy", one) for one in ("files", "packages", "modules"))


def _there(facts: Facts, line: Line) -> bool:
    """Whether all is there that a command names of its directory, and nothing of it is the pipeline's own."""
    words = tuple(one for one in line.arguments if not one.startswith("-"))
    there = [RepoPath(f"{line.directory}/{one.rstrip('/')}".lstrip("/").removesuffix("/.")) for one in words]
    return not any("$" in one for one in line.words) and all(one in {".", ""} or one in facts.tree or facts.tree.is_dir(one) for one in there)


def _settings(facts: Facts, directory: RepoPath, tool: _Tool) -> Iterator[Origin]:
    """What tells a tool how it judges."""
    for above in (directory, *(one for one in ancestors(directory) if one != directory)):
        for name in tool.files:
            if (path := RepoPath(f"{above}/{name}".lstrip("/"))) in facts.tree:
                yield Origin(path)
        manifest = RepoPath(f"{above}/pyproject.toml".lstrip("/"))
        if tool.table and tool.table in table(toml(facts, manifest), "tool"):
            yield said_at(facts, manifest, f"[tool.{tool.table}")
        sections = RepoPath(f"{above}/setup.cfg".lstrip("/"))
        if tool.section and ini(facts, sections).has_section(tool.section):
            yield said_at(facts, sections, f"[{tool.section}]")
