"""Moves after which a package cannot be imported at all: inside a cycle of imports a name is asked for before it is bound.

Only what is certain is said: imports that always run, names that the module is known to bind, and to bind only later. What happens to
work by luck otherwise is for `entries` to warn of, and for a declared gate that really imports (`read = "imports"`) to tell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.errors import Finding
from migrator.gates.entries import Order
from migrator.graph import line_of
from migrator.languages.python.bindings import names_in, statements
from migrator.languages.python.parsing import enclosing, parse
from migrator.languages.python.resolving import names_of, offered
from migrator.paths import RepoPath, ancestors

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts

_WILD = (b"def __getattr__", b"globals()", b"vars()", b"locals()", b"exec(", b"setattr(sys.modules", b"sys.modules[__name__]")
"""What makes the names of a module anybody's guess."""


def loading(built: Built, cycles: list[set[RepoPath]]) -> Iterator[Finding]:
    """An error for each cycle of imports that no longer loads, though it did: `cycles` are those of the tree after."""
    changed = {*built.files.values(), *built.edited}
    origin = {new: old for old, new in built.files.items()}
    for cycle in cycles:
        if not cycle & changed:
            continue
        old = {origin.get(path, path) for path in cycle}
        before, after = _Program(built.before, frozenset(old)), _Program(built.after, frozenset(cycle))
        # Where each module loads the same as before, the orders are the same from wherever one starts: those are as many as the cycle is long, each as long.
        if all([built.moves(target) for target in before.loads(origin.get(path, path))] == after.loads(path) for path in cycle):
            continue
        for start in sorted({_outermost(built.after, path) for path in cycle} & cycle):
            was = origin.get(start, start)
            if was not in built.before.tree or [built.moves(path) for path in before.order(was)] == after.order(start):
                continue
            failure = after.failure(start)
            if failure is not None and before.failure(was) is None:
                said = f"would ask {failure.module} for `{failure.name}` before that is bound there, so nothing could load {start}"
                yield Finding("cycle", failure.path, said, line_of(built.after.read(failure.path), failure.position), severity="error")
                break


def _outermost(facts: Facts, path: RepoPath) -> RepoPath:
    """The package that Python loads first of all on the way to a module; itself when it lies in none."""
    found = path
    for folder in ancestors(path)[:-1]:
        init = RepoPath(f"{folder}/__init__.py")
        if init not in facts.tree:
            break
        found = init
    return found


class _Event(NamedTuple):
    """One thing that a module does while it is loaded: `load` a module, `take` a name of one, take everything (`star`), `bind` a name."""

    kind: str
    path: RepoPath | None
    name: str = ""
    position: int = 0
    certain: bool = True


class _Failure(NamedTuple):
    path: RepoPath
    position: int
    module: RepoPath
    name: str


@dataclass(frozen=True)
class _Program:
    """The modules of one cycle, as Python would load them."""

    facts: Facts
    cycle: frozenset[RepoPath]
    _events: dict[RepoPath, list[_Event]] = field(default_factory=dict)

    @cached_property
    def _loads(self) -> Order:
        return Order(self.facts)

    def loads(self, path: RepoPath) -> list[RepoPath]:
        """The modules of the cycle that one of them loads, in order."""
        return self._loads.loaded(path, self.cycle)

    def order(self, start: RepoPath) -> list[RepoPath]:
        """The modules of the cycle in the order in which loading one of them begins to load them."""
        return self._loads.within(start, self.cycle)

    def failure(self, start: RepoPath) -> _Failure | None:
        """The first name that is certain not to be there yet when one loads a module."""
        known: dict[RepoPath, set[str]] = {start: set()}
        stack = [(start, iter(self._happens(start)))]
        while stack:
            here, events = stack[-1]
            for event in events:
                there = event.path
                if event.kind == "load" and there in self.cycle and there is not None and there not in known and event.certain:
                    known[there] = set()
                    stack.append((there, iter(self._happens(there))))
                    break
                if event.kind == "bind":
                    known[here].add(event.name)
                elif event.kind == "star" and there is not None:
                    known[here] |= known[there] if any(there == path for path, _ in stack) else offered(there, self.facts.atlas)
                elif event.kind == "take" and there is not None and any(there == path for path, _ in stack[:-1]) and self._fails(event, known[there]):
                    return _Failure(here, event.position, there, event.name)
            else:
                stack.pop()
        return None

    def _fails(self, event: _Event, known: set[str]) -> bool:
        """Whether taking a name of a module that has begun to load is certain to fail."""
        return event.certain and event.path is not None and event.name not in known and self._binds_later(event.path, event.name)

    def _binds_later(self, module: RepoPath, name: str) -> bool:
        """Whether a module is certain to bind a name by a statement of its own, and has no submodule of that name."""
        source = self.facts.read(module)
        if any(sign in source for sign in _WILD):
            return False
        directory = RepoPath(module.removesuffix("/__init__.py")) if module.endswith("/__init__.py") else None
        if directory is not None and self.facts.atlas.python.child(directory, name) is not None:
            return False
        stars = [event for event in self._happens(module) if event.kind == "star"]
        return all(event.path is not None and event.certain for event in stars) and name in names_of(module, self.facts.atlas)

    def _happens(self, path: RepoPath) -> list[_Event]:
        if path not in self._events:
            self._events[path] = list(self._read(path))
        return self._events[path]

    def _read(self, path: RepoPath) -> Iterator[_Event]:
        """What a module does, in order."""
        imports = {r.mention.start: r for r in self.facts.graph.references.get(path, ()) if not r.mention.weak and not r.mention.deferred}
        starts = sorted(imports)
        for node in statements(parse(self.facts.read(path))):
            outer = node if node.type.startswith("import") else enclosing(node, "expression_statement", "decorated_definition") or node
            certain = outer.parent is None or outer.parent.type == "module"
            for at in starts[bisect_left(starts, node.start_byte) : bisect_left(starts, node.end_byte)]:
                _, mention, target = imports[at]
                for module in self._loads.chain(path, target.path):
                    yield _Event("load", module, certain=certain)
                if mention.kind == "star":
                    yield _Event("star", target.path if target.path is not None and target.path.endswith(".py") else None, certain=certain)
                elif mention.kind == "from" and target.rest:
                    yield _Event("take", target.path, target.rest, mention.start, certain)
            for name in sorted(names_in(node)):
                yield _Event("bind", path, name)
