"""YAML as data that knows on which line each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import yaml

from migrator.edits.yaml import LOADER
from migrator.tree import FILE

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["NOTHING", "Noted", "documents", "parsed", "yaml_files"]

_DEEPEST = 60
_LARGEST = 1_000_000
_MOST = 200_000
"""Of the values of a file; aliases of aliases would make any number of them."""

Value: TypeAlias = "bool | int | float | str | dict[str, Noted] | list[Noted] | None"


@dataclass(frozen=True, slots=True)
class Noted:
    """A value where it stands."""

    value: Value
    line: int
    """Counted from 1."""

    def get(self, *keys: str) -> Noted:
        """What stands below some keys; nothing, on the line of the last thing there, where there is none."""
        found = self
        for key in keys:
            below = found.value.get(key) if isinstance(found.value, dict) else None
            if below is None:
                return Noted(None, found.line)
            found = below
        return found

    def __bool__(self) -> bool:
        return self.value is not None

    @property
    def items(self) -> list[Noted]:
        """The items of a list, none of anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def pairs(self) -> Mapping[str, Noted]:
        """The entries of a mapping, none of anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def text(self) -> str:
        """A scalar as people write it; empty for anything else."""
        return str(self.value) if isinstance(self.value, str | int | float) and not isinstance(self.value, bool) else ""

    @property
    def number(self) -> int | None:
        """A whole number."""
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else None

    @property
    def texts(self) -> dict[str, str]:
        """A mapping of scalars, such as labels."""
        return {key: one.text for key, one in self.pairs.items()}


NOTHING = Noted(None, 1)


def yaml_files(facts: Facts) -> Iterator[RepoPath]:
    """The YAML files of a tree that somebody wrote, or we did."""
    for path, entry in facts.tree.items():
        if path.endswith((".yml", ".yaml")) and entry.mode & 0o170000 == FILE & 0o170000 and not facts.scanner.hidden(path):
            yield path


def documents(facts: Facts, path: RepoPath) -> tuple[Noted, ...]:
    """The documents of a YAML file, empty ones left out; none where it does not parse, as templates do not."""
    return facts.remembered(path, parsed)


def parsed(source: bytes) -> tuple[Noted, ...]:
    """The same of a text."""
    if len(source) > _LARGEST:
        return ()
    try:
        nodes = list(yaml.compose_all(source.decode("utf-8-sig"), Loader=LOADER))
        left = iter(range(_MOST))
        return tuple(_noted(node, 0, left) for node in nodes if node is not None)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, _TooManyError):
        return ()


class _TooManyError(Exception):
    """A file has more values than anybody wrote."""


def _noted(node: yaml.Node, depth: int, left: Iterator[int]) -> Noted:
    line = node.start_mark.line + 1
    if next(left, None) is None:
        raise _TooManyError
    if depth > _DEEPEST or node.tag == "!reset":  # by which compose takes away what another file says
        return Noted(None, line)
    if isinstance(node, yaml.MappingNode):
        merged: dict[str, Noted] = {}
        own: dict[str, Noted] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    merged = {**_noted(one, depth + 1, left).pairs, **merged}
            elif isinstance(key, yaml.ScalarNode):
                below = _noted(value, depth + 1, left)
                # A block begins below its key, and people look for the key.
                own[str(key.value)] = Noted(below.value, key.start_mark.line + 1)
        return Noted({**merged, **own}, line)
    if isinstance(node, yaml.SequenceNode):
        return Noted([_noted(one, depth + 1, left) for one in node.value], line)
    return Noted(_scalar(node), line)


def _scalar(node: yaml.ScalarNode) -> Value:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "int":
            try:
                return int(text.replace("_", ""), 0)
            except ValueError:
                return text
        case "bool":
            return text.lower() in {"true", "yes", "on"}
        case "null":
            return None
        case _:
            return text
