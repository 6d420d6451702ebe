"""What the module of an application makes for all others: it goes to a module of its own, for nobody can share what only the application has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.composition import Statement, imports, statements
from migrator.facts.definitions import asked
from migrator.facts.packages import reached
from migrator.facts.serving import filled, includes, routes
from migrator.facts.symbols import moved
from migrator.paths import RepoPath, is_within, parent
from migrator.step import MoveSymbol, Step
from migrator.wording import counted, listed
from phases.backend_split.backend import below, is_of_tests
from phases.backend_split.partition.assembling import makers as made_by

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.backend import Backend

__all__ = ["Apart", "extensions"]

_MODULE = "extensions.py"


@dataclass(frozen=True, slots=True)
class Apart:
    """The facts of the tree in which shared definitions have a module of their own, the step that leads there, and what cannot go."""

    facts: Facts
    step: Step | None = None
    findings: tuple[Finding, ...] = ()


def extensions(facts: Facts, backend: Backend) -> Apart:
    """What other modules import of those that make an application (`templates = Jinja2Templates(…)` beside `app`), in modules of their own."""
    now, actions, findings = facts, list[MoveSymbol](), list[Finding]()
    for module in _making(facts, backend):
        now, moves, stays = _apart(now, backend, module)
        actions += moves
        findings += stays
    if not actions:
        return Apart(facts, None, tuple(findings))
    gone, targets = [one.symbol for one in actions], dict.fromkeys(one.new for one in actions)
    step = Step(
        slug="extensions",
        title=f"Move {counted(len(gone), 'definition')} that all modules share to {' and '.join(targets)}",
        why=f"Whoever needs {listed(gone)} would need the application itself, which registers everything.",
        actions=tuple(actions),
    )
    return Apart(now, step, tuple(findings))


def _making(facts: Facts, backend: Backend) -> Iterator[RepoPath]:
    """The module of the application, and its package's own; of Flask, the one with the function that is given it to register the blueprints, too."""
    module = backend.application.module
    yield module
    if (init := _init(facts, backend)) is not None:
        yield init
    if backend.framework == "flask":
        given = {one.module for one in filled(facts, backend.application)} - {module}
        serving = {*routes(facts, backend.application).modules}
        including = {at for at, *_ in includes(facts, backend.application)}
        yield from sorted(given & including - serving)


def _init(facts: Facts, backend: Backend) -> RepoPath | None:
    """The package's `__init__` where that is not the application's module: it stays with it, whatever it says."""
    found = RepoPath(f"{backend.package}/__init__.py")
    return found if backend.package and found in facts.tree and found != backend.application.module else None


def _apart(facts: Facts, backend: Backend, module: RepoPath) -> tuple[Facts, list[MoveSymbol], list[Finding]]:
    target = RepoPath(f"{parent(module)}/{_MODULE}".lstrip("/"))
    makers = {name: one for one in statements(facts, module) if one.kind in {"assignment", "definition"} for name in one.binds}
    own = {
        backend.application.name.partition(".")[0],
        backend.factory,
        *(one.name.partition(".")[0] for one in filled(facts, backend.application) if one.module == module),
    }
    now, gone, findings = facts, list[str](), list[Finding]()
    where, asked_for = "the module of the application", _asked(facts, backend, module)
    if module == _init(facts, backend):
        every = made_by(statements(facts, module))
        where, asked_for = "the package's own module", frozenset(one for one in asked_for & every.keys() if not _is_copied(facts, module, one, every))
        for name in sorted(asked_for - makers.keys()):
            why = f"`{every[name][0].shown}` makes it: give it a module of its own by hand"
            findings.append(Finding("stays", module, f"{name} cannot leave {where}, and whoever imports it cannot either: {why}"))
    for name in sorted(asked_for & makers.keys(), key=lambda one: makers[one].start):
        if not own.isdisjoint(_needed(name, makers)):
            continue  # the application itself, or made of it
        group = [one for one in _needed(name, makers) if one not in gone]
        found = moved(now, [(module, one, target) for one in group], named=True)
        if found.why:
            findings.append(Finding("stays", module, f"{name} cannot leave {where}, and whoever imports it stays too: {found.why}"))
        else:
            now, gone = found.facts, [*gone, *group]
    return now, [MoveSymbol(module, one, target) for one in gone], findings


def _is_copied(facts: Facts, module: RepoPath, name: str, every: Mapping[str, list[Statement]]) -> bool:
    """Whether what makes a name is of nothing but libraries: whoever asks for it has a copy."""
    bound, seen, pending = imports(facts, module), {name}, [name]
    while pending:
        one = pending.pop()
        new = {used for statement in every.get(one, ()) for used in statement.uses | statement.binds} - seen
        seen |= new
        pending += sorted(new)
    return "__file__" not in seen and not any(bound[one].target for one in seen & bound.keys())


def _asked(facts: Facts, backend: Backend, module: RepoPath) -> frozenset[str]:
    """The names that other modules which the application loads import of one."""
    users = {
        path
        for path in reached(facts, [backend.application.module]) - {module, backend.application.module}
        if is_within(path, backend.directory) and not is_of_tests(below(path, backend.directory))
    }
    return frozenset(name for user in users for name in asked(facts, user, module) or ())


def _needed(name: str, makers: dict[str, Statement]) -> Iterator[str]:
    """A name with those of the same module that its definition needs, what is needed first."""
    seen: set[str] = set()

    def visit(one: str) -> Iterator[str]:
        seen.add(one)
        for other in sorted(makers[one].uses & makers.keys() - seen, key=lambda other: makers[other].start):
            yield from visit(other) if other not in seen else ()
        yield one

    yield from visit(name)
