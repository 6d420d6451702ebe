"""Of two definitions of one meaning one goes: who named it names the other, in the other module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from migrator.languages.base import Mention, SymbolError, Target
from migrator.languages.definitions import inside
from migrator.languages.typescript import names, speaks
from migrator.languages.typescript.definitions import Statement, statements
from migrator.languages.typescript.scopes import text_of
from migrator.languages.typescript.script import broken, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

    from migrator.atlas import Atlas
    from migrator.paths import RepoPath

__all__ = ["merge_symbol"]

_SCRIPTS = frozenset({"ts", "tsx", "js"})
_CODE = _SCRIPTS | {"ts-config", "tsx-config", "js-config", "component", "page"}
"""What imports; a document only tells of it."""
_NAMES = frozenset({"identifier", "type_identifier", "shorthand_property_identifier"})
_IMPORTS = frozenset({"import", "import-type"})
_PASSING = frozenset({"export", "export-type"})


class _Mentioned(Protocol):
    """A mention in a file, and what it names."""

    @property
    def source(self) -> RepoPath: ...
    @property
    def mention(self) -> Mention: ...
    @property
    def target(self) -> Target: ...


class _Graph(Protocol):
    @property
    def incoming(self) -> Mapping[RepoPath, Iterable[_Mentioned]]: ...
    @property
    def references(self) -> Mapping[RepoPath, Iterable[_Mentioned]]: ...


class _Item(NamedTuple):
    """A name among those of an import statement."""

    node: Node
    name: str
    bound: str


@dataclass
class _Script:
    """A script and the changes to it."""

    source: bytes
    typed: bool
    splices: list[tuple[int, int, bytes]] = field(default_factory=list)

    @cached_property
    def root(self) -> Node:
        return parsed(self.source, typed=self.typed)

    @cached_property
    def imports(self) -> list[Node]:
        return [node for node in self.root.named_children if node.type == "import_statement"]

    @cached_property
    def eol(self) -> bytes:
        end = self.source.find(b"\n")
        return b"\r\n" if end > 0 and self.source[end - 1 : end] == b"\r" else b"\n"

    def line_start(self, at: int) -> int:
        return self.source.rfind(b"\n", 0, at) + 1

    def next_line(self, at: int) -> int:
        end = self.source.find(b"\n", at)
        return len(self.source) if end < 0 else end + 1

    def finished(self) -> bytes:
        pieces, done = [], 0
        for start, end, text in sorted(self.splices, key=lambda one: one[:2]):
            if start >= done:
                pieces += [self.source[done:start], text]
                done = end
        return b"".join((*pieces, self.source[done:]))

    def remove(self, node: Node) -> tuple[int, int]:
        """Take a statement out with its lines, the comments right above it, and the blank lines behind. Raises SymbolError where it shares them."""
        first = node
        while (above := first.prev_sibling) is not None and above.type == "comment" and above.prev_sibling is not None:
            if first.start_point.row - above.end_point.row > 1 or above.prev_sibling.end_point.row == above.start_point.row:
                break
            first = above
        start, end = self.line_start(first.start_byte), self.next_line(node.end_byte)
        if self.source[start : first.start_byte].strip() or self.source[node.end_byte : end].strip(b" \t\r\n;"):
            raise SymbolError(f"it shares its line with something else (line {node.start_point.row + 1})")
        while end < len(self.source) and not self.source[end : self.next_line(end)].strip():
            end = self.next_line(end)
        self.splices.append((start, end, b""))
        return start, end

    def add(self, lines: Iterable[str]) -> None:
        """Put statements behind the imports, at the top where there are none."""
        text = b"".join(line.encode() + self.eol for line in lines)
        if self.imports:
            at = self.next_line(self.imports[-1].end_byte)
            lead = b"" if self.source[:at].endswith(b"\n") else self.eol
            self.splices.append((at, at, lead + text))
            return
        at = 0
        for node in self.root.named_children:
            directive = node.type == "expression_statement" and node.named_children[0].type == "string"
            if node.type not in {"comment", "hash_bang_line"} and not directive:
                break
            at = self.next_line(node.end_byte) if directive or node.type == "hash_bang_line" or self._heads(node) else at
        self.splices.append((at, at, text + self.eol))

    def _heads(self, comment: Node) -> bool:
        """Whether a comment is the file's, and not what stands right below it."""
        return not self.source[self.next_line(comment.end_byte) : self.next_line(self.next_line(comment.end_byte))].strip()


def merge_symbol(  # noqa: PLR0913  keyword-only
    atlas: Atlas, graph: _Graph, old: RepoPath, symbol: str, new: RepoPath, *, still: bool
) -> dict[RepoPath, bytes]:
    """The new contents of the files that change when the definition in `old` goes. `still` says that nobody needs `old` to be loaded.

    Raises SymbolError where somebody could not follow.
    """
    return _Merge(atlas, graph, old, symbol, new, still).made()


@dataclass
class _Merge:
    """One merge while it is decided."""

    atlas: Atlas
    graph: _Graph
    old: RepoPath
    symbol: str
    new: RepoPath
    still: bool

    def made(self) -> dict[RepoPath, bytes]:
        """The files that change."""
        script = self._script(self.old)
        statement = self._statement(script)
        if statement.kind != "type":
            self._check_mocks()
        kept = self._offered()
        followed, left = self._users(statement)
        text = self._old_text(script, statement, offered=statement.exported and (left or not self.still))
        changed = {**kept, **followed, self.old: text}
        for path, source in changed.items():
            typed = self._typed(path)
            if broken(source, typed=typed) > broken(self.atlas.read(path), typed=typed):
                raise SymbolError(f"{path} would not parse any more")
        return changed

    def _offered(self) -> dict[RepoPath, bytes]:
        """The new module where it has to begin to offer the symbol. Raises SymbolError where others pass on all that it offers."""
        script = self._script(self.new)
        found = next((one for one in statements(script.root) if one.name == self.symbol), None)
        if found is None or found.exported:
            return {}
        for reference in self.graph.incoming.get(self.new, ()):
            if reference.mention.kind in _PASSING:
                raise SymbolError(f"{reference.source} would pass it on, which {self.new} keeps to itself")
        at = found.node.start_byte
        return {self.new: script.source[:at] + b"export " + script.source[at:]}

    def _typed(self, path: RepoPath) -> bool:
        return (speaks(path) or "ts").partition("-")[0] == "ts"

    def _script(self, path: RepoPath) -> _Script:
        return _Script(self.atlas.read(path), self._typed(path))

    def _statement(self, script: _Script) -> Statement:
        found = [one for one in statements(script.root) if one.name == self.symbol]
        if len(found) != 1:
            raise SymbolError(f"{self.old} does not define {self.symbol} once at its top level")
        return found[0]

    def _check_mocks(self) -> None:
        for path in (self.old, self.new):
            for reference in self.graph.incoming.get(path, ()):
                if reference.mention.kind == "mock":
                    raise SymbolError(f"{reference.source} replaces {path} for its tests")

    # -- who names it -------------------------------------------------------------------------------------------------------------

    def _users(self, statement: Statement) -> tuple[dict[RepoPath, bytes], bool]:
        """The files that name it at its new place, and whether others go on naming it at the old one."""
        changed: dict[RepoPath, bytes] = {}
        left = False
        by_file: dict[RepoPath, list[_Mentioned]] = {}
        for reference in self.graph.incoming.get(self.old, ()) if statement.exported and self.still else ():
            by_file.setdefault(reference.source, []).append(reference)
        for path, references in sorted(by_file.items()):
            if speaks(path) not in _CODE and not path.endswith(".mdx"):
                continue
            if speaks(path) not in _SCRIPTS or any(one.mention.kind not in _IMPORTS for one in references):
                left = True
                continue
            script = self._script(path)
            done = [self._follow(script, path, reference, statement) for reference in references]
            left = left or not all(done)
            if all(done) and (text := script.finished()) != script.source:
                changed[path] = text
        return changed, left

    def _follow(self, script: _Script, path: RepoPath, reference: _Mentioned, definition: Statement) -> bool:
        """Change an import of the old module; False where the symbol may be reached through it and it cannot."""
        mention = reference.mention
        statement = next((node for node in script.imports if node.start_byte <= mention.start < node.end_byte), None)
        if statement is None:
            return False
        items = list(_items(statement))
        mine = [item for item in items if item.name == self.symbol]
        if any(node.type == "namespace_import" for node in inside(statement)):
            return False
        if not mine:
            return True
        said = self._spelled(path, mention, reference.target)
        if said is None:
            return False
        others = len(items) > len(mine) or any(
            part.type == "identifier" for clause in statement.named_children if clause.type == "import_clause" for part in clause.named_children
        )
        kept = ", ".join(text_of(item.node) for item in mine)
        there = self._import_of_new(script, path, statement)
        if there is not None:
            script.splices.append((there[-1].node.end_byte, there[-1].node.end_byte, f", {kept}".encode()))
            _drop(script, statement, mine, whole=not others)
        elif not others:
            script.splices.append((mention.start, mention.end, said.encode()))
        else:
            _drop(script, statement, mine, whole=False)
            at = script.next_line(statement.end_byte)
            # A type alone is imported as one: nothing is loaded for it.
            typed = definition.kind == "type" and not path.endswith((".js", ".jsx", ".mjs", ".cjs"))
            items_of = kept.replace("type ", "") if typed else kept
            script.splices.append((at, at, self._import(script, items_of, said, typed=typed or _is_typed(statement)).encode() + script.eol))
        return True

    def _import_of_new(self, script: _Script, path: RepoPath, like: Node) -> list[_Item] | None:
        """The names of an import of the new module that is there already, of the same kind."""
        for reference in self.graph.references.get(path, ()):
            if reference.target.path == self.new and reference.mention.kind in _IMPORTS:
                for node in script.imports:
                    inner = node.start_byte <= reference.mention.start < node.end_byte
                    if inner and node != like and _is_typed(node) == _is_typed(like) and (items := list(_items(node))):
                        return items
        return None

    def _spelled(self, path: RepoPath, mention: Mention, target: Target) -> str | None:
        used = [one.mention.text for one in self.graph.references.get(path, ())]
        return names.spell(mention, names.Wish(Target(self.new, via=target.via), path, self.atlas, used))

    # -- the old module -----------------------------------------------------------------------------------------------------------

    def _old_text(self, script: _Script, statement: Statement, *, offered: bool) -> bytes:
        gone = [script.remove(statement.node)]
        used = _is_used(script, self.symbol, gone)
        self._drop_unused(script, statement, gone)
        lines: list[str] = []
        typed = statement.kind == "type"
        word = "export type" if typed else "export"
        if used or offered:
            said = self._spelled(self.old, *self._style())
            if said is None:
                raise SymbolError(f"{self.new} has no name that {self.old} could import it by")
            if used:
                lines.append(self._import(script, self.symbol, said, typed=typed))
            if offered:
                text = f"{word} {{ {self.symbol} }}"
                lines.append(text + _end(script) if used else f"{text} from {_quote(script)}{said}{_quote(script)}{_end(script)}")
        if lines:
            script.add(lines)
        return script.finished()

    def _style(self) -> tuple[Mention, Target]:
        """An import by whose form one is written: of the old module's own, else of those around it, which say whether extensions are written."""
        graph = self.graph
        for found in (graph.references.get(self.old), graph.incoming.get(self.old), graph.references.get(self.new), graph.incoming.get(self.new)):
            for one in found or ():
                if one.mention.kind in _IMPORTS | _PASSING and one.target.path is not None and not one.target.rest:
                    return one.mention, one.target
        return Mention(0, 0, "import", "./x"), Target(None)

    def _import(self, script: _Script, items: str, said: str, *, typed: bool) -> str:
        return f"import {'type ' if typed else ''}{{ {items} }} from {_quote(script)}{said}{_quote(script)}{_end(script)}"

    def _drop_unused(self, script: _Script, statement: Statement, gone: list[tuple[int, int]]) -> None:
        """What only the definition used goes with it: private definitions, and names of imports."""
        own = {one.name: one for one in statements(script.root) if not one.exported}
        pending = [statement]
        named: set[str] = set()
        while pending:
            for name in {text_of(node) for node in inside(pending.pop().inner) if node.type in _NAMES}:
                named.add(name)
                helper = own.get(name)
                if helper is None or name == self.symbol or _is_within(helper.node, gone):
                    continue
                if not _is_used(script, name, [*gone, (helper.node.start_byte, helper.node.end_byte)]):
                    gone.append(script.remove(helper.node))
                    pending.append(helper)
        for node in script.imports:
            items = list(_items(node))
            idle = [item for item in items if item.bound in named and not _is_used(script, item.bound, gone)]
            if idle:
                only = len(idle) == len(items) and not any(
                    part.type in {"identifier", "namespace_import"}
                    for clause in node.named_children
                    if clause.type == "import_clause"
                    for part in clause.named_children
                )
                _drop(script, node, idle, whole=only)


def _items(statement: Node) -> Iterator[_Item]:
    for node in inside(statement):
        if node.type == "import_specifier":
            name = text_of(node.child_by_field_name("name"))
            yield _Item(node, name, text_of(node.child_by_field_name("alias")) or name)


def _is_typed(statement: Node) -> bool:
    return any(child.type == "type" for child in statement.children)


def _drop(script: _Script, statement: Node, items: list[_Item], *, whole: bool) -> None:
    """Take names out of an import, or all of it."""
    if whole:
        end = script.next_line(statement.end_byte)
        alone = not script.source[statement.end_byte : end].strip(b" \t\r\n;")
        script.splices.append((script.line_start(statement.start_byte), end, b"") if alone else (statement.start_byte, statement.end_byte, b""))
        return
    clause = items[0].node.parent
    if clause is None:
        return
    every, gone = list(_items(clause)), {item.node.id for item in items}
    if len(every) == len(gone):
        # `import Default, { }`: the braces go as well.
        previous = clause.prev_sibling
        start = previous.start_byte if previous is not None and previous.type == "," else clause.start_byte
        script.splices.append((start, clause.end_byte, b""))
        return
    for index, item in enumerate(every):
        if item.node.id not in gone:
            continue
        kept_before = any(other.node.id not in gone for other in every[:index])
        start = every[index - 1].node.end_byte if kept_before and index else item.node.start_byte
        end = item.node.end_byte if kept_before else every[index + 1].node.start_byte
        script.splices.append((start, end, b""))


def _is_used(script: _Script, name: str, gone: Iterable[tuple[int, int]]) -> bool:
    """Whether a name stands anywhere but in what goes and in imports."""
    rows = tuple(gone)
    if re.search(rb"(?<![\w$])%s(?![\w$])" % re.escape(name.encode()), script.source) is None:
        return False
    for statement in script.root.named_children:
        if statement.type == "import_statement" or _is_within(statement, rows):
            continue
        if any(node.type in _NAMES and text_of(node) == name for node in inside(statement)):
            return True
    return False


def _is_within(node: Node, rows: Iterable[tuple[int, int]]) -> bool:
    return any(start <= node.start_byte < end for start, end in rows)


def _quote(script: _Script) -> str:
    sources = (text_of(node.child_by_field_name("source")) for node in script.imports)
    return next((text[0] for text in sources if text), None) or ('"' if script.source.count(b'"') > script.source.count(b"'") else "'")


def _end(script: _Script) -> str:
    """Whether statements end with a semicolon here."""
    first = script.imports[0] if script.imports else next((node for node in script.root.named_children if node.type != "comment"), None)
    return ";" if first is None or text_of(first).endswith((";", "}")) else ""
