"""Existing load tests and budgets move to where benchmarks lie; what others import, or what is found by its place, stays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

import pathspec

from migrator.errors import Finding
from migrator.facts.projects import projects
from migrator.facts.projects.measures import beside, imported, measures, users
from migrator.facts.sources import made
from migrator.paths import RepoPath, folded, is_within, name, parent, relative
from migrator.placing import occupant
from migrator.step import Move, Step
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.projects.model import Measure
    from migrator.phase import Part, Planning
    from phases.tooling.benchmarks.options import Options

__all__ = ["placement"]

_FOLDERS = {"lighthouse": "frontend"}


def placement(planning: Planning, options: Options) -> Part:
    """One step that moves what can move; nothing on a finished tree (L6)."""
    facts = planning.facts
    found = {path: one for path, one in facts.derive(measures).items() if path not in made(facts) and not is_within(path, options.directory)}
    kept = pathspec.GitIgnoreSpec.from_lines(options.stays)
    found = {path: one for path, one in found.items() if not kept.match_file(path)}
    stay = {path: why for path, one in found.items() if (why := _bound(facts, path, one, found.keys()))}
    for path, why in stay.items():
        planning.note("stays", path, why)
    moves = dict(_places(facts, {path: one for path, one in found.items() if path not in stay}, options))
    for path in sorted(found.keys() - stay.keys() - moves.keys()):
        planning.note("stays", path, f"its place in {options.directory} is taken", warning=True)
    if moves:
        what = "; ".join(f"{path} is of {found[path].tool}" for path in sorted(moves) if path in found)
        step = Step(
            slug="move-benchmarks",
            title=f"Move {counted(len(moves), 'file')} of load tests to {options.directory}",
            why=f"What measures the repository lies in one place. {what}.",
            actions=tuple(Move(old, new) for old, new in sorted(moves.items())),
            findings=tuple(Finding("placed", moves[path], f"imports or says what {found[path].tool} reads", found[path].origin.line, "info") for path in sorted(found.keys() & moves.keys())),
        )  # fmt: skip
        yield from planning.offer(step)


def _bound(facts: Facts, path: RepoPath, one: Measure, others: Collection[RepoPath]) -> str:
    """Why a file stays where it is; empty where nothing holds it."""
    home = parent(path)
    if one.tool == "lighthouse" and (not home or home in projects(facts)):
        return f"Lighthouse CI finds it by its name where it is run, in {home or 'the root'}"
    if "__init__.py" in facts.tree.folders.get(home, ()):
        return f"it is a module of the package {home}, by whose name others know it"
    if path.endswith(".py") and (needed := imported(facts, path)):
        return f"it imports {needed[0]}, which it finds from where it lies"
    needing = [user for user in users(facts, path) if user not in others]
    return f"{needing[0]} needs it where it is" if needing else ""


def _places(facts: Facts, found: Mapping[RepoPath, Measure], options: Options) -> Iterator[tuple[RepoPath, RepoPath]]:
    """Where each goes, with what lies beside it where nothing else does; a name that two have gets its folder's."""
    taken: set[str] = set()

    def is_free(new: RepoPath) -> bool:
        return folded(new) not in taken and occupant(facts, new) is None

    for path, one in sorted(found.items()):
        home = RepoPath(f"{options.directory}/{_FOLDERS.get(one.tool, 'api')}")
        wanted = (RepoPath(f"{home}/{name(path)}"), RepoPath(f"{home}/{name(parent(path))}-{name(path)}"))
        new = next(filter(is_free, wanted), None)
        if new is not None:
            taken.add(folded(new))
            yield path, new
    for folder in sorted({parent(path) for path in found}):
        tool = next(one.tool for path, one in found.items() if parent(path) == folder)
        for path in beside(facts, folder, found):
            new = RepoPath(f"{options.directory}/{_FOLDERS.get(tool, 'api')}/{relative(path, folder)}")
            if is_free(new):
                taken.add(folded(new))
                yield path, new
