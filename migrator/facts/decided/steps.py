"""The steps that were taken, read from the records that they committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from migrator.facts.decided.model import Moved, Taken
from migrator.facts.sources import BOOKS, STEPS, Book, noted
from migrator.kinds import RUNS
from migrator.origin import Origin
from migrator.paths import OURS, RepoPath, is_within, name, relative
from migrator.secrets import written
from migrator.tree import Moves, followed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts import Facts

__all__ = ["known", "reports", "steps"]

_REPORT = "decisions.json"


class _Opened(msgspec.Struct):
    path: str = ""
    line: int = 0
    kind: str = ""


class _Account(msgspec.Struct):
    rewritten: dict[str, int] = {}
    open: dict[str, int] = {}
    entries: tuple[_Opened, ...] = ()


class _Record(msgspec.Struct):
    phase: str
    number: str
    slug: str
    title: str = ""
    why: str = ""
    moves: tuple[tuple[str, str], ...] = ()
    symbols: tuple[tuple[str, str, str], ...] = ()
    generated: dict[str, str] = {}
    edits: tuple[tuple[str, str], ...] = ()
    account: _Account = msgspec.field(default_factory=_Account)
    todos: tuple[str, ...] = ()


def steps(facts: Facts, phase: str, number: int) -> tuple[Taken, ...]:
    """The steps of the phases before one, and those of its own that are no family's, by number.

    A page about steps that come after it would be stale as soon as they are made, and a page about itself never be done (L6).
    """
    found = sorted(noted(facts, STEPS, _Record), key=lambda pair: (pair[1].number, pair[1].slug))
    moves = [Moves((RepoPath(old), RepoPath(new)) for old, new in record.moves) for _, record in found]
    taken = (_taken(facts, path, record, moves[position + 1 :]) for position, (path, record) in enumerate(found))
    return tuple(one for one in taken if _order(one.number) < number or (one.phase == phase and not one.family))


def known(facts: Facts, phase: str, family: str) -> tuple[RepoPath, ...]:
    """The paths under which a family made files before."""
    path = RepoPath(f"{BOOKS}/{phase}/{family}.json")
    return tuple(RepoPath(made) for there, book in noted(facts, BOOKS, Book) if there == path for made in sorted(book.files))


def reports(facts: Facts) -> Mapping[str, tuple[RepoPath, Origin]]:
    """By phase: the report on its decisions, where it is."""
    found: dict[str, tuple[RepoPath, Origin]] = {}
    for path, book in noted(facts, BOOKS, Book):
        places = [RepoPath(one.place or made) for made, one in book.files.items()]
        if name(path) == _REPORT and places and places[0] in facts.tree:
            found[relative(path, BOOKS).partition("/")[0]] = (places[0], Origin(path))
    return found


def _order(number: str) -> int:
    phase = number.partition(".")[0]
    return int(phase) if phase.isdecimal() else 0


def _taken(facts: Facts, path: RepoPath, record: _Record, since: Sequence[Moves]) -> Taken:
    running = dict.fromkeys(_now(facts, one.path, since) for one in record.account.entries if one.kind in RUNS)
    books = [relative(RepoPath(one), BOOKS) for one in record.generated if is_within(one, f"{BOOKS}/{record.phase}")]
    moves = (
        *(Moved(RepoPath(old), RepoPath(new), _now(facts, new, since)) for old, new in record.moves),
        *(Moved(RepoPath(old), RepoPath(new), _now(facts, new, since), symbol) for old, symbol, new in record.symbols),
    )
    return Taken(
        record.phase,
        record.number,
        record.slug,
        written(record.title),
        written(record.why),
        Origin(path),
        moves,
        sum(not is_within(one, OURS) for one in record.generated),
        len({edited for edited, _ in record.edits}),
        record.account.rewritten,
        record.account.open,
        tuple(one for one in running if one is not None),
        tuple(written(one) for one in record.todos),
        next((name(one).removesuffix(".json") for one in books), ""),
    )


def _now(facts: Facts, path: str, since: Sequence[Moves]) -> RepoPath | None:
    place = followed(RepoPath(path), since)
    return place if place in facts.tree or facts.tree.is_dir(place) else None
