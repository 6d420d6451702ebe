"""What one source says, read from its first line to its last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from migrator.facts.routing.classes import Vocabulary
from migrator.facts.routing.definitions import definitions, given, is_owned
from migrator.facts.routing.dialects import INCLUDES, VIEWS
from migrator.facts.routing.endpoints import decorated, registered
from migrator.facts.routing.inclusions import inclusion, inclusions, passings
from migrator.facts.routing.model import Definition, Endpoint, Expression, Hook, Inclusion, Passing, Source
from migrator.facts.routing.names import Names
from migrator.facts.routing.syntax import Syntax, branches
from migrator.languages.python.parsing import Node, parse

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.routing.model import Statement
    from migrator.paths import RepoPath

__all__ = ["defined", "imported_and_filled", "modules", "read", "source_of"]

_T = TypeVar("_T")
_FILLS = tuple(f".{verb}(".encode() for verb in (*INCLUDES, *VIEWS, "add_url_rule"))
"""What gives a router something without a decorator."""
_CHANGES = {"append", "clear", "extend", "insert", "pop", "remove"}
"""What makes a list another one."""


def modules(facts: Facts) -> Iterator[RepoPath]:
    """The Python modules of a tree."""
    return (module for module in facts.graph.references if module.endswith(".py"))


def source_of(facts: Facts, module: RepoPath) -> Source:
    """What a module says; nothing where it does not speak of routers."""
    return facts.told(module, read)


def read(source: bytes) -> Source:
    """What a source says; nothing where it does not speak of routers."""
    syntax, root = Syntax(source), parse(source)
    vocabulary, names = Vocabulary(syntax, root), Names(syntax)
    said: list[Statement] = []
    for node in branches(root):
        match node.type:
            case "import_from_statement" | "import_statement":
                names.bring(node)
            case "assignment" if (bound := names.assign(node)) is not None:
                said += definitions(vocabulary, bound)
            case "augmented_assignment":
                names.change(syntax.field(node, "left"))
            case "decorated_definition":
                said += decorated(vocabulary, node)
            case "call":
                said += [*_called(vocabulary, names, node, said)]
            case "function_definition" if (name := syntax.function(node)) is not None:
                names.define(node, name)
                said += given(syntax, node, name)
            case "return_statement":
                names.give_back(node)
    return Source(
        _those(said, Definition),
        _those(said, Endpoint),
        _those(said, Inclusion),
        _those(said, Hook),
        names.imported,
        names.values,
        _those(said, Passing),
        names.functions,
    )


def _those(said: Iterable[Statement], kind: type[_T]) -> tuple[_T, ...]:
    return tuple(one for one in said if isinstance(one, kind))


def _called(vocabulary: Vocabulary, names: Names, node: Node, before: Iterable[Statement]) -> Iterator[Statement]:
    """What a call says, after what was said `before`."""
    syntax = vocabulary.syntax
    call = syntax.call(node)
    yield from passings(syntax, call)
    if call.function is None or call.function.type != "attribute":
        return
    router, verb = syntax.method(call.function)
    if verb in _CHANGES:
        names.change(router)
    elif verb in INCLUDES:
        yield from inclusions(syntax, call, router, verb)
    elif verb == "init_app":
        if call.places and any(one.name == router and is_owned(vocabulary, one) for one in _those(before, Definition)):
            yield inclusion(syntax, node, syntax.text(call.places[0]), Expression(router, node.start_byte, "identifier"))
    else:
        yield from registered(vocabulary, call, router, verb)


def defined(source: bytes, *makers: str) -> tuple[Definition, ...]:
    """What a source makes by classes of some names."""
    return tuple(one for one in read(source).routers if one.maker in makers) if any(maker.encode() in source for maker in makers) else ()


def imported_and_filled(source: bytes) -> tuple[str, ...]:
    """The names that a source imports and gives routes or routers to."""
    if b"@" not in source and not any(call in source for call in _FILLS):
        return ()
    said = read(source)
    filling: tuple[Endpoint | Inclusion, ...] = (*said.endpoints, *said.inclusions)
    given = [one.router for one in filling if not one.scope]
    return tuple(dict.fromkeys(name for name in given if name.partition(".")[0] in said.imported))
