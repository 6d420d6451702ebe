"""The small record that each step commits under `.migrate/`, because squash-merges lose trailers and refs.

Rollback after a merge, branch carrying and the check that a generated file is still as we wrote it read these.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pydantic

from migrator.kinds import RUNS
from migrator.paths import RepoPath, printable
from migrator.secrets import redact
from migrator.step import Edit, MergeSymbol, Move, MoveSymbol, Redirect, Remove, Step, Write
from migrator.tree import Moves, object_id

if TYPE_CHECKING:
    from migrator.facts import Facts

FOLDER = ".migrate/steps"


class Opened(pydantic.BaseModel):
    """A mention of an old place of which nobody knows what reads it (L15)."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)

    path: str
    line: int
    text: str
    reason: str
    kind: str

    @property
    def at(self) -> tuple[str, int, str]:
        """What tells one line from another, whichever step leaves it."""
        return self.path, self.line, self.text

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}   ({self.reason})"


class Counted(pydantic.BaseModel):
    """The account of a step: what became of the mentions of old places, in numbers, and those that a person must look at."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)

    rewritten: dict[str, int] = {}
    """By kind of file."""
    left: dict[str, int] = {}
    """By reason."""
    open: dict[str, int] = {}
    """By kind of file."""
    entries: tuple[Opened, ...] = ()
    """The open ones."""

    @classmethod
    def together(cls, accounts: Iterable[Counted]) -> Counted:
        """The accounts of several steps, in their order, as one: a line that several leave open is open once, as the last of them says it."""
        several = tuple(accounts)
        last = {entry.at: number for number, account in enumerate(several) for entry in account.entries}
        columns: dict[str, Counter[str]] = {"rewritten": Counter(), "left": Counter(), "open": Counter()}
        entries: list[Opened] = []
        for number, account in enumerate(several):
            for column, numbers in columns.items():
                numbers.update(getattr(account, column))
            columns["open"].subtract(entry.kind for entry in account.entries if last[entry.at] != number)
            entries += (entry for entry in account.entries if last[entry.at] == number)
        rewritten, left, still = ({word: number for word, number in numbers.items() if number} for numbers in columns.values())
        return cls(rewritten=rewritten, left=left, open=still, entries=tuple(entries))

    @property
    def urgent(self) -> tuple[Opened, ...]:
        """What is open in files that run."""
        return tuple(entry for entry in self.entries if entry.kind in RUNS)

    def lines(self, most: int = 10) -> tuple[str, ...]:
        """The account as a commit's message tells it: numbers first, then what nobody may overlook; nothing where nothing names an old place."""
        columns = (("rewritten", self.rewritten), ("left", self.left), ("open", self.open))
        said = [f"{sum(numbers.values())} {word} ({_listed(numbers)})" for word, numbers in columns if numbers]
        if not said:
            return ()
        if not self.open:
            said.append("nothing open")
        urgent = [f"  {entry}" for entry in self.urgent]
        more = [f"  … and {len(urgent) - most} more, in the record"] if len(urgent) > most else []
        head = ["Open in files that run, look before you merge"] if urgent else []
        return (f"Mentions of old places: {', '.join(said)}", *head, *urgent[:most], *more)


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{word} {number}" for word, number in numbers.items())


class Shim(pydantic.BaseModel):
    """A file that a step left at an old place: whoever still says the old name gets what is at the new one."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)

    path: str
    target: str
    """The file that it stands for."""
    expires: dt.date
    """Until when it was promised."""
    symbol: str = ""
    """The definition whose old name it is, where the file at the old place stays; `target` has it now."""

    @pydantic.model_serializer(mode="wrap")
    def _said(self, fields: pydantic.SerializerFunctionWrapHandler) -> dict[str, object]:
        """As ever where a whole file moved: records that were written before say the same."""
        said: dict[str, object] = fields(self)
        return said if self.symbol else {key: value for key, value in said.items() if key != "symbol"}


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
    followed: dict[str, str] = {}
    """Path to blob id of each file of a family that nobody had edited and that says something else now, since what it names moved: it stays ours."""
    shims: tuple[Shim, ...] = ()
    """Those that the step left, or wrote anew because what they stand for went on; their blobs are among the generated ones."""
    owned: dict[str, tuple[str, ...]] = {}
    """Path to the lines that the step added to a CODEOWNERS file, so that everything is owned by whom it was."""
    edits: tuple[tuple[str, str], ...] = ()
    """Path and change of each edit."""
    removed: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    """Old names of definitions that are left no more: `path::name`."""
    redirects: tuple[tuple[str, str], ...] = ()
    """Dead places that were named, and what is named instead."""
    account: Counted = Counted()
    todos: tuple[str, ...] = ()
    """What a person has to do by hand afterwards."""

    @property
    def id(self) -> str:
        """The step's id, `phase/slug`."""
        return f"{self.phase}/{self.slug}"

    @property
    def place(self) -> RepoPath:
        """Where it lies in a tree."""
        return place_of(self.number, self.slug)

    @property
    def substitution(self) -> Moves:
        """Its moves, for any path."""
        return Moves((RepoPath(old), RepoPath(new)) for old, new in self.moves)


def record_of(step: Step, phase: str, number: str) -> Record:
    """The record of a step."""
    return Record(
        phase=phase,
        number=number,
        slug=step.slug,
        title=step.title,
        why=step.why,
        moves=tuple((printable(a.old), printable(a.new)) for a in step.actions if isinstance(a, Move)),
        symbols=tuple((printable(a.old), a.symbol, printable(a.new)) for a in step.actions if isinstance(a, MoveSymbol | MergeSymbol)),
        generated={printable(a.path): object_id("blob", a.content) for a in step.actions if isinstance(a, Write)},
        edits=tuple((printable(a.path), redact(str(a.change))) for a in step.actions if isinstance(a, Edit)),
        removed=tuple(printable(a.path) for a in step.actions if isinstance(a, Remove)),
        redirects=tuple((action.old, action.new) for action in step.actions if isinstance(action, Redirect)),
    )


def place_of(number: str, slug: str) -> RepoPath:
    """Where the record of a step lies; what a slug says of a definition (`a.py::f`) no file on Windows can be called."""
    return RepoPath(f"{FOLDER}/{number}-{spoken(slug)}.json")


def spoken(slug: str) -> str:
    """A slug as the name of its record has it; one that was written before may have a definition's colons in it."""
    return slug.replace("/", "-").replace("::", "-")


def write_record(record: Record) -> Write:
    """The action that puts a record into the tree."""
    # What few steps have is left out where there is none: records that were written before say the same as ever.
    absent = {name for name in ("followed", "shims", "owned", "forgotten", "redirects") if not getattr(record, name)}
    text = json.dumps(record.model_dump(mode="json", exclude=absent), indent=2, ensure_ascii=False) + "\n"
    return Write(record.place, text.encode())


def records(facts: Facts) -> tuple[Record, ...]:
    """The records in a tree, by number; files that are no records are passed over."""
    found = (facts.remembered(path, record_in) for path in facts.tree.below(FOLDER))
    return tuple(sorted((record for record in found if record is not None), key=lambda record: (record.number, record.slug)))


def record_in(source: bytes) -> Record | None:
    """The record that a file holds; None for a file that is no record."""
    with contextlib.suppress(ValueError):
        return Record.model_validate_json(source)
    return None


def generated_blobs(facts: Facts) -> dict[RepoPath, str]:
    """The files that steps wrote, each with the blob id it had when we wrote it, followed through later moves."""
    found: dict[RepoPath, str] = {}
    for record in facts.derive(records):
        if moves := record.substitution:
            found = {moves(path): blob for path, blob in found.items()}
        found.update({RepoPath(path): blob for path, blob in (*record.generated.items(), *record.followed.items())})
    return found
