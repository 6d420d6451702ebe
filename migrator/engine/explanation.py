"""Where a line of a file comes from, as far as a migration knows: the values in it, what was decided about them, and the steps that wrote or moved it.

Everything is read from the tree (records and what families wrote are committed with it); commits are looked up, and a squash leaves none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from migrator.engine.commits import NUMBER, PART, STEP
from migrator.errors import UsageError
from migrator.generating.provenance import explained, unedited
from migrator.paths import RepoPath, is_within, printable
from migrator.record import FOLDER, Record, records
from migrator.tree import SUBMODULE, SYMLINK, Moves
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.artefact import Decision
    from migrator.engine.context import Engine
    from migrator.facts import Facts
    from migrator.generating.provenance import Provenance, Written
    from migrator.origin import Origin

__all__ = ["Explanation", "Line", "Trace", "explain", "place_of"]

Part = Literal["value", "text", "edit"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file that a family wrote."""

    number: int
    text: str
    part: Part
    """A value that was read somewhere, the family's own text, or what people or later steps made of it."""
    origins: tuple[Origin, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """What one step did to a file."""

    number: str
    id: str
    title: str
    did: str
    """`wrote it`, `moved it from …`, `edited it: …`, `made what it names follow`."""
    commit: str
    """Empty where its commit is not in the history: it was squashed."""
    record: str
    """The file that remembers it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a migration knows of a file."""

    path: RepoPath
    revision: str
    line: int
    """0 for the whole file."""
    phase: str = ""
    family: str = ""
    """Empty for a file that no family wrote."""
    edited: bool = False
    """Whether people changed it since."""
    lines: tuple[Line, ...] = ()
    """The line that was asked for, or every line with a value or an edit."""
    traces: tuple[Trace, ...] = ()
    """The steps that touched it, newest first."""


def place_of(text: str, revision: str, tree: Mapping[RepoPath, object]) -> tuple[RepoPath, int]:
    """What `PATH[:LINE]` means in a tree. Raises UsageError where it names no file of it."""
    path, colon, number = text.rpartition(":")
    if text not in tree and colon and number.isdecimal():
        return _there(path, revision, tree), int(number)
    return _there(text, revision, tree), 0


def _there(text: str, revision: str, tree: Mapping[RepoPath, object]) -> RepoPath:
    path = RepoPath(text.removeprefix("./"))
    if path not in tree:
        raise UsageError(
            f"there is no file {text} in {revision[:7]}", "give a path relative to the repository's root, and the revision with --base REV"
        )
    return path


def explain(engine: Engine, revision: str, path: RepoPath, line: int = 0) -> Explanation:
    """What a migration knows of a file, or of one line of it. Raises UsageError for a line that the file does not have."""
    plan_file, _ = engine.plan_file(engine.repository.tree(revision))
    facts = engine.facts(revision, plan_file)
    size = _size(facts, path)
    if line > size:
        raise UsageError(f"{path} has {size} lines", f"migrate explain {word(path)}")
    steps = _traces(engine, facts, revision, path)
    known = explained(facts, path)
    if known is None:
        return Explanation(path, revision, line, traces=steps)
    book, written = known
    lines = [one for one in _lines(facts, book, written) if one.number == line or (not line and one.part != "text")]
    return Explanation(path, revision, line, book.phase, book.family, not unedited(facts, written), tuple(lines), steps)


def _size(facts: Facts, path: RepoPath) -> int:
    if facts.tree[path].mode in {SUBMODULE, SYMLINK}:
        return 0
    return len(facts.read(path).decode("utf-8", "replace").splitlines())


def _lines(facts: Facts, book: Provenance, written: Written) -> list[Line]:
    """Every line of a file as it is, each with what is known of the line that it was."""
    was = written.content.decode().splitlines()
    now = facts.read(written.place).decode("utf-8", "replace").splitlines()
    rewritten = unedited(facts, written)
    found: list[Line] = []
    for tag, first, last, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        # What our own steps rewrote keeps its lines; what people wrote in their place is theirs.
        same = tag == "equal" or (rewritten and last - first == end - start)
        for offset, number in enumerate(range(start, end)):
            origins = written.origins.get(first + offset + 1, ()) if same else ()
            part: Part = "value" if origins else "text" if same else "edit"
            found.append(Line(number + 1, now[number], part, origins, _decided(book, origins)))
    return found


def _decided(book: Provenance, origins: tuple[Origin, ...]) -> tuple[Decision, ...]:
    """What was decided about the places that a line comes from."""
    places = {(origin.path, origin.line, "" if origin.path else origin.why) for origin in origins}
    return tuple(one for one in book.decisions if any((at.path, at.line, "" if at.path else at.why) in places for at in one.origins))


def _traces(engine: Engine, facts: Facts, revision: str, path: RepoPath) -> tuple[Trace, ...]:
    """The steps that touched a file, followed back through its moves."""
    found: list[tuple[Record, str]] = []
    for record in reversed(facts.derive(records)):
        place = printable(path)
        if place in record.generated:
            found.append((record, "wrote it"))
        elif place in record.followed:
            found.append((record, "made what it names follow"))
        found += [(record, f"edited it: {change}") for at, change in record.edits if at == place]
        moves = Moves((RepoPath(new), RepoPath(old)) for old, new in record.moves)
        before = moves(path)
        if before != path:
            found.append((record, f"moved it from {before}"))
            path = before
    commits = _commits(engine, revision, {_key(record) for record, _ in found})
    return tuple(Trace(record.number, record.id, record.title, did, commits.get(_key(record), ""), _file_of(facts, record)) for record, did in found)


def _key(record: Record) -> tuple[str, str]:
    return record.number, record.slug


def _commits(engine: Engine, revision: str, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The commits of some steps, by number and slug, as far as the history has them."""
    found: dict[tuple[str, str], str] = {}
    for commit in engine.repository.log(revision) if wanted else ():
        said = commit.trailers
        key = (said.get(NUMBER, ""), said.get(STEP, ""))
        if key in wanted and PART not in said:
            found.setdefault(key, commit.id)
            if found.keys() == wanted:
                break
    return found


def _file_of(facts: Facts, record: Record) -> str:
    name = record.place
    return name if name in facts.tree and is_within(name, FOLDER) else ""
