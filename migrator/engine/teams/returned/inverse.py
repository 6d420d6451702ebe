"""The inverse of a step on today's code.

What nobody touched since the step was made becomes what it was before, byte for byte. What people changed or added since stays, goes back to
where it would lie without the step, and names things where they are then: that is one build, of the moves back and of the texts of before, so
that references are rewritten as every step rewrites them. Where people and the step changed one file, both are merged as they read without the
step. Law: right after a step its inverse gives the tree before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator import workspaces
from migrator.atlas import is_input
from migrator.build import Built, build, rebuilt
from migrator.engine.teams.returned.homes import Homes
from migrator.engine.teams.returned.places import Places
from migrator.errors import Finding, PlanError, Problem
from migrator.facts.duplicates.reading import defined_in
from migrator.facts.symbols import moved
from migrator.generating.merging import Merged
from migrator.generating.merging import merged as merged_texts
from migrator.graph import line_of
from migrator.paths import OURS, RepoPath, is_within, parent
from migrator.shims import forgetting
from migrator.step import Action, Edit, Move, Remove, Step, Write
from migrator.tree import EXECUTABLE, FILE, SUBMODULE, Entry, Moves, Tree

if TYPE_CHECKING:
    from migrator.engine.teams.returned.stages import Stage
    from migrator.facts import Facts

__all__ = ["BY_PEOPLE", "Undone", "undone"]

BY_PEOPLE = "what people changed since"
"""As a conflict says it."""


@dataclass(frozen=True)
class Undone:
    """A tree without what a step did to it."""

    built: Built
    findings: tuple[Finding, ...]
    """What only a person can put right, and what stays of the step."""
    restored: frozenset[RepoPath]
    """The files that are as they were before the step: nobody has changed them since."""
    late: Mapping[RepoPath, RepoPath]
    """Where the files that are new since go, which might go elsewhere as well: place to path."""
    edited: frozenset[RepoPath]
    """What the step made and stays, for people edited it and for nothing else."""


@dataclass(frozen=True)
class _Become:
    """A change of a file to a text that is known already."""

    text: bytes

    def apply(self, _: bytes) -> bytes:
        return self.text

    def __str__(self) -> str:
        return "as it was before, with what people changed since"


def undone(stage: Stage, now: Facts, refused: Collection[tuple[RepoPath, RepoPath]] = ()) -> Undone:
    """A tree with a step taken back; `refused` are places that new files may not have.

    Raises PlanError where two files would be in one place, or the moves back cannot be made.
    """
    return _Inverse(stage, now, refused).undone()


class _Inverse:
    def __init__(self, stage: Stage, now: Facts, refused: Collection[tuple[RepoPath, RepoPath]]) -> None:
        self.stage = stage
        self.record = stage.landed.record
        self.start = now
        self.old, self.new, self.now = stage.before, stage.after, now
        self.findings: list[Finding] = list(stage.findings)
        self.rejoined: set[RepoPath] = set()
        """The modules to which definitions went back."""
        # What goes back is called what it was: its old name is none any more.
        self.new, self.now = forgetting(self.new, self.record.shims), forgetting(self.now, self.record.shims)
        for old, symbol, new in reversed(self.record.symbols):
            self._symbol_back(RepoPath(new), symbol, RepoPath(old))
        self.files = Places(self.old, self.new, self.now, Homes(self.old, self.new, stage.files, self.record.moves), refused)
        if self.files.instead:
            self.start, self.now = self.files.naming(self.start), self.files.naming(self.now)

    def _symbol_back(self, new: RepoPath, symbol: str, old: RepoPath) -> None:
        """A definition goes back, on both trees; one that the new place had already comes back as text."""
        if new not in self.now.tree or (new in self.old.tree and symbol in defined_in(self.old, new)):
            return
        way = [(new, symbol, old)]
        before, today = moved(self.new, way, named=True), moved(self.now, way, named=True)
        if today.why and not before.why:
            self.findings.append(Finding("conflict", new, f"{self.record.number} {symbol} cannot go back to {old}: {today.why}", severity="error"))
        elif not today.why and not before.why:
            self.new, self.now = before.facts, today.facts
            self.rejoined.add(old)

    # the tree without the step ------------------------------------------------------------------------------------------------

    def undone(self) -> Undone:
        """What comes of it."""
        places = self.files.places(self.now.tree)
        self._check(places)
        texts = {place: self.old.tree[place] for path, place in places.items() if self.files.changed(path) and path not in self.files.both}
        texts |= {path: self.old.tree[path] for path in self.files.removed if path not in self.now.tree or path in self.stage.files.values()}
        settings = {places[path]: text for path in sorted(self.files.both) if _is_read_first(path) and (text := self._merged(path)) is not None}
        built = self._build(self.now, places, texts, settings)
        entries = dict(built.after.tree.items())
        again = [path for path in sorted(self.files.both) if places[path] not in settings]
        read = self._build(self.new, self.files.places(self.new.tree), self._before(again), {}).after.tree if again else Tree()
        for path in again:
            entries[places[path]] = self._read_together(places[path], read[places[path]], entries[places[path]])
        pinned = {place for path, place in places.items() if path in self.files.origins and self.files.untouched(path)} | texts.keys()
        entries |= {place: self.old.tree[place] for place in pinned}
        after = built.after.at(Tree(entries))
        self._tell(places, after)
        changed = frozenset(path for path, entry in after.tree.items() if self.start.tree.get(path) != entry)
        seen = rebuilt(self.start, after, built.step, moves=built.moves, written=changed | pinned, whole=frozenset(pinned))
        late = {place: path for path, place in places.items() if path not in self.files.origins}
        edited = frozenset(place for place, path in late.items() if path in self.new.tree and path not in self.files.kept)
        losses = (*seen.losses, *self._dangling(after, pinned))
        return Undone(replace(seen, losses=losses), tuple(dict.fromkeys(self.findings)), frozenset(pinned), late, edited)

    def _check(self, places: Mapping[RepoPath, RepoPath]) -> None:
        """Raises PlanError where two files would be in one place."""
        taken: dict[RepoPath, RepoPath] = {}
        twice = [(path, place) for path, place in places.items() if taken.setdefault(place, path) != path]
        back = [path for path in self.files.removed if path in taken and self.now.tree[taken[path]] != self.old.tree[path]]
        problems = [Problem(place, f"{path} goes back there, and there is another file by now: {taken[place]}") for path, place in twice]
        problems += [Problem(path, "comes back, and there is another file by now") for path in back]
        if problems:
            raise PlanError(
                f"{self.record.number} {self.record.slug} cannot be taken back", "move or delete one of the two, commit it, and again", problems
            )

    def _before(self, leaving: Collection[RepoPath]) -> dict[RepoPath, Entry]:
        """The texts of before that the step changed, without those of some files."""
        found = {old: self.old.tree[old] for path, old in self.files.origins.items() if self.files.changed(path) and path not in leaving}
        return found | {path: self.old.tree[path] for path in self.files.removed}

    def _build(self, facts: Facts, places: Mapping[RepoPath, RepoPath], texts: Mapping[RepoPath, Entry], edits: Mapping[RepoPath, bytes]) -> Built:
        """A tree with its files at their places, some of them with the texts of before, and what else names places naming where those are."""
        moves = self.files.homes.pairs(facts.tree, places)
        gone = [path for path in facts.tree if path not in places]
        # What the step wrote goes from where it is; what stands in the place of a file that comes back is gone before.
        arriving = {*places.values()}
        cleared = {path for path in gone if path in arriving}
        facts = facts.at(facts.tree.only(lambda path: path not in cleared)) if cleared else facts
        moves = Moves({**moves.pairs, **{path: path for path in gone if path not in cleared}})
        there = {place: facts.tree[path] for path, place in places.items()}
        actions: list[Action] = [Move(old, new) for old, new in moves.pairs.items() if old in facts.tree or facts.tree.is_dir(old)]
        actions += [Remove(path) for path in gone if path not in cleared]
        for path, entry in texts.items():
            if entry.mode != SUBMODULE and there.get(path) != entry:
                over = there[path].blob if path in there else ""
                actions.append(Write(path, facts.store.read(entry.blob), entry.mode, over))
        actions += [Edit(path, _Become(text)) for path, text in edits.items() if facts.store.read(there[path].blob) != text]
        title = f"Take back: {self.record.title}"
        why = (
            f"The step {self.record.id} is undone on the code as it is now; what people changed and added since stays, where it would be without it."
        )
        return build(facts, Step(self.record.slug, title, why, tuple(actions)))

    def _merged(self, path: RepoPath) -> bytes | None:
        """A file that both changed with the changes of both, as it is written; None where they met: as it reads without the step they may not."""
        text = self._both_in(self.old.tree[self.files.origins[path]], self.new.tree[path], self.now.tree[path])
        return None if text is None or text.conflicts else text.content

    def _read_together(self, place: RepoPath, base: Entry, today: Entry) -> Entry:
        """The same of a file as it reads without the step: what of it only names places is no change."""
        old = self.old.tree[place]
        mode = old.mode if today.mode == base.mode else today.mode
        text = self._both_in(old, base, today)
        if text is None:
            if base != old:
                self._conflict(place, [0])
            return today
        if text.conflicts and place in self.rejoined and self._lines(base) == self._lines(old):
            # Definitions that went back stand elsewhere in it now; a merge of that with what people wrote between them would have them twice.
            self.findings.append(Finding("order", place, f"has the definitions that {self.record.number} had moved in another order than before"))
            return Entry(mode, today.blob)
        self._conflict(place, [one.line for one in text.conflicts])
        return Entry(mode, self.now.store.add(text.content))

    def _both_in(self, old: Entry, base: Entry, today: Entry) -> Merged | None:
        """A text without the step and with what people did since, who are right where they met it; None for what is no text."""
        read = self.now.store.read
        if not {FILE, EXECUTABLE} >= {old.mode, today.mode, base.mode} or any(b"\0" in read(one.blob) for one in (old, base, today)):
            return None
        return merged_texts(read(base.blob), read(today.blob), read(old.blob), "theirs")

    def _lines(self, entry: Entry) -> list[bytes]:
        """The lines of a text, whatever their order."""
        return sorted(line for line in self.now.store.read(entry.blob).splitlines() if line.strip())

    def _conflict(self, place: RepoPath, lines: Iterable[int]) -> None:
        for line in lines:
            why = f"{self.record.number} changed {BY_PEOPLE}: it stays as it is today"
            self.findings.append(Finding("conflict", place, why, line, severity="error"))

    def _tell(self, places: Mapping[RepoPath, RepoPath], after: Facts) -> None:
        """What stays of the step, and what went where nothing sure tells."""
        number = self.record.number
        for path, place in places.items():
            if path in self.files.origins or is_within(path, OURS):
                continue
            if path in self.new.tree:
                why = "something of people names it" if path in self.files.kept else "people edited it since"
                self.findings.append(Finding("kept", place, f"{number} made it, and {why}"))
            elif path == place and self._is_left_alone(path, after):
                self.findings.append(Finding("stays", path, f"is new in a place that {number} made, and where it belongs without that nothing tells"))
            elif path != place and place != self.files.homes.home(path):
                self.findings.append(
                    Finding("placed", place, f"is new in {parent(path)}, which {number} made: what it has to do with came from here")
                )
        for gone, today in sorted(self.files.instead.items()):
            why = f"is named by people's files instead of {gone}, which {number} made"
            self.findings.append(Finding("instead", places[today], why))

    def _is_left_alone(self, path: RepoPath, after: Facts) -> bool:
        folder = parent(path)
        made = self.new.tree.is_dir(folder) and not self.old.tree.is_dir(folder) and after.tree.is_dir(folder)
        return made or self.files.homes.project_made(path) is not None

    def _dangling(self, after: Facts, pinned: Collection[RepoPath]) -> Iterator[Finding]:
        """What is as it was before the step, and names what is no longer there."""
        for path in sorted(pinned & self.old.graph.references.keys()):
            were, now = self.old.graph.references[path], after.graph.references.get(path, ())
            if were == now:
                continue
            there = {one.mention for one in now if one.target.path is not None}
            # What it names with the step as well is dead today already: people took it away, and whoever names it stayed.
            today = self.stage.files.get(path, path)
            dead = {one.target.path for one in self.new.graph.references.get(today, ()) if one.target.path not in self.start.tree}
            for one in were:
                if one.target.path is None or one.mention.weak or self.stage.files.get(one.target.path, one.target.path) in dead:
                    continue
                if one.mention not in there:
                    yield Finding(
                        "lost",
                        path,
                        f"`{one.mention.text}` named {one.target.path}, which is gone",
                        line_of(after.read(path), one.mention.start),
                        "error",
                    )


def _is_read_first(path: RepoPath) -> bool:
    """Whether what a file says decides what others mean."""
    return is_input(path) or workspaces.is_manifest(path)
