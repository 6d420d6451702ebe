"""The templates of a monolith of Flask: every application that renders them is given one folder of the shared kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.edits.spans import Respell
from migrator.errors import Finding
from migrator.facts.composition import statements
from migrator.facts.serving.flask import creation
from migrator.paths import RepoPath, parent
from migrator.step import Edit, Move, Step, Write
from migrator.wording import counted
from phases.backend_split.backend import kernel_of

if TYPE_CHECKING:
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["head", "no_templates", "shown_in", "templates"]

_NAME = "TEMPLATES"
_INIT = b'''\
"""The templates that all parts show: each application is given this folder as its `template_folder`."""

from pathlib import Path

FOLDER = str(Path(__file__).parent)
'''


def no_templates(_partition: Partition, _options: Options, _needs: tuple[str, ...]) -> None:
    """The step of a framework that finds no files by where the application is."""
    return


def shown_in(partition: Partition) -> RepoPath:
    """Where the templates of the application lie: beside its module as Flask has it, or in the kernel; a place that is not there where it has none."""
    core = RepoPath(f"{kernel_of(partition.options).home}/templates")
    return core if partition.facts.tree.is_dir(core) else RepoPath(f"{parent(partition.backend.application.module)}/templates")


def templates(partition: Partition, options: Options, needs: tuple[str, ...]) -> Step | Finding | None:
    """The step that moves the templates into the kernel; None when no module that leaves shows one, a finding when they cannot be shared."""
    facts, name, core = partition.facts, partition.backend.application, kernel_of(options)
    folder, target = RepoPath(f"{parent(name.module)}/templates"), RepoPath(f"{core.home}/templates")
    leaving = [module for module in {*partition.graph} - {*partition.gateway} if b"render_template" in facts.read(module)]
    leaving += [path for path in facts.tree.below(core.home) if path.endswith(".py") and b"render_template" in facts.read(path)]
    if not facts.tree.is_dir(folder) or not leaving:
        return None
    made, bound = creation(facts, name), {one for statement in statements(facts, name.module) for one in statement.binds}
    behind = head(partition)
    if not facts.tree.is_dir(core.directory):
        return Finding(
            "templates", folder, f"stays with the gateway, for there is no {core.title}: services that show templates need a folder of their own"
        )
    if made is None or "template_folder" in made.words or _NAME in bound or behind is None:
        return Finding("templates", name.module, "says itself where templates are: give services that folder by hand")
    count = len(facts.tree.below(folder))
    return Step(
        slug="templates",
        title=f"Move {counted(count, 'template')} to {target}",
        why="The gateway and the services show the same pages: each application is told where they are, and none has a copy.",
        actions=(
            Move(folder, target),
            Write(RepoPath(f"{target}/__init__.py"), _INIT),
            Edit(
                name.module,
                Respell(((behind, "", f"\nfrom {core.package}.templates import FOLDER as {_NAME}"), (made.end, "", f", template_folder={_NAME}"))),
            ),
        ),
        needs=needs,
    )


def head(partition: Partition) -> int | None:
    """Where the imports at the head of the application's module end."""
    end = None
    for statement in statements(partition.facts, partition.backend.application.module):
        if statement.kind == "import":
            end = statement.end
        elif statement.kind != "docstring":
            break
    return end
