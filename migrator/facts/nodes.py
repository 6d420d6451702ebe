"""YAML as nodes, whose lines are known: what a mapping, a list and a text hold; of another kind nothing."""

from __future__ import annotations

import yaml

from migrator.edits.yaml import LOADER

__all__ = ["LOADER", "documents", "items", "line_number", "pairs", "text"]

_MERGE = "tag:yaml.org,2002:merge"


def documents(source: str) -> list[yaml.Node]:
    """The documents of a text; none where it cannot be read."""
    try:
        return list(yaml.compose_all(source, LOADER))
    except (yaml.YAMLError, RecursionError, ValueError):
        return []


def pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """The pairs of a mapping, by their keys as written, and those that it takes from others by `<<`, of which its own and the first win."""
    found: dict[str, yaml.Node] = {}
    waiting, seen = [node], set[int]()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, yaml.MappingNode) or id(one) in seen:
            continue
        seen.add(id(one))
        taken = [each for key, value in one.value if key.tag == _MERGE for each in items(value) or [value]]
        own = {str(key.value): value for key, value in one.value if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE}
        found |= {key: value for key, value in own.items() if key not in found}
        waiting += reversed(taken)
    return found


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The parts of a list; none of one that only names another (`!reference` of GitLab)."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) and not node.tag.startswith("!") else []


def text(node: yaml.Node | None) -> str:
    """A text as written, without its quotes."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def line_number(node: yaml.Node) -> int:
    """The line on which it begins."""
    return int(node.start_mark.line) + 1
