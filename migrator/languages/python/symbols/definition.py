"""The definition that moves: where it stands, what it uses, and what keeps it where it is."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from migrator.languages.base import SymbolError
from migrator.languages.python.module.exports import listed
from migrator.languages.python.parsing import Node, is_utf8, text_of
from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import scan
from migrator.languages.python.symbols.users import Users

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.languages.python.module.sheet import Sheet, Stretch
    from migrator.languages.python.symbols.attributes import Mentioned
    from migrator.languages.python.symbols.loading import Loads
    from migrator.paths import RepoPath

__all__ = ["BUILTINS", "Graph", "SymbolMove", "check_definition"]

BUILTINS = frozenset(dir(builtins)) | {"__class__", "reveal_type"}
_OWN = frozenset({"__name__", "__file__", "__package__", "__path__", "__spec__", "__loader__", "__module__", "__qualname__", "__doc__", "__dict__"})
"""What every module has for itself."""
_LOOKING = frozenset({"globals", "eval", "exec", "vars"})
"""Functions that look at the module they are called in."""
_TIED = frozenset({"from", "star", "import", "call", "file-path", "path"})
"""Mentions that may mean something else in another module."""


class Graph(Protocol):
    """What is asked of the graph of the repository."""

    @property
    def incoming(self) -> Mapping[RepoPath, Iterable[Mentioned]]: ...  # noqa: D102

    def load_time(self) -> Loads: ...  # noqa: D102


@dataclass
class SymbolMove:
    """A symbol, the module that it is in and the one that it is to go to."""

    atlas: Atlas
    graph: Graph
    old: RepoPath
    symbol: str
    new: RepoPath
    source: Sheet
    """The module at `old`."""
    target: Sheet
    """The module at `new`, an empty one where the move makes it."""

    @cached_property
    def users(self) -> Users:
        """Who names the symbol."""
        return Users(self.atlas, self.graph.incoming, self.old, self.symbol, self.new)

    @cached_property
    def stretch(self) -> Stretch:
        """Where the definition stands. Raises SymbolError where it has no lines of its own."""
        bindings = self.source.names.bindings.get(self.symbol, [])
        if not bindings:
            inner = self.source.names.inner.get(self.symbol)
            where = f", only inside something else (line {self.source.line(inner)})" if inner is not None else ""
            raise SymbolError(f"{self.old} does not define {self.symbol} at its top level{where}")
        if len(bindings) > 1:
            lines = ", ".join(str(self.source.line(binding.node.start_byte)) for binding in bindings)
            raise SymbolError(f"{self.symbol} is bound several times in {self.old} (lines {lines})")
        statement, identifier = bindings[0].statement, bindings[0].node
        if not _defines(statement, identifier):
            raise SymbolError(f"{self.symbol} is not defined by a statement of its own at the top level ({self.at(identifier.start_byte)})")
        if not self.source.alone(statement.start_byte, statement.end_byte):
            raise SymbolError(f"{self.symbol} shares its line with something else ({self.at(statement.start_byte)})")
        return self.source.stretch(statement)

    def at(self, offset: int) -> str:
        """A place in the old module, for people."""
        return f"{self.old}:{self.source.line(offset)}"

    def moves(self, offset: int) -> bool:
        """Whether a place in the old module is one in the definition."""
        return self.stretch.start <= offset < self.stretch.end

    @cached_property
    def rest(self) -> bytes:
        """What stands around the definition."""
        return self.source.source[: self.stretch.start] + self.source.source[self.stretch.end :]

    @cached_property
    def needs(self) -> dict[str, bool]:
        """The names that the definition uses besides itself, and whether any of them is needed as soon as it is loaded."""
        found: dict[str, bool] = {}
        for use in self.source.names.uses:
            if not self.moves(use.start) or use.name == self.symbol:
                continue
            known = use.name in self.source.names.bindings or use.name in BUILTINS
            if use.quoted and not known:
                continue
            found[use.name] = found.get(use.name, False) or not use.lazy
        return found

    def used_at(self, needed: str) -> str:
        """The place where the definition first uses a name, for people."""
        return self.at(next(use.start for use in self.source.names.uses if use.name == needed and self.moves(use.start)))

    def uses_elsewhere(self, name: str) -> bool:
        """Whether the old module uses a name also where the definition does not stand."""
        return next(self.source.names.used(name, self.stretch.start, self.stretch.end), None) is not None

    @cached_property
    def stays(self) -> bool:
        """Whether the old module goes on using the symbol."""
        return self.uses_elsewhere(self.symbol)

    @cached_property
    def looked_up(self) -> dict[str, bool]:
        """The names that the definition looks up when it runs, and whether the old module goes on using them."""
        late = {use.name for use in self.source.names.uses if use.lazy and self.moves(use.start)}
        return {needed: self.uses_elsewhere(needed) for needed in self.needs if needed in late}

    @cached_property
    def needs_future(self) -> bool:
        """Whether the new module, which has no annotations yet, must leave them unevaluated like the old one."""
        annotated = _has_annotations(self.stretch.node)
        return annotated and self.source.has_future and not self.target.has_future and not _has_annotations(self.target.root)


def check_definition(move: SymbolMove) -> None:
    """Raise SymbolError where a definition cannot mean the same in another module."""
    _check_names(move)
    _check_mentions(move)
    node, source, target = move.stretch.node, move.source, move.target
    if _has_annotations(node) and source.has_future != target.has_future and not move.needs_future:
        where, other = (move.old, move.new) if source.has_future else (move.new, move.old)
        raise SymbolError(f"its annotations would be read differently: {where} has `from __future__ import annotations` and {other} has not")
    body = source.source[move.stretch.start : move.stretch.end]
    if not body.isascii() and is_utf8(source.source) != is_utf8(target.source):
        raise SymbolError(f"{move.old} and {move.new} are in different encodings")
    if _is_dynamic(move):
        raise SymbolError(f"{move.old} looks names up by their text, and has `{move.symbol}` as a string")


def _check_names(move: SymbolMove) -> None:
    """What it uses may not be its module's alone, and it may not change that."""
    bindings = move.source.names.bindings
    for needed in move.needs:
        if needed in _OWN:
            raise SymbolError(f"{move.symbol} uses `{needed}`, which is another one in {move.new} ({move.used_at(needed)})")
        if needed in _LOOKING and needed not in bindings:
            raise SymbolError(f"{move.symbol} calls `{needed}`, which looks at the module that it stands in ({move.used_at(needed)})")
    for binding in (found for several in bindings.values() for found in several):
        if binding.rebinding and move.moves(binding.node.start_byte):
            raise SymbolError(f"{move.symbol} rebinds `{text_of(binding.node)}` of {move.old} ({move.at(binding.node.start_byte)})")


def _check_mentions(move: SymbolMove) -> None:
    """What it imports and names inside must lead to the same from its new place."""
    for mention in scan(move.source.source, "python"):
        if not move.moves(mention.start) or mention.kind not in _TIED:
            continue
        before, after = resolve(mention, move.old, move.atlas), resolve(mention, move.new, move.atlas)
        if (before.path, before.rest) != (after.path, after.rest):
            said = f"`{mention.base} {mention.text}`".replace("` ", "`")
            raise SymbolError(f"{said} inside it would mean something else there ({move.at(mention.start)})")


def _is_dynamic(move: SymbolMove) -> bool:
    """Whether the old module might look the symbol up by its text."""
    looks = re.search(rb"\bglobals\(\)|sys\.modules\[__name__\]|^def __getattr__\(", move.rest, re.MULTILINE) is not None
    return looks and re.search(rb"""(["'])%s\1""" % move.symbol.encode(), move.rest) is not None and not listed(move.source, move.symbol)


def _defines(statement: Node, identifier: Node) -> bool:
    """Whether a statement of the top level defines this one name and nothing else."""
    inner = statement.child_by_field_name("definition") if statement.type == "decorated_definition" else statement
    if inner is not None and inner.type in {"function_definition", "class_definition"}:
        return inner.child_by_field_name("name") == identifier
    if statement.type == "type_alias_statement":
        return True
    if statement.type != "expression_statement" or statement.named_child_count != 1:
        return False
    assignment = statement.named_children[0]
    right = assignment.child_by_field_name("right")
    single = assignment.type == "assignment" and right is not None and right.type != "assignment"
    return single and assignment.child_by_field_name("left") == identifier


def _has_annotations(node: Node) -> bool:
    pending = [node]
    while pending:
        here = pending.pop()
        if here.type == "type" or here.child_by_field_name("return_type") is not None:
            return True
        pending += here.named_children
    return False
