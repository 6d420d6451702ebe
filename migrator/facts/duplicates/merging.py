"""Whether one of two definitions can go, and what files say then: only where nothing that runs could tell the difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.atlas.python import STDLIB
from migrator.facts.duplicates.loading import acts, is_script
from migrator.facts.duplicates.reading import defined_in, impurity, is_python, is_routed, meaning
from migrator.facts.modules import module_of
from migrator.languages.base import SymbolError
from migrator.languages.python.symbols import merge as python
from migrator.languages.typescript import merging as typescript
from migrator.paths import RepoPath, ancestors, is_within, parent, suffix
from migrator.tree import FILE, Entry

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.languages.definitions import Definition

__all__ = ["SymbolError", "merged", "with_texts"]

_TYPED = (".ts", ".tsx", ".mts", ".cts")


def merged(facts: Facts, old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    """The new contents of the files that change when `symbol` goes from `old` and all that named it there names that in `new`.

    Raises SymbolError, with the reason, where the two are not the same or something could tell that there is one now.
    """
    mine, kept = defined_in(facts, old).get(symbol), defined_in(facts, new).get(symbol)
    if mine is None or kept is None or is_python(old) != is_python(new):
        raise SymbolError(f"{old if mine is None else new} does not define {symbol}")
    known: dict[tuple[RepoPath, str], str] = {}
    said = [(one.kind, one.digest, one.parameters, meaning(facts, path, one, known)) for path, one in ((old, mine), (new, kept))]
    if said[0] != said[1]:
        names = mine.parameters != kept.parameters and said[0][1] == said[1][1]
        raise SymbolError(
            "callers may name their parameters, which have other names" if names else f"{old} and {new} mean different things by {symbol}"
        )
    for path, one in ((old, mine), (new, kept)):
        if why := impurity(facts, path, one):
            raise SymbolError(why)
    if why := next(_obstacles(facts, old, new, kept), ""):
        raise SymbolError(why)
    if is_python(old):
        return python.merge_symbol(facts.atlas, facts.graph, old, symbol, new)
    still = not facts.told(old, acts, "typescript") and not module_of(facts, old).directives
    return typescript.merge_symbol(facts.atlas, facts.graph, old, symbol, new, still=still)


def with_texts(facts: Facts, texts: Mapping[RepoPath, bytes]) -> Facts:
    """What would be true of the tree if some files said something else, or were there."""
    entries = {path: Entry(facts.tree[path].mode if path in facts.tree else FILE, facts.store.add(text)) for path, text in texts.items()}
    return facts.at(facts.tree.replace(entries))


def _obstacles(facts: Facts, old: RepoPath, new: RepoPath, kept: Definition) -> Iterator[str]:
    """Why those who use what stands in `old` cannot have what stands in `new`."""
    if not kept.offered and is_python(new):
        yield f"{new} keeps it to itself"
    if is_routed(new):
        yield f"a framework reads what {new} exports"
    if is_python(new) and facts.told(new, is_script):
        yield f"{new} is a program"
    users = (old, *sorted({one.source for one in facts.graph.incoming.get(old, ()) if not one.mention.weak} - {new}))
    for user in users:
        yield from _unseen(facts, user, new, typed=kept.kind == "type")
    if kept.kind != "type":
        yield from _loading(facts, users, new)


def _unseen(facts: Facts, user: RepoPath, new: RepoPath, *, typed: bool) -> Iterator[str]:
    """Why a file cannot import a module: it belongs to another package, or runs where that is not to be had."""
    if is_python(new):
        if is_python(user) and not _sees(facts, user, new):
            yield f"{user} does not see the package of {new}"
        return
    mine, theirs = (facts.atlas.node.package_of(path) for path in (user, new))
    if mine != theirs and (mine is None or theirs is None or not theirs.name or theirs.name not in mine.dependencies):
        yield f"{user} is of a package that does not depend on that of {new}"
    if not typed and suffix(new) in _TYPED and suffix(user) not in _TYPED:
        yield f"{user} is JavaScript and {new} is not"


def _sees(facts: Facts, user: RepoPath, new: RepoPath) -> bool:
    """Whether a Python module is in the package of another, or imports something of it already."""
    home, above = parent(new), parent(new)
    while above and RepoPath(f"{above}/__init__.py") in facts.tree:
        home, above = above, parent(above)
    if home != above and is_within(user, home) and not facts.told(user, is_script):
        return True
    said = facts.graph.references.get(user, ())
    return any(one.target.path is not None and is_within(one.target.path, home) and not one.mention.weak and one.target.path != user for one in said)


def _loading(facts: Facts, users: Iterable[RepoPath], new: RepoPath) -> Iterator[str]:
    """Why a file may not load a module: it would load itself, something that acts, or a library that it did without."""
    side = () if is_python(new) else module_of(facts, new).directives
    if side and side != module_of(facts, next(iter(users))).directives:
        yield f"{new} says `{side[0]}`"
    theirs = _closure(facts, new)
    for user in users:
        mine = _closure(facts, user)
        if user in theirs:
            yield f"{new} loads {user}"
        for path in sorted(theirs - mine):
            if action := _action(facts, path):
                yield f"{user} would load {path}, which {action}"
        if more := sorted(_outside(facts, theirs) - _outside(facts, mine)):
            yield f"{user} would load {more[0]}"


def _action(facts: Facts, path: RepoPath) -> str:
    if is_python(path):
        return facts.told(path, acts, "python")
    return facts.told(path, acts, "typescript") if suffix(path) in {*_TYPED, ".js", ".jsx", ".mjs", ".cjs"} else ""


def _closure(facts: Facts, start: RepoPath) -> frozenset[RepoPath]:
    """A module and all that is loaded with it, the packages that they lie in included."""
    loads = facts.derive(_loads)
    found, pending = {start}, [start]
    while pending:
        path = pending.pop()
        above = [RepoPath(f"{folder}/__init__.py") for folder in ancestors(path)[:-1]] if is_python(path) else []
        for target in (*loads.get(path, ()), *(init for init in above if init in facts.tree)):
            if target not in found:
                found.add(target)
                pending.append(target)
    return frozenset(found)


def _loads(facts: Facts) -> Mapping[RepoPath, set[RepoPath]]:
    return facts.graph.load_time()


def _outside(facts: Facts, paths: Iterable[RepoPath]) -> set[str]:
    """The libraries that modules load."""
    found: set[str] = set()
    for path in paths:
        for one in facts.graph.references.get(path, ()):
            mention, target = one.mention, one.target
            if target.path is not None or target.missing or mention.weak or mention.deferred:
                continue
            if is_python(path) and mention.kind in {"from", "star", "import"}:
                top = (mention.base or mention.text).partition(".")[0]
                found |= {top} - STDLIB if top else set()
            elif not is_python(path) and mention.kind in {"import", "export"}:
                found.add(mention.text)
    return found
