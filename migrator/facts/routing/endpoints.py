"""Where one source serves something at a path, or does something around what it serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.routing.dialects import HOOKS, METHODS, VIEWS
from migrator.facts.routing.model import Endpoint, Hook
from migrator.facts.routing.syntax import line_of

if TYPE_CHECKING:
    from migrator.facts.routing.classes import Vocabulary
    from migrator.facts.routing.syntax import Call, Syntax
    from migrator.languages.python.parsing import Node

__all__ = ["decorated", "registered"]

_CLASS_BASED = {"cbv", "controller"}
"""Decorators of class-based views: fastapi-utils' own, and the name under which a project keeps its copy."""
_ADDED_HOOKS = {"add_middleware": "middleware", "add_event_handler": "event", "add_exception_handler": "exception_handler"}
_ADDED = {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route", "mount"}


def decorated(vocabulary: Vocabulary, node: Node) -> Iterator[Endpoint | Hook]:
    """What the decorators of a function or class say that it serves."""
    syntax, definition = vocabulary.syntax, node.child_by_field_name("definition")
    if definition is None:
        return
    function = syntax.field(definition, "name")
    for decorator in (child for child in node.children if child.type == "decorator"):
        said = next(iter(decorator.named_children), None)
        call = syntax.call(said) if said is not None and said.type == "call" else None
        if call is not None and definition.type == "class_definition":
            yield from _class_based(syntax, call, definition)
        target = call.function if call is not None else said
        lent = call.places[0] if call is not None and call.places else None
        if call is not None and lent is not None and lent.type == "attribute" and syntax.method(lent)[1] in METHODS:
            # `@guarded(router.get, "/x")`: what decorates is given the router's own method, and what that is to be given
            yield from _route(vocabulary, call._replace(places=call.places[1:]), *syntax.method(lent), function)
            continue
        if target is None or target.type != "attribute":
            continue
        router, verb = syntax.method(target)
        if verb in HOOKS:
            yield Hook(HOOKS[verb], function)
        elif call is not None:
            yield from _route(vocabulary, call, router, verb, function)


def registered(vocabulary: Vocabulary, call: Call, router: str, verb: str) -> Iterator[Endpoint | Hook]:
    """What a call of a router's method says that it serves."""
    syntax, places, words = vocabulary.syntax, call.places, call.words
    if verb in _ADDED_HOOKS and places:
        yield Hook(_ADDED_HOOKS[verb], syntax.text(places[0]))
    elif verb == "add_url_rule" and (places or "rule" in words):
        yield _rule(vocabulary, call, router)
    elif verb in VIEWS and len(places) > 1:
        view = syntax.text(places[0]).rpartition(".")[2]
        for path in places[1:]:
            yield _endpoint(syntax, call, router, vocabulary.views.get(view) or ("ANY",), path, view)
    elif verb in _ADDED and places:
        function = places[1] if len(places) > 1 else words.get("endpoint") or words.get("app")
        title = syntax.text(function).rpartition(".")[2]
        yield from _route(vocabulary, call, router, verb.removeprefix("add_").removeprefix("api_"), title, function)


def _class_based(syntax: Syntax, call: Call, definition: Node) -> Iterator[Endpoint]:
    """The methods of a class that serve what its decorator says: `@cbv(router, "/items")`, by their names."""
    places, body = call.places, definition.child_by_field_name("body")
    if body is None or not places or syntax.last(call.node) not in _CLASS_BASED:
        return
    router, scope = syntax.text(places[0]), syntax.scope(call.node)
    for one in body.named_children:
        verb = syntax.field(one, "name") if one.type == "function_definition" else ""
        if verb in METHODS:
            for path in places[1:]:
                yield Endpoint(router, (verb.upper(),), syntax.expression(path), verb, one.start_byte, line_of(one), scope)


def _rule(vocabulary: Vocabulary, call: Call, router: str) -> Endpoint:
    """`add_url_rule("/x", "name", view)`: of a class (`View.as_view("name")`) the methods are those that it has."""
    syntax, places, words = vocabulary.syntax, call.places, call.words
    view = words.get("view_func") or (places[2] if len(places) > 2 else None)  # noqa: PLR2004  rule, endpoint, view
    named = words.get("endpoint") or (places[1] if len(places) > 1 else None)
    title, methods = syntax.text(view).rpartition(".")[2], _strings(syntax, words.get("methods"))
    if view is not None and view.type == "call":
        made = syntax.call(view)
        title = syntax.string(made.places[0]) if made.places else title
        methods = methods or vocabulary.views.get(syntax.text(made.function).removesuffix(".as_view"), ()) or ("ANY",)
    title = syntax.string(named) if named is not None and named.type == "string" else title
    return _endpoint(syntax, call, router, methods or ("GET",), places[0] if places else words["rule"], title)


def _route(  # noqa: PLR0913, PLR0917  what an endpoint is
    vocabulary: Vocabulary, call: Call, router: str, verb: str, function: str, served: Node | None = None
) -> Iterator[Endpoint]:
    """A function, or an application, that a router serves at the path that is its first argument."""
    syntax, words = vocabulary.syntax, call.words
    if methods := _methods(vocabulary, words.get("methods"), verb, function):
        name = words.get("name") or words.get("endpoint")
        title = syntax.string(name) if name is not None and name.type == "string" else function
        path = call.places[0] if call.places else words.get("path")
        yield _endpoint(syntax, call, router, methods, path, title, served if verb == "mount" else None)


def _methods(vocabulary: Vocabulary, listed: Node | None, verb: str, function: str) -> tuple[str, ...]:
    """The methods for which a router's method serves something; none where it serves nothing."""
    match verb:
        case "websocket" | "websocket_route":
            return ("WEBSOCKET",)
        case "mount":
            return ("MOUNT",)
        case "api_route" | "route":
            return _strings(vocabulary.syntax, listed) or vocabulary.views.get(function) or ("GET",)
    return (verb.upper(),) if verb in METHODS else ()


def _endpoint(  # noqa: PLR0913, PLR0917  what an endpoint is
    syntax: Syntax, call: Call, router: str, methods: tuple[str, ...], path: Node | None, title: str, served: Node | None = None
) -> Endpoint:
    node = call.node
    where = None if path is None else syntax.expression(path)
    mounted = None if served is None else syntax.expression(served)
    home, inside = syntax.scope(node, router), syntax.scope(node)
    return Endpoint(router, methods, where, title, node.start_byte, line_of(node), home, mounted, node.end_byte, inside)


def _strings(syntax: Syntax, node: Node | None) -> tuple[str, ...]:
    """The methods of requests that are written down."""
    return tuple(syntax.string(item).upper() for item in node.named_children if item.type == "string") if node is not None else ()
