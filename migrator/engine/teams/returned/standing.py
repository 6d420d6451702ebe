"""Which later steps stand on what steps made: they moved it, wrote into it, or wrote files that name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator.paths import OURS, RepoPath, is_within

if TYPE_CHECKING:
    from migrator.engine.teams.landed import Landed
    from migrator.facts import Facts
    from migrator.record import Record

__all__ = ["Standing", "standing"]


class Standing(NamedTuple):
    """A later step, and what of the earlier ones it needs."""

    step: Landed
    why: str


def standing(facts: Facts, every: Sequence[Landed], chosen: Sequence[Landed]) -> list[Standing]:
    """The steps that stand on some others and are not among them; `every` are all, in the order in which they came."""
    wanted = {one.record.id for one in chosen}
    made: list[tuple[RepoPath, Record]] = []
    found = []
    for one in every:
        if one.record.id in wanted:
            made += [(path, one.record) for path in _made(one.record)]
        elif made and (why := next(_reasons(facts, one.record, made), "")):
            found.append(Standing(one, why))
    return found


def _made(record: Record) -> Iterator[RepoPath]:
    """The places that a step made."""
    paths = (*(new for _, new in record.moves), *(new for _, _, new in record.symbols), *record.generated)
    return (RepoPath(path) for path in paths if not is_within(path, OURS))


def _reasons(facts: Facts, record: Record, made: Sequence[tuple[RepoPath, Record]]) -> Iterator[str]:
    touched = [
        *(("moves", old) for old, _ in record.moves),
        *(("moves symbols of", path) for old, _, new in record.symbols for path in (old, new)),
        *(("writes", path) for path in record.generated),
        *(("removes", path) for path in record.removed),
        *(("edits", path) for path, _ in record.edits),
    ]
    for verb, path in touched:
        for place, earlier in made:
            if is_within(path, place) or (verb == "moves" and is_within(place, path)):
                yield f"{verb} {path}, which {earlier.number} made"
    for path in record.generated:
        for reference in facts.graph.references.get(RepoPath(path), ()):
            target = reference.target.path
            if target is not None and not is_within(path, OURS):
                yield from (f"{path} names {target}, which {earlier.number} made" for place, earlier in made if is_within(target, place))
