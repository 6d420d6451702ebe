"""The files from which facts are read that families follow: what people wrote, not what families made of it before.

Else a second run would find its own Kubernetes objects, scrape jobs and images, and say something else than the first (L6).
"""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import msgspec

from migrator.paths import OURS, RepoPath, is_within, relative
from migrator.tree import EXECUTABLE, FILE, Moves, object_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts import Facts

__all__ = ["BOOKS", "STEPS", "Book", "made", "made_by", "moved_since", "noted", "sources"]

BOOKS = RepoPath(f"{OURS}/generated")
"""What families noted down, a file each below their phases."""
STEPS = RepoPath(f"{OURS}/steps")
"""What steps noted down."""
_T = TypeVar("_T")


class _File(msgspec.Struct):
    text: str = ""
    place: str = ""


class Book(msgspec.Struct):
    """What a family noted down: which files are its own, as it wrote them."""

    files: dict[str, _File] = {}


class _Step(msgspec.Struct):
    """What a step noted down: what it moved, and the blobs of files of families that nobody edited and that say something else since."""

    moves: tuple[tuple[str, str], ...] = ()
    followed: dict[str, str] = {}


def sources(facts: Facts) -> tuple[RepoPath, ...]:
    """The files of a tree that people wrote, by path; hidden ones are left out."""
    return facts.derive(_sources)


def made(facts: Facts) -> Mapping[RepoPath, str]:
    """The files that families made, and our records: where our steps left them, edited or not, and as they were written wherever they lie.

    Each with the phase that its family is of, where that is known.
    """
    return facts.derive(_made)


def made_by(facts: Facts, *phases: str) -> frozenset[RepoPath]:
    """Those of them that families of some phases made, which are no sources of the same families (L6)."""
    return frozenset(path for path, maker in made(facts).items() if maker in phases)


def moved_since(facts: Facts) -> tuple[Moves, ...]:
    """What the steps moved that the tree has records of, in their order."""
    return facts.derive(_moved)


def _moved(facts: Facts) -> tuple[Moves, ...]:
    return tuple(Moves((RepoPath(old), RepoPath(new)) for old, new in step.moves) for _, step in noted(facts, STEPS, _Step) if step.moves)


def _sources(facts: Facts) -> tuple[RepoPath, ...]:
    ours = made(facts)
    return tuple(
        path for path, entry in facts.tree.items() if entry.mode in {FILE, EXECUTABLE} and path not in ours and not facts.scanner.hidden(path)
    )


def _made(facts: Facts) -> Mapping[RepoPath, str]:
    steps = [step for _, step in noted(facts, STEPS, _Step)]
    moves = [Moves((RepoPath(old), RepoPath(new)) for old, new in step.moves) for step in steps]
    places: dict[RepoPath, str] = {}
    texts = {blob: "" for step in steps for blob in step.followed.values()}
    for path, book in noted(facts, BOOKS, Book):
        phase = relative(path, BOOKS).partition("/")[0]
        for name, written in book.files.items():
            place = _today(facts, RepoPath(written.place or name), moves)
            places[place] = phase
            # One that is where it was is looked for nowhere else: a template may say what its example says. Many an empty file is nobody's.
            if written.text.strip() and place not in facts.tree:
                texts[_blob(written.text)] = phase
    found: dict[RepoPath, str] = {}
    for path, entry in facts.tree.items():
        if path in places or entry.blob in texts or is_within(path, OURS):
            found[path] = places.get(path) or texts.get(entry.blob, "")
    return found


@lru_cache(maxsize=1 << 12)
def _blob(text: str) -> str:
    return object_id("blob", text.encode())


def _today(facts: Facts, path: RepoPath, moves: list[Moves]) -> RepoPath:
    """Where a file is by now."""
    for one in moves:
        if path in facts.tree:
            break
        path = one(path)
    return path


def noted(facts: Facts, directory: RepoPath, kind: type[_T]) -> list[tuple[RepoPath, _T]]:
    """What our files in a directory say, in their order; one that says nothing readable is passed over."""
    said = ((path, facts.remembered(path, _decoded, kind)) for path in facts.tree.below(directory))
    return [(path, one) for path, one in said if one is not None]


def _decoded(source: bytes, kind: type[_T]) -> _T | None:
    with contextlib.suppress(msgspec.MsgspecError, ValueError, RecursionError):
        return msgspec.json.decode(source, type=kind)
    return None
