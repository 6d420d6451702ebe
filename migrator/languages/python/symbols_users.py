"""Who names a symbol that moves: everything that does, in any language, must name it at its new place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from migrator.languages import Mention, Target, language_of
from migrator.languages.base import SymbolError
from migrator.languages.python.module.exports import exports
from migrator.languages.python.module.imports import Import, drop, guard, imports_of
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.naming import absolute, spelled, stem
from migrator.languages.python.parsing import Node, enclosing
from migrator.languages.python.resolving import resolve
from migrator.languages.python.scopes import uses
from migrator.languages.python.seeing import scan
from migrator.paths import RepoPath, name

if TYPE_CHECKING:
    from migrator.atlas import Atlas

__all__ = ["Mentioned", "Users", "named"]


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


class _Module(NamedTuple):
    """An import of the old module itself, and where the symbol is used through it."""

    item: Import
    uses: tuple[tuple[int, int], ...]
    others: int
    """How many more uses the import has."""


@dataclass
class Users:
    """The files that name a symbol, from outside its module."""

    atlas: Atlas
    incoming: Mapping[RepoPath, Iterable[Mentioned]]
    old: RepoPath
    symbol: str
    new: RepoPath
    kept: frozenset[tuple[RepoPath, str]] = field(default=frozenset())
    """Strings that go on naming the old module, on purpose: by file and text."""

    def rewritten(self, *, stays: bool, needs: Mapping[str, bool]) -> dict[RepoPath, bytes]:
        """The files other than the two modules with the symbol at its new place.

        `stays` says that the old module goes on using the symbol; `needs` are the names that the definition looks up when it runs,
        and whether the old module goes on using them. Raises SymbolError where somebody could not follow.
        """
        changed: dict[RepoPath, bytes] = {}
        by_file: dict[RepoPath, list[Mentioned]] = {}
        for reference in self.incoming.get(self.old, ()):
            by_file.setdefault(reference.source, []).append(reference)
        self._keep_patches(by_file, stays=stays)
        for path in sorted(by_file):
            text = self._rewritten(path, by_file[path], needs) if path.endswith(".py") else self._in_text(path, by_file[path])
            if path == self.new:
                continue
            if text != self.atlas.read(path):
                changed[path] = text
        return changed

    @property
    def files(self) -> frozenset[RepoPath]:
        """The files that name the old module."""
        return frozenset(reference.source for reference in self.incoming.get(self.old, ()))

    def known(self) -> dict[RepoPath, list[tuple[int, int]]]:
        """The stretches of these files in which the symbol is named, as far as we see."""
        found: dict[RepoPath, list[tuple[int, int]]] = {}
        for reference in self.incoming.get(self.old, ()):
            if named(reference.target.rest) == self.symbol:
                found.setdefault(reference.source, []).append((reference.mention.start, reference.mention.end))
        for path in self.files:
            if path.endswith(".py"):
                sheet = Sheet(self.atlas.read(path))
                length = len(self.symbol.encode()) + 1
                found.setdefault(path, []).extend((start, end + length) for module in self._modules(sheet, path) for start, end in module.uses)
        return found

    def _wanted(self, references: Iterable[Mentioned], needs: Mapping[str, bool]) -> dict[Mention, Target]:
        """The mentions that must change, and what they must name."""
        wanted = {}
        for source, mention, target in ((r.source, r.mention, r.target) for r in references):
            first = named(target.rest)
            if (source, mention.text) in self.kept and mention.kind in {"call", "string"}:
                continue
            if first == self.symbol and mention.kind != "attribute":
                wanted[mention] = target._replace(path=self.new, others=())
            elif first in needs and mention.kind == "call" and target.rest == first:
                if needs[first]:
                    raise SymbolError(f"`{mention.text}` is replaced by its name for both modules then ({self._where(source, mention.start)})")
                wanted[mention] = target._replace(path=self.new, others=())
        return wanted

    def _where(self, path: RepoPath, offset: int) -> str:
        return f"{path}:{Sheet(self.atlas.read(path)).line(offset)}"

    def _keep_patches(self, by_file: Mapping[RepoPath, list[Mentioned]], *, stays: bool) -> None:
        """A string that replaces the symbol in the old module goes on doing so, where that module goes on using it."""
        if not stays:
            return
        calls = [r for found in by_file.values() for r in found if r.mention.kind == "call" and r.target.rest == self.symbol]
        if not calls:
            return
        for path, references in by_file.items():
            late = next((r for r in references if self._looks_late(r)), None)
            if late is None and path.endswith(".py"):
                late = next((r for r in references if r.target.rest == "" and self._modules(Sheet(self.atlas.read(path)), path)), None)
            if late is not None:
                text, where = calls[0].mention.text, self._where(calls[0].source, calls[0].mention.start)
                other = self._where(path, late.mention.start)
                raise SymbolError(f"`{text}` ({where}) replaces it for {self.old}, which goes on using it, and for {other}: then these would be two")
        self.kept = frozenset((call.source, call.mention.text) for call in calls)

    def _looks_late(self, reference: Mentioned) -> bool:
        """Whether somebody looks the symbol up when it is used, and so sees what was put in its place."""
        mention = reference.mention
        return named(reference.target.rest) == self.symbol and (mention.kind in {"use", "attribute"} or (mention.kind == "from" and mention.deferred))

    def _in_text(self, path: RepoPath, references: Iterable[Mentioned]) -> bytes:
        """A file of another language."""
        source, spoken = self.atlas.read(path), language_of(path, self.atlas.dialect)
        wanted = self._wanted(references, {})
        behind = re.compile(rb"[:.]%s\b" % self.symbol.encode())
        for reference in references:
            mention, target = reference.mention, reference.target
            if not target.rest and behind.match(source, mention.end):
                wanted[mention] = target._replace(path=self.new, others=())
        if not wanted or spoken is None:
            return source
        text = spoken[0].rewrite(source, wanted, path, self.atlas)
        if text == source:
            raise SymbolError(f"{self._where(path, next(iter(wanted)).start)} names it and cannot be changed")
        return text

    def _rewritten(self, path: RepoPath, references: list[Mentioned], needs: Mapping[str, bool]) -> bytes:
        source = self.atlas.read(path)
        if path != self.new:
            wanted = self._wanted(references, needs)
            spoken = language_of(path, self.atlas.dialect)
            if wanted and spoken is not None:
                source = spoken[0].rewrite(source, wanted, path, self.atlas)
        sheet = Sheet(source)
        self._check_by_text(sheet, path, needs)
        if path == self.new:
            if module := next(iter(self._modules(sheet, path)), None):
                line = sheet.line(module.uses[0][0])
                raise SymbolError(
                    f"{path}:{line} reaches it through {self.old} (`{module.item.bound}.{self.symbol}`), and would have to stop importing that"
                )
            return source
        for module in self._modules(sheet, path):
            self._retarget(sheet, path, module)
        self._follow_stars(sheet, path)
        self._check_passed_on(sheet, path)
        return sheet.finished()

    # -- through the module -------------------------------------------------------------------------------------------------------

    def _imports_of_old(self, sheet: Sheet, path: RepoPath) -> Iterator[tuple[Import, Node]]:
        """The imports, in any scope, that bind the old module itself to a name of their own."""
        for mention in scan(sheet.source, "python"):
            if mention.kind not in {"from", "import"}:
                continue
            target = resolve(mention, path, self.atlas)
            if target.path == self.old and not target.rest:
                yield from self._bound(sheet, mention)

    def _bound(self, sheet: Sheet, mention: Mention) -> Iterator[tuple[Import, Node]]:
        """What binds a name of its own to what an import statement mentions."""
        node = sheet.root.descendant_for_byte_range(mention.start, mention.start + 1)
        statement = enclosing(node, "import_statement", "import_from_statement") if node is not None else None
        if statement is None:
            return
        for item in statement.children_by_field_name("name"):
            if not item.start_byte <= mention.start < item.end_byte:
                continue
            alias = item.child_by_field_name("alias")
            if mention.kind == "import" and alias is None:
                continue
            bound = sheet.text(alias) if alias is not None else mention.text
            module = mention.base if mention.kind == "from" else mention.text
            said = mention.text if mention.kind == "from" else ""
            yield Import(module, said, bound, alias is not None, statement, item, guard(sheet, statement)), statement

    def _modules(self, sheet: Sheet, path: RepoPath) -> list[_Module]:
        """The imports of the old module through which the symbol is used."""
        found = []
        for item, statement in self._imports_of_old(sheet, path):
            mine: list[tuple[int, int]] = []
            others = 0
            for use in uses(sheet.root, sheet.source, item.bound, [statement]):
                if use.text == f"{item.bound}.{self.symbol}" or use.text.startswith(f"{item.bound}.{self.symbol}."):
                    start = use.start + len(item.bound.encode())
                    mine.append((use.start, start))
                else:
                    others += 1
            if mine:
                found.append(_Module(item, tuple(mine), others))
        return [*found, *self._through_packages(sheet, path)]

    def _through_packages(self, sheet: Sheet, path: RepoPath) -> Iterator[_Module]:
        """The imports of packages through which the symbol is used (`schemas.item.Thing`): nothing says that these load the new module."""
        mentions, found = scan(sheet.source, "python"), dict[tuple[str, str], list[tuple[int, int]]]()
        for mention in mentions:
            target = resolve(mention, path, self.atlas) if mention.kind == "attribute" else None
            if target is not None and target.path == self.old and named(target.rest) == self.symbol:
                span = (mention.start, mention.end - len(f".{target.rest}".encode()))
                found.setdefault((mention.base, mention.text.partition(".")[0]), []).append(span)
        said = {(one.base + ":") * (one.kind == "from") + one.text: one for one in mentions if one.kind in {"from", "import"}}
        for (package, alias), reached in found.items():
            items = [one for one in self._bound(sheet, said[package]) if one[0].bound == alias] if package in said else []
            if not items:
                raise SymbolError(f"{path}:{sheet.line(reached[0][0])} reaches it through `{alias}`, by an import that cannot be read")
            item, statement = items[0]
            others = sum(1 for _ in uses(sheet.root, sheet.source, alias, [statement])) - len(reached)
            yield _Module(item, tuple(reached), others)

    def _retarget(self, sheet: Sheet, path: RepoPath, module: _Module) -> None:
        """Use the symbol through the new module; the import of the old one goes where nothing else needs it."""
        item = module.item
        for start, _ in module.uses:
            self._check_not_assigned(sheet, path, start)
        alone = not module.others and self._is_private(sheet, path, item)
        bound = item.bound if alone and item.aliased else name(stem(self.new))
        statement = self._statement(path, item, bound)
        there = self._is_there(sheet, path, bound, alone=alone, item=item)
        for start, end in module.uses:
            sheet.splice(start, end, bound)
        names = item.statement.children_by_field_name("name")
        if there:
            if alone:
                drop(sheet, [item])
        elif alone and len(names) == 1:
            sheet.splice(item.statement.start_byte, item.statement.end_byte, statement)
        else:
            if alone:
                drop(sheet, [item])
            self._insert(sheet, item.statement, statement)

    def _insert(self, sheet: Sheet, statement: Node, text: str) -> None:
        """Put a statement behind another one."""
        if not sheet.alone(statement.start_byte, statement.end_byte):
            sheet.splice(statement.end_byte, statement.end_byte, f"; {text}")
            return
        lead = sheet.source[sheet.line_start(statement.start_byte) : statement.start_byte].decode()
        sheet.add_lines(statement, [f"{lead}{text}"])

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

    def _is_there(self, sheet: Sheet, path: RepoPath, bound: str, *, alone: bool, item: Import) -> bool:
        """Whether a name stands for the new module already. Raises SymbolError when it stands for something else somewhere."""
        if alone and bound == item.bound:
            return False
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
        return all(named(r.target.rest) not in {item.bound, "*"} for r in self.incoming.get(path, ()))

    def _check_not_assigned(self, sheet: Sheet, path: RepoPath, start: int) -> None:
        node = sheet.root.descendant_for_byte_range(start, start + 1)
        while node is not None and node.parent is not None and node.parent.type == "attribute" and node.parent.start_byte == start:
            node = node.parent
            if node.end_byte - node.start_byte and sheet.text(node).endswith(f".{self.symbol}"):
                break
        above = node.parent if node is not None else None
        if above is not None and (above.type == "delete_statement" or (above.type == "assignment" and above.child_by_field_name("left") == node)):
            raise SymbolError(f"{path}:{sheet.line(start)} replaces it in {self.old}")

    # -- what cannot follow ---------------------------------------------------------------------------------------------------------

    def _check_by_text(self, sheet: Sheet, path: RepoPath, needs: Mapping[str, bool]) -> None:
        """`getattr(module, "name")`, `patch.object(module, "name")`, `module.name = …` for names that are looked up elsewhere then."""
        bounds = {item.bound for item, _ in self._imports_of_old(sheet, path)}
        whole = (m for m in scan(sheet.source, "python") if m.kind in {"import", "attribute"})
        bounds |= {m.text for m in whole if resolve(m, path, self.atlas)[:2] == (self.old, "")}
        for bound in sorted(bounds):
            module = re.escape(bound.encode())
            for one in sorted({self.symbol, *needs}):
                found = re.search(rb"""(?<![\w.])%s\s*,\s*(["'])%s\1""" % (module, one.encode()), sheet.source)
                if one != self.symbol:
                    found = found or re.search(rb"(?<![\w.])%s\.%s\s*=(?!=)" % (module, one.encode()), sheet.source)
                if found is not None:
                    raise SymbolError(f"{path}:{sheet.line(found.start())} reaches or replaces `{one}` in {self.old} by its name")

    def _follow_stars(self, sheet: Sheet, path: RepoPath) -> None:
        """Who imports everything from the old module imports the symbol by its name from the new one."""
        for mention in scan(sheet.source, "python"):
            if mention.kind != "star" or resolve(mention, path, self.atlas).path != self.old:
                continue
            node = sheet.root.descendant_for_byte_range(mention.start, mention.end)
            statement = enclosing(node, "import_from_statement") if node is not None else None
            target = Target(self.new, self.symbol)
            pair = spelled(Mention(0, 0, "from", self.symbol, mention.base), target, path, self.atlas.python)
            if statement is None or pair is None:
                raise SymbolError(f"{path} imports everything from {self.old}")
            if exports(Sheet(self.atlas.read(self.old)), self.symbol) and self.symbol not in sheet.names.bindings:
                self._insert(sheet, statement, f"from {pair[0]} import {self.symbol}")

    def _check_passed_on(self, sheet: Sheet, path: RepoPath) -> None:
        """A module that passes the old module on under its own name: who reaches the symbol on that way is not followed."""
        for item, _ in self._imports_of_old(sheet, path):
            for reference in self.incoming.get(path, ()):
                rest, bound = reference.target.rest, item.bound
                if rest == f"{bound}.{self.symbol}" or rest.startswith(f"{bound}.{self.symbol}."):
                    raise SymbolError(f"{self._where(reference.source, reference.mention.start)} reaches it through {path}")
                if rest != bound or not reference.source.endswith(".py"):
                    continue
                text = self.atlas.read(reference.source)
                if found := re.search(rb"\b\w+\.%s\b" % self.symbol.encode(), text):
                    raise SymbolError(f"{self._where(reference.source, found.start())} may reach it through {path}")
