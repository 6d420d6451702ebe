"""Modules that only bring routers together, and packages that hand on what lies in them: nobody needs those who does not ask them for something."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from migrator.facts.composition import Statement, brought, imported, statements
from migrator.facts.packages import blank
from migrator.facts.tables import tables
from migrator.paths import name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["gathering", "registered"]

_SILENT = {"import", "docstring", "assignment", "pass_statement"}
_INCLUDES = {"include_router", "extend", "append"}
"""What a gathering package does with its own router or list."""


def gathering(facts: Facts, modules: Iterable[RepoPath], routing: Collection[RepoPath]) -> frozenset[RepoPath]:
    """Those of some modules that are such.

    They import names to hand them on, or modules with routers or tables (which are found by name, whoever loads them), and include routers in one
    of their own. What imports other modules as a whole may do so for what these do (handlers that register themselves): it is none.
    """
    chosen = (module for module in modules if name(module) == "__init__.py" or any(one.target in routing for one in imported(facts, module)))
    found: frozenset[RepoPath] = frozenset(module for module in chosen if module not in routing or _includes(facts, module))
    while True:  # a package may bring together what others do
        known = {*routing, *found}
        left = frozenset(module for module in found if _gathers(facts, module, known))
        if left == found:
            return found
        found = left


def registered(facts: Facts, module: RepoPath) -> frozenset[RepoPath]:
    """The modules with tables that a module imports: a table is known once its module is loaded."""
    targets = (one.target for one in imported(facts, module) if one.target is not None and one.target.endswith(".py"))
    return frozenset(target for target in targets if tables(facts, target) or b"table=True" in facts.read(target))


def _includes(facts: Facts, module: RepoPath) -> bool:
    return b".include_router(" in facts.read(module)


def _gathers(facts: Facts, module: RepoPath, known: Collection[RepoPath]) -> bool:
    said = statements(facts, module)
    own = {bound for one in said if one.kind == "assignment" for bound in one.binds}
    return any(one.kind == "import" for one in said) and all(_is_quiet(facts, module, one, known, own) for one in said)


def _is_quiet(facts: Facts, module: RepoPath, statement: Statement, known: Collection[RepoPath], own: set[str]) -> bool:
    """Whether a statement does nothing for anybody who does not ask the package for something."""
    if statement.kind == "import":
        whole = (one.target for one in brought(facts, module, statement) if one.target is not None and not one.rest and one.text != "*")
        return all(target in known or target.endswith("/__init__.py") or tables(facts, target) or blank(facts, target) for target in whole)
    if statement.blocks and statement.kind != "definition":
        return all(_is_quiet(facts, module, inner, known, own) for block in statement.blocks for inner in block.statements)
    owner, _, verb = statement.called.rpartition(".")
    return statement.kind in _SILENT or (statement.kind == "call" and verb in _INCLUDES and owner in own)
