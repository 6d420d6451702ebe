"""The laws, asked of what a move made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from migrator.languages.base import SymbolError
from migrator.languages.python.module.exports import exports
from migrator.languages.python.module.imports import imports_of
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import broken, scan
from migrator.languages.python.symbols.attributes import named
from migrator.languages.python.symbols.definition import BUILTINS
from migrator.languages.python.symbols.destination import in_lines
from migrator.languages.python.symbols.loading import check_loading
from migrator.languages.python.symbols.meanings import Meaning, meaning

if TYPE_CHECKING:
    from migrator.languages.python.symbols.definition import SymbolMove
    from migrator.paths import RepoPath

__all__ = ["before", "check_stars", "verify_definition", "verify_users"]


def before(move: SymbolMove, path: RepoPath) -> bytes:
    """What a file says before the move: nothing, where the move makes it."""
    return move.target.source if path == move.new else move.atlas.read(path)


def check_stars(move: SymbolMove, added: Iterable[str]) -> None:
    """Who imports everything from the new module gets more names than before. Raises SymbolError where they mean another there."""
    fresh = {one for one in {*added, move.symbol} if not one.startswith("_")}
    if "__all__" in move.target.names.bindings:
        fresh = {move.symbol} if exports(move.source, move.symbol) else set()
    for reference in move.graph.incoming.get(move.new, ()):
        if reference.mention.kind != "star" or not reference.source.endswith(".py"):
            continue
        sheet = Sheet(move.atlas.read(reference.source))
        for one in sorted(fresh):
            theirs = sheet.names.bindings.get(one, [])
            same = one == move.symbol and len(theirs) == len(imports_of(sheet, one))
            if (theirs and not same) or (not theirs and next(sheet.names.used(one), None) is not None and one in BUILTINS):
                raise SymbolError(f"{reference.source} imports everything from {move.new}, and `{one}` would become another one there")


def verify_definition(move: SymbolMove, destination: bytes) -> None:
    """The definition's text stays, and so does what every name in it means. Raises SymbolError."""
    after = Sheet(destination)
    bindings = after.names.bindings.get(move.symbol, [])
    if len(bindings) != 1:
        raise SymbolError(f"{move.new} would bind {move.symbol} {len(bindings)} times")
    moved = after.stretch(bindings[0].statement)
    text = move.source.source[move.stretch.start : move.stretch.end]
    if in_lines(after.source[moved.start : moved.end], b"\n") != in_lines(text, b"\n"):
        raise SymbolError("its text would change")
    for needed in move.needs:
        if not _means_the_same(move, needed, after):
            raise SymbolError(f"`{needed}` would not be the same in {move.new}")


def _means_the_same(move: SymbolMove, needed: str, after: Sheet) -> bool:
    own, theirs = (sheet.names.bindings.get(needed, []) for sheet in (move.source, after))
    if not own and not theirs:
        return True
    imports = imports_of(after, needed)
    one = {meaning(item, move.old, move.atlas) for item in imports_of(move.source, needed)}
    other = {meaning(item, move.new, move.atlas) for item in imports}
    if len(imports) < len(theirs):
        other.add(Meaning(move.new, needed))
    return bool(theirs) and (one == {Meaning(move.new, needed)} or other <= one | {Meaning(move.old, needed)})


def verify_users(move: SymbolMove, changed: Mapping[RepoPath, bytes]) -> None:
    """Who named it names it at its new place, everything parses, and loads. Raises SymbolError."""
    for path, text in changed.items():
        if path.endswith(".py") and broken(text, "python") > broken(before(move, path), "python"):
            raise SymbolError(f"{path} would not parse any more")
    if (move.symbol in Sheet(changed[move.old]).names.bindings) != move.stays:
        raise SymbolError(f"{move.old} would {'lose' if move.stays else 'keep'} {move.symbol}")
    for path in sorted({*changed, *move.users.files}):
        content = changed[path] if path in changed else move.atlas.read(path)
        for mention in scan(content, "python") if path.endswith(".py") else ():
            target = resolve(mention, path, move.atlas)
            if target.path == move.old and named(target.rest) == move.symbol and (path, mention.text) not in move.users.kept:
                line = content.count(b"\n", 0, mention.start) + 1
                raise SymbolError(f"{path}:{line} would still look for it in {move.old}")
    check_loading(changed, move.graph.load_time(), move.atlas)
