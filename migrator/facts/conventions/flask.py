"""Applications of Flask where they are made, and what modules know by which imports: also those in functions, as factories have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.facts.conventions.imports import everywhere
from migrator.facts.landscape.reading.routes import flask_routes
from migrator.facts.serving import Name, inclusions, routers
from migrator.paths import is_within

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.conventions.imports import Imported
    from migrator.facts.landscape.model import Route
    from migrator.paths import RepoPath

__all__ = ["applications", "imported", "served"]


def applications(facts: Facts) -> Iterator[tuple[Name, str]]:
    """Applications and the functions that make them (none at the top of a module): of a module the one that registers most, and modules in that order."""
    made = [one.name for one in routers(facts).values() if one.kind == "application" and one.framework == "flask"]
    ranked = sorted(made, key=lambda name: (-len(inclusions(facts, name)), name.module.count("/"), name))
    first = {one.module: one for one in reversed(ranked)}
    for name in (one for one in ranked if first[one.module] == one):
        yield name, name.scope


def imported(facts: Facts, module: RepoPath) -> Mapping[str, Imported]:
    """What a module imports from others, by the names under which it knows them."""
    return {one.alias or one.name: one for one in facts.told(module, everywhere) if one.module}


def served(facts: Facts, top: RepoPath) -> tuple[Route, ...]:
    """What applications below a directory serve."""
    return flask_routes(facts, [path for path in facts.tree if path.endswith(".py") and is_within(path, top) and not facts.scanner.hidden(path)])
