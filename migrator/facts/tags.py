"""The tags of routers, by which the OpenAPI document groups what they serve: `APIRouter(tags=["users"])`, or where one is included or a route is declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.facts.serving import Name, includes, mounted
from migrator.languages.python.parsing import Node, parse, text_of, walk

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["tags"]


def tags(facts: Facts, application: Name) -> Mapping[RepoPath, Counter[str]]:
    """By module with routers that an application includes: the tags that are said in it or where it is included, with how often."""
    found: dict[RepoPath, Counter[str]] = {}
    for router in dict.fromkeys([application, *(one for _, one in mounted(facts, application))]):
        for module, inclusion, included in includes(facts, router):
            found.setdefault(included.module, Counter(own(facts, included.module))).update(facts.told(module, _said).get(inclusion.start, ()))
    return found


def own(facts: Facts, module: RepoPath) -> tuple[str, ...]:
    """The tags that a module says of its own routers and routes."""
    return tuple(tag for tags in facts.told(module, _declared) for tag in tags)


def _said(source: bytes) -> dict[int, tuple[str, ...]]:
    """By where a call begins: the tags that it gives."""
    return {call.start_byte: given for call in _calls(source) if (given := _given(call))}


def _declared(source: bytes) -> tuple[tuple[str, ...], ...]:
    return tuple(
        given for call in _calls(source) if not text_of(call.child_by_field_name("function")).endswith(".include_router") and (given := _given(call))
    )


def _calls(source: bytes) -> list[Node]:
    return [node for node in walk(parse(source)) if node.type == "call"] if b"tags" in source else []


def _given(call: Node) -> tuple[str, ...]:
    arguments = call.child_by_field_name("arguments")
    for argument in arguments.named_children if arguments is not None else ():
        value = argument.child_by_field_name("value")
        if argument.type == "keyword_argument" and text_of(argument.child_by_field_name("name")) == "tags" and value is not None:
            strings = (one for one in value.named_children if one.type == "string")
            return tuple("".join(text_of(part) for part in one.children if part.type == "string_content") for one in strings)
    return ()
