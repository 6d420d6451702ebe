"""What happened: an append-only chain of commits under `refs/migrate/journal` (L8), and how a dead process is tidied up (L9).

The journal is the commit point. An entry says that a branch goes from `old` to `new`; it is appended first, the branch moves second,
both by compare-and-swap. Whoever comes next calls `settle`, which carries out the last entry if that did not happen. Where git cannot move
the branch, whoever wrote the entry withdraws it: nothing of it happened.
A second parent keeps candidates that no branch holds (failed, rolled back) alive through garbage collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import pydantic

from migrator.errors import RaceError, RepositoryError
from migrator.git.commits import now
from migrator.paths import RepoPath
from migrator.record import Counted
from migrator.tree import FILE, Entry, Tree

if TYPE_CHECKING:
    from migrator.git import Repository

JOURNAL = "refs/migrate/journal"
SETTLED = "refs/migrate/settled"
"""The last entry that is known to be carried out; it spares a branch that somebody deleted on purpose from coming back."""

Kind = Literal["open", "step", "aside", "rollback", "move", "done", "back", "update", "carry"]


class JournalEntry(pydantic.BaseModel):
    """One thing that happened."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)

    kind: Kind
    time: str = ""
    """UTC, ISO 8601."""
    branch: str = ""
    """The full name of the ref."""
    old: str | None = None
    """The commit the branch was at; None when it did not exist."""
    new: str | None = None
    """The commit it goes to; None when it is deleted."""
    base: str = ""
    """The commit from which the branch started."""
    source: str = ""
    """Of a branch that was carried over: the commit that it was at."""
    phase: str = ""
    number: str = ""
    step: str = ""
    """The step's id."""
    title: str = ""
    tree: str = ""
    gates: tuple[dict[str, Any], ...] = ()
    findings: tuple[dict[str, Any], ...] = ()
    account: Counted = Counted()
    """What became of the mentions of old places (L15)."""
    todos: tuple[str, ...] = ()
    """What a person has to do by hand afterwards; of an entry "done" the one that was."""
    entries: tuple[JournalEntry, ...] = ()
    """Of an update: the steps of the branch as they are now, and those that it set aside."""
    id: str = pydantic.Field("", exclude=True)
    """The entry's own commit; of an entry in an update that one's, with its place."""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do by hand: its number, which never changes, the branch it is for, what, the entries of the steps that need it, whether it is done."""

    number: int
    branch: str
    text: str
    entries: tuple[str, ...]
    done: bool = False


def todos(entries: Iterable[JournalEntry]) -> tuple[Todo, ...]:
    """Everything that was to be done by hand, by number; `entries` are the journal's, oldest first.

    A thing that several steps need is one for as long as it is not done; what becomes necessary again afterwards is another one.
    """
    found: list[Todo] = []
    for entry in entries:
        if entry.kind == "done":
            found = [replace(todo, done=True) if str(todo.number) == entry.number else todo for todo in found]
            continue
        for one in entry.entries or (entry,):
            _note(found, one, anew=one is entry)
    return tuple(found)


def _note(found: list[Todo], entry: JournalEntry, *, anew: bool) -> None:
    """Add what a step needs; made again by an update, it does not need anew what is done."""
    for text in entry.todos:
        same = [at for at, todo in enumerate(found) if (todo.branch, todo.text) == (entry.branch, text) and not (anew and todo.done)]
        if same:
            found[same[-1]] = replace(found[same[-1]], entries=(*found[same[-1]].entries, entry.id))
        else:
            found.append(Todo(len(found) + 1, entry.branch, text, (entry.id,)))


class Journal:
    """The journal of one repository. Writing requires the repository's lock (see `migrator.engine`)."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def __iter__(self) -> Iterator[JournalEntry]:
        """All entries, newest first. Raises RepositoryError when the chain is damaged."""
        head = self._repository.read_ref(JOURNAL)
        if head is None:
            return
        for commit in self._repository.log(head, first_parent=True):
            yield self._entry(commit.id, commit.message)

    def entries(self) -> list[JournalEntry]:
        """All entries, oldest first."""
        return list(self)[::-1]

    @staticmethod
    def _entry(commit: str, message: str) -> JournalEntry:
        try:
            entry = JournalEntry.model_validate_json(message.partition("\n\n")[2])
        except ValueError as error:
            raise RepositoryError(
                f"journal entry {commit[:12]} cannot be read, {JOURNAL} is damaged or not ours", f"git log --first-parent {JOURNAL}"
            ) from error
        steps = tuple(one.model_copy(update={"id": f"{commit}:{at}", "time": entry.time}) for at, one in enumerate(entry.entries))
        return entry.model_copy(update={"id": commit, "entries": steps})

    def append(self, entry: JournalEntry, keep: str | None = None, *also: str) -> JournalEntry:
        """Add an entry; `keep` and whatever else is given are commits that must survive garbage collection.

        Raises RaceError when somebody else added one, or when its branch is no longer where the entry says.
        """
        if entry.branch and (now_at := self._repository.read_ref(entry.branch)) != entry.old:
            raise RaceError(f"{entry.branch} moved to {(now_at or 'nothing')[:12]} while we worked", "migrate status")
        head = self._repository.read_ref(JOURNAL)
        parent = head or self._write(JournalEntry(kind="open", time=now().isoformat(timespec="seconds")), ())
        stamped = entry.model_copy(update={"time": now().isoformat(timespec="seconds")})
        commit = self._write(stamped, tuple(dict.fromkeys((parent, *(() if keep is None else (keep,)), *also))))
        self._repository.update_ref(JOURNAL, commit, head, f"migrate: {entry.kind}")
        return stamped.model_copy(update={"id": commit})

    def _write(self, entry: JournalEntry, parents: tuple[str, ...]) -> str:
        # A finding may stand in a file whose name is not UTF-8.
        text = json.dumps(entry.model_dump(exclude_defaults=True), ensure_ascii=False).encode("utf-8", "replace").decode()
        store = self._repository.store()
        tree = Tree({RepoPath("entry.json"): Entry(FILE, store.add(text.encode()))})
        subject = " ".join(word for word in ("migrate", entry.kind, entry.number, entry.step, entry.branch) if word)
        return self._repository.write_commit(
            self._repository.write(tree, store), parents, f"{subject.encode('utf-8', 'replace').decode()}\n\n{text}\n"
        )

    def carry_out(self, entry: JournalEntry) -> None:
        """Move the branch as the last entry says. Raises RaceError when the branch is somewhere else, RepositoryError when git cannot move it.

        What did not happen is not in the journal then: whatever comes next would carry it out, or be stopped by it.
        """
        if entry.branch and entry.old != entry.new:
            self._repository.remove_stale_lock(entry.branch)
            try:
                self._repository.update_ref(entry.branch, entry.new, entry.old, f"migrate: {entry.kind} {entry.step}".rstrip())
            except (RaceError, RepositoryError):
                self._repository.update_ref(JOURNAL, self._repository.commit(entry.id).parents[0], entry.id, "migrate: did not happen")
                raise
        self._repository.update_ref(SETTLED, entry.id, self._repository.read_ref(SETTLED), "migrate: settled")

    def last(self) -> JournalEntry | None:
        """The newest entry."""
        head = self._repository.read_ref(JOURNAL)
        commit = None if head is None else self._repository.commit(head)
        return None if commit is None else self._entry(commit.id, commit.message)

    def pending(self) -> JournalEntry | None:
        """The last entry while its branch has not been moved yet: somebody is at work, or died (L9)."""
        last = self.last()
        if last is None or not last.branch or last.old == last.new or self._repository.read_ref(SETTLED) == last.id:
            return None
        return last if self._repository.read_ref(last.branch) == last.old else None

    def settle(self) -> JournalEntry | None:
        """Carry out the last entry if a process died before it did; returns it when there was something to do (L9)."""
        self._repository.remove_stale_lock(JOURNAL)
        self._repository.remove_stale_lock(SETTLED)
        last = self.last()
        if last is None or self._repository.read_ref(SETTLED) == last.id:
            return None
        if (pending := self.pending()) is not None:
            if pending.new is None:
                # Deleting a ref locks the packed refs as well, and the entry says that we were about to. They are not ours alone.
                self._repository.remove_stale_lock("packed-refs", patience=5)
            self.carry_out(pending)
            return pending
        self._repository.update_ref(SETTLED, last.id, self._repository.read_ref(SETTLED), "migrate: settled")
        return None


class Ledger:
    """A repository with its journal: all that is needed to tell where branches stand."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.journal = Journal(repository)
