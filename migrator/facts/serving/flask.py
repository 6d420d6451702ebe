"""What is Flask's own in a tree: the functions that make applications, and by which names their endpoints are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Import, Statement, brought, imports, statements
from migrator.facts.routing import source_of
from migrator.facts.serving.aliases import filled
from migrator.facts.serving.definitions import routers
from migrator.facts.serving.hierarchy import includes, inclusions
from migrator.facts.serving.names import Name
from migrator.facts.serving.route_tables import routes
from migrator.facts.serving.served import Route
from migrator.languages.python.parsing import decoded, parse, text_of, walk

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Call", "Creation", "applications", "calls", "creation", "endpoints", "factory", "in_factory", "wide"]

_WIDE = re.compile(
    rb"@(\w+)\.((?:before|after|teardown)_app_request|app_(?:errorhandler|context_processor|template_\w+|url_\w+))\b[^\n]*\n\s*(?:@[^\n]*\n\s*)*(?:async )?def (\w+)"
)
_PEOPLES = ("cli.add_command", "cli.command", "shell_context_processor")
"""What is done for people at a prompt."""


class Call(NamedTuple):
    """Where a module's name is bound to what a factory makes: `app = create_app()`, or `app = Flask("shop")` and `create_app(app)`."""

    module: RepoPath
    name: str


class Creation(NamedTuple):
    """The call that makes an application: where its last argument ends, and the words that it is given."""

    end: int
    words: frozenset[str]


class Wide(NamedTuple):
    """What a blueprint does for all of its application: `@bp.before_app_request`."""

    router: str
    hook: str
    function: str
    line: int


def applications(facts: Facts) -> tuple[Name, ...]:
    """The applications of a tree by what they are called where they are made, that with the most routes first."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[Name, ...]:
    made = [one.name for one in routers(facts).values() if one.kind == "application" and one.framework == "flask"]
    inside = frozenset[Name]().union(*(filled(facts, name) for name in made))
    given = {one.name for one in routers(facts).values() if one.kind == "given" and Name(one.name.module, one.name.scope) not in inside}
    return tuple(sorted({*made, *given}, key=lambda name: (-len(routes(facts, name)), name in given, name)))


def factory(facts: Facts, name: Name) -> str:
    """The function that makes an application and returns it; empty for one that is made at the top of its module."""
    function = source_of(facts, name.module).functions.get(name.scope)
    return name.scope if function is not None and any(back.text == name.local for back in function.returned) else ""


def calls(facts: Facts, name: Name) -> Iterator[Call]:
    """Where modules bind what the factory of an application makes, or what they give it to make an application of."""
    made = factory(facts, name)
    for module in sorted(facts.graph.importers(name.module)) if made else ():
        if module.endswith(".py"):
            known = {local for local, one in imports(facts, module).items() if one.target == name.module and one.rest == made}
            source = source_of(facts, module)
            for bound, value in source.values.items():
                given = any(one.given == bound and one.function.text in known and not one.scope for one in source.passings)
                if "." not in bound and value.kind == "call" and (value.text in known or given):
                    yield Call(module, bound)


def in_factory(facts: Facts, name: Name) -> Iterator[Import]:
    """What the functions that make an application or are given it use of other modules for all that it serves: not to include, nor for people at a prompt."""
    if not factory(facts, name):
        return
    module, given = name.module, {one.name for one in filled(facts, name) if one.module == name.module}
    places = frozenset(said.start for said, _ in inclusions(facts, name))
    bodies = [one for one in statements(facts, module) if one.kind == "definition" and one.binds & given]
    every = [inner for body in bodies for block in body.blocks for inner in _each(block.statements)]
    used = {used for one in bodies for used in one.heads}
    for one in every:
        alone = not one.blocks or one.kind == "definition"
        if one.kind != "import" and not one.called.endswith(_PEOPLES) and not any(one.start <= at < one.end for at in places):
            used |= one.uses if alone else one.heads
    known = imports(facts, module)
    known |= {local.local: local for one in every if one.kind == "import" for local in brought(facts, module, one)}
    yield from (known[local] for local in sorted(used) if local in known)


def _each(inner: tuple[Statement, ...]) -> Iterator[Statement]:
    """Statements and those in their branches; what a function does is the function's."""
    for one in inner:
        yield one
        for block in one.blocks if one.kind != "definition" else ():
            yield from _each(block.statements)


def creation(facts: Facts, name: Name) -> Creation | None:
    """The call that makes an application; None where it is given nothing."""
    for node in walk(parse(facts.read(name.module))):
        left, right = (node.child_by_field_name("left"), node.child_by_field_name("right")) if node.type == "assignment" else (None, None)
        if left is None or right is None or right.type != "call" or text_of(left) != name.local:
            continue
        listed = right.child_by_field_name("arguments")
        given = [one for one in listed.named_children if one.type != "comment"] if listed is not None else []
        words = frozenset(text_of(one.child_by_field_name("name")) for one in given if one.type == "keyword_argument")
        return Creation(given[-1].end_byte, words) if given else None
    return None


def endpoints(facts: Facts, name: Name) -> Mapping[str, tuple[Route, ...]]:
    """The routes of an application by the names under which `url_for` knows them, in the order in which it tries them."""
    titles: dict[tuple[RepoPath, int, str], str] = {}
    pending, seen = [(name, "")], set[tuple[Name, str]]()
    while pending:
        router, above = pending.pop()
        if (router, above) in seen:
            continue
        seen.add((router, above))
        for part in routes(facts, router).parts:
            if isinstance(part, Route):
                titles[part.module, part.line, part.name] = f"{above}{part.name}"
        for _, _, inner in includes(facts, router):
            title = routers(facts)[inner].title if inner in routers(facts) else ""
            pending.append((inner, f"{above}{title}." if title else above))
    found: dict[str, list[Route]] = {}
    for route in routes(facts, name).distinct:
        found.setdefault(titles.get((route.module, route.line, route.name), route.name), []).append(route)
    return {title: tuple(sorted(mine, key=partial(_turn, facts)) if len(mine) > 1 else mine) for title, mine in found.items()}


def _turn(facts: Facts, route: Route) -> int:
    """When a route of a function is registered, among all of it: `url_for` takes the first that fits, and decorators are carried out from the last."""
    lines = facts.read(route.module).splitlines()
    decorated = route.line <= len(lines) and lines[route.line - 1].lstrip().startswith(b"@")
    return -route.line if decorated else route.line


def wide(facts: Facts, module: RepoPath) -> tuple[Wide, ...]:
    """What blueprints of a module do for the whole application that registers them."""
    return facts.told(module, _wide)


def _wide(source: bytes) -> tuple[Wide, ...]:
    return tuple(Wide(decoded(one[1]), decoded(one[2]), decoded(one[3]), source.count(b"\n", 0, one.start()) + 1) for one in _WIDE.finditer(source))
