"""Old workflows whose work the generated ones do, where people say so: they go where they run no more, and nothing of them is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Problem
from migrator.facts.pipelines import KEPT
from migrator.facts.projects import projects
from migrator.paths import RepoPath, name
from migrator.step import Move, Step
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.phase import Part, Planning
    from phases.automation.workflows.options import Options

__all__ = ["problems", "replacement"]

_TABLE = "phases.automation.workflows"


def _kept(path: RepoPath) -> RepoPath:
    return RepoPath(f"{KEPT}/{name(path)}")


def problems(facts: Facts, options: Options) -> Iterator[Problem]:
    """What is to be replaced and is not there, nor went already; commands of what is no project."""
    known = projects(facts)
    for directory in options.commands:
        if RepoPath(directory.removeprefix(".")) not in known:
            yield Problem(f"{_TABLE}.commands", f"{directory!r} is no directory of a project", f"there are {listed([one or '.' for one in known])}")
    for path in options.replace:
        if path not in facts.tree and _kept(path) not in facts.tree:
            yield Problem(f"{_TABLE}.replace", f"there is no {path}", "take it out of the list")
        elif path in facts.tree and _kept(path) in facts.tree:
            yield Problem(f"{_TABLE}.replace", f"{path} would go to {_kept(path)}, which is there already", "rename one of them")


def replacement(planning: Planning, options: Options) -> Part:
    """A step that takes them out of service; nothing where none is left."""
    go = [path for path in options.replace if path in planning.facts.tree]
    if go:
        step = Step(
            slug="replaced-workflows",
            title=f"Take {counted(len(go), 'workflow')} out of service",
            why=f"The generated workflows do what they did; in {KEPT} they can be read, and run no more.",
            actions=tuple(Move(path, _kept(path)) for path in go),
        )
        yield from planning.offer(step)
