"""Shims: what a step leaves at the old places of modules for those who still say the old names, until a date.

Phases know nothing of them. They plan on a tree without shims (`bare`), and each step gets them on top of what it made (`lay`): the ones
that were there, as they have to be by now, and its own. So a migration with shims ends, shims aside, in the tree of one without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from migrator.build import Built, build
from migrator.errors import Finding
from migrator.languages.python.module.exports import listed
from migrator.languages.python.module.sheet import Sheet
from migrator.paths import RepoPath, printable
from migrator.record import Shim
from migrator.shims import definitions, python, typescript
from migrator.shims.standing import Known, bare, forgetting, known, without
from migrator.step import Edit, MergeSymbol, MoveSymbol, Remove, Step, Write
from migrator.tree import FILE, SYMLINK, Entry

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.planfile import Shims
    from migrator.step import Action

__all__ = ["Known", "Laid", "bare", "forgetting", "known", "lay", "without"]

_LANGUAGES: Mapping[str, ModuleType] = {".py": python}
"""What writes a shim, by the extension of the old place; all others are JavaScript or TypeScript."""


@dataclass(frozen=True)
class Laid:
    """A step with shims on top of what it made."""

    built: Built
    """The step as it is committed: from the tree with shims to the tree with shims."""
    step: Step
    """What it does, the writing of shims included, and why there are none where they make no sense."""
    shims: tuple[Shim, ...] = ()
    """Those that it writes, for its record."""
    fresh: tuple[RepoPath, ...] = ()
    """Where those of them are that were not there."""
    parted: frozenset[RepoPath] = frozenset()
    """The modules that have old names of definitions."""


class _Texts(NamedTuple):
    """What shims say, by path: files, and what modules that people own have in addition."""

    files: Mapping[RepoPath, bytes]
    modules: Mapping[RepoPath, definitions.Names]

    def only(self, refused: Collection[RepoPath]) -> _Texts:
        """The same without some files."""
        return self._replace(files={path: text for path, text in self.files.items() if path not in refused})

    def actions(self) -> tuple[Action, ...]:
        """What writes them."""
        files = (Write(path, text) for path, text in sorted(self.files.items()))
        return (*files, *(Edit(path, definitions.Left(names)) for path, names in sorted(self.modules.items())))


def lay(real: Facts, built: Built, step: Step, options: Shims | None = None, refused: Collection[RepoPath] = ()) -> Laid:
    """What a step makes of a tree with shims, from what it makes of the same tree without; `options` say whether it leaves some of its own.

    A shim that was there goes where its directory goes, and is written anew where what it stands for went on. One whose place is taken goes,
    and so does one that leads nowhere any more. Modules that are `refused` keep no old names of definitions.
    """
    ours = [one.shim for one in known(real) if not one.edited]
    parting = any(isinstance(action, MoveSymbol | MergeSymbol) for action in built.step.actions)
    if not ours and (options is None or not (built.files or parting)):
        return Laid(built, step)
    there = {RepoPath(shim.path): shim for shim in ours if not shim.symbol}
    taken = built.after.tree
    old = {built.moves(path): definitions.followed(shim, built) for path, shim in there.items()}
    old = {path: shim for path, shim in old.items() if path not in taken and not taken.is_dir(path)}
    fresh, findings = _offered(built, options) if options is not None and built.files else ({}, [])
    fresh = {path: shim for path, shim in fresh.items() if path not in old}
    attached, apart = _attached(built, [shim for shim in ours if shim.symbol], old | fresh)
    files, unsaid = _texts(built, old | fresh, attached)
    parted, reasons = _names(real, built, apart, options)
    texts = _Texts(files, {path: names for path, (names, _) in parted.items() if path not in refused})
    findings += _told((unsaid | reasons).items())
    after = _on_top(built, step, texts)
    if captured := _captured(built, after, fresh.keys() & files.keys(), texts.modules):
        findings += _told((path, "a name that means something else today would lead to it") for path in captured)
        texts = texts.only(captured)
        after = _on_top(built, step, texts)
    whole = {(path, ""): (old | fresh)[path] for path in texts.files}
    whole |= {(path, shim.symbol): shim for path in texts.files for shim in attached.get(path, ())}
    whole |= {(path, shim.symbol): shim for path in texts.modules for shim in parted[path][1]}
    return _laid(real, built, replace(step, findings=(*step.findings, *findings)), after, whole, texts)


def _laid(  # noqa: PLR0913, PLR0917  one place
    real: Facts, built: Built, step: Step, after: Facts, shims: Mapping[tuple[RepoPath, str], Shim], texts: _Texts
) -> Laid:
    ours = {(one.path, one.shim.symbol): one.shim for one in known(real) if not one.edited}
    placed = {built.moves(path): path for path, _ in ours}
    kept = {
        path: real.tree[old] for path, old in placed.items() if (path in built.moved) == (old in built.before.tree) and not built.moved.is_dir(path)
    }
    moved = built.moved.replace(kept)
    fresh = {key for key in shims if (placed.get(key[0]), key[1]) not in ours}
    new = {path for path, _ in fresh}
    written = {path for path in texts.files if path in new or moved.get(path) != after.tree[path]}
    was = {path: definitions.read(real.read(placed[path])) for path in texts.modules if path in placed}
    written |= {path for path, names in texts.modules.items() if path in new or (said := was.get(path)) is None or said[0] != names}
    written |= {path for (path, symbol), shim in shims.items() if ours.get((placed.get(path, path), symbol)) != shim}
    gone = tuple(Remove(path) for path in sorted(kept) if placed[path] not in built.before.tree and path not in after.tree)
    mine = _Texts({p: t for p, t in texts.files.items() if p in written}, {p: t for p, t in texts.modules.items() if p in written})
    step = replace(step, actions=(*step.actions, *mine.actions(), *gone))
    whole = Built(step, real, after, moved, built.moves, built.moves.files(real.tree), built.losses, built.owned)
    told = tuple(shims[key] for key in sorted(shims) if key[0] in written)
    return Laid(whole, step, told, tuple(sorted(new)), frozenset(texts.modules))


def _attached(built: Built, ours: Sequence[Shim], files: Mapping[RepoPath, Shim]) -> tuple[dict[RepoPath, list[Shim]], list[tuple[Shim, Shim]]]:
    """The old names of definitions that a shim for a module has, by its place; and the others, as they were and as they are to be.

    A module from which one had gone has it at its old place only: at the new one nobody knew it, and the package there may not see where it is.
    """
    attached: dict[RepoPath, list[Shim]] = {}
    apart: list[tuple[Shim, Shim]] = []
    for was in ours:
        now = definitions.followed(was, built)
        home = next((path for path in (RepoPath(now.path), RepoPath(was.path)) if path in files), None)
        if home is None:
            apart.append((was, now))
        else:
            attached.setdefault(home, []).append(now.model_copy(update={"path": printable(home)}))
    return attached, apart


def _names(
    real: Facts, built: Built, ours: Collection[tuple[Shim, Shim]], options: Shims | None
) -> tuple[dict[RepoPath, tuple[definitions.Names, list[Shim]]], dict[RepoPath, str]]:
    """The old names of definitions after a step, by module, with the shims that they are; and why others are not left."""
    shims = {(shim.path, shim.symbol): shim for _, shim in ours}
    fresh, unsaid = definitions.offered(built, options) if options is not None and options.python else ([], {})
    shims |= {(shim.path, shim.symbol): shim for shim in fresh}
    found: dict[RepoPath, tuple[definitions.Names, list[Shim]]] = {}
    back = {built.moves(path): path for path in {RepoPath(shim.path) for shim, _ in ours}}
    for path in sorted({RepoPath(shim.path) for shim in shims.values()}):
        if path not in built.after.tree:
            continue
        was = definitions.read(real.read(back[path])) if path in back else None
        source = built.before.read(path) if path in built.before.tree else b""
        mine = [shim for shim in shims.values() if shim.path == path]
        starred = {
            shim.symbol: shim.symbol in (was[0].listed if was is not None else ()) or bool(listed(Sheet(source), shim.symbol)) for shim in mine
        }
        names, reasons = definitions.names(built.after, path, mine, starred)
        unsaid |= reasons
        if names.entries:
            said = {name for name, _, _ in names.entries}
            found[path] = names, [shim for shim in mine if shim.symbol in said]
    return found, unsaid


def _offered(built: Built, options: Shims) -> tuple[dict[RepoPath, Shim], list[Finding]]:
    """The shims that a step's moves call for, and what is to be said of those that make no sense."""
    wanted = [language for language, on in ((python, options.python), (typescript, options.typescript)) if on]
    covered = {old: new for old, new in built.files.items() if options.covers(old) and _is_free(built, old)}
    found: dict[RepoPath, Shim] = {}
    left: list[tuple[RepoPath, str]] = []
    for language in wanted:
        chosen, reasons = language.offered(built, covered)
        found |= {old: Shim(path=printable(old), target=printable(new), expires=options.expires) for old, new in chosen.items()}
        left += reasons.items()
    return found, _told(left)


def _is_free(built: Built, old: RepoPath) -> bool:
    after = built.after.tree
    return old not in after and not after.is_dir(old) and built.before.tree[old].mode != SYMLINK and not built.before.scanner.hidden(old)


def _told(reasons: Iterable[tuple[RepoPath, str]]) -> list[Finding]:
    """Why there is no shim, each reason once."""
    rows = sorted(reasons)
    first = {why: path for path, why in reversed(rows)}
    numbers = Counter(why for _, why in rows)
    more = {why: f" and {number - 1} more" if number > 1 else "" for why, number in numbers.items()}
    return [Finding("shim", printable(path), f"no shim is left here{more[why]}: {why}", severity="info") for why, path in sorted(first.items())]


def _texts(
    built: Built, shims: Mapping[RepoPath, Shim], attached: Mapping[RepoPath, Sequence[Shim]]
) -> tuple[dict[RepoPath, bytes], dict[RepoPath, str]]:
    """What each shim says, seen from where it will be, and why some say nothing."""
    after = built.after
    empty = Entry(FILE, after.store.add(b""))
    placed = after.at(after.tree.replace(dict.fromkeys(shims, empty)))
    texts: dict[RepoPath, bytes] = {}
    unsaid: dict[RepoPath, str] = {}
    for path, shim in shims.items():
        target = RepoPath(shim.target)
        language = python if path.endswith(".py") else typescript
        names = definitions.entries_of(after, path, attached.get(path, ()))[0]
        more = [(definitions.typed_of(names), definitions.body_of(names))] if names else []
        text = language.text(placed, path, target, shim.expires, *more) if target in after.tree else None
        if text is None:
            unsaid[path] = "what it would stand for cannot be named from there, or offers nothing" if target in after.tree else f"{target} is gone"
        else:
            texts[path] = text
    return texts, unsaid


def _on_top(built: Built, step: Step, texts: _Texts) -> Facts:
    """The facts of what a step made with shims on top."""
    actions = texts.actions()
    return build(built.after, Step(step.slug, "", "", actions)).after if actions else built.after


def _captured(built: Built, after: Facts, fresh: Iterable[RepoPath], parted: Collection[RepoPath]) -> set[RepoPath]:
    """The new shims to which a name would lead that leads elsewhere without them; all where they make a text say something else."""
    new = set(fresh)
    if any(after.tree[path] != entry for path, entry in built.after.tree.items() if path not in parted):
        return new
    found: set[RepoPath] = set()
    for source, references in after.graph.references.items():
        before = built.after.graph.references.get(source, ())
        if references is before or source in new:
            continue
        known = {one.mention: one.target for one in before}
        found |= {
            one.target.path
            for one in references
            if one.target.path in new
            and (was := known.get(one.mention)) is not None
            and (was.path is not None or not (was.missing or one.mention.weak))
        }
    return found
