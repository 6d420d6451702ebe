"""Schemas that a document of an API names by their modules, as two of them are called the same: what moves has another name there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.composition import Statement, imports, statements
from migrator.facts.serving import Name, called
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["renamed"]

_MODELS = {"pydantic": "BaseModel", "sqlmodel": "SQLModel"}
"""What the classes that FastAPI makes schemas of derive from, by package."""


def renamed(partition: Partition) -> Iterator[Finding]:
    """That schemas of the application's OpenAPI document will have other names: FastAPI tells those called the same apart by their modules."""
    by_name: dict[str, set[Name]] = {}
    for one in _schemas(partition):
        by_name.setdefault(one.name, set()).add(one)
    moving = {name for name, ones in by_name.items() if len(ones) > 1 and any(one.module in partition.leaving for one in ones)}
    if moving:
        yield Finding(
            "schemas",
            partition.backend.application.module,
            f"{counted(len(moving), 'name')} that several models have ({listed(sorted(moving))}): its OpenAPI document tells them apart by their "
            "modules, so those that move have other names there, and in clients that are generated of it",
            severity="info",
        )


def _schemas(partition: Partition) -> set[Name]:
    """The models that the modules with routes name, and those that they are made of."""
    facts = partition.facts
    pending = [(module, text) for module in sorted(partition.serving) for one in statements(facts, module) for text in one.uses]
    found, seen = set[Name](), set[tuple[str, str]]()
    while pending:
        module, text = pending.pop()
        if (module, text) in seen:
            continue
        seen.add((module, text))
        origin = called(facts, module, text) or Name(module, text)
        if origin not in found and (made := _model(partition, origin)) is not None:
            found.add(origin)
            pending += [(origin.module, used) for used in made.uses]
    return found


def _model(partition: Partition, wanted: Name, depth: int = 0) -> Statement | None:
    """The statement that defines a model; None for anything else."""
    facts = partition.facts
    if wanted.module not in partition.graph or depth > len(partition.graph):
        return None
    made = next((one for one in statements(facts, wanted.module) if one.kind == "definition" and wanted.name in one.binds), None)
    bound = imports(facts, wanted.module)
    for base in made.heads if made is not None else ():
        one = bound.get(base)
        if one is not None and one.target is None and _MODELS.get(one.base) == one.text:
            return made
        if base != wanted.name and _model(partition, called(facts, wanted.module, base) or Name(wanted.module, base), depth + 1) is not None:
            return made
    return None
