"""What commits did that no phase offers, made again: moves that `migrate mv` was asked for, shims that were removed, and what a record alone tells of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.build import Built, build
from migrator.engine.commits import MOVES
from migrator.engine.moves import moved, moving
from migrator.engine.teams.replay import left_by
from migrator.engine.teams.shims import gone_of, removal
from migrator.errors import MigrateError, PlanError
from migrator.paths import RepoPath, parent, repo_path
from migrator.shims import bare, lay
from migrator.step import Move, MoveSymbol, Step

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.engine.teams.reviewed.claims import Claim, Unit
    from migrator.facts import Facts
    from migrator.tree import Tree

__all__ = ["by_record", "unoffered"]

_TITLE = re.compile(r"\S+ Move (?P<old>.+?)(?:::(?P<symbol>\w+))? → (?P<new>.+?)(?: and (?P<more>\d+) more)?")
_MORE = re.compile(r"-and-(\d+)-more$")


def unoffered(engine: Engine, unit: Unit, claim: Claim, facts: Facts) -> Built:
    """What a claim of moves, or of the removal of shims, makes of a tree. Raises MigrateError where it makes nothing."""
    if claim.phase == MOVES:
        shims = left_by(claim.record) if claim.record is not None else None
        return moved(facts, _moving(engine, unit, claim, facts.tree), remembered=claim.number != MOVES, shims=shims).built
    if claim.record is None:
        raise PlanError(f"the record of {claim} is gone, which alone says what it removed", f"git show --stat {unit.commit.id[:7]}")
    return removal(facts, gone_of(claim.record)).built


def by_record(facts: Facts, claim: Claim) -> tuple[Facts, tuple[Built, ...]]:
    """What the moves alone make that a record names, where nobody offers its step: what differs then is what else it did."""
    if claim.record is None:
        return facts, ()
    try:
        moves = tuple(Move(repo_path(old), repo_path(new)) for old, new in claim.record.moves)
        step = Step(claim.slug, claim.title, "", moves)
        built = lay(facts, build(bare(facts), step), step, left_by(claim.record)).built
    except MigrateError:
        return facts, ()
    return built.after, (built,)


def _moving(engine: Engine, unit: Unit, claim: Claim, tree: Tree) -> Step:
    """The moves that a commit of `migrate mv` was asked for: from its record, else from its subject and the renames that git sees."""
    more = _MORE.search(claim.slug)
    count = 1 + (int(more[1]) if more and len(more[1]) < 10 else 0)  # noqa: PLR2004  a number of moves
    if claim.record is not None:
        actions: list[Move | MoveSymbol] = [Move(repo_path(old), repo_path(new)) for old, new in claim.record.moves]
        actions += [MoveSymbol(repo_path(old), symbol, repo_path(new)) for old, symbol, new in claim.record.symbols]
        return moving(actions[:count] or [Move(RepoPath(claim.slug), RepoPath(claim.slug))])
    said = _TITLE.fullmatch(unit.commit.subject)
    if said is None:
        raise PlanError(f"the subject of {unit.commit.id[:7]} does not say what moved", f"git show --stat -M {unit.commit.id[:7]}")
    old, new, symbol = repo_path(said["old"]), repo_path(said["new"]), said["symbol"]
    first = MoveSymbol(old, symbol, new) if symbol else Move(old, new)
    if count == 1:
        return moving([first])
    pairs = _folders(engine.repository.renames(unit.before, unit.commit.id), tree)
    return moving([first, *(Move(*pair) for pair in pairs if Move(*pair) != first)][:count])


def _folders(renames: dict[RepoPath, RepoPath], tree: Tree) -> list[tuple[RepoPath, RepoPath]]:
    """Renames of files as moves of the largest folders that went whole."""
    found: dict[tuple[RepoPath, RepoPath], None] = {}
    for old, new in sorted(renames.items()):
        pair = (old, new)
        above = (parent(old), parent(new))
        while (
            above[0]
            and above[1]
            and above[0] != above[1]
            and all(renames.get(path) == RepoPath(f"{above[1]}{path[len(above[0]) :]}") for path in tree.below(above[0]))
        ):
            pair, above = above, (parent(above[0]), parent(above[1]))
        found[pair] = None
    return list(found)
