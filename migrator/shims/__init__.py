"""Shims: what a step leaves at the old places of modules for those who still say the old names, until a date.

Phases know nothing of them. They plan on a tree without shims (`bare`), and each step gets them on top of what it made (`lay`): the ones
that were there, as they have to be by now, and its own. So a migration with shims ends, shims aside, in the tree of one without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from migrator.build import Built, build
from migrator.errors import Finding
from migrator.paths import RepoPath, printable
from migrator.record import Shim, records
from migrator.shims import python, typescript
from migrator.step import Remove, Step, Write
from migrator.tree import FILE, SYMLINK, Entry

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.planfile import Shims

__all__ = ["Known", "Laid", "bare", "known", "lay"]

_LANGUAGES: Mapping[str, ModuleType] = {".py": python}
"""What writes a shim, by the extension of the old place; all others are JavaScript or TypeScript."""


_MARK = b"`migrate shims`"
"""What each of them says of itself."""


class Known(NamedTuple):
    """A shim that a tree has."""

    shim: Shim
    edited: bool
    """Whether people changed it since: it is theirs then, and we leave it alone (L12)."""

    @property
    def path(self) -> RepoPath:
        """Where it is."""
        return RepoPath(self.shim.path)

    @property
    def target(self) -> RepoPath:
        """The file that it stands for."""
        return RepoPath(self.shim.target)


def known(facts: Facts) -> tuple[Known, ...]:
    """The shims of a tree, by path: what records say of paths that are there."""
    return facts.derive(_known)


def _known(facts: Facts) -> tuple[Known, ...]:
    found: dict[RepoPath, Known] = {}
    for record in facts.derive(records):
        for shim in record.shims:
            path = RepoPath(shim.path)
            if path not in facts.tree:
                continue
            ours = record.generated.get(shim.path) == facts.tree[path].blob
            if not ours and _MARK not in facts.read(path):
                continue  # something else has its place
            # Which record wrote what is there shows by the content: records of several phases and of `mv` have no order among them.
            if ours or path not in found:
                found[path] = Known(shim, edited=not ours)
    return tuple(found[path] for path in sorted(found))


def bare(facts: Facts) -> Facts:
    """The facts of the tree without the shims that are as we left them."""
    gone = {one.path for one in known(facts) if not one.edited}
    return facts.at(facts.tree.only(lambda path: path not in gone)) if gone else facts


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
    """Those of them that were not there."""


def lay(real: Facts, built: Built, step: Step, options: Shims | None = None) -> Laid:
    """What a step makes of a tree with shims, from what it makes of the same tree without; `options` say whether it leaves some of its own.

    A shim that was there goes where its directory goes, and is written anew where what it stands for went on. One whose place is taken goes,
    and so does one that leads nowhere any more.
    """
    there = {one.path: one.shim for one in known(real) if not one.edited}
    if not there and (options is None or not built.files):
        return Laid(built, step)
    taken = built.after.tree
    old = {built.moves(path): _followed(shim, built) for path, shim in there.items()}
    old = {path: shim for path, shim in old.items() if path not in taken and not taken.is_dir(path)}
    fresh, findings = _offered(built, options) if options is not None and built.files else ({}, [])
    fresh = {path: shim for path, shim in fresh.items() if path not in old}
    texts, unsaid = _texts(built, old | fresh)
    findings += _told((path, why) for path, why in unsaid.items())
    after = _on_top(built, step, texts)
    if refused := _captured(built, after, fresh.keys() & texts.keys()):
        findings += _told((path, "a name that means something else today would lead to it") for path in refused)
        texts = {path: text for path, text in texts.items() if path not in refused}
        after = _on_top(built, step, texts)
    return _laid(real, built, replace(step, findings=(*step.findings, *findings)), after, {p: (old | fresh)[p] for p in texts}, texts)


def _laid(  # noqa: PLR0913, PLR0917  one place
    real: Facts, built: Built, step: Step, after: Facts, shims: Mapping[RepoPath, Shim], texts: Mapping[RepoPath, bytes]
) -> Laid:
    there = {one.path: one.shim for one in known(real) if not one.edited}
    placed = {built.moves(path): path for path in there}
    kept = {path: real.tree[old] for path, old in placed.items() if path not in built.moved and not built.moved.is_dir(path)}
    moved = built.moved.replace(kept)
    written = {path: shim for path, shim in shims.items() if there.get(placed.get(path, path)) != shim or moved.get(path) != after.tree[path]}
    gone = tuple(Remove(path) for path in sorted(kept) if path not in shims and path not in after.tree)
    step = replace(step, actions=(*step.actions, *(Write(path, texts[path]) for path in sorted(written)), *gone))
    whole = Built(step, real, after, moved, built.moves, built.moves.files(real.tree), built.losses)
    return Laid(whole, step, tuple(written[path] for path in sorted(written)), tuple(sorted(path for path in written if path not in kept)))


def _followed(shim: Shim, built: Built) -> Shim:
    """A shim as it has to be after the moves of a step."""
    path, target = built.moves(RepoPath(shim.path)), built.moves(RepoPath(shim.target))
    return shim.model_copy(update={"path": printable(path), "target": printable(target)})


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


def _texts(built: Built, shims: Mapping[RepoPath, Shim]) -> tuple[dict[RepoPath, bytes], dict[RepoPath, str]]:
    """What each shim says, seen from where it will be, and why some say nothing."""
    after = built.after
    empty = Entry(FILE, after.store.add(b""))
    placed = after.at(after.tree.replace(dict.fromkeys(shims, empty)))
    texts: dict[RepoPath, bytes] = {}
    unsaid: dict[RepoPath, str] = {}
    for path, shim in shims.items():
        target = RepoPath(shim.target)
        language = python if path.endswith(".py") else typescript
        text = language.text(placed, path, target, shim.expires) if target in after.tree else None
        if text is None:
            unsaid[path] = "what it would stand for cannot be named from there, or offers nothing" if target in after.tree else f"{target} is gone"
        else:
            texts[path] = text
    return texts, unsaid


def _on_top(built: Built, step: Step, texts: Mapping[RepoPath, bytes]) -> Facts:
    """The facts of what a step made with shims on top."""
    if not texts:
        return built.after
    return build(built.after, Step(step.slug, "", "", tuple(Write(path, text) for path, text in sorted(texts.items())))).after


def _captured(built: Built, after: Facts, fresh: Iterable[RepoPath]) -> set[RepoPath]:
    """The new shims to which a name would lead that leads elsewhere without them; all where they make a text say something else."""
    new = set(fresh)
    if any(after.tree[path] != entry for path, entry in built.after.tree.items()):
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
