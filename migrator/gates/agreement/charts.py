"""Helm charts: values that templates take, and values that are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from migrator.gates.agreement.reading import NOTHING, Noted, parsed
from migrator.gates.agreement.world import Disagreement, Place, World
from migrator.paths import RepoPath, name, parent

__all__ = ["charts"]

_VALUE = re.compile(r"\.Values((?:\.[A-Za-z_]\w*)+)")
_ALL_OF_THEM = re.compile(r"\.Values(?!\.\w)|index\s+\.Values")
_WHATEVER_IS_THERE = re.compile(r"\{\{-?\s*range\b|\bto(?:Yaml|Json)\b|\bmerge(?:Overwrite)?\b")
"""A line whose template takes a mapping with all that is in it."""
_SPARED = re.compile(r"\bdefault\b|\bif\b|\bwith\b|\bdig\b|hasKey")
"""A line whose template says what is to be without the value."""


def charts(world: World) -> Iterator[Disagreement]:
    """Values that templates take are in values.yaml, values there are taken by some template, and an environment's values are among them."""
    for path in world.facts.tree.called("Chart.yaml"):
        yield from world.of_folder(parent(path), _chart, *_environments(world, parent(path)))


def _chart(world: World, folder: RepoPath, *environments: RepoPath) -> Iterator[Disagreement]:
    path = RepoPath(f"{folder}/Chart.yaml".lstrip("/"))
    values_file = RepoPath(f"{folder}/values.yaml".lstrip("/"))
    values = next(iter(world.documents(values_file)), NOTHING) if values_file in world.facts.tree else NOTHING
    subcharts = {entry.get(key).text for doc in world.documents(path) for entry in doc.get("dependencies").items for key in ("alias", "name")}
    own = {*subcharts, "global"} - {""}
    used: set[tuple[str, ...]] = set()
    ranged: set[tuple[str, ...]] = set()
    whole = False
    for template in world.facts.tree.below(f"{folder}/templates".lstrip("/")):
        every, taken = _taken(world.facts.read(template))
        whole |= every
        used |= {one.keys for one in taken}
        ranged |= {one.keys for one in taken if one.ranged}
        for keys, number in ((one.keys, one.line) for one in taken if not one.spared):
            if keys[0] not in own and not _has(values, keys):
                said = f"takes .Values.{'.'.join(keys)}, and {values_file} has none: it renders nothing"
                yield Disagreement("chart", Place(template, number), ".".join(keys), said, Place(values_file, _line(values, keys)))
    for keys, part in _leaves(values, ()) if used and not whole else ():
        if keys[0] not in own and not any(keys[: len(one)] == one or one[: len(keys)] == keys for one in used):
            said = f"gives {'.'.join(keys)}, which no template of the chart takes"
            yield Disagreement("chart", Place(values_file, part.line), f"unused {'.'.join(keys)}", said, Place(path, 1))
    schema = _schema(world, folder)
    for other in environments if values else ():
        for keys, part in (pair for document in world.documents(other) for pair in _leaves(document, ())):
            if keys[0] not in own and not _has(values, keys) and not _free(schema, ranged, keys):
                said = f"sets {'.'.join(keys)}, which {values_file} does not have"
                yield Disagreement("chart", Place(other, part.line), f"unknown {'.'.join(keys)}", said, Place(values_file, _line(values, keys)))


class _Taken(NamedTuple):
    """A value that a template takes."""

    keys: tuple[str, ...]
    line: int
    ranged: bool
    """Whatever is there is gone through."""
    spared: bool
    """The template says what is to be without it."""


@lru_cache(maxsize=1 << 10)
def _taken(source: bytes) -> tuple[bool, tuple[_Taken, ...]]:
    """Whether a template takes all values as a whole, and those that it takes one by one."""
    text = source.decode("utf-8", "replace")
    found = (
        _Taken(tuple(match[1][1:].split(".")), number, _WHATEVER_IS_THERE.search(line) is not None, _SPARED.search(line) is not None)
        for number, line in enumerate(text.splitlines(), 1)
        for match in _VALUE.finditer(line)
    )
    return _ALL_OF_THEM.search(text) is not None, tuple(found)


def _environments(world: World, folder: RepoPath) -> list[RepoPath]:
    return [path for path in world.yaml if parent(path) == folder and re.fullmatch(r"values[-._].+\.ya?ml", name(path))]


def _has(values: Noted, keys: tuple[str, ...]) -> bool:
    """Whether a path of keys is there, or leads into something that is filled in otherwise: an empty mapping or list."""
    found = values
    for key in keys:
        if not isinstance(found.value, dict):
            return found is not values and not found.value
        if not found.value and found is not values:
            return True
        if key not in found.value:
            return False
        found = found.value[key]
    return True


def _schema(world: World, folder: RepoPath) -> Noted:
    path = RepoPath(f"{folder}/values.schema.json".lstrip("/"))
    # Every JSON is YAML.
    return next(iter(parsed(world.facts.read(path))), NOTHING) if path in world.facts.tree else NOTHING


def _free(schema: Noted, ranged: set[tuple[str, ...]], keys: tuple[str, ...]) -> bool:
    """Whether a key may be given that values.yaml has not: what the schema says of it, else whether templates take all that is there."""
    found = schema
    for key in keys:
        if reference := found.get("$ref").text:
            found = schema.get(*reference.removeprefix("#/").split("/"))
        patterns = [one for pattern, one in found.get("patternProperties").pairs.items() if _matches(pattern, key)]
        further = found.get("additionalProperties")
        if key in found.get("properties").pairs:
            found = found.get("properties", key)
        elif patterns or further.pairs:
            found = patterns[0] if patterns else further
        elif further:
            return further.value is not False
        else:
            return any(keys[: len(one)] == one for one in ranged)
    return True


def _matches(pattern: str, key: str) -> bool:
    """Whether a key is of a pattern; one that cannot be read takes every key."""
    try:
        return re.search(pattern, key) is not None
    except re.error:
        return True


def _line(values: Noted, keys: tuple[str, ...]) -> int:
    found = values
    for key in keys:
        if key not in found.pairs:
            break
        found = found.pairs[key]
    return found.line


def _leaves(values: Noted, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Noted]]:
    for key, one in values.pairs.items():
        if one.pairs:
            yield from _leaves(one, (*above, key))
        else:
            yield (*above, key), one
