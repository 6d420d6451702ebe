"""The texts that expressions stand for: paths and prefixes, also those that settings and loops give."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from migrator.facts.routing import DEEP, Expression, source_of
from migrator.facts.serving.names import Name, binding, called, exported

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["NOTHING", "Values", "value_of"]

Values = Mapping[str, tuple["RepoPath", Expression]]
"""What some names stand for, each with the module that says so."""
NOTHING: Values = MappingProxyType({})
_GIVES = {"Field", "getenv", "get"}
"""Calls that may give what they are given."""


def value_of(facts: Facts, module: RepoPath, expression: Expression, names: Values = NOTHING, *, depth: int = 0) -> str:
    """The text that an expression of a module stands for; its own text in braces where nobody knows without running it."""
    unknown, deeper = "{" + expression.text + "}", depth + 1
    if depth > DEEP:
        return unknown
    match expression.kind:
        case "text":
            return expression.text
        case "string" | "concatenated_string" | "parenthesized_expression" | "binary_operator":
            return "".join(value_of(facts, module, part, names, depth=deeper) for part in expression.parts)
        case "call" if expression.parts and expression.text.rpartition(".")[2] in _GIVES:
            return value_of(facts, module, expression.parts[0], depth=deeper)
        case "identifier" if expression.text in names:
            return value_of(facts, *names[expression.text], depth=deeper)
        case "attribute" if expression.parts and expression.parts[0].text in names and expression.parts[0].kind == "identifier":
            whose = _class_of(facts, *names[expression.parts[0].text], depth)
            found = Name(whose.module, f"{whose.name}.{expression.text}") if whose is not None else None
        case "identifier" | "attribute":
            found = binding(facts, module, expression, depth)
        case _:
            return unknown
    value = _assigned(facts, found, deeper) if found is not None else None
    return unknown if value is None else value_of(facts, *value, depth=deeper)


def _assigned(facts: Facts, name: Name, depth: int) -> tuple[RepoPath, Expression] | None:
    """What a name is assigned: a module's name, or an attribute of an instance whose class gives it a value."""
    values = source_of(facts, name.module).values
    if name.name in values:
        return name.module, values[name.name]
    owner, dot, attribute = name.name.rpartition(".")
    if not dot or depth > DEEP:
        return None
    built = values.get(owner)
    made = _class_of(facts, name.module, built, depth + 1) if built is not None else None
    return _assigned(facts, Name(made.module, f"{made.name}.{attribute}"), depth + 1) if made is not None else None


def _class_of(facts: Facts, module: RepoPath, made: Expression, depth: int) -> Name | None:
    """The class whose instance a call gives: its own, or the one that the function says that it returns, or makes."""
    found = called(facts, module, made.text) if made.kind == "call" and depth <= DEEP else None
    function = source_of(facts, found.module).functions.get(found.name) if found is not None and found.module.endswith(".py") else None
    if found is None or function is None:
        return found
    if function.returns.isidentifier():
        return exported(facts, found.module, function.returns, depth + 1)
    return next((_class_of(facts, found.module, back, depth + 1) for back in function.returned), None)
