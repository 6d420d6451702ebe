"""The shims that a tree has, by its records; and the tree without them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.paths import RepoPath, printable
from migrator.record import Shim, records
from migrator.shims import definitions
from migrator.step import Edit, Remove
from migrator.tree import Entry

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.step import Action

__all__ = ["Known", "bare", "forgetting", "known", "without"]

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
        """The file that it stands for, or that has the definition."""
        return RepoPath(self.shim.target)

    @property
    def key(self) -> str:
        """What people call it: its path, with the definition where only that went."""
        return f"{self.path}::{self.shim.symbol}" if self.shim.symbol else str(self.path)


def known(facts: Facts) -> tuple[Known, ...]:
    """The shims of a tree, by path: what records say of paths that are there."""
    return facts.derive(_known)


def _known(facts: Facts) -> tuple[Known, ...]:
    found: dict[RepoPath, Known] = {}
    modules: dict[RepoPath, dict[str, Shim]] = {}
    for record in facts.derive(records):
        for shim in record.shims:
            path = RepoPath(shim.path)
            if path not in facts.tree:
                continue
            if shim.symbol:
                modules.setdefault(path, {})[shim.symbol] = shim
                continue
            ours = record.generated.get(shim.path) == facts.tree[path].blob
            if not ours and _MARK not in facts.read(path):
                continue  # something else has its place
            # Which record wrote what is there shows by the content: records of several phases and of `mv` have no order among them.
            if ours or path not in found:
                found[path] = Known(shim, edited=not ours)
    parted = (one for path, told in modules.items() for one in _parted(facts, path, told, found.get(path)))
    return tuple(sorted((*found.values(), *parted), key=lambda one: (one.path, one.shim.symbol)))


def _parted(facts: Facts, path: RepoPath, told: Mapping[str, Shim], whole: Known | None) -> Iterator[Known]:
    """The old names of definitions that a module, or a shim for one, has: it says itself where they lead, as other steps may have written it anew since."""
    source = facts.read(path)
    said = (definitions.entries_in(source.decode("utf-8", "replace")), whole.edited) if whole is not None else None
    if said is None and (there := definitions.read(source)) is not None:
        said = there[0].entries, there[1]
    for name, module, until in said[0] if said is not None else ():
        if name in told:
            target = facts.atlas.python.find(module, path).path
            shim = Shim(path=printable(path), target=printable(target) if target is not None else told[name].target, expires=until, symbol=name)
            yield Known(shim, edited=said is not None and said[1])


def bare(facts: Facts) -> Facts:
    """The facts of the tree without the shims that are as we left them."""
    ours = [one for one in known(facts) if not one.edited]
    gone = {one.path for one in ours if not one.shim.symbol}
    parted = {one.path for one in ours if one.shim.symbol} - gone
    if not ours:
        return facts
    texts = {path: Entry(facts.tree[path].mode, facts.store.add(definitions.plain(facts.read(path)))) for path in parted}
    return facts.at(facts.tree.only(lambda path: path not in gone).replace(texts))


def without(facts: Facts, keys: Collection[str]) -> tuple[Action, ...]:
    """What takes some shims away."""
    shims = [one for one in known(facts) if one.key in keys]
    files = {one.path for one in known(facts) if not one.shim.symbol}
    modules = {one.path for one in shims if one.shim.symbol} - files
    return (*(Remove(one.path) for one in shims if not one.shim.symbol), *(_fewer(facts, path, keys) for path in sorted(modules)))


def forgetting(facts: Facts, shims: Iterable[Shim]) -> Facts:
    """The facts without some old names of definitions, in modules that have them as we left them."""
    keys = {f"{shim.path}::{shim.symbol}" for shim in shims if shim.symbol}
    found = {path: source for path in {RepoPath(key.partition("::")[0]) for key in keys} if path in facts.tree and (source := facts.read(path))}
    ours = {path: source for path, source in found.items() if (there := definitions.read(source)) is not None and not there[1]}
    return facts.spelling({path: _fewer(facts, path, keys).change.apply(source) for path, source in ours.items()}) if ours else facts


def _fewer(facts: Facts, path: RepoPath, keys: Collection[str]) -> Edit:
    there = definitions.read(facts.read(path))
    said = there[0] if there is not None else definitions.Names(())
    gone = {name for name, _, _ in said.entries if f"{path}::{name}" in keys}
    left = said._replace(
        entries=tuple(one for one in said.entries if one[0] not in gone), listed=tuple(one for one in said.listed if one not in gone)
    )
    return Edit(path, definitions.Left(left))
