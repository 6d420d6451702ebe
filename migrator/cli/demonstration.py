"""`migrate demo`: phase 1 on a copy of a bundled sample."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.engine import planning, running
from migrator.engine.context import Engine
from migrator.errors import UsageError
from migrator.git import Repository
from migrator.planfile import PLAN_FILE, load_plan_file
from migrator.report import text
from migrator.report.models.base import dumps, short
from migrator.report.models.plans import PlanOut
from migrator.report.models.runs import RunOut
from migrator.report.models.setup import DemoOut
from migrator.trust import Door, fingerprint_of
from migrator.wording import counted, word

if TYPE_CHECKING:
    from migrator.phase import Phase
    from migrator.report.screen import Screen
    from migrator.tree import Tree

_SAMPLE = ("acme", "before")
_PHASE = 1


def demonstrate(screen: Screen, phases: Sequence[Phase], keep: Path | None, *, as_json: bool) -> bool:
    """Plan and run phase 1 on a copy of the sample, showing both; whether a step was set aside.

    Raises UsageError when the sample or the phase is not installed, or the directory to keep is not empty.
    """
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError(f"{keep} is not an empty directory", "choose another one for --keep")
    with _copy(keep) as directory, Repository.create(directory, "The sample, as it was") as repository:
        engine = Engine(repository, phases, screen.progress, _door(directory, phases))
        chosen = engine.chosen([_PHASE])
        with screen.working():
            plan = planning.plan(engine, repository.resolve("HEAD"), chosen)
        if not as_json:
            screen.line(("$ migrate plan --phase 1", "bold"))
            text.plan(screen, plan, chosen, title=f"acme · base {plan.base[:7]} (main) · {counted(len(plan.start.tree), 'file')}")
            screen.line()
            screen.line(("$ migrate run --phase 1", "bold"))
        with screen.working():
            run = running.run(engine, chosen, on_step=lambda item: None if as_json else text.step(screen, item))
        if as_json:
            out = DemoOut(directory=str(directory), kept=keep is not None, plan=PlanOut.of(plan), run=RunOut.of(run))
            screen.data(dumps(out))
            return bool(run.aside)
        following = [(f"cd {word(str(keep))}", ""), (f"git diff -M main...{short(run.branch)}", "everything that changed")] if keep else []
        text.run(screen, run, following=following or [("migrate demo --keep DIR", "to look around in it")])
        screen.line()
        _layout(screen, "before", plan.start.tree)
        _layout(screen, "after", repository.tree(run.head))
    return bool(run.aside)


def _door(directory: Path, phases: Sequence[Phase]) -> Door:
    """What the sample's own plan file declares came with this program, and may run as this program does."""
    file = directory / PLAN_FILE
    plan_file, _ = load_plan_file(file.read_text(encoding="utf-8") if file.is_file() else None, phases)
    return Door([fingerprint_of(plan_file.declared)])


def _layout(screen: Screen, title: str, tree: Tree) -> None:
    """Two levels of directories with the number of files in each."""
    screen.line((title, "bold"))
    for folder in sorted(tree.folders):
        if folder and folder.count("/") < 2 and not folder.startswith("."):  # noqa: PLR2004
            screen.line(f"  {'  ' * folder.count('/')}{folder.rpartition('/')[2]}/", (f"  {counted(len(tree.below(folder)), 'file')}", "dim"))


@contextmanager
def _copy(keep: Path | None) -> Iterator[Path]:
    """The sample's files in a directory that is gone afterwards, unless it is to be kept."""
    with resources.as_file(resources.files("sample_repos").joinpath(*_SAMPLE)) as sample:
        if not sample.is_dir():
            raise UsageError("the sample repository is not installed", "reinstall migrate, or run it on a repository of yours")
        if keep is not None:
            shutil.copytree(sample, keep, symlinks=True, dirs_exist_ok=True)
            yield keep.resolve()
            return
        # Windows keeps git's objects read-only and open for a moment: leaving a temporary directory behind is no failure.
        with tempfile.TemporaryDirectory(prefix="migrate-demo-", ignore_cleanup_errors=True) as temporary:
            yield Path(shutil.copytree(sample, Path(temporary) / "acme", symlinks=True))
