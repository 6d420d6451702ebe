"""What is left of a statement when some of what stands in it has to go: spans of its source, and nothing printed anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from phases.backend_split.imports import import_line

if TYPE_CHECKING:
    from migrator.facts.composition import Block, Import, Statement

__all__ = ["Cut", "Pruning", "UncuttableError", "Verdict", "respelled", "within"]

_CLAUSES = {"elif_clause", "except_clause", "except_group_clause", "case_clause"}
"""What asks for something before it is taken."""
_SAYS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print"}


class UncuttableError(Exception):
    """What has to stay needs what has to go."""


class Verdict(Enum):
    """What becomes of a statement."""

    STAYS = auto()
    GOES = auto()
    OPENS = auto()
    """It is a matter of what stands in it."""


class Cut(NamedTuple):
    """Other bytes in place of some of a source."""

    start: int
    end: int
    new: bytes


@dataclass
class Pruning:
    """One statement without what in it has to go.

    `there` says which names can be used, `needed` which of them (and `required` which imports) are worth it where it `starts` something, `asked`
    whether others ask for what a statement leaves somewhere, `brought` what an import statement brings, `spelled` how a statement with what is left
    of that looks (None when nothing is), `unwanted` and `wanted` are places in the source that must not or must remain.
    """

    source: bytes
    there: Callable[[str], bool]
    needed: Callable[[str], bool]
    asked: Callable[[Statement], bool]
    brought: Callable[[Statement], tuple[Import, ...]]
    spelled: Callable[[Import], tuple[str, str] | None]
    required: Callable[[Import], bool]
    starts: bool = False
    unwanted: frozenset[int] = frozenset()
    wanted: frozenset[int] = frozenset()
    cuts: list[Cut] = field(default_factory=list)
    gone: list[Statement] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    def pruned(self, statement: Statement) -> set[str] | None:
        """The names that a statement still uses, None when nothing of it is left. Raises UncuttableError."""
        if not statement.blocks:
            return None if self._verdict(statement) is Verdict.GOES else set(statement.uses)
        inside = self._opened(statement)
        return None if inside is None else set(statement.heads) | inside

    def _must(self, statement: Statement) -> bool:
        return statement.yields or any(statement.start <= at < statement.end for at in self.wanted)

    def _missing(self, names: Iterable[str], statement: Statement) -> list[str]:
        # What is left somewhere for others (`app.state.hub = Hub()`) has users that do not import it.
        is_asked = statement.kind == "assignment" and not statement.binds and self.asked(statement)
        is_fine = self.there if not self.starts or is_asked else self.needed
        return sorted(name for name in names if name in self.lost or not is_fine(name))

    def _verdict(self, statement: Statement) -> Verdict:
        nested = bool(statement.blocks) and (statement.kind != "definition" or self._must(statement))
        missing = self._missing(statement.heads if nested else statement.uses - statement.binds, statement)
        unwanted = any(statement.start <= at < statement.end for at in self.unwanted)
        if not missing and nested:
            return Verdict.OPENS
        if not missing and not unwanted:
            return Verdict.STAYS
        if not self._must(statement):
            return Verdict.GOES
        if missing or not nested:
            raise UncuttableError(f"`{statement.shown}` needs {', '.join(missing) or 'what stays'}")
        return Verdict.OPENS

    def _opened(self, statement: Statement) -> set[str] | None:
        """The names that are used in what is left of the blocks of a statement; None when nothing is."""
        used: set[str] = set()
        empty: list[Block] = []
        headless = [block for block in statement.blocks if block.clause in _CLAUSES and self._missing(block.heads, statement)]
        for block in statement.blocks:
            inside = None if block in headless and self._is_gone(block) else self._block(block)
            if inside is None:
                empty.append(block)
            else:
                used |= inside | block.heads
        body = statement.blocks[0]
        left = {block.clause for block in statement.blocks if block not in empty}
        if not left or (statement.kind == "try_statement" and body in empty and not left & {"else_clause", "finally_clause"}):
            return None
        caught = any(block.clause.startswith("except_") and block not in headless for block in statement.blocks)
        if statement.kind == "try_statement" and left == {"try_statement"} and not caught:
            self._unwrap(statement, body)
            return used
        for block in empty:
            # Where nothing is left of a branch, it is still taken: another must not be taken in its place.
            last = block is statement.blocks[-1] and block.clause in {"else_clause", "elif_clause"}
            if block in headless or last:
                self._drop_lines(block.start, block.end)
            else:
                self.cuts = [cut for cut in self.cuts if not block.statements[0].first <= cut.start < block.statements[-1].last]
                self.cuts.append(Cut(block.statements[0].start, block.statements[-1].end, b"pass"))
        return used

    def _is_gone(self, block: Block) -> bool:
        """Whether a clause goes that asks for what is not there: it does unless something in it has to stay."""
        if any(self._must(inner) for inner in block.statements):
            raise UncuttableError(f"`{block.statements[0].shown}` is behind what has to go")
        self.gone += block.statements
        self.lost |= {name for inner in block.statements for name in inner.binds}
        return True

    def _block(self, block: Block) -> set[str] | None:
        kept: dict[int, set[str]] = {}
        gone: list[Statement] = []
        for inner in block.statements:
            mark = len(self.cuts), len(self.gone)
            names = self._imported(inner) if inner.kind == "import" else self._kept(inner)
            if names is None:
                del self.cuts[mark[0] :], self.gone[mark[1] :]
                gone.append(inner)
                self.lost |= inner.binds - inner.uses
            else:
                kept[inner.start] = names
        gone += self._pointless(block, kept, gone)
        self.gone += gone
        if gone and not any(one.start in kept and one.kind not in {"docstring", "pass_statement"} for one in block.statements):
            return None
        self._drop(block, {one.start for one in gone})
        return {name for names in kept.values() for name in names}

    def _kept(self, inner: Statement) -> set[str] | None:
        if inner.kind == "with_statement" and self._must(inner) and self._missing(inner.heads, inner):
            return self._without(inner)
        verdict = self._verdict(inner)
        if verdict is Verdict.GOES:
            return None
        if verdict is Verdict.STAYS:
            for one in within(inner):
                self._imported(one)
            return set(inner.uses)
        outer, self.starts = self.starts, self.starts or (inner.kind == "definition" and inner.yields)
        inside = self._opened(inner)
        self.starts = outer
        if inside is None and self._must(inner):
            raise UncuttableError(f"nothing is left of `{inner.shown}`")
        return None if inside is None else set(inner.heads) | inside

    def _without(self, statement: Statement) -> set[str]:
        """The names that are used in the block of a `with` whose resource has to go, and which stays without it."""
        body = statement.blocks[0]
        if b"," in self.source[statement.start : body.statements[0].first]:
            raise UncuttableError(f"`{statement.shown}` opens more than one")
        self.lost |= statement.binds - {name for inner in body.statements for name in inner.binds}
        inside = self._block(body)
        if inside is None:
            raise UncuttableError(f"nothing is left of `{statement.shown}`")
        self._unwrap(statement, body)
        self.gone.append(statement)
        return inside

    def _imported(self, statement: Statement) -> set[str] | None:
        """What is used of an import: nothing. None when nothing of it can be imported."""
        every = self.brought(statement)
        said = {one.start: self.spelled(one) if not self.starts or self.required(one) else None for one in every}
        left = [spelled for spelled in said.values() if spelled is not None]
        self.lost |= {one.local for one in every if said[one.start] is None}
        if every and not left:
            return None
        if any(one.target is not None for one in every):
            self.cuts.append(Cut(statement.start, statement.end, respelled(left, self.source, statement.start)))
        return set()

    def _pointless(self, block: Block, kept: dict[int, set[str]], gone: list[Statement]) -> list[Statement]:
        """What only announced what is gone, or only made something for it: removed from what is kept."""
        found: list[Statement] = []
        for paragraph in _paragraphs(block.statements):
            left = [one for one in paragraph if one.start in kept]
            if len(left) < len(paragraph) and all(_says(one) for one in left):
                found += left
        for one in found:
            del kept[one.start]
        missed = {name for other in (*gone, *found) for name in other.uses}
        used = {name for names in kept.values() for name in names}
        made = (one for one in block.statements if one.start in kept and one.kind in {"import", "assignment"} and not one.yields)
        pointless = [one for one in made if one.binds and one.binds <= missed and not one.binds & used]
        for one in pointless:
            del kept[one.start]
            self.cuts = [cut for cut in self.cuts if not one.start <= cut.start < one.end]
        return [*found, *pointless]

    # lines -------------------------------------------------------------------------------------------------------------

    def _drop(self, block: Block, starts: set[int]) -> None:
        """Take statements of a block out, with the empty lines that would be too many."""
        run: list[Statement] = []
        for index, statement in enumerate(block.statements):
            if statement.start not in starts:
                continue
            run.append(statement)
            after = block.statements[index + 1] if index + 1 < len(block.statements) else None
            if after is None or after.start not in starts:
                self._drop_run(run, after, first=run[0] is block.statements[0])
                run = []

    def _drop_run(self, run: list[Statement], after: Statement | None, *, first: bool) -> None:
        if any(one.first == one.start and self._shares(one) for one in run):
            self.cuts += [Cut(one.start, one.end, b"pass") for one in run]
            return
        start, end = run[0].first, self._next_line(run[-1].last)
        if after is None or after.apart:
            above = start
            while (line := self._line_above(above)) is not None and not self.source[line:above].strip():
                above = line
            start = start if first else above
            while first and (below := self._next_line(end)) > end and not self.source[end:below].strip():
                end = below
        self.cuts.append(Cut(start, end, b""))

    def _drop_lines(self, start: int, end: int) -> None:
        first = max(self.source.rfind(b"\n", 0, start), self.source.rfind(b"\r", 0, start)) + 1
        self.cuts = [cut for cut in self.cuts if not first <= cut.start < end]
        self.cuts.append(Cut(first, self._next_line(end), b""))

    def _unwrap(self, statement: Statement, body: Block) -> None:
        """Leave of a statement what stands in its first block, as far in as the statement was."""
        start, end = body.statements[0].first, self._next_line(body.statements[-1].last)
        head = self.source.rfind(b"\n", 0, statement.start) + 1
        deep = len(self.source[start:].split(b"\n", 1)[0]) - len(self.source[start:].split(b"\n", 1)[0].lstrip()) - (statement.start - head)
        text = self.source[start:end]
        if deep <= 0 or b'"""' in text or b"'''" in text:
            raise UncuttableError(f"what stands in `{statement.shown}` cannot stand alone")
        self.cuts = [cut for cut in self.cuts if start <= cut.start < end or not head <= cut.start < statement.end]
        self.cuts += [Cut(head, start, b""), Cut(end, max(end, self._next_line(statement.last)), b"")]
        at = start
        while at < end:
            here = next((cut for cut in self.cuts if cut.start <= at < cut.end), Cut(at, at, b""))
            if here.start == at and not here.new and self.source[at : here.end + deep].isspace() and b"\n" not in self.source[at : here.end]:
                self.cuts = [*(cut for cut in self.cuts if cut != here), Cut(at, here.end + deep, b"")]
            at = self._next_line(at)

    def _shares(self, statement: Statement) -> bool:
        line = self.source[: statement.start].rpartition(b"\n")[2]
        rest = self.source[statement.end :].partition(b"\n")[0].strip()
        return bool(line.strip()) or bool(rest and not rest.startswith(b"#"))

    def _next_line(self, at: int) -> int:
        end = self.source.find(b"\n", at)
        return len(self.source) if end < 0 else end + 1

    def _line_above(self, start: int) -> int | None:
        return self.source.rfind(b"\n", 0, start - 1) + 1 if start > 0 else None


def within(statement: Statement) -> Iterator[Statement]:
    """The import statements in a statement, at any depth."""
    for block in statement.blocks:
        for inner in block.statements:
            if inner.kind == "import":
                yield inner
            yield from within(inner)


def respelled(wanted: Iterable[tuple[str, str]], source: bytes, start: int) -> bytes:
    """Import statements in place of the one that stands somewhere: as many lines as there are modules, as far in as that one."""
    indent = source[:start].rpartition(b"\n")[2]
    found: dict[str, list[str]] = {}
    for base, text in wanted:
        found.setdefault(base, []).append(text)
    lines = [import_line(base, texts) for base, texts in found.items()]
    return (b"\n" + indent).join(line.encode() for line in lines) if not indent.strip() else "; ".join(lines).encode()


def _paragraphs(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Statements between empty lines."""
    found: list[Statement] = []
    for statement in statements:
        if statement.apart and found:
            yield found
            found = []
        found.append(statement)
    if found:
        yield found


def _says(statement: Statement) -> bool:
    """Whether a statement only tells somebody."""
    return statement.kind == "call" and statement.called.rpartition(".")[2] in _SAYS and not statement.yields
