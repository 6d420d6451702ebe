"""The small record that each step commits under `.migrate/`, because squash-merges lose trailers and refs.

Rollback after a merge, branch carrying and the check that a generated file is still as we wrote it read these.
"""

from __future__ import annotations

import json

import pydantic

from migrator.facts import Facts
from migrator.paths import RepoPath, printable
from migrator.secrets import redact
from migrator.step import Edit, Move, MoveSymbol, Redirect, Remove, Step, Write
from migrator.tree import Moves, object_id

FOLDER = ".migrate/steps"


class Record(pydantic.BaseModel):
    """What one step did and decided; no time and no author, so that the tree depends on the step alone (L4)."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)

    phase: str
    number: str
    slug: str
    title: str
    why: str
    moves: tuple[tuple[str, str], ...] = ()
    symbols: tuple[tuple[str, str, str], ...] = ()
    generated: dict[str, str] = {}
    """Path to blob id of each file that the step wrote whole."""
    edits: tuple[tuple[str, str], ...] = ()
    """Path and change of each edit."""
    removed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The step's id, `phase/slug`."""
        return f"{self.phase}/{self.slug}"


def record_of(step: Step, phase: str, number: str) -> Record:
    """The record of a step."""
    return Record(
        phase=phase,
        number=number,
        slug=step.slug,
        title=step.title,
        why=step.why,
        moves=tuple((printable(a.old), printable(a.new)) for a in step.actions if isinstance(a, Move)),
        symbols=tuple((printable(a.old), a.symbol, printable(a.new)) for a in step.actions if isinstance(a, MoveSymbol)),
        generated={printable(a.path): object_id("blob", a.content) for a in step.actions if isinstance(a, Write)},
        edits=tuple((printable(a.path), redact(str(a.change))) for a in step.actions if isinstance(a, Edit)),
        removed=tuple(printable(a.path) for a in step.actions if isinstance(a, Remove)),
        redirects=tuple((action.old, action.new) for action in step.actions if isinstance(action, Redirect)),
    )


def write_record(record: Record) -> Write:
    """The action that puts a record into the tree."""
    text = json.dumps(record.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
    return Write(RepoPath(f"{FOLDER}/{record.number}-{record.slug.replace('/', '-')}.json"), text.encode())


def records(facts: Facts) -> tuple[Record, ...]:
    """The records in a tree, by number; files that are no records are passed over."""
    found = []
    for path in facts.tree.below(FOLDER) if facts.tree.is_dir(FOLDER) else ():
        try:
            found.append(Record.model_validate_json(facts.read(path)))
        except ValueError:
            continue
    return tuple(sorted(found, key=lambda record: (record.number, record.slug)))


def generated_blobs(facts: Facts) -> dict[RepoPath, str]:
    """The files that steps wrote, each with the blob id it had when we wrote it, followed through later moves."""
    found: dict[RepoPath, str] = {}
    for record in facts.derive(records):
        moves = Moves((RepoPath(old), RepoPath(new)) for old, new in record.moves)
        found = {moves(path): blob for path, blob in found.items()}
        found.update({RepoPath(path): blob for path, blob in record.generated.items()})
    return found
