"""Phases that offer the steps they are given, and plans of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from migrator.edits.lines import AddLine
from migrator.engine.context import Engine
from migrator.engine.teams.weekly.slices import Slice
from migrator.facts import Facts
from migrator.paths import RepoPath
from migrator.phase import Done, Notes, Steps
from migrator.plan import Plan, fold
from migrator.record import records
from migrator.step import Action, Edit, Move, Remove, Step, Write
from tests.conftest import facts_of

__all__ = ["FILES", "STEPS", "Engine", "Offering", "Slice", "edit", "move", "plan_of", "remove", "step", "write"]


class Options(BaseModel):
    pass


@dataclass
class Offering:
    """Offers some steps, each as long as there is no record of it."""

    rows: tuple[Step, ...]
    name: str = "rows"
    number: int = 1
    title: str = "Rows"
    summary: str = "what a test gives"
    options: type[BaseModel] = Options

    def steps(self, facts: Facts, options: Options) -> Steps:
        del options
        done = {record.slug for record in records(facts) if record.phase == self.name}
        for row in self.rows:
            if row.slug not in done:
                facts = yield row
        return Notes(done=tuple(Done(slug, "is there") for slug in sorted(done)))


def step(slug: str, *actions: Action, needs: str = "") -> Step:
    return Step(slug, slug.title(), "Why not.", actions, tuple(needs.split()))


def move(old: str, new: str) -> Move:
    return Move(RepoPath(old), RepoPath(new))


def write(path: str) -> Write:
    return Write(RepoPath(path), b"new\n")


def edit(path: str) -> Edit:
    return Edit(RepoPath(path), AddLine("more"))


def remove(path: str) -> Remove:
    return Remove(RepoPath(path))


FILES: Mapping[str, str] = {
    "web/a.txt": "a\n" * 9,
    "web/b.txt": "b\n" * 9,
    "web/c.txt": "c\n" * 9,
    "api/d.txt": "d\n" * 9,
    "docs/e.md": "e\n" * 9,
    "docs/f.md": "f\n" * 9,
    "g.txt": "g\n" * 9,
    "CODEOWNERS": "* @acme/core\n/web/ @acme/web\n/api/ @acme/api\n/docs/ @acme/docs @acme/web\n",
}
"""CODEOWNERS follows what moves, so that each move edits one file more."""
STEPS = (
    step("web", move("web", "apps/web")),
    step("root", write("root.txt"), needs="web"),
    step("api", move("api", "apps/api"), needs="root"),
    step("docs", move("docs", "pages")),
    step("late", move("apps/web/c.txt", "apps/web/late.txt"), needs="web"),
)
"""Of 4, 1, 2, 3 and 1 files."""


def plan_of(steps: tuple[Step, ...] = STEPS, files: Mapping[str, str] = FILES) -> Plan:
    """The plan of some steps."""
    return fold("", facts_of(files), phases=[Offering(steps)], options={"rows": Options()})
