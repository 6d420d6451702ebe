"""From a tree and a step to the next tree: the one place where references are rewritten.

A step's moves are applied first, then what it writes, then every mention whose text no longer names what it named is
rewritten by its language, and the result is read back. Nothing is written to the repository.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from migrator import anchors, owning, workspaces
from migrator.atlas import is_input
from migrator.atlas.changes import Changes
from migrator.edits import EditError
from migrator.errors import Finding, PlanError, Problem
from migrator.facts.ghosts import Revival, revived
from migrator.facts.symbols import respelled
from migrator.graph import Graph, Reference, lost, resolved
from migrator.graph.roots import Roots
from migrator.languages import Mention, Target, language_of
from migrator.languages.base import SymbolError
from migrator.languages.python.naming import within
from migrator.paths import RepoPath, ancestors, git_problem, is_within, join, parent, printable, relative, windows_problem
from migrator.record import generated_blobs
from migrator.seals import resealed
from migrator.step import Edit, MergeSymbol, Move, MoveSymbol, Redirect, Remove, Step, Write
from migrator.tree import FILE, SUBMODULE, SYMLINK, Entry, Moves, Tree, fold_problems

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.facts import Facts
    from migrator.graph.index import Index

__all__ = ["Built", "build", "rebuilt"]

_GITMODULES = RepoPath(".gitmodules")
_HINTS: Mapping[type, str] = {MoveSymbol: "move the whole module, or make the move by hand", MergeSymbol: "leave both where they are"}
_SHOWING = frozenset({"drawn", "alias"})
"""Kinds of mentions that cannot always say where a thing went: the account tells which could not."""


@dataclass(frozen=True)
class Built:
    """What a step makes of a tree.

    `moved` is the tree after the moves alone (for histories that git can follow), `files` says which file went where, `losses`
    is every violation of L1 and L2: a step with a loss of severity "error" is never committed.
    """

    step: Step
    before: Facts
    after: Facts
    moved: Tree
    moves: Moves
    files: Mapping[RepoPath, RepoPath]
    losses: tuple[Finding, ...]
    owned: Mapping[RepoPath, tuple[str, ...]] = field(default_factory=dict)
    """The lines that CODEOWNERS files need more."""

    @cached_property
    def created(self) -> tuple[RepoPath, ...]:
        """Files that were not there and did not come from elsewhere."""
        return tuple(sorted(self.after.tree.keys() - self.moved.keys()))

    @cached_property
    def deleted(self) -> tuple[RepoPath, ...]:
        """Files that are gone, by their path after the moves."""
        return tuple(sorted(self.moved.keys() - self.after.tree.keys()))

    @cached_property
    def edited(self) -> tuple[RepoPath, ...]:
        """Files whose content changed, by their new path."""
        after = self.after.tree
        return tuple(sorted(path for path, entry in self.moved.items() if path in after and after[path] != entry))

    def place(self, path: RepoPath) -> RepoPath:
        """Where a file or directory of the tree before is now; a directory whose files all went together is where they went."""
        return _place(path, self.moves, self.before.tree, self.after.tree)

    @property
    def changed(self) -> bool:
        """Whether anything is different at all."""
        return self.before.tree != self.after.tree


def build(before: Facts, step: Step) -> Built:
    """The tree that a step makes, with the graph's preservation checked.

    Raises PlanError with all problems when an action cannot be carried out.
    """
    moves = _moves(step, before.tree)
    files = moves.files(before.tree)
    moved = moves.apply(before.tree)
    written = _written(before, step, moved)
    tree = moved.replace({path: None if content is None else Entry(mode, before.store.add(content)) for path, (mode, content) in written.items()})
    if problems := _unholdable(before.tree, tree, {path for path, (_, content) in written.items() if content is not None}):
        raise PlanError(f"{step.slug}: these files cannot be written", "choose other paths; nothing was written", problems)
    tree = _with_submodules(before, _with_symlinks(before, tree, moves, files), files)
    whole = frozenset(action.path for action in step.actions if isinstance(action, Write))
    redirects = {action.old: action.new for action in step.actions if isinstance(action, Redirect)}
    expected = _Expected(before, moves, {new: old for old, new in files.items()}, frozenset(written), whole, revived(before, redirects))
    rewritten = _rewritten(expected, tree)
    owners = _owners(expected, step, rewritten)
    after = _anchored(expected, _sealed(expected, _saying(rewritten, {path: one.text for path, one in owners.items()})))
    return Built(step, before, after, moved, moves, files, expected.losses(after), {path: one.added for path, one in owners.items() if one.added})


def rebuilt(  # noqa: PLR0913  keyword-only
    before: Facts, after: Facts, step: Step, *, moves: Moves, written: frozenset[RepoPath], whole: frozenset[RepoPath]
) -> Built:
    """A step that somebody committed, seen again from its two trees: the same judgement as when it was built.

    `written` are the files whose text the step changed on purpose, `whole` those among them that it wrote anew.
    """
    files = moves.files(before.tree)
    expected = _Expected(before, moves, {new: old for old, new in files.items()}, written, whole)
    return Built(step, before, after, moves.apply(before.tree), moves, files, expected.losses(after))


# actions ---------------------------------------------------------------------------------------------------------------


def _moves(step: Step, tree: Tree) -> Moves:
    pairs = [(action.old, action.new) for action in step.actions if isinstance(action, Move)]
    seen: dict[RepoPath, RepoPath] = {}
    twice = [Problem(old, f"is to move both to {seen[old]} and to {new}") for old, new in pairs if seen.setdefault(old, new) != new]
    moves = Moves(pairs)
    if problems := (*twice, *moves.problems(tree)):
        raise PlanError(f"{step.slug}: these moves cannot be made", "correct the paths; nothing was written", problems)
    return moves


def _written(before: Facts, step: Step, moved: Tree) -> dict[RepoPath, tuple[int, bytes | None]]:
    """What the step itself writes: path to mode and content, None for a removed file."""
    found: dict[RepoPath, tuple[int, bytes | None]] = {}
    problems: list[Problem] = []
    ours = before.derive(generated_blobs)
    # Symbols go one after the other: each sees the files as the ones before it left them.
    seen, spoken = before, set[RepoPath]()

    def current(path: RepoPath) -> bytes | None:
        if path in found:
            return found[path][1]
        return before.store.read(moved[path].blob) if path in moved else None

    for action in step.actions:
        match action:
            case Write(path, content, mode, over):
                there = current(path)
                if there is not None and there != content and path in moved and moved[path].blob not in {ours.get(path), over}:
                    problems.append(Problem(path, "exists and was not generated by us, it would be overwritten", "move or delete it first"))
                found[path] = (mode, content)
            case Edit(path, change):
                there = current(path)
                if there is None:
                    problems.append(Problem(path, f"cannot be edited ({change}): no such file"))
                    continue
                try:
                    mode = found[path][0] if path in found else moved[path].mode
                    found[path] = (mode, change.apply(there))
                except EditError as error:
                    problems.append(Problem(path, f"cannot be edited ({change}): {error}"))
            case Remove(path):
                if current(path) is None:
                    problems.append(Problem(path, "cannot be removed: no such file"))
                found[path] = (0, None)
            case MoveSymbol(old, symbol, new) | MergeSymbol(old, symbol, new):
                try:
                    texts = respelled(seen, old, symbol, new) if isinstance(action, MoveSymbol) else _merged(seen, old, symbol, new)
                except SymbolError as error:
                    problems.append(Problem(f"{old}::{symbol}", str(error), _HINTS[type(action)]))
                    continue
                # What the step says about a file by other actions is meant for the file as it was.
                busy = [path for path in texts if moved.get(path) != before.tree.get(path) or (path in found and path not in spoken)]
                if busy:
                    problems.append(Problem(f"{old}::{symbol}", f"{min(busy)} moves or is written in the same step", "make it a step of its own"))
                    continue
                entries = {path: Entry(seen.tree[path].mode if path in seen.tree else FILE, before.store.add(text)) for path, text in texts.items()}
                found |= {path: (entry.mode, texts[path]) for path, entry in entries.items()}
                spoken |= texts.keys()
                seen = seen.spelling(texts)
            case Redirect(old, new):
                if old in moved or moved.is_dir(old):
                    problems.append(Problem(old, "exists, so nothing that names it is dead"))
                if new not in moved and not moved.is_dir(new):
                    problems.append(Problem(new, "no such file or directory to redirect to"))
            case Move():
                pass
    if problems:
        raise PlanError(f"{step.slug}: these changes cannot be made", "nothing was written", sorted(set(problems)))
    return found


def _merged(facts: Facts, old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    from migrator.facts.duplicates.merging import merged  # noqa: PLC0415  few steps merge anything

    return merged(facts, old, symbol, new)


def _unholdable(before: Tree, tree: Tree, written: set[RepoPath]) -> list[Problem]:
    """Why written files cannot be where they are, on every platform."""
    found = list(fold_problems(before, tree, [path for path in written if path not in before]))
    for path in written:
        if why := git_problem(path) or windows_problem(path):
            found.append(Problem(printable(path), why))
        elif tree.is_dir(path):
            found.append(Problem(path, "is a directory, it cannot also be a file"))
        elif above := next((above for above in ancestors(path)[:-1] if above in tree), None):
            found.append(Problem(path, f"{above} is a file, it cannot also be a directory"))
    return sorted(found)


def _with_submodules(before: Facts, tree: Tree, files: Mapping[RepoPath, RepoPath]) -> Tree:
    """Git finds a submodule's address by its path in `.gitmodules`, so the path there follows."""
    moved = {old.encode(): new.encode() for old, new in files.items() if before.tree[old].mode == SUBMODULE}
    entry = tree.get(_GITMODULES)
    if not moved or entry is None:
        return tree

    def follow(match: re.Match[bytes]) -> bytes:
        return match[1] + moved.get(match[2], match[2])

    text = re.sub(rb"(?m)^([ \t]*path[ \t]*=[ \t]*\"?)([^\"\r\n]*[^\"\s])", follow, before.store.read(entry.blob))
    return tree.replace({_GITMODULES: Entry(entry.mode, before.store.add(text))})


def _with_symlinks(before: Facts, tree: Tree, moves: Moves, files: Mapping[RepoPath, RepoPath]) -> Tree:
    """Relative symbolic links lead where what they named went."""
    changes: dict[RepoPath, Entry | None] = {}
    for path, entry in before.tree.items():
        place = files.get(path, path)
        if entry.mode != SYMLINK or place not in tree or not moves:
            continue
        text = before.read(path).decode("utf-8", "surrogateescape")
        named = join(parent(path), text)
        if named is None or text.startswith("/"):
            continue
        # Below another link, what counts is where that link is.
        there = next((at for at in (named, *ancestors(named)[:-1]) if at in before.tree or before.tree.is_dir(at)), None)
        if there is None or (there != named and (there not in before.tree or before.tree[there].mode != SYMLINK)):
            continue
        wanted = RepoPath(_place(there, moves, before.tree, tree) + named[len(there) :])
        if join(parent(place), text) != wanted:
            changes[place] = Entry(SYMLINK, before.store.add(relative(wanted, parent(place)).encode("utf-8", "surrogateescape")))
    return tree.replace(changes) if changes else tree


# references ------------------------------------------------------------------------------------------------------------


def _place(path: RepoPath, moves: Moves, old: Tree, new: Tree) -> RepoPath:
    """Where a file or directory is now; a directory whose files all went together is where they went."""
    place = moves(path)
    if path in old or place != path or new.is_dir(path):
        return place
    homes = set()
    for file in old.below(path):
        target, rest = moves(file), file[len(path) :]
        homes.add(target.removesuffix(rest) if target.endswith(rest) else None)
    home = homes.pop() if len(homes) == 1 else None
    return RepoPath(home) if home else path


@dataclass(frozen=True)
class _Expected:
    """What every mention must name after a step (L1)."""

    before: Facts
    moves: Moves
    origin: Mapping[RepoPath, RepoPath]
    """By new path: where a moved file was."""
    written: frozenset[RepoPath]
    """Files whose text the step changes; their edges are the step's to declare, but what stays in them must stay right."""
    whole: frozenset[RepoPath]
    """Files that the step writes anew."""
    revived: Mapping[RepoPath, Mapping[Mention, Revival]] = field(default_factory=dict)
    """By old path: dead mentions that are to name something again; one that cannot is left as it is."""
    _changes: dict[Atlas, Changes] = field(default_factory=dict)
    _touchable: dict[Atlas, Mapping[RepoPath, Collection[Mention] | None]] = field(default_factory=dict)
    _roots: dict[Atlas, Roots] = field(default_factory=dict)
    _targets: dict[RepoPath, Mapping[tuple[str, str, str], RepoPath | None]] = field(default_factory=dict)
    _hearts: dict[tuple[RepoPath, RepoPath], bool] = field(default_factory=dict)

    def losses(self, after: Facts) -> tuple[Finding, ...]:
        """What a tree does not keep: names, and the members of workspaces."""
        graph = after.graph
        files = {old: new for new, old in self.origin.items()}
        loose = self.written | workspaces.shortened(self.before, after, files) | owning.shortened(self.before, self.origin)
        touched = [path for path, now in graph.references.items() if not self.untouched(path, now)]
        headings = anchors.renamed(self.before, after, self.origin)
        lost_names = (finding for path in sorted(touched) for finding in self._lost(path, graph, headings, loose=path in loose))
        return (*lost_names, *self._scattered(after.tree), *workspaces.left(self.before, after, files, self.written))

    def _scattered(self, tree: Tree) -> Iterator[Finding]:
        """The names put together in code (`f"app.plugins.{name}"`) of which a part that nobody can read may mean what went elsewhere than the rest."""
        left = {old for old in self.origin.values() if old.endswith(".py")}
        above = {folder for old in left for folder in ancestors(old)[:-1]}
        for path in sorted(self._index.meaning(above)):
            for _, mention, target in self.before.graph.references.get(path, ()):
                if mention.kind != "begun" or target.path not in above:
                    continue
                home = _place(target.path, self.moves, self.before.tree, tree)
                apart = [old for old in within(self.before.tree, target.path, mention.base) if self.moves(old) != home + old[len(target.path) :]]
                if apart:
                    said = f"`{mention.text}.…{mention.base}` may name {apart[0]}, which went to {self.moves(apart[0])}"
                    yield Finding("loaded", self.moves(path), said + (f", and {len(apart) - 1} more" if len(apart) > 1 else ""))

    def resolved(self, facts: Facts, paths: Iterable[RepoPath]) -> dict[RepoPath, tuple[Reference, ...]]:
        """What the mentions of some files name now; what stays as it is and cannot be touched is not read again."""
        references, tree = self.before.graph.references, self.before.tree
        stays = {path for path in paths if path not in self.origin and tree.get(path) == facts.tree[path]}
        touched = self._touched(facts) if stays else {}
        scanned = facts.scanner.scan(facts.tree, [path for path in paths if path not in stays])
        found: dict[RepoPath, tuple[Reference, ...]] = {}
        for path in paths:
            if path in stays and path in references:
                found[path] = self._again(path, references[path], touched[path], facts) if path in touched else references[path]
            elif path in scanned:
                found[path] = resolved(path, scanned[path], facts.atlas)
        return found

    def _again(self, path: RepoPath, known: tuple[Reference, ...], asked: Collection[Mention] | None, facts: Facts) -> tuple[Reference, ...]:
        """What a file that stays as it is says, the same object where nothing it says means anything else; `asked` are the mentions that may, None for all."""
        if (spoken := language_of(path, facts.scanner.dialect)) is None:
            return known
        changes = self._changes_to(facts)
        mentions = asked if asked is not None else [reference.mention for reference in known]
        again = [mention for mention in mentions if spoken[0].may_change(mention, path, changes)]
        if not again:
            return known
        fresh = {reference.mention: reference for reference in resolved(path, again, facts.atlas)}
        now = tuple(fresh.get(reference.mention, reference) for reference in known)
        return known if now == known else now

    @cached_property
    def _index(self) -> Index:
        index = self.before.scanner.index
        index.follow(self.before.graph.references)
        return index

    def _touched(self, facts: Facts) -> Mapping[RepoPath, Collection[Mention] | None]:
        """The files that stay and may mean something else in another tree."""
        if facts.atlas not in self._touchable:
            self._touchable[facts.atlas] = self._index.touched(self._changes_to(facts))
        return self._touchable[facts.atlas]

    def _changes_to(self, facts: Facts) -> Changes:
        if facts.atlas not in self._changes:
            self._changes[facts.atlas] = Changes(self.before.atlas, facts.atlas, self._stars)
        return self._changes[facts.atlas]

    def _stars(self, modules: Collection[RepoPath]) -> frozenset[RepoPath]:
        """The modules that take all names of some others, and those that take theirs."""
        found = set(modules)
        pending = list(found)
        while pending:
            takers = self._takers.get(pending.pop(), set()) - found
            found |= takers
            pending.extend(takers)
        return frozenset(found)

    @cached_property
    def _takers(self) -> Mapping[RepoPath, set[RepoPath]]:
        found: dict[RepoPath, set[RepoPath]] = {}
        for path, targets in self.before.said(_starred).items():
            for target in targets:
                found.setdefault(target, set()).add(path)
        return found

    @cached_property
    def _left(self) -> frozenset[RepoPath]:
        """What may no longer be where it was: files that moved, and the directories above them."""
        files = set(self.origin.values())
        return frozenset(files.union(*(ancestors(path)[:-1] for path in files)))

    @cached_property
    def _concerned(self) -> frozenset[RepoPath]:
        """The files that may mean something that may no longer be where it was."""
        return self._index.meaning(self._left) if self.moves else frozenset()

    def untouched(self, path: RepoPath, now: tuple[Reference, ...]) -> bool:
        """Whether a file says what it said, and means what is where it was: then nothing in it can be wrong or lost."""
        old = self.before.graph.references.get(path)
        if (now is not old and now != old) or path in self.written or path in self.origin or path in self.revived:
            return False
        if path not in self._concerned:
            return True
        return not any(reference.target.path in self._left or self._displaced(reference.target) for reference in now)

    def astray(self, path: RepoPath) -> frozenset[tuple[str, str, str]]:
        """The names in a moved file by their keys, without those whose author went a longer way than necessary from the start."""
        moved = self.origin.get(path, path) != path
        return frozenset(r.mention.key for r in self._old(path) if not _climbs_too_far(r)) if moved else frozenset()

    def _old(self, path: RepoPath) -> tuple[Reference, ...]:
        """What the file said before."""
        if path in self.whole:
            return ()
        return self.before.graph.references.get(self.origin.get(path, path), ())

    def wanted(self, path: RepoPath, mentions: Iterable[Mention], tree: Tree) -> dict[Mention, Target]:
        """What each mention that was there before, and named something, must name now."""
        old = {r.mention: r.target for r in self._old(path) if r.target.path is not None or r.target.place is not None}
        old |= {mention: life.target for mention, life in self.revived.get(self.origin.get(path, path), {}).items()}
        if path in self.written:
            by_key = {mention.key: target for mention, target in old.items()}
            old = {mention: by_key[mention.key] for mention in mentions if mention.key in by_key}
        return {mention: self._relabelled(target, tree, path) for mention, target in old.items()}

    def said(self, mention: Mention, target: Target, path: RepoPath, facts: Facts) -> Target:
        """What a mention that goes wrong must name, with the roots from which its name should be read."""
        old = self._named(mention, path)
        if old is None:
            return target
        return target._replace(seen=self._seen(facts).seen(mention, self.origin.get(path, path), old, path, facts.atlas))

    def doubled(self, reference: Reference, facts: Facts) -> bool:
        """Whether a name still leads where it led, and is not the one by which others import the same package now."""
        path, target = reference.source, reference.target.path
        if target is None or target not in self.origin or path not in self.origin or (old := self._named(reference.mention, path)) is None:
            return False
        return self._seen(facts).second(reference.mention, self.origin[path], old, path, facts.atlas)

    def _named(self, mention: Mention, path: RepoPath) -> RepoPath | None:
        """What a mention named before."""
        if path not in self._targets:
            self._targets[path] = {r.mention.key: r.target.path for r in reversed(self._old(path))}
        return self._targets[path].get(mention.key)

    def _seen(self, facts: Facts) -> Roots:
        if facts.atlas not in self._roots:
            self._roots[facts.atlas] = Roots(self.before.graph, lambda path: _place(path, self.moves, self.before.tree, facts.tree))
        return self._roots[facts.atlas]

    def _relabelled(self, target: Target, tree: Tree, at: RepoPath) -> Target:
        path = target.path
        if path is None and target.place is not None:
            return target._replace(place=self.moves(RepoPath(target.place)))
        if path is None:
            return target
        place = _place(path, self.moves, self.before.tree, tree)
        return target._replace(path=self._heart(path, at) or place if place == path else place)

    def _heart(self, directory: RepoPath, at: RepoPath) -> RepoPath | None:
        """Where the directory that a file lay in is for that file, which left it together with others; None where it is where it was.

        A new directory that holds nothing but what lay in another, under the same names, is that one for whatever went along.
        """
        old = self.origin.get(at, at)
        home = parent(at)
        if old == at or parent(old) != directory or (join(home, old[len(directory) :].lstrip("/")) != at):
            return None
        if (directory, home) not in self._hearts:
            came = [(new[len(home) + 1 :], was) for new, was in self.origin.items() if is_within(new, home)]
            same = all(join(directory, rest) == was for rest, was in came)
            self._hearts[directory, home] = same and len(came) > 1 and not self.before.tree.is_dir(home)
        return home if self._hearts[directory, home] else None

    @staticmethod
    def _called(target: Target, headings: Mapping[RepoPath, anchors.Names]) -> Target:
        """The same, with the anchor of a heading that says something else now."""
        names = headings.get(target.path) if target.path is not None and target.rest.startswith("#") else None
        new = names.get(unquote(target.rest[1:])) if names is not None else None
        return target if new is None else target._replace(rest=f"#{anchors.written(new, target.rest)}")

    def _displaced(self, target: Target) -> bool:
        """Whether the place where a tool looks for what is not tracked goes elsewhere."""
        return target.path is None and target.place is not None and self.moves(RepoPath(target.place)) != target.place

    def _lost(self, path: RepoPath, graph: Graph, headings: Mapping[RepoPath, anchors.Names], *, loose: bool) -> tuple[Finding, ...]:
        after = graph.references[path]
        revived = self.revived.get(self.origin.get(path, path), {})
        old = tuple(reference for reference in self._old(path) if reference.mention not in revived)
        if loose:
            old = tuple(_still_said(old, after))
        wanted = {r.mention: self._called(self._relabelled(r.target, graph.atlas.tree, path), headings) for r in old}
        # A folder that text names may dissolve: nobody can say where it went, so that is worth knowing and no reason to stop.
        dissolved = {m for m, target in wanted.items() if m.weak and target.path is not None and not graph.atlas.exists(target.path)}
        notes = (Finding("dissolved", path, f"`{m.text}` named {wanted[m].path}, whose files went to several places") for m in sorted(dissolved))
        # Where a stage of an image puts what another one made, nothing of the tree lies: that it looked like a place of it is no promise.
        made = {r.mention for r in old if r.mention.kind == "goes" and r.target.rest}
        losses = lost([r for r in old if r.mention not in dissolved | made and r.mention.kind not in _SHOWING], wanted, after)
        # What a document says, nothing runs: a word that can no longer be said there is for people to put right, and stops nobody.
        # So is a string that begins as no import does: it may be a name of anything, and what it says could be imported by nobody.
        grave = [loss for loss in losses if loss.severity == "error"]
        said = {r.mention for r in old if r.mention.kind == "string"} if grave else set()
        strings = tuple(f"`{mention.text}` " for mention in said if _first(mention) not in self.before.derive(_begun_by))
        doubtful = {loss for loss in grave if _is_for_people(path, graph) or loss.message.startswith(strings)}
        return (*(replace(loss, severity="warning") if loss in doubtful else loss for loss in losses), *notes)


def _begun_by(facts: Facts) -> frozenset[str]:
    """What the names begin with that are imported somewhere."""
    every = (r.mention for path, said in facts.graph.references.items() if path.endswith((".py", ".pyi")) for r in said)
    return frozenset(_first(mention) for mention in every if not mention.weak)


def _first(mention: Mention) -> str:
    """The first part of a dotted name."""
    return (mention.base or mention.text).partition(".")[0]


def _still_said(old: Iterable[Reference], after: Iterable[Reference]) -> Iterator[Reference]:
    """The references of a file whose mentions it still has: what is written may say less often what it said several times."""
    left = Counter(reference.mention.key for reference in after)
    for reference in old:
        if left[reference.mention.key]:
            left[reference.mention.key] -= 1
            yield reference


def _starred(references: tuple[Reference, ...]) -> tuple[RepoPath, ...]:
    """What a file takes all names of."""
    return tuple(r.target.path for r in references if r.mention.kind == "star" and r.target.path is not None)


def _rewritten(expected: _Expected, tree: Tree) -> Facts:
    """The facts of a tree after every mention in it that went wrong has been rewritten."""
    inputs = [path for path in tree if is_input(path) or workspaces.is_manifest(path)]
    images = [path for path in tree if expected.before.scanner.dialect(path) == "dockerfile"]
    first = {*inputs, *images}
    others = [path for path in tree if path not in first]
    # What configures the languages comes first, then the images: the map that the rest is resolved against is read from them.
    start = expected.before.at(tree)
    configured, of_inputs = _pass(expected, start, inputs)
    configured, of_images = _pass(expected, _with_members(expected, configured), images)
    done, references = _pass(expected, configured, others)
    if configured is not start:
        of_inputs = expected.resolved(done.at(done.tree, configured.atlas), inputs)
    # The second pass changes neither paths nor configuration, so the map stays valid. In the order of the tree, as where nothing was known before.
    atlas = configured.atlas.over(done.tree, done.read)
    return done.at(done.tree, atlas, Graph(atlas, dict(sorted((references | of_inputs | of_images).items()))))


def _pass(expected: _Expected, facts: Facts, paths: list[RepoPath]) -> tuple[Facts, dict[RepoPath, tuple[Reference, ...]]]:
    changes: dict[RepoPath, Entry | None] = {}
    references: dict[RepoPath, tuple[Reference, ...]] = {}
    for path, now in expected.resolved(facts, paths).items():
        references[path] = now
        if expected.untouched(path, now):
            continue
        wanted = expected.wanted(path, [reference.mention for reference in now], facts.tree)
        astray = expected.astray(path)
        wrong = {
            r.mention: expected.said(r.mention, target, path, facts)
            for r in now
            if (target := wanted.get(r.mention)) is not None
            and (not _same(target, r.target) or (r.mention.key in astray and _climbs_too_far(r)) or expected.doubled(r, facts))
        }
        if not wrong or (spoken := language_of(path, facts.scanner.dialect)) is None:
            continue
        source = facts.read(path)
        text = spoken[0].rewrite(source, wrong, path, facts.atlas)
        if text != source:
            changes[path] = Entry(facts.tree[path].mode, facts.store.add(text))
    if not changes:
        return facts, references
    tree = facts.tree.replace(changes)
    scanned = facts.scanner.scan(tree, changes)
    references |= {path: resolved(path, scanned.get(path, ()), facts.atlas) for path in changes}
    return facts.at(tree), references


def _sealed(expected: _Expected, facts: Facts) -> Facts:
    """The facts with the values computed anew that are computed of what changed; they keep their length, so every mention stays where it is."""
    changes = resealed(expected.before, facts, expected.origin)
    entries = {path: Entry(facts.tree[path].mode, facts.store.add(text)) for path, text in changes.items()}
    return facts.at(facts.tree.replace(entries), facts.atlas, facts.graph) if changes else facts


def _anchored(expected: _Expected, facts: Facts) -> Facts:
    """The facts with links leading to the headings that they led to, whatever those say now."""
    return _saying(facts, anchors.following(facts, anchors.renamed(expected.before, facts, expected.origin)))


def _owners(expected: _Expected, step: Step, facts: Facts) -> dict[RepoPath, owning.Kept]:
    """The files by which everything is owned by whom it was, a new module for a definition included."""
    parted = {action.new: action.old for action in step.actions if isinstance(action, MoveSymbol) and action.new not in expected.before.tree}
    said = expected.before.tree.keys() if expected.revived else expected.written
    return owning.kept(expected.before, facts, {**parted, **expected.origin}, said, moved=bool(expected.moves))


def _saying(facts: Facts, texts: Mapping[RepoPath, bytes]) -> Facts:
    """The facts with files that say something else, of which nothing configures anything."""
    if not texts:
        return facts
    tree = facts.tree.replace({path: Entry(facts.tree[path].mode, facts.store.add(text)) for path, text in texts.items()})
    scanned = facts.scanner.scan(tree, texts)
    references = {path: resolved(path, scanned.get(path, ()), facts.atlas) for path in texts}
    return facts.at(tree, facts.atlas, Graph(facts.atlas, {**facts.graph.references, **references}))


def _with_members(expected: _Expected, facts: Facts) -> Facts:
    """The facts with the workspaces holding the members that they held."""
    files = {old: new for new, old in expected.origin.items()}
    texts = workspaces.kept(expected.before, facts, files, expected.written)
    entries = {path: Entry(facts.tree[path].mode, facts.store.add(text)) for path, text in texts.items()}
    return facts.at(facts.tree.replace(entries)) if entries else facts


def _is_for_people(path: RepoPath, graph: Graph) -> bool:
    """Whether a file is a document: a list of requirements is a text too, and a tool reads it."""
    spoken = language_of(path, graph.atlas.dialect)
    return spoken is not None and spoken[1] in {"markdown", "rst"}


def _climbs_too_far(reference: Reference) -> bool:
    """Whether a relative name leaves a directory only to come back into it, as names do in a file that moved home again (L5)."""
    mention, target = reference.mention, reference.target
    lead = mention.base or mention.text
    home = parent(reference.source)
    if mention.weak or target.path is None or not lead.startswith("..") or ("/" in lead and join(home, lead) == home):
        return False
    climbs = len(lead) - len(lead.lstrip(".")) - 1 if "/" not in lead else lead.split("/").count("..")
    return climbs > relative(target.path, home).split("/").count("..")


def _same(wanted: Target, now: Target) -> bool:
    """Whether a text names what it should, for all tools of the repository where it did so for all."""
    return wanted.whole == now.whole and (wanted.disputed or not now.disputed)
