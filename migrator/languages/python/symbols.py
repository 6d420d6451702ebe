"""Moving a function, class or variable from one module to another.

The edit is made by splicing bytes, like every other edit here; what is decided rests on Python's scopes and on what every mention in
the repository resolves to. rope only finds occurrences (`symbols_rope`): as a second pair of eyes, on copies of the files that matter.
Its own `MoveGlobal` is not asked for a text, since it breaks decorated definitions, module state, `TYPE_CHECKING` and `__all__`.

The law: the definition's text stays, every name in it means the object that it meant, and who named it names it at its new place.
Where that cannot be had the move is refused, with the reason and the place.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

from migrator.atlas import Atlas
from migrator.atlas.python import STDLIB
from migrator.languages import EXTERNAL, Mention, Target
from migrator.languages.base import SymbolError
from migrator.languages.python.joining import joined
from migrator.languages.python.module.exports import computes, exports, list_in, listed, unlist
from migrator.languages.python.module.imports import Import, add_future, add_imports, drop, guard, imports_of, is_typing
from migrator.languages.python.module.sheet import Sheet, Stretch
from migrator.languages.python.naming import absolute, relative, spelled, stem
from migrator.languages.python.parsing import Node, decoded, enclosing
from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import broken, scan
from migrator.languages.python.symbols_loading import Loads, check_loading
from migrator.languages.python.symbols_rope import occurrences
from migrator.languages.python.symbols_users import Mentioned, Users, named
from migrator.paths import RepoPath, ancestors, name, parent
from migrator.tree import FILE, Entry

__all__ = ["Graph", "SymbolMove", "check_paths", "move_symbol"]

_BUILTINS = frozenset(dir(builtins)) | {"__class__", "reveal_type"}
_OWN = frozenset({"__name__", "__file__", "__package__", "__path__", "__spec__", "__loader__", "__module__", "__qualname__", "__doc__", "__dict__"})
"""What every module has for itself."""
_LOOKING = frozenset({"globals", "eval", "exec", "vars"})
"""Functions that look at the module they are called in."""


class Graph(Protocol):
    """What is asked of the graph of the repository."""

    @property
    def incoming(self) -> Mapping[RepoPath, Iterable[Mentioned]]: ...  # noqa: D102

    def load_time(self) -> Loads: ...  # noqa: D102


def move_symbol(atlas: Atlas, graph: Graph, old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    """The new contents of the files that change. Raises SymbolError when the laws would not hold on the result."""
    check_paths(atlas, old, symbol, new)
    there = new in atlas.tree

    def read(path: RepoPath) -> bytes:
        return b"" if path == new else atlas.read(path)

    map_ = atlas if there else Atlas(atlas.tree.replace({new: Entry(FILE, "")}), read, dialect=atlas.dialect)
    move = SymbolMove(map_, graph, old, symbol, new, Sheet(atlas.read(old)), Sheet(atlas.read(new) if there else b""))
    return move.made()


def check_paths(atlas: Atlas, old: RepoPath, symbol: str, new: RepoPath) -> None:
    """Raise SymbolError where two files are no modules between which a symbol can go."""
    if old not in atlas.tree:
        raise SymbolError(f"there is no file {old}")
    if old == new:
        raise SymbolError("it is there already")
    for path in (old, new):
        if not path.endswith(".py"):
            raise SymbolError(f"{path} is not a Python module")
        if f"{path}i" in atlas.tree:
            raise SymbolError(f"{path}i describes {path} to type checkers and would have to change with it")
        if path in atlas.tree and broken(atlas.read(path), "python"):
            raise SymbolError(f"{path} does not parse")
    if not name(stem(new)).isidentifier():
        raise SymbolError(f"{new} has no name that it could be imported by")
    if name(new) == "__init__.py" and (atlas.exists(f"{parent(new)}/{symbol}.py") or atlas.exists(f"{parent(new)}/{symbol}")):
        raise SymbolError(f"{parent(new)} has a submodule called {symbol}")
    if symbol.startswith("__") and symbol.endswith("__"):
        raise SymbolError(f"{symbol} means something to Python itself where it stands")


class _Meaning(NamedTuple):
    """The object that a name stands for: something in a file of this repository, or a dotted name of somebody else's."""

    path: RepoPath | None
    rest: str


@dataclass
class SymbolMove:
    """One move while it is decided."""

    atlas: Atlas
    graph: Graph
    old: RepoPath
    symbol: str
    new: RepoPath
    source: Sheet
    target: Sheet
    plain: list[str] = field(default_factory=list)
    """Imports that the new module needs."""
    typed: list[str] = field(default_factory=list)
    """Imports that it needs for type checkers only."""
    added: set[str] = field(default_factory=set)
    """The names that they bind."""

    def made(self) -> dict[RepoPath, bytes]:
        """The files that change."""
        stretch = self.stretch
        self._check_definition()
        stays = self._stays
        for needed in sorted(self.needs):
            self._carry(needed)
        users = Users(self.atlas, self.graph.incoming, self.old, self.symbol, self.new)
        changed = users.rewritten(stays=stays, needs=self._patchable())
        self._check_stars()
        self._ask_rope(users)
        changed[self.new] = self._new_text(stretch)
        changed[self.old] = self._old_text(stretch, stays=stays)
        changed = {path: joined(self._before(path), text) if path.endswith(".py") else text for path, text in changed.items()}
        self._verify(changed, stretch, stays=stays, kept=users.kept)
        return {path: text for path, text in changed.items() if path not in self.atlas.tree or path == self.new or text != self.atlas.read(path)}

    # -- the definition -----------------------------------------------------------------------------------------------------------

    @cached_property
    def stretch(self) -> Stretch:
        """Where the definition stands."""
        bindings = self.source.names.bindings.get(self.symbol, [])
        if not bindings:
            inner = self.source.names.inner.get(self.symbol)
            where = f", only inside something else (line {self.source.line(inner)})" if inner is not None else ""
            raise SymbolError(f"{self.old} does not define {self.symbol} at its top level{where}")
        if len(bindings) > 1:
            lines = ", ".join(str(self.source.line(binding.node.start_byte)) for binding in bindings)
            raise SymbolError(f"{self.symbol} is bound several times in {self.old} (lines {lines})")
        statement = bindings[0].statement
        if not self._defines(statement, bindings[0].node):
            line = self.source.line(bindings[0].node.start_byte)
            raise SymbolError(f"{self.symbol} is not defined by a statement of its own at the top level ({self.old}:{line})")
        if not self.source.alone(statement.start_byte, statement.end_byte):
            raise SymbolError(f"{self.symbol} shares its line with something else ({self.old}:{self.source.line(statement.start_byte)})")
        return self.source.stretch(statement)

    def _defines(self, statement: Node, identifier: Node) -> bool:
        """Whether a statement of the top level defines this one name and nothing else."""
        inner = statement.child_by_field_name("definition") if statement.type == "decorated_definition" else statement
        if inner is not None and inner.type in {"function_definition", "class_definition"}:
            return inner.child_by_field_name("name") == identifier
        if statement.type == "type_alias_statement":
            return True
        if statement.type != "expression_statement" or statement.named_child_count != 1:
            return False
        assignment = statement.named_children[0]
        return (
            assignment.type == "assignment"
            and assignment.child_by_field_name("left") == identifier
            and assignment.child_by_field_name("right") is not None
            and assignment.child_by_field_name("right").type != "assignment"  # type: ignore[union-attr]
        )

    @cached_property
    def needs(self) -> dict[str, bool]:
        """The names that the definition uses besides itself, and whether any of them is needed as soon as it is loaded."""
        start, end, _ = self.stretch
        found: dict[str, bool] = {}
        for use in self.source.names.uses:
            if not start <= use.start < end or use.name == self.symbol:
                continue
            known = use.name in self.source.names.bindings or use.name in _BUILTINS
            if use.quoted and not known:
                continue
            found[use.name] = found.get(use.name, False) or not use.lazy
        return found

    @cached_property
    def _stays(self) -> bool:
        """Whether the old module goes on using the symbol."""
        start, end, _ = self.stretch
        return any(True for _ in self.source.names.used(self.symbol, start, end))

    def _check_definition(self) -> None:
        start, end, node = self.stretch
        body = self.source.source[start:end]
        for needed in self.needs:
            if needed in _OWN:
                raise SymbolError(f"{self.symbol} uses `{needed}`, which is another one in {self.new} ({self._used_at(needed)})")
            if needed in _LOOKING and needed not in self.source.names.bindings:
                raise SymbolError(f"{self.symbol} calls `{needed}`, which looks at the module that it stands in ({self._used_at(needed)})")
        for binding in (found for bindings in self.source.names.bindings.values() for found in bindings):
            if binding.rebinding and start <= binding.node.start_byte < end:
                where = f"{self.old}:{self.source.line(binding.node.start_byte)}"
                raise SymbolError(f"{self.symbol} rebinds `{decoded(binding.node.text or b'')}` of {self.old} ({where})")
        for mention in scan(self.source.source, "python"):
            if start <= mention.start < end and mention.kind in {"from", "star", "import", "call", "file-path", "path"}:
                before, after = resolve(mention, self.old, self.atlas), resolve(mention, self.new, self.atlas)
                if (before.path, before.rest) != (after.path, after.rest):
                    where = f"{self.old}:{self.source.line(mention.start)}"
                    raise SymbolError(f"`{mention.base} {mention.text}`".replace("` ", "`") + f" inside it would mean something else there ({where})")
        if _has_annotations(node) and self.source.has_future != self.target.has_future and not self._needs_future:
            where, other = (self.old, self.new) if self.source.has_future else (self.new, self.old)
            raise SymbolError(f"its annotations would be read differently: {where} has `from __future__ import annotations` and {other} has not")
        if not body.isascii() and _utf8(self.source.source) != _utf8(self.target.source):
            raise SymbolError(f"{self.old} and {self.new} are in different encodings")
        if self._is_dynamic():
            raise SymbolError(f"{self.old} looks names up by their text, and has `{self.symbol}` as a string")

    @cached_property
    def _needs_future(self) -> bool:
        """Whether the new module, which has no annotations yet, must leave them unevaluated like the old one."""
        node = self.stretch.node
        return _has_annotations(node) and self.source.has_future and not self.target.has_future and not _has_annotations(self.target.root)

    def _used_at(self, needed: str) -> str:
        start, end, _ = self.stretch
        place = next(use.start for use in self.source.names.uses if use.name == needed and start <= use.start < end)
        return f"{self.old}:{self.source.line(place)}"

    def _is_dynamic(self) -> bool:
        """Whether the old module might look the symbol up by its text."""
        rest = self.source.source[: self.stretch.start] + self.source.source[self.stretch.end :]
        looks = re.search(rb"\bglobals\(\)|sys\.modules\[__name__\]|^def __getattr__\(", rest, re.MULTILINE) is not None
        return looks and re.search(rb"""(["'])%s\1""" % self.symbol.encode(), rest) is not None and not listed(self.source, self.symbol)

    # -- what it needs ------------------------------------------------------------------------------------------------------------

    def _carry(self, needed: str) -> None:
        """See to it that a name means in the new module what it means in the old one."""
        bindings = self.source.names.bindings.get(needed, [])
        if not bindings:
            self._check_builtin(needed)
            return
        imports = imports_of(self.source, needed)
        simple = len(imports) == len(bindings) and all(not item.guard for item in imports)
        typing = len(imports) == len(bindings) == 1 and imports[0].guard == "typing"
        if simple and len({self._meaning(item, self.old) for item in imports}) == 1:
            items = imports if not imports[0].aliased and not imports[0].name else imports[:1]
        elif typing:
            items = imports
        else:
            self._carry_state(needed)
            return
        meaning = self._meaning(items[0], self.old)
        if self._has(needed, meaning, typing=typing):
            return
        statements = [self._said(item) for item in items]
        (self.typed if typing else self.plain).extend(statements)
        self._adds(needed)

    def _check_builtin(self, needed: str) -> None:
        if needed in _BUILTINS:
            if needed in self.target.names.bindings:
                raise SymbolError(f"it uses the builtin `{needed}`, which is something else in {self.new}")
            return
        if not self.source.names.stars:
            raise SymbolError(f"it uses `{needed}`, which nothing in {self.old} binds ({self._used_at(needed)})")
        self._carry_state(needed)

    def _carry_state(self, needed: str) -> None:
        """A name of the old module itself: the new one imports it from there, so that both have the same object."""
        bindings = self.source.names.bindings.get(needed, [])
        for binding in bindings:
            where = f"{self.old}:{self.source.line(binding.node.start_byte)}"
            if binding.rebinding:
                raise SymbolError(f"it uses `{needed}`, which is bound anew while the program runs ({where}): the new module would not notice")
            if binding.statement.type == "delete_statement":
                raise SymbolError(f"it uses `{needed}`, which {self.old} deletes ({where})")
            if len(bindings) == 1 and binding.statement.type in {
                "if_statement",
                "try_statement",
                "while_statement",
                "for_statement",
                "match_statement",
            }:
                raise SymbolError(f"it uses `{needed}`, which is bound under a condition ({where})")
        if self._has(needed, _Meaning(self.old, needed), typing=False):
            return
        module = self._module_name(self.old)
        self.plain.append(f"from {module} import {needed}")
        self._adds(needed)

    def _module_name(self, path: RepoPath, at: RepoPath | None = None) -> str:
        """How one of the two modules calls the other, in the style of the imports there."""
        at = at or (self.new if path == self.old else self.old)
        sheet = self.target if at == self.new and self.target.source.strip() else self.source
        modules = [self._from_module(sheet, node) for node in sheet.root.children if node.type == "import_from_statement"]
        used = max((len(module) - len(module.lstrip(".")) for module in modules), default=0)
        absolutes = any(not module.startswith(".") and self.atlas.python.find(module, at).path is not None for module in modules)
        found = relative(path, at, self.atlas.python, used) if used and not absolutes else None
        found = found or absolute(Target(path), at, self.atlas.python) or relative(path, at, self.atlas.python, max(used, 1))
        if found is None:
            raise SymbolError(f"{path} has no name that {at} could import it by")
        return found

    def _from_module(self, sheet: Sheet, node: Node) -> str:
        module = node.child_by_field_name("module_name")
        return sheet.text(module) if module is not None else ""

    def _has(self, needed: str, meaning: _Meaning, *, typing: bool) -> bool:
        """Whether the new module has a name already, with the same meaning. Raises SymbolError when it has another one."""
        if meaning == _Meaning(self.new, needed) and needed in self.target.names.bindings:
            return True
        if meaning.path == self.new:
            raise SymbolError(f"it uses {self.new} itself, as `{needed}`")
        found = self.target.names.bindings.get(needed, [])
        imports = imports_of(self.target, needed)
        if not found:
            return False
        if len(imports) == len(found) and all(self._meaning(item, self.new) == meaning for item in imports):
            return any(not item.guard or (typing and item.guard == "typing") for item in imports)
        where = f"{self.new}:{self.target.line(found[0].node.start_byte)}"
        raise SymbolError(f"it uses `{needed}`, which means something else at its new place ({where})")

    def _adds(self, needed: str) -> None:
        """A name becomes bound in the new module: nothing there may have meant another by it."""
        use = next(self.target.names.used(needed), None)
        if use is not None and needed not in self.target.names.bindings:
            raise SymbolError(f"`{needed}` would be bound in {self.new}, where another is meant by it (line {self.target.line(use.start)})")
        self.added.add(needed)

    def _meaning(self, item: Import, at: RepoPath) -> _Meaning:
        """What an imported name stands for."""
        if item.name:
            target = resolve(Mention(0, 0, "from", item.name, item.module), at, self.atlas)
            if target.path is None and item.module.startswith("."):
                raise SymbolError(f"`from {item.module} import {item.name}` leads nowhere in {at}")
            rest = target.rest if target.path is not None else f"{item.module}.{item.name}"
        else:
            text = item.module if item.aliased else item.bound
            target = resolve(Mention(0, 0, "import", text), at, self.atlas) if item.aliased else EXTERNAL
            found = self.atlas.python.find(text, at) if not item.aliased else None
            if found is not None and found.path is not None:
                return _Meaning(found.path, "")
            rest = target.rest if target.path is not None else text
        return _Meaning(target.path, rest)

    def _said(self, item: Import) -> str:
        """An import of the old module as it must stand in the new one."""
        text = item.module if not item.name else item.name
        if not item.name:
            said = item.module
            target = resolve(Mention(0, 0, "import", item.module), self.old, self.atlas)
            if item.aliased and target.path is not None:
                said = absolute(Target(target.path), self.new, self.atlas.python, item.module) or said
            statement, again = f"import {said}", item._replace(module=said)
        else:
            mention = Mention(0, 0, "from", item.name, item.module)
            target = resolve(mention, self.old, self.atlas)
            pair: tuple[str, str] | None = (item.module, item.name)
            if target.path is not None:
                pair = spelled(mention, target, self.new, self.atlas.python)
            if pair is None:
                raise SymbolError(f"`{text}` has no name that {self.new} could import it by")
            module, said = pair
            statement, again = (f"from {module} import {said}" if module else f"import {said}"), item._replace(module=module, name=said)
            if not module:
                again = item._replace(module=said, name="", aliased=True)
        if self._meaning(again, self.new) != self._meaning(item, self.old):
            raise SymbolError(f"`{statement}` would mean something else in {self.new}")
        plain = said if item.name or not item.aliased else ""
        return statement if plain == item.bound or (not item.aliased and not item.name) else f"{statement} as {item.bound}"

    def _patchable(self) -> Mapping[str, bool]:
        """The names that the definition looks up when it runs, and whether the old module goes on using them."""
        start, end, _ = self.stretch
        found = {}
        for needed in self.needs:
            uses = [use for use in self.source.names.uses if use.name == needed]
            if any(start <= use.start < end and use.lazy for use in uses):
                found[needed] = any(not start <= use.start < end for use in uses)
        return found

    # -- the new module -----------------------------------------------------------------------------------------------------------

    def _own_imports(self) -> list[Import]:
        """The new module's imports of the symbol, which it has no more use for. Raises SymbolError on any other binding of the name."""
        names = self.target.names
        bindings, imports = names.bindings.get(self.symbol, []), imports_of(self.target, self.symbol)
        there = _Meaning(self.old, self.symbol)
        mine = [item for item in imports if self._meaning(item, self.new) == there and item.guard != "other"]
        if len(mine) != len(bindings):
            taken = next(b for b in bindings if all(item.node.start_byte != b.node.start_byte for item in mine))
            raise SymbolError(f"{self.new} has another {self.symbol} (line {self.target.line(taken.node.start_byte)})")
        for bound in names.bindings:
            for item in imports_of(self.target, bound):
                if bound != self.symbol and self._meaning(item, self.new) == there:
                    line = self.target.line(item.node.start_byte)
                    raise SymbolError(f"{self.new} imports it as `{bound}` (line {line}), and would import itself")
        for star in names.stars:
            module = self._from_module(self.target, star)
            if resolve(Mention(0, 0, "star", "*", module), self.new, self.atlas).path == self.old:
                raise SymbolError(f"{self.new} imports everything from {self.old} (line {self.target.line(star.start_byte)})")
        if not bindings:
            use = next(names.used(self.symbol), None)
            if use is not None:
                line = self.target.line(use.start)
                raise SymbolError(f"{self.new} means another thing by `{self.symbol}` (line {line}), which the move would shadow")
        return mine

    def _inner_imports(self) -> Iterator[Import]:
        """The new module's imports of the symbol inside functions: the name is the module's own then."""
        sheet = self.target
        for mention in scan(sheet.source, "python"):
            target = resolve(mention, self.new, self.atlas)
            node = sheet.root.descendant_for_byte_range(mention.start, mention.start + 1) if mention.kind == "from" else None
            statement = enclosing(node, "import_from_statement") if node is not None else None
            if (target.path, target.rest) != (self.old, self.symbol) or statement is None or guard(sheet, statement) != "other":
                continue
            item = next(item for item in statement.children_by_field_name("name") if item.start_byte <= mention.start < item.end_byte)
            if item.type == "aliased_import" or enclosing(statement, "function_definition") is None:
                raise SymbolError(f"{self.new} imports it in a way that cannot go (line {sheet.line(mention.start)})")
            yield Import(mention.base, mention.text, mention.text, False, statement, item, "other")  # noqa: FBT003  a record

    def _new_text(self, stretch: Stretch) -> bytes:
        sheet = self.target
        own = [*self._own_imports(), *self._inner_imports()]
        statement = self._before_whom(own)
        if not drop(sheet, own):
            raise SymbolError(f"{self.new} imports it where nothing else would be left (line {sheet.line(own[0].node.start_byte)})")
        if self.typed and not self._can_guard():
            raise SymbolError(f"{self.new} means something else by TYPE_CHECKING")
        if not sheet.source.strip():
            sheet.__dict__["eol"] = self.source.eol
        if self._needs_future:
            add_future(sheet)
        add_imports(sheet, _joined(self.plain), _joined(self.typed))
        self._insert(stretch, statement)
        if exports(self.source, self.symbol) and not list_in(sheet, self.symbol):
            raise SymbolError(f"{self.new} computes its __all__, to which {self.symbol} must be added")
        return sheet.finished()

    def _can_guard(self) -> bool:
        """Whether the new module can say TYPE_CHECKING; it is imported where it is not yet."""
        found = imports_of(self.target, "TYPE_CHECKING")
        if any(is_typing(self.target, node) for node in self.target.root.children):
            return True
        if not found:
            self.plain.insert(0, "from typing import TYPE_CHECKING")
            return not self.target.names.bindings.get("TYPE_CHECKING")
        return all(item.module in {"typing", "typing_extensions"} for item in found)

    def _before_whom(self, own: list[Import]) -> Node | None:
        """The statement that the definition must stand before, None for the end. Raises SymbolError when there is no such place."""
        names, inside = self.target.names, {item.statement.start_byte for item in own}
        lowest = 0
        for needed, at_once in self.needs.items():
            if at_once and needed not in self.added:
                lowest = max([lowest, *(binding.statement.end_byte for binding in names.bindings.get(needed, []))])
        used, at_once_used = None, None
        for node in self.target.statements():
            uses = [use for use in names.used(self.symbol) if node.start_byte <= use.start < node.end_byte]
            within = any(node.start_byte < start < node.end_byte for start in inside)
            if (not uses and not within) or node.start_byte in inside:
                continue
            used = used or node
            if at_once_used is None and any(not use.lazy for use in uses):
                at_once_used = node
        if used is not None and used.start_byte >= lowest:
            return used
        if at_once_used is not None:
            if at_once_used.start_byte < lowest:
                line = self.target.line(at_once_used.start_byte)
                raise SymbolError(f"{self.new}:{line} uses it before what it needs itself is there")
            return at_once_used
        last = [node for node in self.target.statements() if not _is_main(self.target, node)]
        mains = [node for node in self.target.statements() if _is_main(self.target, node) and (not last or node.start_byte > last[-1].start_byte)]
        return mains[0] if mains else None

    def _insert(self, stretch: Stretch, before: Node | None) -> None:
        """Put the definition before a statement, or at the end."""
        sheet, text = self.target, _in_lines(self.source.source[stretch.start : stretch.end], self.target.eol)
        eol, definition = sheet.eol, stretch.node.type in {"function_definition", "class_definition", "decorated_definition"}
        if before is not None:
            start = sheet.stretch(before).start
            sheet.splice(start, start, text + eol * 3)
            return
        if next(sheet.statements(), None) is None:
            lead = eol * 2 if sheet.splices or sheet.source.removeprefix(b"\xef\xbb\xbf").strip() else b""
            sheet.splice(len(sheet.source), len(sheet.source), lead + text + eol)
            return
        end = len(sheet.source.rstrip(b" \t\r\n"))
        last = list(sheet.root.named_children)[-1]
        simple = not definition and last.type not in {"function_definition", "class_definition", "decorated_definition"}
        sheet.splice(end, len(sheet.source), eol * (2 if simple else 3) + text + eol)

    # -- the old module ---------------------------------------------------------------------------------------------------

    def _old_text(self, stretch: Stretch, *, stays: bool) -> bytes:
        sheet = self.source
        strings = listed(sheet, self.symbol)
        if not strings and computes(sheet, self.symbol):
            raise SymbolError(f"{self.old} computes its __all__, which names {self.symbol}")
        sheet.remove(stretch)
        for string in strings if not stays else ():
            unlist(sheet, string)
        if stays:
            add_imports(sheet, [f"from {self._module_name(self.new)} import {self.symbol}"], [])
        drop(sheet, self._unused())
        return sheet.finished()

    def _unused(self) -> Iterator[Import]:
        """The imports of the old module that only the definition used, and that nobody else can have been looking for there."""
        start, end, _ = self.stretch
        if name(self.old) == "__init__.py" or any(m.mention.kind == "star" for m in self.graph.incoming.get(self.old, ())):
            return
        asked = {named(m.target.rest) for m in self.graph.incoming.get(self.old, ())}
        for needed in self.needs:
            imports = imports_of(self.source, needed)
            if needed in asked or len(imports) != 1 or imports[0].guard == "other" or len(self.source.names.bindings[needed]) != 1:
                continue
            item = imports[0]
            rest = self.source.source[:start] + self.source.source[end:]
            spoken = rb"""[\"'][^\"'\n]*\b%s\b|#\s*type:.*\b%s\b""" % (needed.encode(), needed.encode())
            used = any(True for _ in self.source.names.used(needed, start, end)) or re.search(spoken, rest) is not None
            if not used and not (item.aliased and item.bound == item.name):
                yield item

    def _check_stars(self) -> None:
        """Who imports everything from the new module gets more names than before: they may not mean another there."""
        fresh = {one for one in {*self.added, self.symbol} if not one.startswith("_")}
        if "__all__" in self.target.names.bindings:
            fresh = {self.symbol} if exports(self.source, self.symbol) else set()
        for reference in self.graph.incoming.get(self.new, ()):
            if reference.mention.kind != "star" or not reference.source.endswith(".py"):
                continue
            sheet = Sheet(self.atlas.read(reference.source))
            for one in sorted(fresh):
                theirs = sheet.names.bindings.get(one, [])
                same = one == self.symbol and len(theirs) == len(imports_of(sheet, one))
                if (theirs and not same) or (not theirs and next(sheet.names.used(one), None) is not None and one in _BUILTINS):
                    raise SymbolError(f"{reference.source} imports everything from {self.new}, and `{one}` would become another one there")

    def _ask_rope(self, users: Users) -> None:
        """An attribute that rope takes for the symbol, and that we do not know, is one that would be lost."""
        paths = {self.old, self.new, *(path for path in users.files if path.endswith(".py"))}
        paths |= {RepoPath(init) for path in tuple(paths) for folder in ancestors(path) if (init := f"{folder}/__init__.py") in self.atlas.tree}
        files = {path: self.atlas.read(path) for path in paths if path in self.atlas.tree and self.atlas.tree[path].blob}
        known = users.known()
        for path, offset in occurrences(files, self.old, self.source.names.bindings[self.symbol][0].node.start_byte):
            if files[path][offset - 1 : offset] != b"." or any(start <= offset <= end for start, end in known.get(path, ())):
                continue
            if path != self.old and not self._goes_on(path, files[path], offset):
                raise SymbolError(f"{path}:{Sheet(files[path]).line(offset)} reaches it in a way that cannot be followed")

    def _goes_on(self, path: RepoPath, source: bytes, offset: int) -> bool:
        """Whether an attribute is one of another module, which has imported the symbol and goes on having it."""
        chain = re.search(rb"(?<![\w.)\]])[^\W\d][\w.]*\.\Z", source[:offset])
        if chain is None:
            return False
        first = decoded(chain[0][:-1])
        for mention in scan(source, "python"):
            target = resolve(mention, path, self.atlas)
            if mention.start <= offset < mention.end and target.path != self.old:
                return True
            if mention.kind in {"from", "import"} and target.path not in {None, self.old} and not target.rest:
                behind = re.match(rb"\s+as\s+(\w+)", source[mention.end :])
                if first == (decoded(behind[1]) if behind else mention.text):
                    return True
        return False

    # -- laws ---------------------------------------------------------------------------------------------------------------------

    def _verify(self, changed: Mapping[RepoPath, bytes], stretch: Stretch, *, stays: bool, kept: frozenset[tuple[RepoPath, str]]) -> None:
        """Read the result back. Raises SymbolError where it is not what was meant."""
        after = Sheet(changed[self.new])
        bindings = after.names.bindings.get(self.symbol, [])
        if len(bindings) != 1:
            raise SymbolError(f"{self.new} would bind {self.symbol} {len(bindings)} times")
        moved = after.stretch(bindings[0].statement)
        text = self.source.source[stretch.start : stretch.end]
        if _in_lines(after.source[moved.start : moved.end], b"\n") != _in_lines(text, b"\n"):
            raise SymbolError("its text would change")
        for needed in self.needs:
            self._verify_need(needed, after)
        self._verify_users(changed, stays=stays, kept=kept)

    def _before(self, path: RepoPath) -> bytes:
        """What a file says before the move: nothing, where the move makes it."""
        return self.target.source if path == self.new else self.atlas.read(path)

    def _verify_users(self, changed: Mapping[RepoPath, bytes], *, stays: bool, kept: frozenset[tuple[RepoPath, str]]) -> None:
        """Who named it names it at its new place, everything parses, and loads. Raises SymbolError."""
        for path, text in changed.items():
            if path.endswith(".py") and broken(text, "python") > broken(self._before(path), "python"):
                raise SymbolError(f"{path} would not parse any more")
        if (self.symbol in Sheet(changed[self.old]).names.bindings) != stays:
            raise SymbolError(f"{self.old} would {'lose' if stays else 'keep'} {self.symbol}")
        for path in sorted({*changed, *(r.source for r in self.graph.incoming.get(self.old, ()))}):
            content = changed[path] if path in changed else self.atlas.read(path)
            for mention in scan(content, "python") if path.endswith(".py") else ():
                target = resolve(mention, path, self.atlas)
                if target.path == self.old and named(target.rest) == self.symbol and (path, mention.text) not in kept:
                    line = content.count(b"\n", 0, mention.start) + 1
                    raise SymbolError(f"{path}:{line} would still look for it in {self.old}")
        check_loading(changed, self.graph.load_time(), self.atlas)

    def _verify_need(self, needed: str, after: Sheet) -> None:
        own = self.source.names.bindings.get(needed, [])
        theirs = after.names.bindings.get(needed, [])
        if not own and not theirs:
            return
        one = {self._meaning(item, self.old) for item in imports_of(self.source, needed)}
        other = {self._meaning(item, self.new) for item in imports_of(after, needed)}
        if len(imports_of(after, needed)) < len(theirs):
            other.add(_Meaning(self.new, needed))
        if theirs and one == {_Meaning(self.new, needed)}:
            return
        if not theirs or not other <= one | {_Meaning(self.old, needed)}:
            raise SymbolError(f"`{needed}` would not be the same in {self.new}")


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


def _in_lines(text: bytes, eol: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\n", eol)


def _utf8(source: bytes) -> bool:
    try:
        source.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_annotations(node: Node) -> bool:
    pending = [node]
    while pending:
        here = pending.pop()
        if here.type == "type" or here.child_by_field_name("return_type") is not None:
            return True
        pending += here.named_children
    return False


def _is_main(sheet: Sheet, node: Node) -> bool:
    condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
    return condition is not None and "__name__" in sheet.text(condition)
