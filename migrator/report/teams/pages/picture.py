"""The files of a repository and what names what, before a plan and after it, in the few numbers that a page draws them from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migrator.facts.cycles import import_cycles
from migrator.gates import crossings
from migrator.kinds import kind_of
from migrator.paths import OURS, RepoPath, is_within, parent, printable

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.plan import Plan

__all__ = ["Fate", "fates", "picture"]

MOST = 6000
"""With more files than this, those that nothing happens to are drawn as their directories."""


@dataclass(slots=True)
class Fate:
    """What becomes of a file: where it was and where it will be (None where it is not), and which steps touch it."""

    before: RepoPath | None
    after: RepoPath | None
    steps: list[int] = field(default_factory=list)
    edited: bool = False
    """Whether it says something else in the end."""

    @property
    def state(self) -> str:
        """`moved`, `created`, `deleted`, `edited`, or `same`."""
        if self.before is None:
            return "created"
        if self.after is None:
            return "deleted"
        return "moved" if self.before != self.after else "edited" if self.edited else "same"


def fates(plan: Plan) -> list[Fate]:
    """Every file of a plan's first and last tree but our own records; by where they were, then by where they will be."""
    now = {path: Fate(path, path) for path in plan.start.tree}
    gone: list[Fate] = []
    for at, step in enumerate(plan.steps):
        built = step.built
        going = {new: now.pop(old) for old, new in built.files.items()}
        now |= going
        now |= {path: Fate(None, path) for path in built.created}
        for path in dict.fromkeys((*going, *built.created, *built.edited, *built.deleted)):
            now[path].steps.append(at)
        for path, fate in going.items():
            fate.after = path
        for path in built.deleted:
            fate = now.pop(path)
            fate.after = None
            gone += [fate] if fate.before is not None else []
    start, end = plan.start.tree, plan.end.tree
    for fate in now.values():
        fate.edited = fate.before is not None and fate.after is not None and start[fate.before] != end[fate.after]
    found = [fate for fate in (*now.values(), *gone) if not is_within(fate.before or fate.after or OURS, OURS)]
    return sorted(found, key=lambda fate: (fate.before is None, fate.before or "", fate.after or ""))


def picture(plan: Plan, owners: Mapping[str, Sequence[str]], most: int = MOST) -> dict[str, Any]:
    """What a page draws: files with their fates and owners, and for each of the two trees its references, cycles and crossed boundaries.

    `owners` are by path, as files are called before the plan. A file that names nothing, is named by nothing and stays as it is, is counted alone.
    """
    every = fates(plan)
    edges = [_edges(facts) for facts in (plan.start, plan.end)]
    named = [{path for pair in pairs for path in pair} for pairs in edges]
    drawn = [fate for fate in every if fate.state != "same" or fate.before in named[0] or fate.after in named[1]]
    many = len(drawn) > most
    nodes: dict[tuple[str, str], int] = {}
    files: list[list[Any]] = []
    places: tuple[dict[str, int], dict[str, int]] = ({}, {})
    steps: list[list[int]] = [[] for _ in plan.steps]
    names = sorted({owner for several in owners.values() for owner in several})
    for fate in drawn:
        before, after = fate.before or RepoPath(""), fate.after or RepoPath("")
        together = many and fate.state == "same"
        key = (f"{parent(before)}/", f"{parent(after)}/") if together else (before, after)
        if key not in nodes:
            nodes[key] = len(files)
            mine = owners.get(before or after, ())
            kind = kind_of(before or after)
            files.append([printable(RepoPath(key[0])), printable(RepoPath(key[1])), fate.state, kind, [names.index(one) for one in mine]])
        for path, known in zip((fate.before, fate.after), places, strict=True):
            if path is not None:
                known[path] = nodes[key]
        for step in fate.steps:
            steps[step].append(nodes[key])
    sides = [_side(*each) for each in zip((plan.start, plan.end), edges, places, strict=True)]
    return {"files": files, "before": sides[0], "after": sides[1], "steps": steps, "owners": names, "quiet": len(every) - len(drawn)}


def _edges(facts: Facts) -> set[tuple[RepoPath, RepoPath]]:
    """Which file names which other, each pair once; what only looks like a name is none."""
    return {
        (reference.source, target)
        for reference in facts.graph
        if not reference.mention.weak and (target := reference.target.path) is not None and target != reference.source and target in facts.tree
    }


def _side(facts: Facts, edges: Iterable[tuple[str, str]], known: Mapping[str, int]) -> dict[str, Any]:
    pairs = sorted({(known[a], known[b]) for a, b in edges if a in known and b in known and known[a] != known[b]})
    cycles = [sorted({known[path] for path in cycle if path in known}) for cycle in import_cycles(facts)]
    crossed = sorted({(known[a], known[b]) for a, b in crossings(facts) if a in known and b in known})
    return {"edges": [at for pair in pairs for at in pair], "cycles": [one for one in cycles if len(one) > 1], "crossed": crossed}
