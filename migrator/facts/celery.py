"""Celery's tasks that nobody named: their name is the place of their function, which a move changes for workers and queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import imports
from migrator.facts.routing import source_of
from migrator.languages.python.parsing import Node, parse, text_of, walk

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Nameless", "nameless"]

_DECORATORS = {"task", "shared_task", "periodic_task"}


class Nameless(NamedTuple):
    """A task without a name of its own."""

    function: str
    line: int
    decorator: str
    """What makes it a task: `celery_app.task`."""
    start: int | None
    """The byte at which a name can be given; None where the decorator has arguments that nobody can stand before."""
    given: str
    """What to put there, with `{}` for the name in quotes."""


def nameless(facts: Facts, module: RepoPath) -> tuple[Nameless, ...]:
    """The tasks of a module that Celery names after their place."""
    return tuple(task for task in facts.told(module, _nameless) if _is_celery(facts, module, task.decorator))


def _is_celery(facts: Facts, module: RepoPath, decorator: str) -> bool:
    """Whether a decorator is of the library, or of an instance of its application."""
    owner, _, _ = decorator.rpartition(".")
    first = decorator.partition(".")[0]
    found = imports(facts, module).get(first)
    if found is not None and found.target is None:
        return (found.base or found.text).partition(".")[0] == "celery"
    home, name = (module, owner) if found is None else (found.target, ".".join(part for part in (found.rest, owner[len(first) + 1 :]) if part))
    if home is None or not home.endswith(".py"):
        return False
    made = source_of(facts, home).values.get(name)
    return made is not None and made.kind == "call" and made.text.rpartition(".")[2] == "Celery"


def _nameless(source: bytes) -> tuple[Nameless, ...]:
    return tuple(_each(parse(source))) if b"task" in source else ()


def _each(root: Node) -> Iterator[Nameless]:
    for node in walk(root):
        function = node.child_by_field_name("definition") if node.type == "decorated_definition" else None
        for decorator in (child.named_children[0] for child in node.children if child.type == "decorator" and child.named_children):
            called = decorator.child_by_field_name("function") if decorator.type == "call" else decorator
            text = text_of(called)
            if function is None or function.type != "function_definition" or text.rpartition(".")[2] not in _DECORATORS:
                continue
            arguments = decorator.child_by_field_name("arguments") if decorator.type == "call" else None
            given = [one for one in arguments.named_children if one.type != "comment"] if arguments is not None else []
            if any(text_of(one.child_by_field_name("name")) == "name" for one in given if one.type == "keyword_argument"):
                continue
            at, wanted = (decorator.end_byte, "(name={})") if arguments is None else (arguments.start_byte + 1, "name={}, " if given else "name={}")
            open_to = all(one.type == "keyword_argument" for one in given)
            yield Nameless(text_of(function.child_by_field_name("name")), node.start_point.row + 1, text, at if open_to else None, wanted)
