"""The imports of a module: which bind a name, which go, and which come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.languages.python.module.sheet import DEFINITIONS, Sheet, Stretch
from migrator.languages.python.parsing import Node, decoded, enclosing, text_of

if TYPE_CHECKING:
    from migrator.languages.python.module.names import Binding

__all__ = ["Guard", "Import", "add_future", "add_imports", "drop", "guard", "imports_of", "is_typing", "module_of"]

_IMPORTS = frozenset({"import_statement", "import_from_statement"})
Guard = Literal["", "typing", "other"]
"""Under which condition a statement runs when its module is loaded: none at the top level, `if TYPE_CHECKING:`, or another one."""


class Import(NamedTuple):
    """One name that an import statement binds: `from module import name as bound`, or `import module as bound` without a `name`."""

    module: str
    name: str
    bound: str
    aliased: bool
    statement: Node
    node: Node
    guard: Guard


def is_typing(sheet: Sheet, node: Node) -> bool:
    """Whether a statement of the top level is an `if TYPE_CHECKING:`."""
    condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
    return condition is not None and sheet.text(condition).rpartition(".")[2] == "TYPE_CHECKING"


def imports_of(sheet: Sheet, name: str) -> list[Import]:
    """Every import that binds a name of the module."""
    return [found for binding in sheet.names.bindings.get(name, ()) if (found := _imported(sheet, binding)) is not None]


def module_of(sheet: Sheet, statement: Node) -> str:
    """The module that a `from … import …` takes names of, as it is written there."""
    module = statement.child_by_field_name("module_name")
    return sheet.text(module) if module is not None else ""


def _imported(sheet: Sheet, binding: Binding) -> Import | None:
    """The import that a binding is, if it is one."""
    statement = enclosing(binding.node, *_IMPORTS)
    if statement is None:
        return None
    module = statement.child_by_field_name("module_name")
    for item in statement.children_by_field_name("name"):
        if item.start_byte <= binding.node.start_byte < item.end_byte:
            alias = item.child_by_field_name("alias")
            said = sheet.text(item.child_by_field_name("name") or item) if item.type == "aliased_import" else sheet.text(item)
            pair = (sheet.text(module), said) if module is not None else (said, "")
            under: Guard = "other" if binding.rebinding else guard(sheet, statement)
            return Import(*pair, sheet.text(binding.node), alias is not None, statement, item, under)
    return None


def guard(sheet: Sheet, statement: Node) -> Guard:
    """Under which condition a statement runs."""
    above = statement.parent
    if above is None or above.type == "module":
        return ""
    condition = above.parent
    if above.type == "block" and condition is not None and is_typing(sheet, condition) and condition.parent == sheet.root:
        return "typing" if condition.child_by_field_name("consequence") == above else "other"
    return "other"


def drop(sheet: Sheet, items: Iterable[Import]) -> bool:
    """Take names out of their imports; False where that would leave an empty block."""
    by_statement: dict[int, list[Import]] = {}
    for item in items:
        by_statement.setdefault(item.statement.start_byte, []).append(item)
    done = [_drop_names(sheet, found[0].statement, {item.node.start_byte for item in found}) for found in by_statement.values()]
    return all(done)


def _drop_names(sheet: Sheet, statement: Node, starts: set[int]) -> bool:
    names = statement.children_by_field_name("name")
    if len(names) == len(starts):
        return _drop_statement(sheet, statement)
    first = None
    for index, node in enumerate([*names, None]):
        gone = node is not None and node.start_byte in starts
        if gone and first is None:
            first = index
        elif not gone and first is not None:
            _drop_run(sheet, statement, names, first, index - 1)
            first = None
    return True


def _drop_run(sheet: Sheet, statement: Node, names: list[Node], first: int, last: int) -> None:
    """Take neighbouring names out, with the comma that goes with them; a comment of the name before stays."""
    start, end = names[first].start_byte, names[last].end_byte
    following = names[last + 1].start_byte if last + 1 < len(names) else None
    if all(sheet.alone(node.start_byte, node.end_byte) for node in names[first : last + 1]):
        sheet.splice(sheet.line_start(start), sheet.next_line(end), b"")
    elif following is not None:
        sheet.splice(start, following, b"")
    elif b"#" in sheet.source[names[first - 1].end_byte : start]:
        comma = sheet.source.find(b",", end, statement.end_byte)
        sheet.splice(start, comma + 1 if comma >= 0 else end, b"")
    else:
        sheet.splice(names[first - 1].end_byte, end, b"")


def _drop_statement(sheet: Sheet, statement: Node) -> bool:
    block = statement.parent
    if block is None:
        return False
    if block.type == "block" and block.named_child_count == 1:
        whole = block.parent
        if whole is None or not is_typing(sheet, whole) or whole.child_by_field_name("alternative") is not None:
            return False
        sheet.remove(Stretch(sheet.line_start(whole.start_byte), sheet.line_end(whole.end_byte), whole))
        return True
    if sheet.alone(statement.start_byte, statement.end_byte):
        sheet.splice(sheet.line_start(statement.start_byte), sheet.next_line(statement.end_byte), b"")
        return True
    after = statement.next_sibling
    if after is not None and after.type == ";" and after.next_sibling is not None:
        sheet.splice(statement.start_byte, after.next_sibling.start_byte, b"")
        return True
    return False


def add_imports(sheet: Sheet, statements: list[str], typed: list[str]) -> None:
    """Put import statements behind those that stand at the top, and others under `if TYPE_CHECKING:`."""
    if typed and (guarded := _guarded(sheet)) is not None:
        lead = decoded(sheet.source[sheet.line_start(guarded.start_byte) : guarded.start_byte])
        sheet.add_lines(guarded, [f"{lead}{text}" for text in typed])
        typed = []
    lines = []
    for statement in statements:
        like = _from_there(sheet, statement)
        if like is None:
            lines.append(statement)
        else:
            sheet.add_lines(like, [statement])
    if typed:
        lines += ["", "if TYPE_CHECKING:", *(f"    {text}" for text in typed)]
    if not lines:
        return
    last_import = _last_import(sheet)
    if last_import is not None:
        sheet.add_lines(last_import, [*([""] if last_import.type not in _IMPORTS else []), *lines])
        return
    start = _top(sheet)
    before = [""] if start and start == len(sheet.source) and not sheet.source.endswith(b"\n") else []
    after = ["", "", ""] if sheet.source[start:].strip() else [""]
    sheet.splice(start, start, sheet.eol.decode().join([*before, *lines, *after]))


def _guarded(sheet: Sheet) -> Node | None:
    """The last statement under the first `if TYPE_CHECKING:` without an `else`."""
    conditions = (node for node in sheet.root.children if is_typing(sheet, node) and node.child_by_field_name("alternative") is None)
    first = next(conditions, None)
    block = first.child_by_field_name("consequence") if first is not None else None
    return block.named_children[-1] if block is not None and block.named_children else None


def _from_there(sheet: Sheet, statement: str) -> Node | None:
    """The import at the top that takes other names of the module that one takes names of."""
    asked = [node for node in sheet.root.children if node.type == "import_from_statement" and sheet.alone(node.start_byte, node.end_byte)]
    return next((node for node in asked if statement.startswith(f"from {text_of(node.child_by_field_name('module_name'))} import ")), None)


def add_future(sheet: Sheet) -> None:
    """Leave annotations unevaluated: the directive goes first, behind the docstring."""
    text, eol = b"from __future__ import annotations", sheet.eol
    first = next(sheet.statements(), None)
    if first is not None and _is_text(first):
        end = sheet.line_end(first.end_byte)
        sheet.splice(end, end, eol * 2 + text)
        return
    start = _top(sheet)
    sheet.splice(start, start, text + eol * (2 if first is not None else 1))


def _last_import(sheet: Sheet) -> Node | None:
    """The last import before anything is defined, else the last `from __future__`, else the docstring."""
    found: Node | None = None
    for node in sheet.root.named_children:
        if node.type in DEFINITIONS:
            break
        docstring = found is None and _is_text(node) and node == next(sheet.statements())
        if node.type in _IMPORTS or node.type == "future_import_statement" or docstring:
            found = node
    return found


def _top(sheet: Sheet) -> int:
    """Where the first statement begins, with the comments right above it."""
    first = next(sheet.statements(), None)
    return len(sheet.source) if first is None else sheet.with_comments(sheet.line_start(first.start_byte))


def _is_text(node: Node) -> bool:
    """Whether a statement is a string and nothing else, as a docstring is."""
    return node.type == "expression_statement" and node.named_child_count == 1 and node.named_children[0].type == "string"
