"""What a family wrote, as it wrote it, and why: one file for each family below `.migrate/generated/`, committed with its step.

A merge needs our text of then, and `explain` the origins of its lines; squash merges and shallow clones leave neither behind. The texts stand
there as they are, a line each: a reviewer sees one line for a file, whoever searches the repository for a secret sees all of it, and
compression, which differs between versions of its library, takes no part in the tree's id (L4).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

import pydantic

from migrator.artefact import Decision
from migrator.origin import Origin
from migrator.paths import RepoPath, printable
from migrator.record import records
from migrator.secrets import redact
from migrator.tree import Moves, object_id

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["FOLDER", "Provenance", "Written", "explained", "following", "provenance", "provenances", "unedited"]

FOLDER = ".migrate/generated"


@dataclass(frozen=True, slots=True)
class Written:
    """A file as its family wrote it."""

    content: bytes
    place: RepoPath
    """Where it is by now: later steps may have moved it."""
    origins: Mapping[int, tuple[Origin, ...]] = field(default_factory=dict)
    """By line of the content."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a family wrote and decided."""

    phase: str
    family: str
    files: Mapping[RepoPath, Written] = field(default_factory=dict)
    """By the path under which the family makes it."""
    decisions: tuple[Decision, ...] = ()

    @property
    def path(self) -> RepoPath:
        """The file that holds it."""
        return RepoPath(f"{FOLDER}/{self.phase}/{self.family}.json")

    def text(self) -> bytes:
        """The content of its file."""
        files = [(path, _file(path, written)) for path, written in sorted(self.files.items())]
        rows = [(redact(one.subject), one.outcome, redact(one.message), [list(origin) for origin in one.origins]) for one in self.decisions]
        parts = [f'  "family": {_dump(self.family)}', f'  "files": {_block(f"{_dump(path)}: {said}" for path, said in files)}']
        parts.append(f'  "decisions": {_block((_dump(row) for row in rows), "[]")}')
        return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _file(path: RepoPath, written: Written) -> str:
    lines: dict[Origin, list[int]] = {}
    for number, several in sorted(written.origins.items()):
        for origin in several:
            lines.setdefault(origin, []).append(number)
    said = [f'"place": {_dump(written.place)}'] if written.place != path else []
    said.append(f'"text": {_dump(written.content.decode())}')
    said.append(f'"origins": {_block((_dump((_runs(numbers), *origin)) for origin, numbers in lines.items()), "[]", 6)}')
    return "{\n      " + ",\n      ".join(said) + "\n    }"


def _block(rows: Iterable[str], brackets: str = "{}", indent: int = 2) -> str:
    inside = ",\n".join(" " * (indent + 2) + row for row in rows)
    return f"{brackets[0]}\n{inside}\n{' ' * indent}{brackets[1]}" if inside else brackets


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _runs(numbers: Sequence[int]) -> str:
    """Numbers as people write them: `3 5-7`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


# reading ---------------------------------------------------------------------------------------------------------------


class _File(pydantic.BaseModel):
    text: str
    place: str = ""
    origins: tuple[tuple[str, str, int, str], ...] = ()


class _Book(pydantic.BaseModel):
    family: str
    files: dict[str, _File] = {}
    decisions: tuple[tuple[str, str, str, tuple[tuple[str, int, str], ...]], ...] = ()


def provenances(facts: Facts) -> tuple[Provenance, ...]:
    """What every family wrote that a tree knows of; a file that says nothing readable is passed over, and with it what it knew."""
    return facts.derive(_read)


def provenance(facts: Facts, phase: str, family: str) -> Provenance:
    """What a family wrote; empty where it never did."""
    return next((one for one in provenances(facts) if (one.phase, one.family) == (phase, family)), Provenance(phase, family))


def following(before: Facts, after: Facts, moves: Moves, written: Collection[RepoPath]) -> dict[str, str]:
    """The files of families that nobody had edited and that say something else after a step, since what they name moved: path to blob.

    `written` are those that the step itself writes.
    """
    ours = [one.place for known in provenances(before) for one in known.files.values() if unedited(before, one)]
    return {
        printable(new): after.tree[new].blob
        for old, new in sorted((place, moves(place)) for place in ours)
        if new in after.tree and new not in written and after.tree[new].blob != before.tree[old].blob
    }


def unedited(facts: Facts, written: Written) -> bool:
    """Whether a file is there and says what its family wrote, or what our own steps made of that."""
    place = written.place
    if place not in facts.tree:
        return False
    blob = facts.tree[place].blob
    return blob == _blob(written.content) or any(record.followed.get(place) == blob for record in facts.derive(records))


@lru_cache(maxsize=1 << 12)
def _blob(content: bytes) -> str:
    return object_id("blob", content)


def explained(facts: Facts, path: RepoPath) -> tuple[Provenance, Written] | None:
    """The family that wrote a file, and what it wrote; None for a file that no family did."""
    return next(((one, written) for one in provenances(facts) for written in one.files.values() if written.place == path), None)


def _read(facts: Facts) -> tuple[Provenance, ...]:
    books = {path: book for path in facts.tree.below(FOLDER) if (book := facts.remembered(path, _told)) is not None}
    known = {one.place for book in books.values() for one in book.files.values()}
    alone: dict[str, list[RepoPath]] = {}
    for path, entry in facts.tree.items():
        if path not in known:
            alone.setdefault(entry.blob, []).append(path)
    found = []
    for path, book in books.items():
        *_, phase, file = path.split("/")
        places = _Places(facts, path, alone)
        files = {
            made: one if (place := places(one.place, one.content)) == one.place else replace(one, place=place) for made, one in book.files.items()
        }
        found.append(Provenance(phase, file.removesuffix(".json"), files, book.decisions))
    return tuple(found)


class _Told(NamedTuple):
    """What a book says, with the files where they were when it was written."""

    files: Mapping[RepoPath, Written]
    decisions: tuple[Decision, ...]


def _told(source: bytes) -> _Told | None:
    try:
        book = _Book.model_validate_json(source)
    except ValueError:
        return None
    decisions = tuple(
        Decision(subject, outcome, message, tuple(Origin(RepoPath(at), line, why) for at, line, why in origins), book.family)
        for subject, outcome, message, origins in book.decisions
    )
    return _Told({RepoPath(made): _written(RepoPath(made), one) for made, one in book.files.items()}, decisions)


def _written(made: RepoPath, one: _File) -> Written:
    origins: dict[int, tuple[Origin, ...]] = {}
    for runs, path, line, why in one.origins:
        for number in _numbers(runs):
            origins[number] = (*origins.get(number, ()), Origin(RepoPath(path), line, why))
    return Written(one.text.encode(), RepoPath(one.place or made), origins)


def _numbers(runs: str) -> Iterable[int]:
    for run in runs.split():
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)


class _Places:
    """Where files went since a provenance was written."""

    def __init__(self, facts: Facts, book: RepoPath, alone: Mapping[str, Sequence[RepoPath]]) -> None:
        """`alone` has, by blob, the files that lie where no family wrote any."""
        self._facts = facts
        self._alone = alone
        every = facts.derive(records)
        last = max((position for position, record in enumerate(every) if book in record.generated), default=-1)
        self._since = [_moves(record.moves) for record in every[last + 1 :]]
        self._any = [_moves(record.moves) for record in every]

    def __call__(self, path: RepoPath, content: bytes) -> RepoPath:
        place = path
        for moves in self._since:
            place = moves(place)
        tree = self._facts.tree
        if place in tree:
            return place
        # A phase that runs again has lower numbers than what was generated before; who moves a file by hand leaves no record.
        other = next((moves(path) for moves in self._any if moves(path) in tree and moves(path) != path), None)
        return other or _alike(path, self._alone.get(_blob(content), ())) or place


def _alike(path: RepoPath, others: Sequence[RepoPath]) -> RepoPath | None:
    """The one file that has most of a path's end; None where several have, since files of several workloads may say the same."""
    if len(others) < 2:  # noqa: PLR2004  none or one
        return next(iter(others), None)
    most = max(others, key=partial(_ending, path))
    return most if [_ending(path, one) for one in others].count(_ending(path, most)) == 1 else None


def _ending(path: RepoPath, other: RepoPath) -> int:
    """How many names two paths have in common at their ends."""
    pairs = zip(reversed(path.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _moves(pairs: Iterable[tuple[str, str]]) -> Moves:
    return Moves((RepoPath(old), RepoPath(new)) for old, new in pairs)
