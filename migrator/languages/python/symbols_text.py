"""A module whose text is about to change: its statements, its imports, and the splices that were decided so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from migrator.languages.base import SymbolError
from migrator.languages.python.parsing import Node, decoded, enclosing, encoded, parse, text_of
from migrator.languages.python.symbols_names import Binding, Names, names_of

__all__ = ["Import", "Sheet", "Stretch", "SymbolError"]

_BLANK = re.compile(r"[\s\\]+")
_DEFINITIONS = frozenset({"function_definition", "class_definition", "decorated_definition"})
_IMPORTS = frozenset({"import_statement", "import_from_statement"})
_HEADING = re.compile(rb"#!|#.*coding[:=]")


class Import(NamedTuple):
    """One name that an import statement binds: `from module import name as bound`, or `import module as bound` without a `name`.

    `guard` is empty for a plain statement of the top level, "typing" under `if TYPE_CHECKING:`, else "other".
    """

    module: str
    name: str
    bound: str
    aliased: bool
    statement: Node
    node: Node
    guard: str


class Stretch(NamedTuple):
    """The lines of a definition, with its decorators and the comments that stand right above it."""

    start: int
    end: int
    node: Node


@dataclass
class Sheet:
    """One module and the changes to it."""

    source: bytes
    splices: list[tuple[int, int, bytes]] = field(default_factory=list)

    @cached_property
    def root(self) -> Node:
        """The syntax tree."""
        return parse(self.source)

    @cached_property
    def names(self) -> Names:
        """What its names mean."""
        return names_of(self.root)

    @cached_property
    def eol(self) -> bytes:
        """How its lines end."""
        end = self.source.find(b"\n")
        return b"\r\n" if end > 0 and self.source[end - 1 : end] == b"\r" else b"\n"

    @cached_property
    def has_future(self) -> bool:
        """Whether annotations are not evaluated here."""
        return any(node.type == "future_import_statement" and b"annotations" in (node.text or b"") for node in self.root.children)

    def line(self, offset: int) -> int:
        """The number of the line that an offset lies in."""
        return self.source.count(b"\n", 0, offset) + 1

    def text(self, node: Node) -> str:
        """What a dotted name says, without blanks."""
        return _BLANK.sub("", decoded(self.source[node.start_byte : node.end_byte]))

    def splice(self, start: int, end: int, text: bytes | str) -> None:
        """Put a text in the place of some bytes."""
        self.splices.append((start, end, encoded(text, self.source) if isinstance(text, str) else text))

    def finished(self) -> bytes:
        """The source with all changes made; what was to be put at one place stands there in the order it was asked for."""
        done, position, gone = b"", 0, 0
        for start, end, text in sorted(self.splices, key=lambda splice: splice[:2]):
            if start < gone and (text or end <= gone):
                continue
            done += self.source[position:start] + text
            position, gone = end, max(gone, end)  # what is put among blank lines that were closed opens them again
            if start < end and not text:
                done, position = self._closed(done, position)
        return done + self.source[position:]

    def _closed(self, done: bytes, position: int) -> tuple[bytes, int]:
        """What stands before lines that went, and where it goes on behind them: the blank lines on one side are enough."""
        below = position
        while below < len(self.source) and not self.source[below : self.line_end(below)].strip():
            below = self.next_line(below)
        if below == position:
            return done, position
        if not done.removeprefix(b"\xef\xbb\xbf"):
            return done, below
        above = done.rstrip(b"\r\n")
        return (above + self.eol, position) if done.endswith(self.eol * 2) else (done, position)

    # -- lines ------------------------------------------------------------------------------------------------------------------

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins, behind a byte order mark."""
        start = self.source.rfind(b"\n", 0, offset) + 1
        return 3 if start == 0 and self.source.startswith(b"\xef\xbb\xbf") else start

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before what ends it."""
        end = self.source.find(b"\n", offset)
        if end < 0:
            return len(self.source)
        # A comment's node ends behind the carriage return.
        return end - 1 if end and self.source[end - 1 : end] == b"\r" else end

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins."""
        end = self.source.find(b"\n", offset)
        return len(self.source) if end < 0 else end + 1

    def alone(self, start: int, end: int) -> bool:
        """Whether a stretch has its lines for itself, but for a comma or a comment behind it."""
        behind = self.source[end : self.line_end(end)].strip().lstrip(b",").strip()
        return not self.source[self.line_start(start) : start].strip() and (not behind or behind.startswith(b"#"))

    # -- statements -------------------------------------------------------------------------------------------------------------

    def stretch(self, statement: Node) -> Stretch:
        """The lines of a top-level statement that has them for itself."""
        start = self._with_comments(self.line_start(statement.start_byte))
        end = self.line_end(statement.end_byte)
        here = end
        while statement.type in _DEFINITIONS and here < len(self.source):
            here = self.next_line(here)
            line = self.source[here : self.line_end(here)]
            if line.strip() and not (line[:1] in b" \t" and line.lstrip().startswith(b"#")):
                break
            if line.strip():
                end = self.line_end(here)
            if here >= len(self.source):
                break
            here = self.line_end(here)
        return Stretch(start, end, statement)

    def _with_comments(self, start: int) -> int:
        """Where the comments begin that stand right above a line."""
        while start > 0:
            above = self.line_start(start - 1)
            line = self.source[above:start]
            if not line.startswith(b"#") or _HEADING.match(line) or above >= start:
                break
            start = above
        return start

    def remove(self, stretch: Stretch) -> None:
        """Take a top-level statement out, with the blank lines that parted it from the next."""
        start, end = stretch.start, self.next_line(stretch.end)
        while end < len(self.source) and not self.source[end : self.line_end(end)].strip():
            end = self.next_line(end)
        if end >= len(self.source):
            text = self.source[:start].rstrip(b" \t\r\n")
            if text.removeprefix(b"\xef\xbb\xbf"):
                start = self.next_line(len(text))
        self.splice(start, end, b"")

    def is_typing(self, node: Node) -> bool:
        """Whether a statement of the top level is an `if TYPE_CHECKING:`."""
        condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
        return condition is not None and self.text(condition).rpartition(".")[2] == "TYPE_CHECKING"

    def imports(self, name: str) -> list[Import]:
        """Every import that binds a name of the module."""
        return [found for binding in self.names.bindings.get(name, ()) if (found := self.imported(binding)) is not None]

    def imported(self, binding: Binding) -> Import | None:
        """The import that a binding is, if it is one."""
        statement = enclosing(binding.node, *_IMPORTS)
        if statement is None:
            return None
        module = statement.child_by_field_name("module_name")
        for item in statement.children_by_field_name("name"):
            if item.start_byte <= binding.node.start_byte < item.end_byte:
                alias = item.child_by_field_name("alias")
                said = self.text(item.child_by_field_name("name") or item) if item.type == "aliased_import" else self.text(item)
                bound = self.text(binding.node)
                guard = "other" if binding.rebinding else self.guard(statement)
                pair = (self.text(module), said) if module is not None else (said, "")
                return Import(*pair, bound, alias is not None, statement, item, guard)
        return None

    def guard(self, statement: Node) -> str:
        """Under which condition a statement runs when the module is loaded (see `Import`)."""
        above = statement.parent
        if above is None or above.type == "module":
            return ""
        condition = above.parent
        if above.type == "block" and condition is not None and self.is_typing(condition) and condition.parent == self.root:
            return "typing" if condition.child_by_field_name("consequence") == above else "other"
        return "other"

    def drop(self, items: Iterable[Import]) -> bool:
        """Take names out of their imports; False where that would leave an empty block."""
        by_statement: dict[int, list[Import]] = {}
        for item in items:
            by_statement.setdefault(item.statement.start_byte, []).append(item)
        done = [self._drop_names(found[0].statement, {item.node.start_byte for item in found}) for found in by_statement.values()]
        return all(done)

    def _drop_names(self, statement: Node, starts: set[int]) -> bool:
        names = statement.children_by_field_name("name")
        if len(names) == len(starts):
            return self._drop_statement(statement)
        first = None
        for index, node in enumerate([*names, None]):
            gone = node is not None and node.start_byte in starts
            if gone and first is None:
                first = index
            elif not gone and first is not None:
                self._drop_run(statement, names, first, index - 1)
                first = None
        return True

    def _drop_run(self, statement: Node, names: list[Node], first: int, last: int) -> None:
        """Take neighbouring names out, with the comma that goes with them; a comment of the name before stays."""
        start, end = names[first].start_byte, names[last].end_byte
        following = names[last + 1].start_byte if last + 1 < len(names) else None
        if all(self.alone(node.start_byte, node.end_byte) for node in names[first : last + 1]):
            self.splice(self.line_start(start), self.next_line(end), b"")
        elif following is not None:
            self.splice(start, following, b"")
        elif b"#" in self.source[names[first - 1].end_byte : start]:
            comma = self.source.find(b",", end, statement.end_byte)
            self.splice(start, comma + 1 if comma >= 0 else end, b"")
        else:
            self.splice(names[first - 1].end_byte, end, b"")

    def _drop_statement(self, statement: Node) -> bool:
        block = statement.parent
        if block is None:
            return False
        if block.type == "block" and block.named_child_count == 1:
            whole = block.parent
            if whole is None or not self.is_typing(whole) or whole.child_by_field_name("alternative") is not None:
                return False
            self.remove(Stretch(self.line_start(whole.start_byte), self.line_end(whole.end_byte), whole))
            return True
        if self.alone(statement.start_byte, statement.end_byte):
            self.splice(self.line_start(statement.start_byte), self.next_line(statement.end_byte), b"")
            return True
        after = statement.next_sibling
        if after is not None and after.type == ";" and after.next_sibling is not None:
            self.splice(statement.start_byte, after.next_sibling.start_byte, b"")
            return True
        return False

    # -- what is added ----------------------------------------------------------------------------------------------------------

    def add_imports(self, statements: list[str], typed: list[str]) -> None:
        """Put import statements behind those that stand at the top, and others under `if TYPE_CHECKING:`."""
        guard = next((node for node in self.root.children if self.is_typing(node) and node.child_by_field_name("alternative") is None), None)
        eol = self.eol.decode()
        if typed and guard is not None and (block := guard.child_by_field_name("consequence")) is not None and block.named_children:
            last = block.named_children[-1]
            lead = decoded(self.source[self.line_start(last.start_byte) : last.start_byte])
            self.add_lines(last, [f"{lead}{text}" for text in typed])
            typed = []
        lines = []
        for statement in statements:
            like = self._from_there(statement)
            if like is None:
                lines.append(statement)
            else:
                self.add_lines(like, [statement])
        if typed:
            lines += ["", "if TYPE_CHECKING:", *(f"    {text}" for text in typed)]
        if not lines:
            return
        last_import = self._last_import()
        if last_import is not None:
            self.add_lines(last_import, [*([""] if last_import.type not in _IMPORTS else []), *lines])
            return
        start = self._top()
        before = [""] if start and start == len(self.source) and not self.source.endswith(b"\n") else []
        after = ["", "", ""] if self.source[start:].strip() else [""]
        self.splice(start, start, eol.join([*before, *lines, *after]))

    def _from_there(self, statement: str) -> Node | None:
        """The import at the top that takes other names of the module that one takes names of."""
        asked = [node for node in self.root.children if node.type == "import_from_statement" and self.alone(node.start_byte, node.end_byte)]
        return next((node for node in asked if statement.startswith(f"from {text_of(node.child_by_field_name('module_name'))} import ")), None)

    def add_lines(self, node: Node, lines: Iterable[str]) -> None:
        """Put lines behind the one that a node ends on: that one may go."""
        end, eol = self.next_line(node.end_byte), self.eol.decode()
        text = "".join(f"{line}{eol}" for line in lines)
        self.splice(end, end, text if self.source[:end].endswith(b"\n") else f"{eol}{text}".removesuffix(eol))

    def add_future(self) -> None:
        """Leave annotations unevaluated: the directive goes first, behind the docstring."""
        text, eol = b"from __future__ import annotations", self.eol
        first = next(self.statements(), None)
        if first is not None and _is_text(first):
            end = self.line_end(first.end_byte)
            self.splice(end, end, eol * 2 + text)
            return
        start = self._top()
        self.splice(start, start, text + eol * (2 if first is not None else 1))

    def _last_import(self) -> Node | None:
        """The last import before anything is defined, else the last `from __future__`, else the docstring."""
        found: Node | None = None
        for node in self.root.named_children:
            if node.type in _DEFINITIONS:
                break
            docstring = found is None and _is_text(node) and node == next(self.statements())
            if node.type in _IMPORTS or node.type == "future_import_statement" or docstring:
                found = node
        return found

    def _top(self) -> int:
        """Where the first statement begins, with the comments right above it."""
        first = next((node for node in self.root.named_children if node.type != "comment"), None)
        if first is None:
            return len(self.source)
        return self._with_comments(self.line_start(first.start_byte))

    def statements(self) -> Iterator[Node]:
        """The statements of the top level."""
        return (node for node in self.root.named_children if node.type != "comment")


def _is_text(node: Node) -> bool:
    """Whether a statement is a string and nothing else, as a docstring is."""
    return node.type == "expression_statement" and node.named_child_count == 1 and node.named_children[0].type == "string"
