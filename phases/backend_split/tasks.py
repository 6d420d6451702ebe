"""The names by which workers know tasks: what moves keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrator.edits.spans import Respell
from migrator.errors import Finding
from migrator.facts.celery import nameless
from migrator.facts.packages import dotted
from migrator.facts.settings import background
from migrator.paths import RepoPath, is_within, parent, relative
from migrator.step import Edit, Step

if TYPE_CHECKING:
    from phases.backend_split.backend import Distribution
    from phases.backend_split.partition.modules import Partition

__all__ = ["names_of_tasks", "tasks_that_move"]


def names_of_tasks(partition: Partition, needs: tuple[str, ...]) -> Step | None:
    """The step that says the names of tasks that are to move; None when all of them are said."""
    moving = sorted({*partition.kernel, *(module for mine in partition.owned.values() for module in mine)})
    edits = {module: spans for module in moving if (spans := tuple(_spans(partition, module)))}
    count = sum(len(spans) for spans in edits.values())
    if not count:
        return None
    return Step(
        slug="task-names",
        title=f"Say the {'name of 1 task' if count == 1 else f'names of {count} tasks'}",
        why="Celery names a task after its module unless it has a name: with it, workers, queues and schedules know it as before wherever it goes.",
        actions=tuple(Edit(module, Respell(spans)) for module, spans in edits.items()),
        needs=needs,
    )


def _spans(partition: Partition, module: RepoPath) -> Iterator[tuple[int, str, str]]:
    for task in nameless(partition.facts, module):
        name = _name(partition, module, task.function)
        # What says the place of a task follows it; were it to say a name instead, it would refer to nothing.
        followed = any(reference.mention.text == name for reference in partition.facts.graph.incoming.get(module, ()))
        if task.start is not None and not followed:
            yield task.start, "", task.given.format(f'"{name}"')


def tasks_that_move(partition: Partition, modules: Iterable[RepoPath], place: Distribution) -> Iterator[Finding]:
    """What is to be said of the tasks of modules that go to a service."""
    for module in modules:
        unsaid = {task.function: task for task in nameless(partition.facts, module)}
        for function in unsaid:
            name = _name(partition, module, function)
            yield Finding("task", module, f"workers know `{name}` by that name, which is the place that it leaves: give it `name={name!r}`")
        for task in background(partition.facts, module):
            if task.kind == "declared" and task.name not in unsaid:
                yield Finding("task", module, f"workers know `{task.name}` by that name, and have to load {place.package} for it")


def _name(partition: Partition, module: RepoPath, function: str) -> str:
    """The name that Celery gives to a function of a module."""
    home = parent(partition.backend.package) if is_within(module, partition.backend.package) else partition.backend.directory
    return f"{dotted(relative(module, home))}.{function}"
