"""Who names a symbol that moves: everything that does, in any language, must name it at its new place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.languages import Mention, Target, language_of
from migrator.languages.base import SymbolError
from migrator.languages.python.module.exports import exports
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.naming import spelled
from migrator.languages.python.parsing import enclosing
from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import scan
from migrator.languages.python.symbols.attributes import Attributes, Mentioned, insert_behind, named

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.paths import RepoPath

__all__ = ["Users"]


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

    @cached_property
    def _attributes(self) -> Attributes:
        return Attributes(self.atlas, self.incoming, self.old, self.symbol, self.new)

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
            if path != self.new and text != self.atlas.read(path):
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
        length = len(self.symbol.encode()) + 1
        for path in self.files:
            if path.endswith(".py"):
                reached = self._attributes.through(Sheet(self.atlas.read(path)), path)
                found.setdefault(path, []).extend((start, end + length) for one in reached for start, end in one.uses)
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
                late = next((r for r in references if r.target.rest == "" and self._attributes.through(Sheet(self.atlas.read(path)), path)), None)
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
        reached = self._attributes.through(sheet, path)
        if path == self.new:
            if reached:
                where, said = f"{path}:{sheet.line(reached[0].uses[0][0])}", f"{reached[0].item.bound}.{self.symbol}"
                raise SymbolError(f"{where} reaches it through {self.old} (`{said}`), and would have to stop importing that")
            return source
        for one in reached:
            self._attributes.retarget(sheet, path, one)
        self._follow_stars(sheet, path)
        self._check_passed_on(sheet, path)
        return sheet.finished()

    # -- what cannot follow ---------------------------------------------------------------------------------------------------------

    def _check_by_text(self, sheet: Sheet, path: RepoPath, needs: Mapping[str, bool]) -> None:
        """`getattr(module, "name")`, `patch.object(module, "name")`, `module.name = …` for names that are looked up elsewhere then."""
        bounds = {item.bound for item in self._attributes.imports_of_old(sheet, path)}
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
                insert_behind(sheet, statement, f"from {pair[0]} import {self.symbol}")

    def _check_passed_on(self, sheet: Sheet, path: RepoPath) -> None:
        """A module that passes the old module on under its own name: who reaches the symbol on that way is not followed."""
        for item in self._attributes.imports_of_old(sheet, path):
            for reference in self.incoming.get(path, ()):
                rest, bound = reference.target.rest, item.bound
                if rest == f"{bound}.{self.symbol}" or rest.startswith(f"{bound}.{self.symbol}."):
                    raise SymbolError(f"{self._where(reference.source, reference.mention.start)} reaches it through {path}")
                if rest != bound or not reference.source.endswith(".py"):
                    continue
                text = self.atlas.read(reference.source)
                if found := re.search(rb"\b\w+\.%s\b" % self.symbol.encode(), text):
                    raise SymbolError(f"{self._where(reference.source, found.start())} may reach it through {path}")
