"""Applications of Flask, and the blueprints that they register: at the top of a module, or in the function that makes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.calls import Call, calls
from migrator.facts.landscape.reading.routes import flask, flask_classes
from migrator.languages import Mention
from migrator.languages.python import resolve
from migrator.languages.python.parsing import parse, text_of, walk
from migrator.paths import is_within

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Route
    from migrator.paths import RepoPath

__all__ = ["Flask", "Imported", "Registered", "application", "imported", "registered", "served"]

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


class Imported(NamedTuple):
    """A name that a module imports, wherever in it."""

    module: str
    name: str
    alias: str
    line: int


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
    known = {one.alias or one.name: one for one in facts.told(module, imported)}
    for call in calls(facts.read(module), _REGISTER):
        if call.owner == made.name and call.within == made.factory and call.given and not call.given[0].called:
            root, _, attribute = call.given[0].text.partition(".")
            said = known.get(root)
            found = resolve(Mention(0, 0, "from", said.name, said.module), module, facts.atlas) if said is not None else None
            if found is not None and found.path is not None and found.path != module:
                yield Registered(_written(call), call.line, root, found.path, attribute or found.rest)


def _written(call: Call) -> str:
    """A call on one line."""
    given = [one.text for one in call.given] + [f"{word}={one.text}" for word, one in call.words.items()]
    return " ".join(f"{call.function}({', '.join(given)})".split())


def imported(source: bytes) -> tuple[Imported, ...]:
    """Each name that a module imports from another, in functions too."""
    found = []
    for node in walk(parse(source)):
        if node.type == "import_from_statement":
            module = text_of(node.child_by_field_name("module_name"))
            for item in node.children_by_field_name("name"):
                target = item.child_by_field_name("name") if item.type == "aliased_import" else item
                found.append(Imported(module, text_of(target), text_of(item.child_by_field_name("alias")), node.start_point.row + 1))
    return tuple(found)


def served(facts: Facts, top: RepoPath) -> tuple[Route, ...]:
    """What the modules below a directory serve."""
    return flask(facts, [path for path in facts.tree if path.endswith(".py") and is_within(path, top) and not facts.scanner.hidden(path)])
