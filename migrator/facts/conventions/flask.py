"""Applications of Flask, and the blueprints that they register: at the top of a module, or in the function that makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.calls import Call, calls
from migrator.facts.conventions.imports import everywhere
from migrator.facts.landscape.reading.routes import flask, flask_classes
from migrator.languages import Mention
from migrator.languages.python import resolve
from migrator.paths import is_within

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.conventions.imports import Imported
    from migrator.facts.landscape.model import Route
    from migrator.paths import RepoPath

__all__ = ["Flask", "Registered", "application", "imported", "registered", "served"]

_REGISTER = "register_blueprint"


class Flask(NamedTuple):
    """An application: what it is called, and the function that makes it, empty where it stands at the top of its module."""

    name: str
    factory: str
    line: int


class Registered(NamedTuple):
    """A blueprint that an application registers: the call as it is written, on one line, and where the blueprint is defined."""

    text: str
    line: int
    bound: str
    """The name by which the call's module knows it, or that of the module that it is in."""
    module: RepoPath
    name: str


def application(source: bytes) -> Flask | None:
    """The application that a module makes: of several the one that registers most; None where it makes none, or a function of it does that is given none of its own."""
    if b"Flask" not in source or b"flask" not in source:
        return None
    made = [one for one in calls(source, *flask_classes(source)) if one.bound.isidentifier() and one.owner in {"", "flask"}]
    uses = [*calls(source, _REGISTER), *calls(source, "route", "get", "post")]
    ranked = sorted(made, key=lambda one: (-sum(use.owner == one.bound and use.within == one.within for use in uses), one.line))
    return Flask(ranked[0].bound, ranked[0].within, ranked[0].line) if ranked else None


def registered(facts: Facts, module: RepoPath, made: Flask) -> Iterator[Registered]:
    """The blueprints of other modules that an application registers where it is made."""
    known = imported(facts, module)
    for call in calls(facts.read(module), _REGISTER):
        if call.owner == made.name and call.within == made.factory and call.given and not call.given[0].called:
            root, _, attribute = call.given[0].text.partition(".")
            said = known.get(root)
            found = resolve(Mention(0, 0, "from", said.name, said.module), module, facts.atlas) if said is not None else None
            if found is not None and found.path is not None and found.path != module:
                yield Registered(_written(call), call.line, root, found.path, attribute or found.rest)


def imported(facts: Facts, module: RepoPath) -> Mapping[str, Imported]:
    """What a module imports from others, by the names under which it knows them."""
    return {one.alias or one.name: one for one in facts.told(module, everywhere) if one.module}


def _written(call: Call) -> str:
    """A call on one line."""
    given = [one.text for one in call.given] + [f"{word}={one.text}" for word, one in call.words.items()]
    return " ".join(f"{call.function}({', '.join(given)})".split())


def served(facts: Facts, top: RepoPath) -> tuple[Route, ...]:
    """What the modules below a directory serve."""
    return flask(facts, [path for path in facts.tree if path.endswith(".py") and is_within(path, top) and not facts.scanner.hidden(path)])
