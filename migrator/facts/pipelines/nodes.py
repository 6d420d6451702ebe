"""YAML as nodes that know their line: what a mapping, a list and a text hold; of another kind nothing."""

from __future__ import annotations

import yaml

__all__ = ["items", "pairs", "text"]


def pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """The pairs of a mapping, by their keys as written."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The parts of a list."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def text(node: yaml.Node | None) -> str:
    """A text as written, without its quotes."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
