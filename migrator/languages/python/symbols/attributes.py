"""Who reaches a symbol through its module, `module.symbol`, and reaches it through the new one afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from migrator.languages import Mention, Target
from migrator.languages.base import SymbolError
from migrator.languages.python.module.imports import Import, drop, guard, imports_of
from migrator.languages.python.naming import absolute, spelled, stem
from migrator.languages.python.parsing import enclosing
from migrator.languages.python.resolving import resolve
from migrator.languages.python.scopes import uses
from migrator.languages.python.seeing import scan
from migrator.paths import RepoPath, name

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.languages.python.module.sheet import Sheet
    from migrator.languages.python.parsing import Node

__all__ = ["Attributes", "Mentioned", "Through", "insert_behind", "named"]


class Mentioned(Protocol):
    """A mention in a file, and what it names."""

    @property
    def source(self) -> RepoPath: ...  # noqa: D102

    @property
    def mention(self) -> Mention: ...  # noqa: D102

    @property
    def target(self) -> Target: ...  # noqa: D102


def named(rest: str) -> str:
    """The name in a module that a mention leads to, whatever it says beyond."""
    return rest.replace(":", ".").strip(".").partition(".")[0]


class Through(NamedTuple):
    """An import of the old module itself, and where the symbol is used through it."""

    item: Import
    uses: tuple[tuple[int, int], ...]
    others: int
    """How many more uses the import has."""


@dataclass
class Attributes:
    """The uses of a symbol as an attribute of what was imported."""

    atlas: Atlas
    incoming: Mapping[RepoPath, Iterable[Mentioned]]
    old: RepoPath
    symbol: str
    new: RepoPath

    # where they are ----------------------------------------------------------------------------------------------------------

    def through(self, sheet: Sheet, path: RepoPath) -> list[Through]:
        """The imports through which the symbol is used in a file: those of the old module, and those of packages around it."""
        return [*self._through_module(sheet, path), *self._through_packages(sheet, path)]

    def imports_of_old(self, sheet: Sheet, path: RepoPath) -> Iterator[Import]:
        """The imports, in any scope, that bind the old module itself to a name of their own."""
        for mention in scan(sheet.source, "python"):
            if mention.kind not in {"from", "import"}:
                continue
            target = resolve(mention, path, self.atlas)
            if target.path == self.old and not target.rest:
                yield from _bound(sheet, mention)

    def _through_module(self, sheet: Sheet, path: RepoPath) -> Iterator[Through]:
        for item in self.imports_of_old(sheet, path):
            said, mine, others = f"{item.bound}.{self.symbol}", list[tuple[int, int]](), 0
            for use in uses(sheet.root, sheet.source, item.bound, [item.statement]):
                if use.text == said or use.text.startswith(f"{said}."):
                    mine.append((use.start, use.start + len(item.bound.encode())))
                else:
                    others += 1
            if mine:
                yield Through(item, tuple(mine), others)

    def _through_packages(self, sheet: Sheet, path: RepoPath) -> Iterator[Through]:
        """The imports of packages through which the symbol is used (`schemas.item.Thing`): nothing says that these load the new module."""
        mentions, found = scan(sheet.source, "python"), dict[tuple[str, str], list[tuple[int, int]]]()
        for mention in mentions:
            target = resolve(mention, path, self.atlas) if mention.kind == "attribute" else None
            if target is not None and target.path == self.old and named(target.rest) == self.symbol:
                span = (mention.start, mention.end - len(f".{target.rest}".encode()))
                found.setdefault((mention.base, mention.text.partition(".")[0]), []).append(span)
        said = {(one.base + ":") * (one.kind == "from") + one.text: one for one in mentions if one.kind in {"from", "import"}}
        for (package, alias), reached in found.items():
            items = (one for one in _bound(sheet, said[package]) if one.bound == alias) if package in said else iter(())
            item = next(items, None)
            if item is None:
                raise SymbolError(f"{path}:{sheet.line(reached[0][0])} reaches it through `{alias}`, by an import that cannot be read")
            others = sum(1 for _ in uses(sheet.root, sheet.source, alias, [item.statement])) - len(reached)
            yield Through(item, tuple(reached), others)

    # in the new module -------------------------------------------------------------------------------------------------------

    def retarget(self, sheet: Sheet, path: RepoPath, reached: Through) -> None:
        """Use the symbol through the new module; the import of the old one goes where nothing else needs it.

        Raises SymbolError where it cannot.
        """
        item = reached.item
        for start, _ in reached.uses:
            self._check_not_assigned(sheet, path, start)
        alone = not reached.others and self._is_private(sheet, path, item)
        bound = item.bound if alone and item.aliased else name(stem(self.new))
        statement = self._statement(path, item, bound)
        there = not (alone and bound == item.bound) and self._is_there(sheet, path, bound, item)
        for start, end in reached.uses:
            sheet.splice(start, end, bound)
        if alone and not there and len(item.statement.children_by_field_name("name")) == 1:
            sheet.splice(item.statement.start_byte, item.statement.end_byte, statement)
            return
        if alone:
            drop(sheet, [item])
        if not there:
            insert_behind(sheet, item.statement, statement)

    def _statement(self, path: RepoPath, item: Import, bound: str) -> str:
        """The import of the new module, in the form of the old one."""
        if item.name:
            pair = spelled(Mention(0, 0, "from", item.name, item.module), Target(self.new), path, self.atlas.python)
            said = None if pair is None else (f"from {pair[0]} import {pair[1]}" if pair[0] else f"import {pair[1]}")
            last = pair[1] if pair is not None else ""
        else:
            found = absolute(Target(self.new), path, self.atlas.python, item.module)
            said, last = (f"import {found}" if found is not None else None), ""
        if said is None:
            raise SymbolError(f"{self.new} has no name that {path} could import it by")
        return said if last == bound else f"{said} as {bound}"

    def _is_there(self, sheet: Sheet, path: RepoPath, bound: str, item: Import) -> bool:
        """Whether a name stands for the new module already. Raises SymbolError when it stands for something else somewhere."""
        found = sheet.names.bindings.get(bound, [])
        imports = imports_of(sheet, bound)
        same = [one for one in imports if one.name and resolve(Mention(0, 0, "from", one.name, one.module), path, self.atlas).path == self.new]
        if found and len(same) == len(found) and not any(one.guard for one in same) and bound not in sheet.names.inner:
            return True
        use = next(sheet.names.used(bound), None)
        if found or use is not None or bound in sheet.names.inner:
            place = found[0].node.start_byte if found else use.start if use is not None else sheet.names.inner[bound]
            raise SymbolError(f"{path} means something else by `{bound}` (line {sheet.line(place)}), and uses it as `{item.bound}.{self.symbol}`")
        return False

    def _is_private(self, sheet: Sheet, path: RepoPath, item: Import) -> bool:
        """Whether nobody else can be looking for what an import binds."""
        if name(path) == "__init__.py" or (item.aliased and item.bound == item.name):
            return False
        if re.search(rb"""(["'])%s\1""" % item.bound.encode(), sheet.source):
            return False
        return all(named(reference.target.rest) not in {item.bound, "*"} for reference in self.incoming.get(path, ()))

    def _check_not_assigned(self, sheet: Sheet, path: RepoPath, start: int) -> None:
        node = sheet.root.descendant_for_byte_range(start, start + 1)
        while node is not None and node.parent is not None and node.parent.type == "attribute" and node.parent.start_byte == start:
            node = node.parent
            if sheet.text(node).endswith(f".{self.symbol}"):
                break
        above = node.parent if node is not None else None
        if above is not None and (above.type == "delete_statement" or (above.type == "assignment" and above.child_by_field_name("left") == node)):
            raise SymbolError(f"{path}:{sheet.line(start)} replaces it in {self.old}")


def _bound(sheet: Sheet, mention: Mention) -> Iterator[Import]:
    """What binds a name of its own to what an import statement mentions."""
    node = sheet.root.descendant_for_byte_range(mention.start, mention.start + 1)
    statement = enclosing(node, "import_statement", "import_from_statement") if node is not None else None
    if statement is None:
        return
    for item in statement.children_by_field_name("name"):
        alias = item.child_by_field_name("alias")
        if not item.start_byte <= mention.start < item.end_byte or (mention.kind == "import" and alias is None):
            continue
        bound = sheet.text(alias) if alias is not None else mention.text
        pair = (mention.base, mention.text) if mention.kind == "from" else (mention.text, "")
        yield Import(*pair, bound, alias is not None, statement, item, guard(sheet, statement))


def insert_behind(sheet: Sheet, statement: Node, text: str) -> None:
    """Put a statement behind another one."""
    if not sheet.alone(statement.start_byte, statement.end_byte):
        sheet.splice(statement.end_byte, statement.end_byte, f"; {text}")
        return
    lead = sheet.source[sheet.line_start(statement.start_byte) : statement.start_byte].decode()
    sheet.add_lines(statement, [f"{lead}{text}"])
