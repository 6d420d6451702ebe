"""YAML as nodes, whose lines are known: what a mapping, a list and a text hold; of another kind nothing."""

from __future__ import annotations

import yaml

from migrator.edits.yaml import LOADER

__all__ = ["LOADER", "documents", "items", "line_number", "pairs", "text"]


def documents(source: str) -> list[yaml.Node]:
    """The documents of a text; none where it cannot be read."""
    try:
        return list(yaml.compose_all(source, LOADER))
    except (yaml.YAMLError, RecursionError, ValueError):
        return []


def pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """The pairs of a mapping, by their keys as written."""
    return {str(key.value): value for key, value in node.value if isinstance(key, yaml.ScalarNode)} if isinstance(node, yaml.MappingNode) else {}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The parts of a list."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def text(node: yaml.Node | None) -> str:
    """A text as written, without its quotes."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def line_number(node: yaml.Node) -> int:
    """The line on which it begins."""
    return int(node.start_mark.line) + 1
