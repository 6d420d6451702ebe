"""The module that the definition goes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrator.atlas.python import STDLIB
from migrator.languages import Mention
from migrator.languages.base import SymbolError
from migrator.languages.python.module.exports import exports, list_in
from migrator.languages.python.module.imports import Import, add_future, add_imports, drop, guard, imports_of, is_typing, module_of
from migrator.languages.python.module.sheet import DEFINITIONS
from migrator.languages.python.parsing import enclosing
from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import scan
from migrator.languages.python.symbols.meanings import Meaning, meaning

if TYPE_CHECKING:
    from migrator.languages.python.module.sheet import Sheet
    from migrator.languages.python.parsing import Node
    from migrator.languages.python.symbols.definition import SymbolMove
    from migrator.languages.python.symbols.requirements import Requirements

__all__ = ["destination_with", "in_lines"]


def destination_with(move: SymbolMove, needed: Requirements) -> bytes:
    """What the new module says with the definition and what that needs. Raises SymbolError where there is no place for it."""
    sheet = move.target
    own = [*_own_imports(move), *_inner_imports(move)]
    place = _before_whom(move, needed, own)
    if not drop(sheet, own):
        raise SymbolError(f"{move.new} imports it where nothing else would be left (line {sheet.line(own[0].node.start_byte)})")
    plain = [*_guarding(move), *needed.plain] if needed.typed else needed.plain
    if not sheet.source.strip():
        sheet.eol = move.source.eol
    if move.needs_future:
        add_future(sheet)
    add_imports(sheet, _joined(plain), _joined(needed.typed))
    _insert(move, place)
    if exports(move.source, move.symbol) and not list_in(sheet, move.symbol):
        raise SymbolError(f"{move.new} computes its __all__, to which {move.symbol} must be added")
    return sheet.finished()


# what it says of the symbol so far ----------------------------------------------------------------------------------------


def _own_imports(move: SymbolMove) -> list[Import]:
    """Its imports of the symbol, which it has no more use for. Raises SymbolError on any other binding of the name."""
    sheet, names, there = move.target, move.target.names, Meaning(move.old, move.symbol)
    bindings = names.bindings.get(move.symbol, [])
    mine = [item for item in imports_of(sheet, move.symbol) if meaning(item, move.new, move.atlas) == there and item.guard != "other"]
    if len(mine) != len(bindings):
        taken = next(b for b in bindings if all(item.node.start_byte != b.node.start_byte for item in mine))
        raise SymbolError(f"{move.new} has another {move.symbol} (line {sheet.line(taken.node.start_byte)})")
    for bound in names.bindings:
        for item in imports_of(sheet, bound):
            if bound != move.symbol and meaning(item, move.new, move.atlas) == there:
                line = sheet.line(item.node.start_byte)
                raise SymbolError(f"{move.new} imports it as `{bound}` (line {line}), and would import itself")
    for star in names.stars:
        if resolve(Mention(0, 0, "star", "*", module_of(sheet, star)), move.new, move.atlas).path == move.old:
            raise SymbolError(f"{move.new} imports everything from {move.old} (line {sheet.line(star.start_byte)})")
    use = next(names.used(move.symbol), None)
    if not bindings and use is not None:
        raise SymbolError(f"{move.new} means another thing by `{move.symbol}` (line {sheet.line(use.start)}), which the move would shadow")
    return mine


def _inner_imports(move: SymbolMove) -> Iterator[Import]:
    """Its imports of the symbol inside functions: the name is the module's own then."""
    sheet = move.target
    for mention in scan(sheet.source, "python"):
        target = resolve(mention, move.new, move.atlas)
        node = sheet.root.descendant_for_byte_range(mention.start, mention.start + 1) if mention.kind == "from" else None
        statement = enclosing(node, "import_from_statement") if node is not None else None
        if (target.path, target.rest) != (move.old, move.symbol) or statement is None or guard(sheet, statement) != "other":
            continue
        item = next(item for item in statement.children_by_field_name("name") if item.start_byte <= mention.start < item.end_byte)
        if item.type == "aliased_import" or enclosing(statement, "function_definition") is None:
            raise SymbolError(f"{move.new} imports it in a way that cannot go (line {sheet.line(mention.start)})")
        yield Import(mention.base, mention.text, mention.text, False, statement, item, "other")  # noqa: FBT003  a record


# imports ---------------------------------------------------------------------------------------------------------------


def _guarding(move: SymbolMove) -> list[str]:
    """The import that it needs to say TYPE_CHECKING. Raises SymbolError where it means something else by that."""
    sheet = move.target
    if any(is_typing(sheet, node) for node in sheet.root.children):
        return []
    imports = imports_of(sheet, "TYPE_CHECKING")
    if any(item.module not in {"typing", "typing_extensions"} for item in imports) or (not imports and sheet.names.bindings.get("TYPE_CHECKING")):
        raise SymbolError(f"{move.new} means something else by TYPE_CHECKING")
    return [] if imports else ["from typing import TYPE_CHECKING"]


def _joined(statements: Iterable[str]) -> list[str]:
    """Import statements with the names of one module in one, the standard library's first, relative ones last."""
    modules: dict[str, set[str]] = {}
    for statement in statements:
        module, _, item = statement.removeprefix("from ").partition(" import ") if statement.startswith("from ") else (statement, "", "")
        modules.setdefault(module, set()).update([item] if item else [])
    found = [f"from {module} import {', '.join(sorted(items))}" if items else module for module, items in modules.items()]
    return sorted(found, key=_rank)


def _rank(statement: str) -> tuple[int, bool, str]:
    module = statement.split()[1]
    section = 2 if module.startswith(".") else int(module.partition(".")[0] not in STDLIB)
    return (section, statement.startswith("from"), module)


# the place of the definition -----------------------------------------------------------------------------------------------


def _before_whom(move: SymbolMove, needed: Requirements, own: list[Import]) -> Node | None:
    """The statement that the definition must stand before, None for the end. Raises SymbolError when there is no such place."""
    sheet, names = move.target, move.target.names
    lowest = max(
        (
            binding.statement.end_byte
            for name, at_once in move.needs.items()
            if at_once and name not in needed.added
            for binding in names.bindings.get(name, ())
        ),
        default=0,
    )
    users = list(_users(move, own))
    first = next((node for node, _ in users), None)
    if first is not None and first.start_byte >= lowest:
        return first
    at_once = next((node for node, loading in users if loading), None)
    if at_once is not None:
        if at_once.start_byte < lowest:
            raise SymbolError(f"{move.new}:{sheet.line(at_once.start_byte)} uses it before what it needs itself is there")
        return at_once
    others = [node for node in sheet.statements() if not _is_main(sheet, node)]
    return next((node for node in sheet.statements() if _is_main(sheet, node) and (not others or node.start_byte > others[-1].start_byte)), None)


def _users(move: SymbolMove, own: list[Import]) -> Iterator[tuple[Node, bool]]:
    """The statements that use the symbol, in order, and whether they do so as soon as the module is loaded."""
    imported = {item.statement.start_byte for item in own}
    for node in move.target.statements():
        uses = [use for use in move.target.names.used(move.symbol) if node.start_byte <= use.start < node.end_byte]
        within = any(node.start_byte < start < node.end_byte for start in imported)
        if (uses or within) and node.start_byte not in imported:
            yield node, any(not use.lazy for use in uses)


def _is_main(sheet: Sheet, node: Node) -> bool:
    condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
    return condition is not None and "__name__" in sheet.text(condition)


def _insert(move: SymbolMove, before: Node | None) -> None:
    """Put the definition before a statement, or at the end."""
    sheet, stretch = move.target, move.stretch
    eol, text = sheet.eol, in_lines(move.source.source[stretch.start : stretch.end], sheet.eol)
    if before is not None:
        start = sheet.stretch(before).start
        above = sheet.source[:start].replace(b"\r\n", b"\n")
        missing = 3 - (len(above) - len(above.rstrip(b"\n"))) if above.strip() and stretch.node.type in DEFINITIONS else 0
        sheet.splice(start, start, eol * missing + text + eol * 3)
    elif next(sheet.statements(), None) is None:
        lead = eol * 2 if sheet.splices or sheet.source.removeprefix(b"\xef\xbb\xbf").strip() else b""
        sheet.splice(len(sheet.source), len(sheet.source), lead + text + eol)
    else:
        end, last = len(sheet.source.rstrip(b" \t\r\n")), sheet.root.named_children[-1]
        simple = DEFINITIONS.isdisjoint({stretch.node.type, last.type})
        sheet.splice(end, len(sheet.source), eol * (2 if simple else 3) + text + eol)


def in_lines(text: bytes, eol: bytes) -> bytes:
    """A text whose lines end in one way."""
    return text.replace(b"\r\n", b"\n").replace(b"\n", eol)
